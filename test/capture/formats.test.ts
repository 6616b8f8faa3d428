import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureOf, FileBuilder, fileOf, pcapFile, pcapngBlocks, readAll } from './capture-files.ts';

const FRAME = Uint8Array.from({ length: 61 }, (_, index) => 3 * index);
const OTHER = Uint8Array.of(1, 2, 3);
const readCapture = (file: Uint8Array) => readAll(captureOf(file));
/** Of a packet without any. */
const comments: readonly string[] = [];

describe('pcap', () => {
  for (const littleEndian of [true, false]) {
    for (const nanoseconds of [true, false]) {
      it(`${littleEndian ? 'little' : 'big'} endian, ${nanoseconds ? 'ns' : 'µs'}`, async () => {
        const capture = await readCapture(
          pcapFile({ littleEndian, nanoseconds }, [
            { seconds: 0xfedc_ba98, fraction: 999_999, data: FRAME, originalLength: 61 },
            { seconds: 0, fraction: 1, data: OTHER, originalLength: 1500 },
          ]),
        );
        const unit = nanoseconds ? 1n : 1000n;
        expect(capture).toEqual({
          interfaces: [{ name: '', linkType: 1 }],
          leftOut: '',
          packets: [
            { interface: 0, timestampNs: 0xfedc_ba98n * 1_000_000_000n + 999_999n * unit, data: FRAME, originalLength: 61, comments },
            { interface: 0, timestampNs: unit, data: OTHER, originalLength: 1500, comments },
          ],
        });
      });
    }
  }

  it('of another link type is refused by name', async () => {
    const file = pcapFile({ littleEndian: true, nanoseconds: false, linkType: 105 }, []);
    await expect(readCapture(file)).rejects.toThrow(
      'line.pcapng: not a usable capture: link type 105, expected Ethernet (1) at octet 20; record on an Ethernet interface',
    );
  });
});

