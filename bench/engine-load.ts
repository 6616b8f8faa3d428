/** An AEAD engine under a load of its own making: frame after frame, an octet in each cycle, with numbers of a shift register. */
import { type AnyBits, type Bits, bits, cat, module, output, u } from '../hdl-gen/index.ts';
import { materialBitsOf } from '../hw/aead/aead.ts';
import { ENGINES } from '../hw/aead/engines.ts';
import type { EngineName } from '../spec/aead-engines.ts';

const AAD_OCTETS = 28;
const TEXT_OCTETS = 64;

export function engineLoad(name: EngineName) {
  const engine = ENGINES[name];
  return module(`load_${name.replaceAll('-', '_')}`, { digest: output(bits(128)) }, (io, m) => {
    const dut = m.instance('dut', engine);
    const r = m.registers({
      waiting: bits(1, { init: 1 }),
      sending: bits(1),
      count: bits(7),
      noise: bits(32, { init: 1 }),
      sum: bits(128, { init: 5 }),
    });
    const parts = Math.ceil(materialBitsOf(engine) / 128);
    dut.start.set(r.waiting);
    dut.material.set(cat(...Array.from({ length: parts }, () => r.sum)).take(materialBitsOf(engine)));
    dut.nonce.set(r.sum.bits(0, 96));
    dut.encrypt.set(1);
    dut.open.set(0);
    dut.aadOctets.set(AAD_OCTETS);
    dut.textOctets.set(TEXT_OCTETS);
    dut.in.valid.set(r.sending);
    dut.in.data.set(r.noise.bits(0, 8));
    dut.in.text.set(r.count.ge(AAD_OCTETS));
    dut.in.last.set(r.count.eq(AAD_OCTETS + TEXT_OCTETS - 1));
    dut.out.ready.set(1);
    m.when(r.waiting, () => {
      r.waiting.next(0);
      r.sending.next(1);
      r.count.next(0);
    });
    m.when(dut.in.fire, () => {
      r.count.next(r.count.add(1));
      const fed = r.noise.bit(31).xor(r.noise.bit(21)).xor(r.noise.bit(1)).xor(r.noise.bit(0));
      r.noise.next(cat(r.noise.bits(0, 31), fed) as AnyBits as Bits<32>);
      m.when(dut.in.last, () => r.sending.next(0));
    });
    m.when(dut.out.valid, () => r.sum.next(r.sum.xor(cat(u(120, 0), dut.out.data) as AnyBits as Bits<128>)));
    m.when(dut.icvValid, () => {
      r.sum.next(r.sum.xor(dut.icv));
      r.waiting.next(1);
    });
    m.unused(dut.out.last);
    io.digest.set(r.sum);
  });
}
