/** Pulse width modulation that software sets over AXI4-Lite: a register map becomes ports, a bundle is connected whole. */
import { bits, bool, input, module, output } from '../index.ts';
import { axiLite, axiLiteRegisterBlock } from '../library/index.ts';

/** What software sees, for its driver too. */
export const PWM_REGISTERS = {
  /** cycles of a period, less 1 */
  period: { offset: 0x0, access: 'rw', reset: 99 },
  /** cycles of it in which the pin is 1 */
  high: { offset: 0x4, access: 'rw' },
  /** bit 0: a period has ended; cleared by writing it */
  events: { offset: 0x8, access: 'w1c', fields: [{ name: 'ended', low: 0, bits: 1 }] },
} as const;

/** Pulse width modulation, set over AXI4-Lite. */
export const pwm = module(
  'pwm',
  { sAxi: input(axiLite(4)), pin: output(bool), irq: output(bool) },
  (io, m) => {
    const registers = m.instance('registers', axiLiteRegisterBlock('pwm_registers', PWM_REGISTERS));
    m.connect(io.sAxi, registers.sAxi);
    // a period is finished with what was set at its beginning
    const r = m.registers({ at: bits(32), high: bits(32), period: bits(32) });
    const { ends } = m.let({ ends: r.at.eq(r.period) });
    m.when(ends, () => {
      r.at.next(0);
      r.high.next(registers.high);
      r.period.next(registers.period);
    }).otherwise(() => r.at.next(r.at.add(1)));
    io.pin.set(r.at.lt(r.high));
    io.irq.set(registers.events.bit(0));
    registers.eventsSet.set(ends.zext(32));
  },
  'Pulse width modulation behind AXI4-Lite.',
);
