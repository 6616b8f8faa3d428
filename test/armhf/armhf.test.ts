/**
 * The commands of the board on its own architecture: Debian's Node for armhf under qemu-user, koffi's armhf build, a file as the
 * device. Opt in: `npm run armhf` makes a root of Debian 13, whose Node is new enough, and names it to this test.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { twoStations } from '../cli/two-stations.ts';
import { wordIn, writeBoard, writeFiles } from '../sw/register-target/windows.ts';

const ROOT = process.env['KEYTURN_ARMHF'];
/** ns: an emulated processor on a loaded machine takes its time. */
const PATIENCE = 900e9;
const PROJECT = resolve(import.meta.dirname, '../..');

describe.skipIf(ROOT === undefined)('on armhf (skipped unless KEYTURN_ARMHF names a root of Debian 13 for it: npm run armhf)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-armhf-'));
  const board = join(folder, 'board');
  const device = join(board, 'dev/uio1');
  afterAll(() => rmSync(folder, { recursive: true }));

  const node = (...args: readonly string[]) =>
    execa('qemu-arm-static', ['-L', ROOT ?? '', join(ROOT ?? '', 'usr/bin/node'), ...args], { cwd: folder, reject: false });
  const keyturn = (...args: readonly string[]) => node('cli/run.mjs', ...args, '--root', board);

  /** Makes one file of a program, since esbuild, which tsx starts, is no program of the emulated processor. */
  const bundle = (program: string) =>
    execa(join(PROJECT, 'node_modules/.bin/esbuild'), [
      join(PROJECT, `${program}.ts`),
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--external:koffi',
      "--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      `--outfile=${join(folder, `${program}.mjs`)}`,
    ]);

  beforeAll(async () => {
    await bundle('cli/keyturn');
    writeFileSync(
      join(folder, 'cli/run.mjs'),
      "import { main } from './keyturn.mjs';\nprocess.exitCode = await main(process.argv.slice(2));\n",
    );
    cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'));
    cpSync(join(PROJECT, 'boards/zybo-z7-20'), join(folder, 'cli/zybo-z7-20'), { recursive: true });
    cpSync(join(PROJECT, 'node_modules/koffi'), join(folder, 'node_modules/koffi'), { recursive: true });
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'node_modules/koffi/package.json'), 'utf8'));
    const { stdout } = await execa('npm', ['pack', '--silent', `@koromix/koffi-linux-arm@${version}`], { cwd: folder });
    const native = join(folder, 'node_modules/@koromix/koffi-linux-arm');
    mkdirSync(native, { recursive: true });
    await execa('tar', ['xzf', stdout.trim(), '-C', native, '--strip-components=1'], { cwd: folder });
    writeBoard(board);
    writeFiles(board, { 'proc/device-tree/compatible': 'xlnx,zynq-7000\0', 'proc/device-tree/axi/keyturn@43c00000/reg': '' });
  });

  it('Node is that of the board', async () => {
    expect((await node('-p', 'process.arch + process.config.variables.arm_version')).stdout).toBe('arm7');
  });

  it('registers are read and written through mapped memory, the highest bit too', async () => {
    const written = await keyturn('regs', 'write', 'counterThreshold', '0xfffffffe', '--insecure');
    expect(written).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    expect(wordIn(device, 'counterThreshold')).toBe(0xffff_fffe);
    const { stdout } = await keyturn('regs', 'read', '--json', 'counterThreshold', 'status.currentKeyId');
    expect(JSON.parse(stdout)).toEqual({ counterThreshold: 0xffff_fffe, 'status.currentKeyId': 6 });
  });

  it('the doctor finds the board in order, down to the registers', async () => {
    const { stdout, exitCode } = await keyturn('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ok {2}koffi +loads: registers can be mapped$/m);
    expect(stdout).toMatch(/^ok {2}registers +follower, 3 slots/m);
  });

  it('derives keys and agrees on them, with ML-KEM-768 too; what the emulated processor takes for it is printed', async () => {
    await bundle('bench/control-plane');
    const { stdout, exitCode } = await node('bench/control-plane.mjs');
    process.stdout.write(`armhf, emulated:\n${stdout}\n`);
    expect(exitCode).toBe(0);
    for (const work of ['0-RTT derivations', 'n-RTT agreements', '  hybrid'])
      expect(stdout).toMatch(new RegExp(`^${work} +@noble +[1-9]`, 'm'));
  });

  it('its agent associates with one of this machine, and agrees on a new master key, by X25519 and ML-KEM-768', async () => {
    twoStations(folder, { agreement: 'hybrid', silence: PATIENCE, giveUpAfter: PATIENCE, announcementTimeout: PATIENCE });
    const native = (...args: readonly string[]) =>
      execa('node', [join(PROJECT, 'bin/keyturn.js'), ...args], { cwd: folder, reject: false });
    const agent = (role: string): readonly string[] => ['agent', '--config', `${role}.json`, '--role', role, '--board', 'board.sock'];
    const board = native('board', '--socket', 'board.sock');
    while (!existsSync(join(folder, 'board.sock'))) await setTimeout(100);
    const agents = { initiator: node('cli/run.mjs', ...agent('initiator')), follower: native(...agent('follower')) };
    try {
      const isSecured = async (role: string): Promise<boolean> => (await native('status', '--config', `${role}.json`)).exitCode === 0;
      while (!(await isSecured('initiator')) || !(await isSecured('follower'))) await setTimeout(500);
      const { stdout, stderr } = await native('rekey', '--config', 'initiator.json', '--agree', '--timeout', String(PATIENCE / 1e6));
      expect({ stdout, stderr }).toEqual({ stdout: 'KeyId 0|0 -> 1|0', stderr: '' });
      // the follower switches at the initiator's first frame under it, and sends then
      const sendsUnderIt = async (): Promise<boolean> => {
        const [{ key }] = JSON.parse((await native('status', '--config', 'follower.json', '--json')).stdout).relations;
        return key.keyId.master === 1 && key.framesSent > 0;
      };
      while (!(await sendsUnderIt())) await setTimeout(500);
    } finally {
      // the board goes last: to an agent that is still at work it would be hardware that is gone
      for (const one of [agents.initiator, agents.follower]) one.kill('SIGTERM');
      await Promise.all([agents.initiator, agents.follower]);
      board.kill('SIGTERM');
    }
    expect([(await agents.initiator).exitCode, (await agents.follower).exitCode]).toEqual([0, 0]);
    expect(JSON.parse((await board).stdout)).toMatchObject({
      initiator: { keys: 2, noncesRepeated: 0, payloadsWrong: 0 },
      follower: { keys: 2, noncesRepeated: 0, payloadsWrong: 0 },
    });
  });
});
