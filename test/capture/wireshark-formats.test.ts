/** A capture of real hardware in every format that Wireshark's tools turn it into: the same packets, as capinfos counts them. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CapturedPacket } from '../../capture/capture.ts';
import { captureFile } from '../../capture/read.ts';
import { readAll } from './capture-files.ts';

const CAPTURE = fileURLToPath(new URL('../../../shared/data/captures/cisagov_profinet_io_cm_mixed_1.pcap', import.meta.url));
const isHere = existsSync(CAPTURE);
if (!isHere) process.stderr.write('../shared/data is not here: the capture of real hardware is not part of the project\n');

const folder = mkdtempSync(join(tmpdir(), 'keyturn-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const read = async (path: string) => readAll(captureFile(path));

/** The real capture by our reader, which another test compares with capinfos. */
let real: readonly CapturedPacket[] = [];
beforeAll(async () => {
  if (isHere) real = (await read(CAPTURE)).packets;
});

describe.skipIf(!isHere)('N8: the capture of real hardware', () => {
  it.each(['pcap', 'nsecpcap', 'modpcap', 'pcapng'])('as %s, by editcap', async (format) => {
    await execa('editcap', ['-F', format, CAPTURE, at(format)]);
    expect((await read(at(format))).packets).toEqual(real);
  });

  it('by gzip', async () => {
    writeFileSync(at('real.pcap.gz'), gzipSync(readFileSync(CAPTURE)));
    expect((await read(at('real.pcap.gz'))).packets).toEqual(real);
  });

  it('with comments, by editcap', async () => {
    await execa('editcap', ['-F', 'pcapng', '-a', '2:lost', '-a', '3:replayed', CAPTURE, at('comments')]);
    const { packets } = await read(at('comments'));
    expect(packets.slice(0, 4).map(({ comments }) => comments)).toEqual([[], ['lost'], ['replayed'], []]);
  });

  it('twice, as two interfaces, by mergecap', async () => {
    await execa('mergecap', ['-F', 'pcapng', '-I', 'none', '-w', at('merged'), CAPTURE, CAPTURE]);
    const { packets, interfaces } = await read(at('merged'));
    expect(interfaces.length).toBe(2);
    for (const index of [0, 1])
      expect(packets.filter((one) => one.interface === index)).toEqual(real.map((one) => ({ ...one, interface: index })));
  });

  it('cut to a snap length, by editcap: each packet still knows how long it was', async () => {
    await execa('editcap', ['-F', 'pcap', '-s', '40', CAPTURE, at('snap')]);
    expect((await read(at('snap'))).packets).toEqual(real.map((one) => ({ ...one, data: one.data.slice(0, 40) })));
  });

  it('cut in the middle of a packet: as many packets as capinfos counts, and it complains too', async () => {
    writeFileSync(at('cut'), readFileSync(CAPTURE).subarray(0, 100_000));
    const { packets, leftOut } = await read(at('cut'));
    expect(leftOut).toBe('packets cut off by the end of the file: 1');
    const { stdout, stderr } = await execa('capinfos', ['-M', '-c', at('cut')], { reject: false });
    expect(stderr).toMatch(/cut short in the middle of a packet/);
    expect(stdout).toMatch(new RegExp(`Number of packets: +${packets.length}\\b`));
  });
});
