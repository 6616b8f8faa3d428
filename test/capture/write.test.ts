/** What we write: our reader reads it back, and Wireshark's tools accept it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../capture/read.ts';
import { pcapngHeader, pcapngPacket } from '../../capture/write.ts';
import { generateTraffic } from '../../sim/traffic/generate.ts';
import { fileOf } from './capture-files.ts';

const CAPTURE = fileURLToPath(new URL('../../../shared/data/captures/cisagov_profinet_io_cm_mixed_1.pcap', import.meta.url));

const packet = fc.record({
  interface: fc.nat(2),
  timestampNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  data: fc.uint8Array({ maxLength: 80 }),
  comment: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
});

it('what is written is read back', () => {
  const names = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 3, maxLength: 4 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), names, fc.array(packet), (application, interfaces, packets) => {
      const blocks = packets.map((one) => pcapngPacket(one.interface, one.timestampNs, one.data, one.comment));
      expect(readCapture(fileOf(pcapngHeader(application, interfaces), ...blocks))).toEqual({
        format: 'pcapng',
        interfaces: interfaces.map((name) => ({ name })),
        packets: packets.map(({ comment: _, ...rest }) => ({ ...rest, originalLength: rest.data.length })),
      });
    }),
  );
});

it('reads from a view into a larger buffer, as readFile gives it', () => {
  const file = fileOf(pcapngHeader('test', ['eth0']), pcapngPacket(0, 5n, Uint8Array.of(1, 2, 3)));
  const buffer = Buffer.concat([Buffer.from([9, 9, 9]), file]).subarray(3);
  expect(readCapture(buffer)).toEqual(readCapture(file));
});

describe('Wireshark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-capture-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'written.pcapng');
  const { initiatorToFollower } = generateTraffic(1);
  const { source, destination } = initiatorToFollower;
  const frame = Uint8Array.of(...destination, ...source, 0x88, 0x92, 0x80, 0x00, ...initiatorToFollower.frame(0).cSdu, 0, 1, 0x35, 0);
  writeFileSync(
    path,
    fileOf(
      pcapngHeader('Keyturn test', ['there', 'back']),
      pcapngPacket(0, 1_000_000_001n, frame),
      pcapngPacket(1, 2_000_000_000n, frame, 'forged'),
    ),
  );
  const ask = (tool: string, ...args: readonly string[]): string | undefined => {
    const { stdout, stderr, error, status } = spawnSync(tool, args, { encoding: 'utf8' });
    if (error !== undefined) return undefined;
    return status === 0 ? stdout : `${tool} ended with ${status}: ${stderr}`;
  };

  it('capinfos finds the file whole: interfaces, packets, nanoseconds', ({ skip }) => {
    const facts = ask('capinfos', '-M', path);
    if (facts === undefined) return skip('capinfos is not installed (Debian package wireshark-common)');
    expect(facts).toMatch(/File type: .*pcapng/);
    expect(facts).toMatch(/Number of packets: +2\n/);
    expect(facts).toMatch(/Number of interfaces in file: 2\n/);
    expect(facts).toMatch(/nanoseconds \(9\)/);
    expect(facts).toMatch(/Capture application: +Keyturn test\n/);
  });

  it('tshark reads interface, time, PROFINET frame and comment', ({ skip }) => {
    const fields = ['frame.interface_name', 'frame.time_epoch', 'pn_rt.frame_id', 'frame.comment'].flatMap((field) => ['-e', field]);
    const rows = ask('tshark', '-r', path, '-T', 'fields', '-E', 'separator=|', ...fields);
    if (rows === undefined) return skip('tshark is not installed (Debian package tshark)');
    // versions of tshark print the FrameID in decimal or hexadecimal
    const read = rows
      .trim()
      .split('\n')
      .map((row) => row.split('|').map((cell, column) => (column === 2 ? Number(cell) : cell)));
    expect(read).toEqual([
      ['there', '1.000000001', 0x8000, ''],
      ['back', '2.000000000', 0x8000, 'forged'],
    ]);
  });

  it('our reader counts in the capture of real hardware what capinfos counts', ({ skip }) => {
    if (!existsSync(CAPTURE)) return skip('../shared/data is not here: the capture of real hardware is not part of the project');
    const facts = ask('capinfos', '-M', '-c', '-d', CAPTURE);
    if (facts === undefined) return skip('capinfos is not installed (Debian package wireshark-common)');
    const { packets } = readCapture(readFileSync(CAPTURE));
    expect(facts).toMatch(new RegExp(`Number of packets: +${packets.length}\n`));
    expect(facts).toMatch(new RegExp(`Data size: +${packets.reduce((sum, one) => sum + one.originalLength, 0)} bytes`));
  });
});
