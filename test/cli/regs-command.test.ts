import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PAGE_REGISTERS } from '../../spec/station-registers.ts';
import { PAGE_INDEX, WINDOW, wordIn, writeBoard, writeFiles, writePages, writeWindow } from '../sw/register-target/windows.ts';
import { keyturn } from './in-process.ts';

let folder: string;
let file: string;
let onFile: readonly string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  file = join(folder, 'window');
  writeWindow(file);
  onFile = ['--target', 'file', '--file', file];
});
afterEach(() => rmSync(folder, { recursive: true }));
const regs = (...args: readonly string[]) => keyturn('regs', ...args);

describe('keyturn regs list', () => {
  it('has every register and field, without any hardware', async () => {
    const { stdout, exitCode } = await regs('list');
    expect(exitCode).toBe(0);
    for (const { name, fields = [] } of PAGE_REGISTERS)
      for (const shown of [name, ...fields.map((field) => `.${field.name}`)]) expect(stdout).toContain(`  ${shown} `);
  });

  it('--json is the map for programs', async () => {
    const { registers } = JSON.parse((await regs('list', '--json')).stdout);
    expect(registers.map(({ name }: { name: string }) => name)).toEqual(PAGE_REGISTERS.map(({ name }) => name));
  });
});

describe('keyturn regs read', () => {
  it('takes registers, fields and offsets', async () => {
    const { stdout, stderr, exitCode } = await regs('read', 'status', 'status.currentKeyId', '0x004', ...onFile);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toBe(
      [
        'status               0x01560039  22413369',
        'status.currentKeyId              6',
        'capabilities         0x00010013  65555',
        '',
      ].join('\n'),
    );
  });

  it('--json is an object of numbers', async () => {
    const { stdout } = await regs('read', 'status.currentKeyId', 'buildId', '--json', ...onFile);
    expect(JSON.parse(stdout)).toEqual({ 'status.currentKeyId': 6, buildId: 0xc0de_1234 });
  });

  it('reaches the board through UIO and through physical memory', async () => {
    writeBoard(folder);
    writeWindow(join(folder, 'dev/mem'), {}, 0x2000);
    for (const target of [['uio'], ['devmem', '--base', '0x2000']]) {
      const { stdout, stderr } = await regs('read', 'buildId', '--json', '--root', folder, '--target', ...target);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({ buildId: 0xc0de_1234 });
    }
  });
});

