import { describe, expect, it } from 'vitest';
import { readCapture } from '../../capture/read.ts';
import { fileOf, pcapFile, pcapngBlocks } from './capture-files.ts';

const FRAME = Uint8Array.from({ length: 61 }, (_, index) => 3 * index);
const OTHER = Uint8Array.of(1, 2, 3);

describe('pcap', () => {
  for (const littleEndian of [true, false]) {
    for (const nanoseconds of [true, false]) {
      it(`${littleEndian ? 'little' : 'big'} endian, ${nanoseconds ? 'ns' : 'µs'}`, () => {
        const capture = readCapture(
          pcapFile({ littleEndian, nanoseconds }, [
            { seconds: 0xfedc_ba98, fraction: 999_999, data: FRAME, originalLength: 61 },
            { seconds: 0, fraction: 1, data: OTHER, originalLength: 1500 },
          ]),
        );
        const unit = nanoseconds ? 1n : 1000n;
        expect(capture).toEqual({
          format: 'pcap',
          interfaces: [{ name: 'eth0' }],
          packets: [
            { interface: 0, timestampNs: 0xfedc_ba98n * 1_000_000_000n + 999_999n * unit, data: FRAME, originalLength: 61 },
            { interface: 0, timestampNs: unit, data: OTHER, originalLength: 1500 },
          ],
        });
      });
    }
  }

  it('of another link type is refused by name', () => {
    const file = pcapFile({ littleEndian: true, nanoseconds: false, linkType: 105 }, []);
    expect(() => readCapture(file)).toThrow('link type 105, expected Ethernet (1) at octet 20; record on an Ethernet interface');
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
      ])('timestamps in $unit', ({ resolution, units, ns }) => {
        const description = networkInterface(resolution === undefined ? {} : { resolution });
        const { packets } = readCapture(fileOf(section(), description, packet(0, units, FRAME)));
        expect(packets).toEqual([{ interface: 0, timestampNs: ns, data: FRAME, originalLength: 61 }]);
      });

      it('several interfaces, each with its own resolution; those that are not Ethernet are left out', () => {
        const capture = readCapture(
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
          format: 'pcapng',
          interfaces: [{ name: 'controller' }, { name: 'radio' }, { name: 'Gerät' }],
          packets: [
            { interface: 2, timestampNs: 5000n, data: OTHER, originalLength: 99 },
            { interface: 0, timestampNs: 5n, data: FRAME, originalLength: 61 },
          ],
        });
      });

      it('simple packets: of the first interface, without time, cut to its snap length', () => {
        const whole = readCapture(fileOf(section(), networkInterface(), simplePacket(FRAME)));
        expect(whole.packets).toEqual([{ interface: 0, timestampNs: 0n, data: FRAME, originalLength: 61 }]);
        const cut = readCapture(fileOf(section(), networkInterface({ snapLength: 20 }), simplePacket(FRAME.slice(0, 20), 61)));
        expect(cut.packets).toEqual([{ interface: 0, timestampNs: 0n, data: FRAME.slice(0, 20), originalLength: 61 }]);
      });

      it('blocks of other kinds are passed over', () => {
        const statistics = block(5, (file) => file.u32(0, 0, 0));
        const { packets } = readCapture(fileOf(section(), networkInterface(), statistics, packet(0, 1n, OTHER), statistics));
        expect(packets.map(({ data }) => data)).toEqual([OTHER]);
      });
    });
  }

  it('a new section may have another octet order, and numbers its interfaces anew', () => {
    const [little, big] = [pcapngBlocks(true), pcapngBlocks(false)];
    const { interfaces, packets } = readCapture(
      fileOf(
        little.section(),
        little.networkInterface({ name: 'one' }),
        little.packet(0, 1n, OTHER),
        big.section(),
        big.networkInterface({ name: 'two', resolution: 9 }),
        big.packet(0, 2n, FRAME),
      ),
    );
    expect(interfaces).toEqual([{ name: 'one' }, { name: 'two' }]);
    expect(packets).toEqual([
      { interface: 0, timestampNs: 1000n, data: OTHER, originalLength: 3 },
      { interface: 1, timestampNs: 2n, data: FRAME, originalLength: 61 },
    ]);
  });

  it('without an Ethernet interface is refused', () => {
    const { section, networkInterface } = pcapngBlocks(true);
    expect(() => readCapture(fileOf(section(), networkInterface({ linkType: 105 })))).toThrow('no Ethernet interface');
  });
});
