/** The service as its user has it: what is refused, and two agents in processes of their own, of which one is killed; of several relations too. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SIDES } from '../../judge/points.ts';
import { formatKeyId } from '../../spec/key-id.ts';
import type { RelationStatus } from '../../sw/agent/status.ts';
import { keyturn } from './in-process.ts';
import { twoStations } from './two-stations.ts';

/** `keyturn` in a process of its own. */
const started = (...args: readonly string[]) => execa('node', ['bin/keyturn.js', ...args], { reject: false });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

describe('keyturn agent', () => {
  const agent = (...args: string[]) => keyturn('agent', '--config', at('initiator.json'), ...args);

  it('names what is wrong with its configuration and its key files, before it touches hardware', async () => {
    writeFileSync(at('initiator.json'), '{"poll": 0}');
    const bad = await agent();
    expect(bad).toMatchObject({ exitCode: 2 });
    expect(bad.stderr).toContain('poll: expected a whole number from 1 to 1000, found 0\n');
    rmSync(at('initiator.json'));
    twoStations(folder);
    chmodSync(at('initiator.id'), 0o644);
    const open = await agent();
    expect(open).toMatchObject({ exitCode: 2 });
    expect(open.stderr).toContain('initiator.id: of mode 0644, expected 0600');
    expect(open.stderr).not.toContain(readFileSync(at('initiator.id'), 'utf8').slice(-65, -1));
  });

  it('says how to have hardware where there is none', async () => {
    twoStations(folder);
    expect(await agent('--target', 'sim')).toMatchObject({
      exitCode: 2,
      stderr:
        'keyturn: --target sim needs a board that goes on while agents come and go: start one with keyturn board, and name its socket with --board\n',
    });
    expect((await agent('--board', at('none.sock'))).stderr).toContain('no simulated board answers at');
    expect((await agent('--root', folder)).exitCode).not.toBe(0);
  });
});

describe('keyturn status and keyturn rekey', () => {
  it('tell where no agent answers, with a code of its own', async () => {
    for (const command of ['status', 'rekey']) {
      const { exitCode, stderr } = await keyturn(command, '--control', at('none.sock'));
      expect(exitCode).toBe(3);
      expect(stderr).toContain('none.sock: no agent answers');
    }
  });
});

it.each(['0', '257'])('a simulated board of %s relations is refused, and leaves no socket', async (count) => {
  expect(await keyturn('board', '--socket', at('board.sock'), '--relations', count)).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: `keyturn: --relations ${count} is no number of relations: expected a whole number from 1 to 256\n`,
  });
  expect(existsSync(at('board.sock'))).toBe(false);
});

describe('two agents on a simulated board', () => {
  const running: ReturnType<typeof started>[] = [];
  afterEach(() => {
    for (const one of running.splice(0)) one.kill('SIGKILL');
  });
  const start = (...args: readonly string[]) => {
    const one = started(...args);
    running.push(one);
    return one;
  };
  const agent = (role: string) => start('agent', '--config', at(`${role}.json`), '--role', role, '--board', at('board.sock'));
  const state = async (role: string): Promise<string> => {
    const { stdout } = await keyturn('status', '--config', at(`${role}.json`), '--json');
    return stdout === '' ? 'none' : JSON.parse(stdout).state;
  };
  const secured = async (): Promise<void> => {
    while ((await state('initiator')) !== 'secured' || (await state('follower')) !== 'secured') await setTimeout(200);
  };

  it('associate, rekey by hand, and secure the connection again when one is killed; no nonce comes twice', async () => {
    twoStations(folder);
    const board = start('board', '--socket', at('board.sock'));
    while (!existsSync(at('board.sock'))) await setTimeout(100);
    const first = agent('initiator');
    const follower = agent('follower');
    await secured();
    expect((await keyturn('rekey', '--config', at('initiator.json'), '--timeout', '60000')).stdout).toBe('KeyId 0|0 -> 0|1\n');
    const refused = await keyturn('rekey', '--config', at('follower.json'));
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('only the initiator begins a rekey');
    first.kill('SIGKILL');
    await first;
    const registers = await keyturn('status', '--registers', '--board', at('board.sock'), '--json');
    expect(JSON.parse(registers.stdout)).toMatchObject({ role: 'initiator', currentKeyId: 1 });
    const second = agent('initiator');
    await secured();
    const { stdout } = await keyturn('status', '--config', at('initiator.json'), '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      starts: 2,
      associations: 2,
      relations: [{ associations: 1, key: { keyId: { master: 0, communication: 0 } } }],
    });
    for (const one of [second, follower]) {
      one.kill('SIGTERM');
      expect((await one).exitCode).toBe(0);
    }
    expect(existsSync(at('initiator.sock'))).toBe(false);
    board.kill('SIGTERM');
    const ended = await board;
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(String(ended.stdout))).toMatchObject({ initiator: { noncesRepeated: 0, payloadsWrong: 0, keys: 3 } });
  }, 240_000);

  it('key several relations of a board that has them, in whichever order each lists them, rekey the one that is named, and end with 3 when the hardware goes', async () => {
    const own = (relation: number) => ({ relation, initiatorFrameId: 0x8000 + relation, followerFrameId: 0x8100 + relation });
    twoStations(folder, { relations: [1, 2, 3].map(own) });
    const follower = JSON.parse(readFileSync(at('follower.json'), 'utf8'));
    writeFileSync(at('follower.json'), JSON.stringify({ ...follower, relations: [2, 3, 1].map(own) }));
    const board = start('board', '--socket', at('board.sock'), '--relations', '3');
    while (!existsSync(at('board.sock'))) await setTimeout(100);
    const agents = [agent('initiator'), agent('follower')];
    await secured();
    const initiates = (...args: readonly string[]) => keyturn(...args, '--config', at('initiator.json'), '--timeout', '60000');
    expect((await initiates('rekey')).stderr).toContain('expected the number of a relation, one of 1, 2, 3: name it with --relation');
    expect((await initiates('rekey', '--relation', '2')).stdout).toBe('KeyId 0|0 -> 0|1\n');
    /** KeyIds under which frames were sent, by the numbers of the relations */
    const keys = async (role: string) => {
      const { stdout } = await keyturn('status', '--config', at(`${role}.json`), '--json');
      const relations: readonly RelationStatus[] = JSON.parse(stdout).relations;
      return Object.fromEntries(
        relations.map(({ relation, key }) => [relation, key !== undefined && key.framesSent > 0 && formatKeyId(key.keyId)]),
      );
    };
    const wanted = { 1: '0|0', 2: '0|1', 3: '0|0' };
    for (const role of SIDES) while (!isDeepStrictEqual(await keys(role), wanted)) await setTimeout(100);
    // the hardware is gone under them
    board.kill('SIGTERM');
    const ended = await board;
    expect(ended.exitCode).toBe(0);
    for (const one of agents) {
      const { exitCode, stderr } = await one;
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/keyturn: .* is lost \(the simulated board at .* has ended: .*\): bring it back, and start the agent again/);
    }
    const account = (count: number) => ({ keys: count, noncesRepeated: 0, payloadsWrong: 0 });
    expect(JSON.parse(String(ended.stdout))).toMatchObject({
      initiator: { ...account(4), relations: [1, 2, 1].map(account) },
      follower: { ...account(4), relations: [2, 1, 1].map(account) },
    });
  }, 240_000);
});