describe('keyturn regs write', () => {
  it('writes a register, and a field beside the others', async () => {
    expect(await regs('write', 'control', '0x12', ...onFile)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    await regs('write', 'control.enable', '1', ...onFile);
    expect(wordIn(file, 'control')).toBe(0x13);
    writeFileSync(join(folder, 'value'), '77\n');
    await regs('write', 'obsoleteTimeout', '--from', join(folder, 'value'), ...onFile);
    expect(wordIn(file, 'obsoleteTimeout')).toBe(77);
  });

  const KEY = '5ec2e700112233445566778899aabbcc';
  const silent = (text: string): void => {
    for (const part of [KEY, '5ec2e7', '00e7c25e', 'aabbcc', 'ccbbaa99']) expect(text.toLowerCase()).not.toContain(part);
  };

  it('takes a key from a file, and prints nothing of it', async () => {
    writeFileSync(join(folder, 'key'), `${KEY}\n`);
    expect(await regs('write', 'transmitKey', '--from', join(folder, 'key'), ...onFile)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    expect([0, 1, 2, 3].map((index) => wordIn(file, 'transmitKey', index))).toEqual([0x00e7_c25e, 0x4433_2211, 0x8877_6655, 0xccbb_aa99]);
  });

  it('takes a key from standard input, in a process of its own', async () => {
    const { stdout, stderr, exitCode } = await execa('node', ['bin/keyturn.js', 'regs', 'write', 'receiveKey', '--from', '-', ...onFile], {
      input: KEY,
    });
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    expect(wordIn(file, 'receiveKey', 3)).toBe(0xccbb_aa99);
  });

  it('warns of the history of the shell where a key is on the command line, and prints nothing of it', async () => {
    const { stdout, stderr, exitCode } = await regs('write', 'receiveKey', KEY, ...onFile);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('stays in the history of the shell');
    expect(stderr).toContain('--from FILE or --from -');
    silent(stdout + stderr);
  });

  it.each([
    ['a key too short', KEY.slice(0, -1)],
    ['a key too long', `${KEY}00`],
    ['a key with something else in it', `${KEY.slice(0, -1)}g`],
    ['a key as a number', `0x${KEY}`],
  ])('refuses %s with exit code 2, writes nothing, prints nothing of it', async (_, key) => {
    const before = readFileSync(file);
    writeFileSync(join(folder, 'key'), key);
    for (const source of [['--from', join(folder, 'key')], [key]]) {
      const { stdout, stderr, exitCode } = await regs('write', 'transmitKey', ...source, ...onFile);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('transmitKey: found ');
      silent(stdout + stderr);
    }
    expect(readFileSync(file)).toEqual(before);
  });

  it('takes a key as long as the engine of the simulated board has them', async () => {
    const onSim = ['--target', 'sim', '--engine', 'aes-256-gcm'];
    writeFileSync(join(folder, 'key'), KEY + KEY);
    // the default engine would refuse it
    expect(await regs('write', 'transmitKey', '--from', join(folder, 'key'), ...onSim)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  it('to hardware of the board that protects nothing must be asked for', async () => {
    writeBoard(folder);
    const onBoard = ['--target', 'uio', '--root', folder];
    const refused = await regs('write', 'control.enable', '1', ...onBoard);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('AEAD engine is xor, which protects nothing');
    expect(refused.stderr).toContain('--insecure');
    expect(wordIn(join(folder, 'dev/uio1'), 'control')).toBe(0);
    expect((await regs('write', 'control.enable', '1', '--insecure', ...onBoard)).exitCode).toBe(0);
    expect(wordIn(join(folder, 'dev/uio1'), 'control')).toBe(1);
  });
});

describe('keyturn regs dump', () => {
  it('shows every register that a read leaves as it is, by fields, of a simulated station too', async () => {
    const { stdout, exitCode } = await regs('dump', '--target', 'sim', '--role', 'follower', '--slots', '3');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('a simulated follower with 3 slots: follower, 3 slots, xor (protects nothing); map 4.0, build 0x00000000');
    expect(stdout).toMatch(/^0x00c +status +0x01000000$/m);
    expect(stdout).toMatch(/^ +\.pushReady +1$/m);
    expect(stdout).not.toContain('receiveData');
    expect(stdout).not.toContain('transmitKey');
  });

  it('of a simulated station with the engine that is named', async () => {
    const { stdout } = await regs('dump', '--target', 'sim', '--engine', 'ascon-aead128');
    expect(stdout).toContain('a simulated initiator with 2 slots: initiator, 2 slots, ascon-aead128; map 4.0');
  });

  it('--json has the hardware, and each register with its fields', async () => {
    const { target, hardware, registers } = JSON.parse((await regs('dump', '--json', ...onFile)).stdout);
    expect(target).toBe(file);
    expect(hardware).toMatchObject({ role: 'follower', slots: 3, buildId: 0xc0de_1234, mapVersion: { major: 4, minor: 0 } });
    expect(registers.status).toMatchObject({ offset: 0xc, value: 0x0156_0039, fields: { currentKeyId: 6, nextKeyId: 5, pushReady: 1 } });
    expect(registers.transmitSpace).toEqual({ offset: 0x94, value: 1024 });
  });
});

describe('keyturn regs watch', () => {
  it('shows what changes, and ends when it is interrupted', async () => {
    const watching = execa('node', ['bin/keyturn.js', 'regs', 'watch', 'status', 'control', '--json', '--interval', '1', ...onFile]);
    const lines: unknown[] = [];
    for await (const line of watching) {
      lines.push(JSON.parse(line));
      // once both are shown
      if (lines.length === 2) await regs('write', 'control.enable', '1', ...onFile);
      if (lines.length === 3) watching.kill('SIGINT');
    }
    expect(lines).toEqual([
      { name: 'status', value: 0x0156_0039 },
      { name: 'control', value: 0 },
      { name: 'control', value: 1, before: 0 },
    ]);
    expect((await watching).exitCode).toBe(0);
  });

  it('ends after so many rounds, as lines where there is no terminal', async () => {
    const { stdout, exitCode } = await regs('watch', 'status', '--interval', '0', '--rounds', '3', ...onFile);
    expect({ stdout, exitCode }).toEqual({ stdout: 'status 0x01560039\n', exitCode: 0 });
  });
});

describe('keyturn regs of the other pages', () => {
  const MAC = { 16: 5, 48: 0xffff_fffe };
  const MAILBOX = { 20: 64, 48: 0b11, 52: 0 };
  let pages: string;
  let onPages: readonly string[];
  beforeEach(() => {
    pages = join(folder, 'pages');
    writePages(pages, { mac: MAC, host: MAILBOX, network: MAILBOX });
    onPages = ['--target', 'file', '--file', pages];
  });
  /** The word of a page. */
  const word = (page: number, offset: number): number => readFileSync(pages).readUInt32LE(page * WINDOW + offset);

  it('list has their registers, without any hardware', async () => {
    const { stdout, exitCode } = await regs('list', '--page', 'mac');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^0x028 +fcsError +ro/m);
    expect(stdout).not.toContain('obsoleteTimeout');
    expect(JSON.parse((await regs('list', '--page', 'network', '--json')).stdout).registers[0].afterReset).toBe(0x4b54_4d31);
  });

  it('read takes their names and fields, each page where it stands', async () => {
    expect(JSON.parse((await regs('read', '--page', 'mac', 'sent', 'received', '0x010', '--json', ...onPages)).stdout)).toEqual({
      sent: 0xffff_fffe,
      received: 5,
    });
    expect((await regs('read', '--page', 'network', 'interruptStatus.space', 'receiveLength', ...onPages)).stdout).toMatch(
      /^interruptStatus\.space +1\nreceiveLength +0x00000040 +64\n$/,
    );
  });

  it('write reaches one page and no other', async () => {
    const before = readFileSync(pages);
    expect(await regs('write', '--page', 'host', 'interruptEnable.space', '1', ...onPages)).toEqual({
      stdout: '',
      stderr: '',
      exitCode: 0,
    });
    expect([word(PAGE_INDEX.host, 0x034), word(PAGE_INDEX.network, 0x034)]).toEqual([0b10, 0]);
    before.writeUInt32LE(0b10, PAGE_INDEX.host * WINDOW + 0x034);
    expect(readFileSync(pages).equals(before)).toBe(true);
  });

  it('dump leaves frames where they are, says what it reads, and has it for programs', async () => {
    const { stdout } = await regs('dump', '--page', 'host', ...onPages);
    expect(stdout).toContain(`${pages} from octet 1048576 on: a frame mailbox; map 4.0\n`);
    expect(stdout).toMatch(/^ +\.received +1$/m);
    expect(stdout).not.toMatch(/receiveData|transmitCommit/);
    const { page, hardware, registers } = JSON.parse((await regs('dump', '--page', 'mac', '--json', ...onPages)).stdout);
    expect({ page, hardware }).toEqual({ page: 'mac', hardware: { mapVersion: { major: 4, minor: 0 } } });
    expect(registers.sent).toEqual({ offset: 0x30, value: 0xffff_fffe });
  });

  it('watch shows them', async () => {
    const { stdout } = await regs('watch', '--page', 'mac', 'received', 'runt', '--interval', '0', '--rounds', '2', ...onPages);
    expect(stdout).toBe('received 0x00000005\nrunt 0x00000000\n');
  });

  it('through UIO each is a device of its own, in physical memory each behind the peer', async () => {
    writeBoard(folder);
    mkdirSync(join(folder, 'sys/class/uio/uio7'), { recursive: true });
    writeFileSync(join(folder, 'dev/uio7'), readFileSync(pages).subarray(PAGE_INDEX.mac * WINDOW));
    writeFiles(folder, {
      'sys/class/uio/uio7/name': 'keyturn-mac',
      'sys/class/uio/uio7/maps/map0/addr': '0x43d02000',
      'sys/class/uio/uio7/maps/map0/size': '0x00001000',
    });
    writeFileSync(join(folder, 'dev/mem'), readFileSync(pages));
    const uio = ['--target', 'uio', '--root', folder];
    for (const target of [uio, [...uio, '--device', 'uio7'], ['--target', 'devmem', '--base', '0', '--root', folder]]) {
      const { stdout, stderr } = await regs('read', '--page', 'mac', 'received', '--json', ...target);
      expect({ stderr, ...JSON.parse(stdout) }).toEqual({ stderr: '', received: 5 });
    }
    // counters have no interrupt to wait for
    const { stdout } = await regs('watch', '--page', 'mac', 'sent', '--interval', '1', '--rounds', '2', ...uio);
    expect(stdout).toBe('sent 0xfffffffe\n');
    const { exitCode, stderr } = await regs('read', '--page', 'network', 'receiveLength', ...uio);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('there is no UIO device called keyturn-network, only uio0 (other), uio1 (keyturn), uio7 (keyturn-mac)');
  });

  it('are of the target that the option for its place says', async () => {
    const { stdout, exitCode } = await regs('read', 'buildId', '--file', pages);
    expect({ stdout, exitCode }).toEqual({ stdout: 'buildId  0xc0de1234  3235779124\n', exitCode: 0 });
    const { stderr } = await regs('read', 'buildId', '--target', 'uio', '--file', pages);
    expect(stderr).toContain('--file names a place for --target file, found --target uio: leave one of them out');
  });

  it('a simulated board has those of its way to the wire', async () => {
    const { stdout } = await regs('dump', '--page', 'mac', '--target', 'sim');
    expect(stdout).toContain('page mac of a simulated initiator with 2 slots: a MAC; map 4.0');
    const { stderr, exitCode } = await regs('dump', '--page', 'mac', '--target', 'sim', '--wire', 'fifo');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the way fifo to the wire has no page mac: choose --wire gmii or rmii');
  });

  it.each([
    ['a page that is none', 2, ['read', '--page', 'phy', 'sent'], 'Allowed choices are peer, host, network, mac'],
    ['a register of another page', 2, ['read', '--page', 'mac', 'status'], 'there is no register status'],
    ['a slip', 2, ['read', '--page', 'mac', 'recieved'], 'there is no register recieved: did you mean received?'],
    ['a write of a counter', 2, ['write', '--page', 'mac', 'sent', '0'], 'sent is read-only'],
    ['a watch of what a read takes away', 2, ['watch', '--page', 'host', 'receiveData'], "receiveData can't be watched"],
    ['a read of what is only written', 2, ['read', '--page', 'host', 'transmitData'], 'transmitData is write-only'],
    ['a length too wide', 2, ['write', '--page', 'host', 'transmitCommit', '8192'], 'transmitCommit: 8192 does not fit: expected 13 bits'],
    ['a window of the peer alone', 2, ['dump', '--page', 'mac', '--file', 'WINDOW'], '4096 from offset 1056768 on are needed'],
    ['a page where another is', 1, ['dump', '--page', 'host', '--offset', '8192'], 'is 0x4b544531 (a MAC), expected 0x4b544d31'],
    ['a place of another target', 2, ['dump', '--base', '0x43c00000'], '--base names a place for --target devmem, found --target file'],
    ['another build', 1, ['dump', '--page', 'mac', '--build-id', '1'], 'build id of the hardware is 0xc0de1234, expected 0x00000001'],
  ])('refuse %s, and touch nothing', async (_, exit, args, message) => {
    const before = readFileSync(pages);
    const { stdout, stderr, exitCode } = await regs(
      args[0] ?? '',
      ...onPages,
      ...args.slice(1).map((arg) => (arg === 'WINDOW' ? file : arg)),
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: exit });
    expect(stderr).toContain(message);
    expect(readFileSync(pages).equals(before)).toBe(true);
  });
});

describe('keyturn regs of hardware with many relations', () => {
  let station: string;
  let onStation: readonly string[];
  beforeEach(() => {
    station = join(folder, 'station');
    writeWindow(station, { capabilities: 0x0201_0013 });
    const page = readFileSync(station);
    const pages = Buffer.concat([page, page, page]);
    // whose it is: the destination's last octets
    for (const relation of [0, 1, 2]) pages.writeUInt32LE(0x100 + relation, relation * WINDOW + 0x024);
    writeFileSync(station, pages);
    onStation = ['--target', 'file', '--file', station];
  });

  it('--relation names the page that is read and written', async () => {
    const read = async (...args: readonly string[]) => JSON.parse((await regs('read', 'destinationLow', '--json', ...args)).stdout);
    expect(await read(...onStation)).toEqual({ destinationLow: 0x100 });
    expect(await read('--relation', '2', ...onStation)).toEqual({ destinationLow: 0x102 });
    await regs('write', 'vlanTci', '5', '--relation', '1', ...onStation);
    expect([0, 1, 2].map((relation) => readFileSync(station).readUInt32LE(relation * WINDOW + 0x030))).toEqual([0, 5, 0]);
    expect((await regs('read', 'frameIdBase', '--relation', '1', ...onStation)).exitCode).toBe(0);
    expect((await regs('dump', '--relation', '1', ...onStation)).stdout).toMatch(/framesRefused/);
  });

  it.each([
    ['a relation that there is not', ['--relation', '3'], 'station has 12288 octets: 16384 from offset 0 on are needed'],
    ['more than a station can have', ['--relation', '256'], 'there is no relation 256: a station has at most 256, numbered from 0'],
    ['the page of something else', ['--relation', '1', '--page', 'host'], '--relation names the page of a relation, found --page host'],
  ])('refuses %s', async (_, args, message) => {
    const { stdout, stderr, exitCode } = await regs('dump', ...onStation, ...args);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toContain(message);
  });

  it('refuses a page that the hardware says it has not, though there is memory, before it touches that', async () => {
    const one = join(folder, 'one');
    writeFileSync(one, readFileSync(station));
    const octets = readFileSync(one);
    octets.writeUInt32LE(0x0101_0013, 0x004);
    writeFileSync(one, octets);
    const { stderr } = await regs('dump', '--relation', '2', '--file', one);
    expect(stderr).toContain('there is no relation 2: the hardware has 2, numbered from 0');
    octets.writeUInt32LE(0x0001_0013, 0x004);
    writeFileSync(one, octets);
    expect((await regs('dump', '--relation', '1', '--file', one)).stderr).toContain(
      'there is no relation 1: the hardware has 1, numbered from 0',
    );
  });

  it('has a simulated one', async () => {
    const { stdout } = await regs('read', 'capabilities.moreRelations', 'frameIdBase', '--relation', '2', '--target', 'sim', '--json');
    expect(JSON.parse(stdout)).toEqual({ 'capabilities.moreRelations': 2, frameIdBase: 0x8000 });
  });
});

describe('keyturn regs export', () => {
  it('writes a whole file, or none', async () => {
    const header = join(folder, 'keyturn.h');
    expect(await regs('export', '--format', 'c', '--out', header)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    expect(readFileSync(header, 'utf8')).toContain('#define KEYTURN_STATUS_OFFSET 0x00cu');
    expect((await regs('export', '--format', 'c', '--out', join(folder, 'no', 'where.h'))).exitCode).toBe(2);
    expect((await regs('export', '--format', 'device-tree', '--board', 'zybo-z7-10')).stdout).toContain('reg = <0x43c00000 0x1000>;');
    const { exitCode, stderr } = await regs('export', '--format', 'device-tree', '--board', 'zybo', '--out', join(folder, 'x.dtso'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no board zybo: ');
    expect(existsSync(join(folder, 'x.dtso'))).toBe(false);
    expect((await regs('export', '--format', 'systemrdl')).stdout).toContain('addrmap keyturn {');
    expect(JSON.parse((await regs('export', '--format', 'json')).stdout).registers).toHaveLength(PAGE_REGISTERS.length);
  });
});

describe('keyturn regs export of a station', () => {
  it.each([
    [[], '1000', ['keyturn-host@43d00000', 'keyturn-network@43d01000', 'keyturn@43c00000']],
    [['--relations', '5'], '5000', ['keyturn-host@43d00000', 'keyturn-network@43d01000', 'keyturn@43c00000']],
    [['--relations', '256', '--wire', 'gmii'], '100000', ['keyturn-host@43d00000', 'keyturn-mac@43d02000', 'keyturn@43c00000']],
  ] as const)('describes every page, as the device-tree compiler reads it: %j', async (flags, octets, nodes) => {
    const file = join(folder, 'station.dtso');
    const { exitCode } = await regs('export', '--format', 'device-tree', ...flags, '--out', file);
    expect(exitCode).toBe(0);
    const blob = join(folder, 'station.dtbo');
    expect(spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', blob, file], { encoding: 'utf8' })).toMatchObject({
      stderr: '',
      status: 0,
    });
    const within = '/fragment@1/__overlay__';
    const found = execFileSync('fdtget', ['-l', blob, within], { encoding: 'utf8' }).trim().split('\n');
    expect(found.sort()).toEqual([...nodes].sort());
    const get = (type: string, node: string, property: string): string =>
      execFileSync('fdtget', ['-t', type, blob, `${within}/${node}`, property], { encoding: 'utf8' }).trim();
    // the relations behind the base, and 1 MiB behind it a page of each of the others
    expect(get('x', 'keyturn@43c00000', 'reg')).toBe(`43c00000 ${octets}`);
    for (const node of nodes.slice(0, 2)) expect(get('x', node, 'reg')).toBe(`${node.split('@')[1]} 1000`);
    expect(get('s', 'keyturn@43c00000', 'compatible')).toMatch(/^keyturn,station-/);
    expect(get('u', 'keyturn-host@43d00000', 'interrupts')).toBe('0 30 4');
  });

  it.each(['c', 'systemrdl', 'markdown', 'json'])('has the same registers in each page, however many there are: %s', async (format) => {
    const of = async (...relations: readonly string[]) => (await regs('export', '--format', format, ...relations)).stdout;
    expect(await of('--relations', '2')).toBe(await of());
    if (format === 'markdown') expect(await of()).toBe(readFileSync(new URL('../../docs/registers.md', import.meta.url), 'utf8'));
  });

  it.each(['0', '257', 'some'])('there is none of %s relations', async (count) => {
    const { exitCode, stderr } = await regs('export', '--format', 'device-tree', '--relations', count);
    expect({ exitCode, said: stderr.includes(`--relations ${count}`) }).toEqual({ exitCode: 2, said: true });
  });
});

describe('keyturn regs refuses, explains, and touches nothing', () => {
  it.each([
    ['an unknown register', 2, ['read', 'statsu'], 'there is no register statsu: did you mean status?'],
    ['an unknown field', 2, ['write', 'control.enabled', '1'], 'register control has no field enabled: did you mean enable?'],
    ['a value too wide', 2, ['write', 'vlanTci', '0x10000'], 'vlanTci: 0x10000 does not fit: expected 16 bits'],
    ['an offset within a word', 2, ['read', '0x002'], 'register offset 0x002 is not on a word'],
    ['an offset without a register', 2, ['read', '0x0e0'], 'there is no register at offset 0x0e0'],
    ['a read of a key', 2, ['read', 'status', 'receiveKey'], 'receiveKey is write-only'],
    ['a write of a state', 2, ['write', 'status', '1'], 'status is read-only'],
    ['no value', 2, ['write', 'control'], 'control needs one value'],
    ['two values', 2, ['write', 'control', '1', '--from', '-'], 'control needs one value'],
    ['a value file that is not there', 2, ['write', 'control', '--from', 'nowhere'], 'nowhere: no such file or folder'],
    ['a watch of what a read takes away', 2, ['watch', 'receiveData'], "receiveData can't be watched: a read takes its value away"],
    ['an interval that is no number', 2, ['watch', '--interval', 'soon'], '--interval soon is no number'],
    ['another build', 1, ['read', 'status', '--build-id', '0x00000001'], 'build id of the hardware is 0xc0de1234, expected 0x00000001'],
    ['a build id that is none', 2, ['read', 'status', '--build-id', 'latest'], '--build-id latest is no number'],
    [
      'a system without physical memory',
      1,
      ['dump', '--target', 'devmem', '--base', '0x43c00000', '--root', '/nowhere'],
      '/nowhere/dev/mem does not exist: run as root',
    ],
    ['an unknown target', 2, ['dump', '--target', 'jtag'], 'Allowed choices are uio, devmem, file, sim'],
    ['physical memory without an address', 2, ['dump', '--target', 'devmem'], 'give it with --base'],
    ['an address within a page', 2, ['dump', '--target', 'devmem', '--base', '0x43c00004'], 'base address 0x43c00004 is not on a page'],
    ['an offset that leaves too little', 2, ['dump', '--offset', '4'], 'has 4096 octets'],
  ])('%s', async (_, exit, args, message) => {
    const before = readFileSync(file);
    const { stdout, stderr, exitCode } = await regs(args[0] ?? '', ...(args.includes('--target') ? [] : onFile), ...args.slice(1));
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: exit });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(readFileSync(file)).toEqual(before);
  });

  it('a file that is no window of ours, naming both sides', async () => {
    writeFiles(folder, { window: 'B'.repeat(WINDOW) });
    const { stdout, stderr, exitCode } = await regs('dump', ...onFile);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toContain('identification register is 0x42424242, expected 0x4b545231');
  });

  it('another map, naming both sides', async () => {
    writeWindow(file, { mapVersion: 0x0005_0001 });
    const { stderr, exitCode } = await regs('dump', ...onFile);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('register map of the hardware is version 5.1, expected version 4.0 or a later minor one');
  });
});

it('without koffi a file still works, and mapped registers say what is missing', async () => {
  const [preload, hook] = [join(folder, 'preload.mjs'), join(folder, 'hook.mjs')];
  writeFileSync(preload, `import { register } from 'node:module';\nregister('./hook.mjs', import.meta.url);\n`);
  writeFileSync(
    hook,
    `export async function resolve(specifier, context, next) {
  if (specifier === 'koffi') throw Object.assign(new Error("Cannot find package 'koffi'"), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(specifier, context);
}
`,
  );
  const run = (...args: readonly string[]) => execa('node', ['--import', preload, 'bin/keyturn.js', 'regs', ...args], { reject: false });
  writeBoard(folder);
  const [plain, mapped] = await Promise.all([run('read', 'buildId', ...onFile), run('read', 'buildId', '--root', folder)]);
  expect({ stdout: plain.stdout, exitCode: plain.exitCode }).toEqual({ stdout: 'buildId  0xc0de1234  3235779124', exitCode: 0 });
  expect(mapped.exitCode).toBe(1);
  expect(mapped.stderr).toContain('mapped registers need the package koffi');
  expect(mapped.stderr).toContain('npm ci --include=optional');
  expect(mapped.stderr).not.toMatch(/\n {4}at /);
});
