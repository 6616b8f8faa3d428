/** The library's parts in the sizes that the Verilog tools look at. */
import { bits, type Module, type Ports } from '../../../hdl-gen/index.ts';
import {
  axi3Bridge,
  axiLiteRegisterBlock,
  axiLiteSplit,
  crc32,
  downsizer,
  frameArbiter,
  frameFifo,
  roundRobinArbiter,
  skidBuffer,
  syncFifo,
  upsizer,
} from '../../../hdl-gen/library/index.ts';

const octet = { data: bits(8) };

const registers = axiLiteRegisterBlock('example_registers', {
  identification: { offset: 0x0, access: 'ro' },
  control: {
    offset: 0x4,
    access: 'rw',
    reset: 0x10,
    fields: [
      { name: 'enable', low: 0, bits: 1 },
      { name: 'speed', low: 4, bits: 2 },
    ],
  },
  events: { offset: 0x8, access: 'w1c' },
  key: { offset: 0xc, access: 'wo' },
  received: { offset: 0x10, access: 'ro', onRead: true },
});

export const parts: readonly Module<Ports>[] = [
  skidBuffer(octet),
  ...[1, 4, 5].map((depth) => syncFifo(octet, depth)),
  frameArbiter(octet),
  frameFifo(octet, 8),
  syncFifo(octet, 4, { last: false }),
  ...[2, 4, 5].map(roundRobinArbiter),
  ...([8, 64] as const).map(crc32),
  upsizer(8, 32),
  upsizer(16, 48),
  downsizer(32, 8),
  downsizer(48, 16),
  registers,
  axi3Bridge({ addressBits: 32, idBits: 12 }),
  axiLiteSplit('example_split', {
    addressBits: 32,
    pages: { registers: { base: 0x43c0_0000, bits: 12 }, buffer: { base: 0x43c1_0000, bits: 16 } },
  }),
];
