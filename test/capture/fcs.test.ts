/** Frames that were recorded with their FCS: it is cut off by what the file says, as tshark does. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { captureOf, fileOf, pcapFile, pcapngBlocks, readAll } from './capture-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-fcs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FCS = [0xde, 0xad, 0xbe, 0xef];
/** Cycle counter 0x1234, data status 0x35. */
const FRAME = Uint8Array.of(
  2,
  0,
  0,
  0,
  0,
  2,
  2,
  0,
  0,
  0,
  0,
  1,
  0x88,
  0x92,
  0x80,
  0x00,
  ...new Uint8Array(40).fill(0x80),
  0x12,
  0x34,
  0x35,
  0,
);
const WITH_FCS = Uint8Array.of(...FRAME, ...FCS);
const { section, networkInterface, packet, simplePacket } = pcapngBlocks(true);
/** epb_flags, bits 5 to 8. */
const flags = (fcsOctets: number): readonly [number, Uint8Array] => [2, Uint8Array.of(fcsOctets << 5, fcsOctets >> 3, 0, 0)];
const pcap = (linkType: number, data: Uint8Array, originalLength = data.length): Uint8Array =>
  pcapFile({ littleEndian: true, nanoseconds: false, linkType }, [{ seconds: 0, fraction: 0, data, originalLength }]);

describe('N7: frames with their FCS', () => {
  const FILES = [
    { what: 'pcapng, if_fcslen 4', file: fileOf(section(), networkInterface({ fcsOctets: 4 }), packet(0, 0n, WITH_FCS)) },
    { what: 'pcapng, if_fcslen 4, simple packet', file: fileOf(section(), networkInterface({ fcsOctets: 4 }), simplePacket(WITH_FCS)) },
    {
      what: 'pcapng, epb_flags',
      file: fileOf(section(), networkInterface(), packet(0, 0n, WITH_FCS, WITH_FCS.length, [flags(4)])),
    },
    { what: 'pcap, link field 0x24000001', file: pcap(0x2400_0001, WITH_FCS) },
    { what: 'pcap without FCS, link field 1', file: pcap(1, FRAME) },
    { what: 'pcap, link field without the bit that its FCS length counts', file: pcap(0x2000_0001, FRAME) },
  ];

  it.each(FILES)('$what: the data and their length on the wire are those of the frame alone', async ({ file }) => {
    const { packets } = await readAll(captureOf(file));
    expect(packets).toMatchObject([{ data: FRAME, originalLength: FRAME.length }]);
  });

  it.each(FILES.filter(({ what }) => /if_fcslen 4$|epb_flags|0x24000001/.test(what)))(
    '$what: tshark finds the same cycle counter',
    async ({ what, file }) => {
      const path = join(folder, `${what.replaceAll(/\W/g, '-')}.cap`);
      writeFileSync(path, file);
      const { stdout } = await execa('tshark', ['-r', path, '-T', 'fields', '-e', 'pn_rt.cycle_counter', '-e', 'pn_rt.ds']);
      const [counter, status] = stdout.split('\t').map(Number);
      expect({ counter, status }).toEqual({ counter: 0x1234, status: 0x35 });
    },
  );

  it('a frame that was cut within its FCS is whole, and one that was cut before is not', async () => {
    const cut = async (captured: number) => (await readAll(captureOf(pcap(0x2400_0001, WITH_FCS.slice(0, captured), 64)))).packets;
    expect(await cut(62)).toMatchObject([{ data: FRAME, originalLength: 60 }]);
    expect(await cut(60)).toMatchObject([{ data: FRAME, originalLength: 60 }]);
    expect(await cut(59)).toMatchObject([{ data: FRAME.slice(0, 59), originalLength: 60 }]);
  });
});
