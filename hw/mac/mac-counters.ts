import { type BitsShape, bits, bool, input, module, type PortShape } from '../../hdl-gen/index.ts';
import { axiLite, axiLiteRegisterBlock } from '../../hdl-gen/library/index.ts';
import { MAC_COUNTERS, MAC_IDENTIFICATION, MAC_REGISTERS } from '../../spec/mac-registers.ts';
import { ADDRESS_BITS, MAP_VERSION_REGISTER } from '../../spec/registers.ts';

type CounterName = (typeof MAC_COUNTERS)[number];
const registers = axiLiteRegisterBlock('mac_registers', MAC_REGISTERS, { addressBits: ADDRESS_BITS, unmapped: 'SLVERR' });
const events = Object.fromEntries(MAC_COUNTERS.map((name) => [name, input(bool)])) as Record<CounterName, PortShape<'in', BitsShape<1>>>;

/** Counts the events of a MAC, modulo 2^32, and shows them as `spec/mac-registers.ts` says. */
export const macCounters = module(
  'mac_counters',
  { sAxi: input(axiLite(ADDRESS_BITS)), ...events },
  (io, m) => {
    const bus = m.instance('registers', registers);
    m.connect(io.sAxi, bus.sAxi);
    const counts = m.registers(
      Object.fromEntries(MAC_COUNTERS.map((name) => [`${name}Count`, bits(32)])) as Record<`${CounterName}Count`, BitsShape<32>>,
    );
    for (const name of MAC_COUNTERS) {
      const count = counts[`${name}Count`];
      m.when(io[name], () => count.next(count.add(1)));
      bus[name].set(count);
    }
    bus.identification.set(MAC_IDENTIFICATION);
    bus.mapVersion.set(MAP_VERSION_REGISTER.afterReset);
  },
  'What became of the frames of a MAC.',
);