describe('pcapng', () => {
  for (const littleEndian of [true, false]) {
    const { section, networkInterface, packet, simplePacket, block } = pcapngBlocks(littleEndian);

    describe(littleEndian ? 'little endian' : 'big endian', () => {
      it.each([
        { unit: 'µs, without if_tsresol', resolution: undefined, units: 7n, ns: 7000n },
        { unit: 'ms', resolution: 3, units: 7n, ns: 7_000_000n },
        { unit: 'ns', resolution: 9, units: 0x1_0000_0007n, ns: 0x1_0000_0007n },
        { unit: 'ps', resolution: 12, units: 7_999n, ns: 7n },
        { unit: '1/1024 s', resolution: 0x80 | 10, units: 1024n + 512n, ns: 1_500_000_000n },
        { unit: '2^-32 s', resolution: 0x80 | 32, units: 3n << 31n, ns: 1_500_000_000n },
      ])('timestamps in $unit', async ({ resolution, units, ns }) => {
        const description = networkInterface(resolution === undefined ? {} : { resolution });
        const { packets } = await readCapture(fileOf(section(), description, packet(0, units, FRAME)));
        expect(packets).toEqual([{ interface: 0, timestampNs: ns, data: FRAME, originalLength: 61, comments }]);
      });

      it('several interfaces, each with its own resolution; what is not Ethernet is left out, and counted', async () => {
        const capture = await readCapture(
          fileOf(
            section(),
            networkInterface({ name: 'controller', resolution: 9 }),
            networkInterface({ name: 'radio', linkType: 105 }),
            networkInterface({ name: 'Gerät', resolution: 6 }),
            packet(2, 5n, OTHER, 99),
            packet(1, 5n, FRAME),
            packet(0, 5n, FRAME),
          ),
        );
        expect(capture).toEqual({
          interfaces: [
            { name: 'controller', linkType: 1 },
            { name: 'radio', linkType: 105 },
            { name: 'Gerät', linkType: 1 },
          ],
          leftOut: 'packets of link type 105, which is not Ethernet: 1',
          packets: [
            { interface: 2, timestampNs: 5000n, data: OTHER, originalLength: 99, comments },
            { interface: 0, timestampNs: 5n, data: FRAME, originalLength: 61, comments },
          ],
        });
      });

      it('simple packets: of the first interface, without time, cut to its snap length', async () => {
        const whole = await readCapture(fileOf(section(), networkInterface(), simplePacket(FRAME)));
        expect(whole.packets).toEqual([{ interface: 0, timestampNs: 0n, data: FRAME, originalLength: 61, comments }]);
        const cut = await readCapture(fileOf(section(), networkInterface({ snapLength: 20 }), simplePacket(FRAME.slice(0, 20), 61)));
        expect(cut.packets).toEqual([{ interface: 0, timestampNs: 0n, data: FRAME.slice(0, 20), originalLength: 61, comments }]);
      });

      it('blocks of other kinds are passed over', async () => {
        const statistics = block(5, (file) => file.u32(0, 0, 0));
        const { packets } = await readCapture(fileOf(section(), networkInterface(), statistics, packet(0, 1n, OTHER), statistics));
        expect(packets.map(({ data }) => data)).toEqual([OTHER]);
      });
    });
  }

  it('a new section may have another octet order, and numbers its interfaces anew', async () => {
    const [little, big] = [pcapngBlocks(true), pcapngBlocks(false)];
    const { interfaces, packets } = await readCapture(
      fileOf(
        little.section(),
        little.networkInterface({ name: 'one' }),
        little.packet(0, 1n, OTHER),
        big.section(),
        big.networkInterface({ name: 'two', resolution: 9 }),
        big.packet(0, 2n, FRAME),
      ),
    );
    expect(interfaces.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(packets).toEqual([
      { interface: 0, timestampNs: 1000n, data: OTHER, originalLength: 3, comments },
      { interface: 1, timestampNs: 2n, data: FRAME, originalLength: 61, comments },
    ]);
  });

  it('without an Ethernet interface is refused', async () => {
    const { section, networkInterface } = pcapngBlocks(true);
    await expect(readCapture(fileOf(section(), networkInterface({ linkType: 105 })))).rejects.toThrow('no Ethernet interface');
  });
});

describe('N8: what tshark reads', () => {
  const { section, networkInterface, packet, oldPacket } = pcapngBlocks(true);
  const file = fileOf(section(), networkInterface(), packet(0, 1n, FRAME), packet(0, 2n, OTHER));

  it('the obsolete packet block of type 2', async () => {
    const { packets } = await readCapture(fileOf(section(), networkInterface(), networkInterface(), oldPacket(1, 7n, FRAME, 99)));
    expect(packets).toEqual([{ interface: 1, timestampNs: 7000n, data: FRAME, originalLength: 99, comments }]);
  });

  it('gzip, also of several members, and one that is cut off as far as it goes', async () => {
    const whole = await readCapture(file);
    expect(await readCapture(gzipSync(file))).toEqual(whole);
    expect(await readAll(captureOf(gzipSync(file), 'pieces', 1))).toEqual(whole);
    expect(await readCapture(fileOf(gzipSync(file.subarray(0, 50)), gzipSync(file.subarray(50))))).toEqual(whole);
    const stored = gzipSync(file, { level: 0 });
    const { packets, leftOut } = await readCapture(stored.subarray(0, stored.length - 30));
    expect(packets.map(({ data }) => data)).toEqual([FRAME]);
    expect(leftOut).toBe('packets cut off by the end of the file: 1');
  });

  it('gzip that is damaged is refused with the name of the file', async () => {
    const damaged = gzipSync(file);
    damaged.fill(0xff, 12, 30);
    await expect(readCapture(damaged)).rejects.toThrow(/^line\.pcapng: not a usable capture: gzip data that gunzip refuses \(".*"\)/);
  });

  it("pcap with Kuznetzov's longer record header", async () => {
    const header = new FileBuilder(true).u32(0xa1b2cd34).u16(2, 4).u32(0, 0, 65535, 1).done();
    const record = new FileBuilder(true).u32(1, 2, OTHER.length, 9, 3).octets([0, 8, 0, 0]).octets(OTHER).done();
    const { packets } = await readCapture(fileOf(header, record, record));
    const one = { interface: 0, timestampNs: 1_000_002_000n, data: OTHER, originalLength: 9, comments };
    expect(packets).toEqual([one, one]);
  });
});

it('comments of a packet are read in their order, whatever stands between them', async () => {
  const { section, networkInterface, packet } = pcapngBlocks(false);
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const options = [
    [1, text('lost')],
    [4, new Uint8Array(8)],
    [1, text('Schlüssel 1/2')],
  ] as const;
  const { packets } = await readCapture(fileOf(section(), networkInterface(), packet(0, 1n, OTHER, 3, options)));
  expect(packets[0]?.comments).toEqual(['lost', 'Schlüssel 1/2']);
});
