/** The service as the world sees it: metrics and health over HTTP, its socket, a full disk, and its end. Two stations on reference models, in real time. */
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Role } from '../../../spec/peer-rules.ts';
import { IDENTIFICATION } from '../../../spec/registers.ts';
import { ask } from '../../../sw/agent/control-socket.ts';
import { GuardedRegisters, HardwareLost, Stopped } from '../../../sw/agent/guarded-registers.ts';
import { serve } from '../../../sw/agent/serve.ts';
import { readState } from '../../../sw/agent/state-file.ts';
import { openStation } from '../../../sw/agent/station-hardware.ts';
import type { RegisterTarget } from '../../../sw/register-target/target.ts';
import { FakeRegisters } from '../control-plane/fake-registers.ts';
import { freePort } from './free-port.ts';
import { configurationOf, identityOf, type Station, StationWorld, secretOf } from './station-world.ts';

let folder: string;
let end: AbortController;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-serve-'));
  end = new AbortController();
});
afterEach(() => {
  vi.restoreAllMocks();
  end.abort();
  rmSync(folder, { recursive: true });
});

const at = (name: string): string => join(folder, name);
const SETTINGS = {
  poll: 1,
  rekeyInterval: 3600e9,
  announcementTimeout: 60e9,
  silence: 5e9,
  firstRetry: 20e6,
  longestRetry: 1e9,
  giveUpAfter: 10e9,
} as const;

/** A controller with two devices; frames go while the services live. */
class Served {
  readonly world = new StationWorld(2);
  readonly notified: string[] = [];
  readonly log: Readonly<Record<string, unknown>>[] = [];
  readonly ends: Promise<void>[] = [];
  /** of the controller */
  readonly secrets: Uint8Array[] = [];
  readonly #settings: Readonly<Record<string, unknown>>;

  readonly #poll: number;
  readonly #wait: RegisterTarget['waitForInterrupt'] | undefined;

  /** @param poll of the controller, ms  @param wait of the controller, as of `ServeOptions` */
  constructor(settings: Readonly<Record<string, unknown>>, poll = 1, wait?: RegisterTarget['waitForInterrupt']) {
    this.#settings = settings;
    this.#poll = poll;
    this.#wait = wait;
    this.#serve(this.world.controller, 'initiator', true);
    for (const device of this.world.devices.values()) this.#serve(device, 'follower', false);
  }

  get control(): string {
    return at('initiator-1.sock');
  }

