/** Single bits from one clock to another: levels, pulses, resets. */
import { BadSize } from '../errors/width-errors.ts';
import { asynchronous, bits, bool, clockDomain, input, type Module, module, output, parametric } from '../index.ts';

/** The side that a pulse comes from. */
export const fromSide = clockDomain('from');
/** The side that a value goes to. */
export const toSide = clockDomain('to');

/** The side that a reset is made for: it has none yet. */
export const resetSide = clockDomain('to', { reset: 'none' });

const LevelPorts = { level: input(bool, asynchronous), there: output(bool, toSide) };
const PulsePorts = { pulse: input(bool, fromSide), there: output(bool, toSide) };
const ResetPorts = { request: input(bool, asynchronous), reset: output(bool, resetSide) };

/**
 * A level through flip-flops of the clock `to`: what the first one catches half changed has a cycle to settle. `there`
 * follows `level` after `stages` to `stages` + 1 cycles. Levels shorter than a cycle may be missed. For one bit only: the
 * bits of a word would arrive in different cycles.
 * @param stages flip-flops, at least 2
 * @throws BadSize
 * @function
 */
export const synchroniser = parametric((stages = 2): Module<typeof LevelPorts> => {
  if (!Number.isInteger(stages) || stages < 2) throw new BadSize('stages of a synchroniser', stages, 'at least 2');
  return module(
    `synchroniser_${stages}`,
    LevelPorts,
    (io, m) => {
      m.in(toSide, () => {
        const r = m.registers(
          Object.fromEntries(Array.from({ length: stages }, (_, index) => [`stage${index}`, bits(1, { attributes: { ASYNC_REG: true } })])),
        );
        let value = m.unsafeCross('arriving', io.level, 'one bit, flip-flops follow');
        for (const stage of Object.values(r)) {
          stage.next(value);
          value = stage;
        }
        io.there.set(value);
      });
    },
    `A level into another clock, through ${stages} flip-flops.`,
  );
});

/**
 * A pulse of one cycle of `from` becomes a pulse of one cycle of `to`, however the clocks lie to each other, as a toggle
 * that is synchronised. Pulses need a distance of three cycles of `to`.
 */
export const pulseSynchroniser: Module<typeof PulsePorts> = module(
  'pulse_synchroniser',
  PulsePorts,
  (io, m) => {
    const { toggle } = m.in(fromSide, () => m.registers({ toggle: bits(1) }));
    m.when(io.pulse, () => toggle.next(toggle.not()));
    m.in(toSide, () => {
      const level = m.instance('u_level', synchroniser(2), new Map([[toSide, toSide]]));
      level.level.set(toggle);
      const { before } = m.registers({ before: bits(1) });
      before.next(level.there);
      io.there.set(level.there.xor(before));
    });
  },
  'A pulse into another clock, as a toggle.',
);

/**
 * A reset that acts at once and ends with the clock `to`, so that all registers leave it in one cycle. `request` is active
 * high and must have no glitches; `reset` is a register, so `m.resetBy` takes it for an asynchronous reset.
 */
export const resetSynchroniser: Module<typeof ResetPorts> = module(
  'reset_synchroniser',
  ResetPorts,
  (io, m) => {
    const own = m.resetBy(resetSide, io.request, { reset: 'async', active: 'high' });
    const r = m.in(own, () =>
      m.registers({
        first: bits(1, { init: 1, attributes: { ASYNC_REG: true } }),
        held: bits(1, { init: 1, attributes: { ASYNC_REG: true } }),
      }),
    );
    r.first.next(0);
    r.held.next(r.first);
    io.reset.set(r.held);
  },
  'Acts at once, ends with the clock.',
);
