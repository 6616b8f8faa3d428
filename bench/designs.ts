/** The three designs of the simulator benchmark: narrow control, wide data, and a whole product. */
import { bits, cat, type Module, module, mux, output, type Ports, repeat } from '../hdl-gen/index.ts';
import { packetParser } from '../hw/packet-parser.ts';
import { station } from '../hw/station.ts';

/** A 128-bit datapath of the size of an AES round: nibble substitution by XOR and AND, rotation, a GHASH-like shift. */
const datapath = module('datapath', { digest: output(bits(128)) }, (io, m) => {
  const r = m.registers({ state: bits(128, { init: 0x0123456789abcdefn }), hash: bits(128, { init: 1 }) });
  const octets = Array.from({ length: 16 }, (_, index) => {
    const x = r.state.byte(index);
    const y = r.state.byte((index * 5 + 1) % 16);
    return x.xor(x.shl(1).and(x.shr(3).not())).add(y.xor(r.hash.byte(index)));
  });
  const { substituted } = m.let({ substituted: cat(...octets) });
  r.state.next(cat(substituted.bits(0, 41), substituted.bits(41, 87)));
  const { carry } = m.let({ carry: mux(r.hash.bit(127), repeat(r.hash.bit(127), 128), 0) });
  r.hash.next(r.hash.shl(1).xor(carry.bits(0, 128).and(0x87)).xor(r.state));
  io.digest.set(r.hash);
});

export const DESIGNS: readonly { readonly name: string; readonly design: Module<Ports> }[] = [
  { name: 'parser', design: packetParser as unknown as Module<Ports> },
  { name: 'datapath, 128 bits', design: datapath as unknown as Module<Ports> },
  { name: 'whole initiator', design: station({ role: 'initiator', slots: 2, relations: 1 }) as unknown as Module<Ports> },
];