  /** Frames are exchanged until it is so. */
  async until(reached: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await reached())) {
      this.world.exchange();
      await setTimeout(1);
    }
  }

  async secured(): Promise<void> {
    await this.until(() => existsSync(this.control));
    await this.until(async () => {
      const { state } = (await ask(this.control, { command: 'status' })).status;
      return state === 'secured' || state === 'degraded';
    });
  }

  #serve({ numbers, hardware }: Station, role: Role, isWatched: boolean): void {
    const name = `${role}-${numbers[0]}`;
    const secrets = { identity: identityOf(role, numbers[0] ?? 0), psks: numbers.map(secretOf) };
    if (isWatched) this.secrets.push(secrets.identity, ...secrets.psks);
    const configuration = configurationOf(role, numbers, {
      ...SETTINGS,
      state: at(`${name}.state`),
      control: at(`${name}.sock`),
      ...(isWatched ? this.#settings : {}),
    });
    this.ends.push(
      serve({
        role,
        configuration: isWatched ? { ...configuration, poll: this.#poll } : configuration,
        source: 'the test',
        secrets,
        hardware: () => hardware,
        description: 'a model',
        allowInsecure: false,
        log: (level, event, facts) => {
          if (isWatched) this.log.push({ level, event, ...facts });
        },
        notifier: { notify: (state) => void (isWatched && this.notified.push(state)), aliveEvery: isWatched ? 2 : undefined },
        signal: end.signal,
        ...(isWatched && this.#wait !== undefined ? { wait: this.#wait } : {}),
      }),
    );
  }
}

/** Lines of one metric, by what stands in braces. */
function metric(text: string, name: string): Readonly<Record<string, number>> {
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('an agent with two relations, while it serves', () => {
  it('answers /metrics and /health over HTTP, with a name for each relation', async () => {
    const port = await freePort();
    const served = new Served({ metricsPort: port });
    const get = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${port}${path}`, { method });
    await served.until(async () => (await get('/health').catch(() => undefined)) !== undefined);
    await served.secured();
    const health = await get('/health');
    expect(health.status).toBe(200);
    expect(await health.text()).toBe('secured, 2 of 2 relations with keys in use\n');
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const text = await metrics.text();
    const of = (relation: number, more = ''): string =>
      `{relation="${relation}",peer="02:00:00:00:01:0${relation}"${more},role="initiator"}`;
    expect(metric(text, 'keyturn_state')).toEqual({
      [of(1, ',state="associating"')]: 0,
      [of(1, ',state="secured"')]: 1,
      [of(1, ',state="peerSilent"')]: 0,
      [of(2, ',state="associating"')]: 0,
      [of(2, ',state="secured"')]: 1,
      [of(2, ',state="peerSilent"')]: 0,
    });
    expect(metric(text, 'keyturn_associations')).toEqual({ [of(1)]: 1, [of(2)]: 1 });
    expect(metric(text, 'keyturn_starts')).toEqual({ '{role="initiator"}': 1 });
    expect(metric(text, 'keyturn_degraded')).toEqual({ '{role="initiator"}': 0 });
    expect(metric(text, 'keyturn_key_frames_sent')[of(1)]).toBeGreaterThan(0);
    expect((await get('/other')).status).toBe(404);
    expect((await get('/metrics', 'POST')).status).toBe(405);
  });

  it('says 503 while a peer is missing, and rekeys the relation that it is asked for', async () => {
    const port = await freePort();
    const served = new Served({ metricsPort: port });
    served.world.cut.add(2);
    const states = async () => (await ask(served.control, { command: 'status' })).status.relations.map(({ state }) => state);
    await served.until(() => existsSync(served.control));
    await served.until(async () => (await states())[0] === 'secured');
    const health = await fetch(`http://127.0.0.1:${port}/health`);
    expect(health.status).toBe(503);
    expect(await health.text()).toBe('associating, 1 of 2 relations with keys in use\n');
    expect(await ask(served.control, { command: 'rekey', kind: 'n-RTT' })).toMatchObject({
      refused: expect.stringContaining('--relation'),
    });
    expect((await ask(served.control, { command: 'rekey', kind: '0-RTT', relation: 1 })).refused).toBeUndefined();
    await served.until(async () => {
      const { status } = await ask(served.control, { command: 'status' });
      return status.relations[0]?.key?.keyId.communication === 1;
    });
  });

  it('goes on with a full disk, and says so', async () => {
    // the first write goes through it, and ends with ENOSPC; then the link is gone with what was half written
    symlinkSync('/dev/full', at('initiator-1.state.part'));
    const served = new Served({});
    const failed = () => served.log.filter(({ event }) => event === 'stateNotWritten');
    await served.until(() => failed().length > 0);
    expect(failed()[0]).toMatchObject({
      level: 'error',
      path: at('initiator-1.state'),
      reason: expect.stringContaining("the state can't be written: ENOSPC"),
    });
    expect(existsSync(at('initiator-1.state'))).toBe(false);
    await served.until(async () => (await ask(served.control, { command: 'status' })).status.state === 'secured');
    end.abort();
    await Promise.all(served.ends);
    expect(readState(at('initiator-1.state'))).toMatchObject({ starts: 1, associations: 2, damaged: false });
  });

  it('tells systemd when it is ready, that it lives, and that it stops; its socket is gone then', async () => {
    const listened = vi.spyOn(Server.prototype, 'listen');
    const looked = vi.spyOn(GuardedRegisters.prototype, 'look');
    const served = new Served({});
    await served.secured();
    await served.until(async () => (await ask(served.control, { command: 'status' })).status.uptime > 0);
    expect(looked).toHaveBeenCalled();
    expect(
      listened.mock.calls.filter(([place]) => typeof place === 'number'),
      'no port was asked for',
    ).toEqual([]);
    await served.until(() => served.notified.includes('WATCHDOG=1') && served.notified.some((told) => told.startsWith('STATUS=secured')));
    expect(served.notified[0]).toBe('READY=1');
    expect(served.log).toContainEqual({ level: 'info', event: 'started', role: 'initiator', relations: 2, hardware: 'a model', starts: 1 });
    expect(served.log.filter(({ event }) => event === 'state')).toEqual([
      { level: 'info', event: 'state', state: 'associating' },
      { level: 'info', event: 'state', state: 'secured' },
    ]);
    expect(served.log.filter(({ event }) => event === 'stateDamaged')).toEqual([]);
    expect(served.secrets.map((secret) => secret.some((octet) => octet !== 0))).toEqual([true, true, true]);
    end.abort();
    await Promise.all(served.ends);
    expect(served.log.at(-1)).toEqual({ level: 'info', event: 'stopped' });
    expect(
      served.secrets.map((secret) => secret.some((octet) => octet !== 0)),
      'zeroed',
    ).toEqual([false, false, false]);
    expect(served.notified.at(-1)).toBe('STOPPING=1');
    expect(existsSync(served.control)).toBe(false);
  });

  it('begins anew with a damaged state, which it keeps and tells of', async () => {
    const path = at('initiator-1.state');
    writeFileSync(path, 'what nobody wrote');
    const served = new Served({});
    await served.secured();
    expect(served.log[0]).toEqual({ level: 'warning', event: 'stateDamaged', path, kept: `${path}.damaged` });
    const answer = await ask(served.control, { command: 'status' });
    expect(answer.status.starts).toBe(1);
    expect(answer, 'nothing was asked that could be refused').not.toHaveProperty('refused');
  });

  it('ends between two looks, however far they are apart, and between two accesses', async () => {
    const served = new Served({}, 2 ** 31 - 1);
    await served.until(() => served.notified.some((told) => told.startsWith('STATUS=')));
    end.abort();
    await expect(Promise.all(served.ends)).resolves.toBeDefined();
    end = new AbortController();
    const stopped = new Served({});
    await stopped.secured();
    const [hardware] = stopped.world.controller.hardware.relations;
    if (hardware !== undefined) hardware.broken = new Stopped();
    await expect(stopped.ends[0]).resolves.toBeUndefined();
  });

  it('takes no notice of a wall clock that jumps, forwards or back', async () => {
    const served = new Served({});
    await served.secured();
    const status = async () => (await ask(served.control, { command: 'status' })).status;
    const before = await status();
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      for (const jump of [10 * 365 * 86_400_000, -20 * 365 * 86_400_000]) {
        vi.setSystemTime(Date.now() + jump);
        const delivered = (await status()).relations[0]?.framesDelivered ?? 0;
        await served.until(async () => ((await status()).relations[0]?.framesDelivered ?? 0) > delivered);
        const { state, uptime, relations } = await status();
        expect(state).toBe('secured');
        expect(uptime).toBeGreaterThanOrEqual(before.uptime);
        expect(uptime).toBeLessThan(before.uptime + 3_600_000);
        expect(relations.map(({ failures, associations, rekeys }) => ({ failures, associations, rekeys }))).toEqual(
          relations.map(() => ({ failures: 0, associations: 1, rekeys: { '0-RTT': 0, 'n-RTT': 0 } })),
        );
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it('is woken by an interrupt of its hardware, and ends where none can come any more', async () => {
    let wake: (came: boolean) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const waits: number[] = [];
    const wait = (milliseconds: number): Promise<boolean> => {
      waits.push(milliseconds);
      return new Promise((resolve, reject) => {
        [wake, fail] = [resolve, reject];
      });
    };
    const served = new Served({}, 1000, wait);
    const looked = vi.spyOn(served.world.controller.hardware, 'takeEvents');
    // one that lets time pass instead looks again
    await served.until(() => waits.length === 1 || looked.mock.calls.length > 1);
    expect(looked).toHaveBeenCalledTimes(1);
    wake(true);
    await served.until(() => waits.length === 2);
    expect(looked).toHaveBeenCalledTimes(2);
    expect(waits).toEqual([1000, 1000]);
    fail(new Error('its descriptor is closed'));
    await expect(served.ends[0]).rejects.toThrow('a model is lost (its descriptor is closed)');
  });

  it('waits for no interrupt where events are left to the application', async () => {
    const wait = vi.fn(() => expect.fail('it waited for an interrupt'));
    const served = new Served({ look: 'all' }, 1, wait);
    await served.secured();
    expect(wait).not.toHaveBeenCalled();
  });

  it('ends when its hardware is lost', async () => {
    const served = new Served({});
    await served.secured();
    const [hardware] = served.world.controller.hardware.relations;
    if (hardware !== undefined) hardware.broken = new HardwareLost('a model', 'unplugged');
    await expect(served.ends[0]).rejects.toThrow('a model is lost (unplugged)');
  });
});

it('an agent that is stopped while its hardware is asked for the first time ends as at any other time', async () => {
  const registers = new FakeRegisters();
  registers.set('identification', IDENTIFICATION);
  const first = {
    read32: (offset: number) => {
      end.abort();
      return registers.read32(offset);
    },
    write32: (offset: number, value: number) => registers.write32(offset, value),
  };
  const secrets = { identity: identityOf('initiator', 1), psks: [secretOf(1), secretOf(2)] };
  const log: string[] = [];
  await serve({
    role: 'initiator',
    configuration: configurationOf('initiator', [1, 2], { ...SETTINGS, state: at('state'), control: at('control.sock') }),
    source: 'the test',
    secrets,
    hardware: (guard) => openStation({ peer: guard.space(first, 'registers'), host: first }, {}),
    description: 'registers',
    allowInsecure: false,
    log: (_level, event) => void log.push(event),
    notifier: { notify: () => undefined, aliveEvery: undefined },
    signal: end.signal,
  });
  expect({ log, reads: registers.reads, writes: registers.writes }).toEqual({ log: ['stopped'], reads: 1, writes: [] });
  expect([secrets.identity, ...secrets.psks].flatMap((secret) => [...secret]).every((octet) => octet === 0)).toBe(true);
  expect([existsSync(at('state')), existsSync(at('control.sock'))]).toEqual([false, false]);
});
