/** `keyturn board` in this process: what it answers on its socket, what its applications do once there are keys, and how it ends. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OTHER, SIDES } from '../../judge/points.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { IDENTIFICATION, REGISTERS } from '../../spec/registers.ts';
import { type Capabilities, RelationDriver } from '../../sw/control-plane/driver.ts';
import type { RegisterSpace } from '../../sw/control-plane/register-space.ts';
import { boardTarget, lines } from '../../sw/register-target/board.ts';
import { SETTINGS } from '../sw/register-target/windows.ts';
import { keyturn, type Outcome } from './in-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** While it runs, `work` is done; then it is ended from outside. */
async function running(work: (socket: string) => Promise<void>, ...args: readonly string[]): Promise<Outcome> {
  const socket = join(folder, 'board.sock');
  const board = keyturn('board', '--socket', socket, '--slots', '2', '--engine', 'xor', '--pause', '0', ...args);
  while (!existsSync(socket)) await setImmediate();
  try {
    await work(socket);
  } finally {
    process.emit('SIGHUP');
  }
  const outcome = await board;
  expect(existsSync(socket)).toBe(false);
  return outcome;
}

const FIRST = { master: 0, communication: 0 };

/** The same two keys for both stations, each of the other's direction. */
const KEYS = { initiator: 1, follower: 2 } as const;
const material = (own: Role) => {
  const of = (side: Role) => ({ key: new Uint8Array(16).fill(KEYS[side]), iv: new Uint8Array(12).fill(KEYS[side]) });
  return { transmit: of(own), receive: of(OTHER[own]) };
};

interface Station {
  readonly driver: RelationDriver;
  readonly page: RegisterSpace;
  readonly hardware: Capabilities;
}

/** The registers of both stations, over the socket, set up for each other. */
async function stationsAt(socket: string): Promise<{ readonly of: Readonly<Record<Role, Station>>; readonly close: () => void }> {
  const targets = await Promise.all(SIDES.map((role) => boardTarget(socket, role, 'peer')));
  const stations = await Promise.all(
    targets.map(async (target) => {
      const driver = new RelationDriver(target);
      return { driver, page: target, hardware: await driver.identify({ allowInsecure: true }) };
    }),
  );
  const [initiator, follower] = stations;
  if (initiator === undefined || follower === undefined) throw new Error('two stations');
  const { source, destination, transmitFrameId, receiveFrameId } = SETTINGS;
  await initiator.driver.configure(SETTINGS);
  await follower.driver.configure({
    ...SETTINGS,
    source: destination,
    destination: source,
    transmitFrameId: receiveFrameId,
    receiveFrameId: transmitFrameId,
  });
  return {
    of: { initiator, follower },
    close: () => {
      for (const target of targets) target.close();
    },
  };
}

describe('keyturn board', () => {
  it('answers accesses, lets payloads go both ways once there are keys, and says what its stations did', async () => {
    const answers: unknown[] = [];
    const { exitCode, stdout, stderr } = await running(async (path) => {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const { of, close } = await stationsAt(path);
      expect(SIDES.map((side) => of[side].hardware)).toMatchObject(
        SIDES.map((role) => ({ role, slots: 2, engine: 'xor', windows: false })),
      );
      for (const side of SIDES) expect(await of[side].driver.pushKey(FIRST, material(side))).toBe('accepted');
      // what was delivered and waits no more is with the application; a record has at least three words
      for (const side of SIDES) {
        const { driver, page } = of[side];
        while ((await driver.framesDelivered()) - (await page.read32(REGISTERS.receiveLevel.offset)) / 3 < 2);
      }
      close();
      const socket = connect(path);
      const requests = ['what', '["nobody","peer",0,null]', '["initiator","peer",4096,null]', '["initiator","peer",0,null]'];
      socket.write(`${requests.join('\n')}\n`);
      for await (const line of lines(socket)) if (answers.push(JSON.parse(line)) === requests.length) break;
    });
    expect(answers).toEqual([
      [0, expect.stringContaining('JSON')],
      [0, expect.stringContaining('initiator')],
      [0, 'there is no relation 1: the hardware has 1, numbered from 0'],
      [IDENTIFICATION, null],
    ]);
    expect(stderr).toBe(`keyturn: two simulated stations are at ${join(folder, 'board.sock')}\n`);
    expect(exitCode).toBe(0);
    const accounts = JSON.parse(stdout);
    for (const side of SIDES) {
      expect(accounts[side]).toMatchObject({ payloadsWrong: 0, noncesRepeated: 0, keys: 1, framesWithoutRoom: 0 });
      expect(accounts[side].payloadsDelivered).toBeGreaterThanOrEqual(2);
      expect(accounts[side].payloadsSent).toBeGreaterThanOrEqual(accounts[OTHER[side]].payloadsDelivered);
      expect(accounts[side].intervalsWithoutKey).toBeGreaterThan(0);
      expect(accounts[side]).not.toHaveProperty('relations');
    }
    expect(stdout.split('\n').at(-2)).toBe('}');
  });

  it('has the relations, windows and losses that it is told, and ends with 1 where a nonce came twice', async () => {
    const { exitCode, stdout, stderr } = await running(
      async (path) => {
        const { of, close } = await stationsAt(path);
        expect(of.initiator.hardware).toMatchObject({ role: 'initiator', windows: true });
        for (let round = 0; round < 2; round++) {
          for (const side of SIDES) {
            await of[side].driver.eraseAll();
            await of[side].driver.pushKey(FIRST, material(side));
          }
          while ((await of.initiator.driver.transmitCounter()) < 3);
        }
        close();
      },
      ...['--loss', '100', '--relations', '2', '--delivery', 'window', '--cycles', '3000', '--seed', '7'],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('two simulated stations of 2 relations are at');
    const accounts = JSON.parse(stdout);
    for (const side of SIDES)
      expect(accounts[side].relations).toMatchObject([{ payloadsDelivered: 0 }, { payloadsSent: 0, securedSent: 0 }]);
    expect(accounts.initiator.noncesRepeated).toBeGreaterThanOrEqual(3);
    expect(accounts.initiator.relations[0].payloadsSent).toBeGreaterThanOrEqual(6);
  });

  it.each([
    ['--pause', 'x', '--pause x is no number of 32 bits: expected one like 4096 or 0x1000'],
    ['--cycles', '-1', '--cycles -1 is no number of 32 bits: expected one like 4096 or 0x1000'],
    ['--relations', '0', '--relations 0 is no number of relations: expected a whole number from 1 to 256'],
  ])('refuses %s %s', async (flag, value, message) => {
    const socket = join(folder, 'board.sock');
    expect(await keyturn('board', '--socket', socket, flag, value)).toEqual({ exitCode: 2, stdout: '', stderr: `keyturn: ${message}\n` });
  });
});
