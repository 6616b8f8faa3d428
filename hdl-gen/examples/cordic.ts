/** Sine and cosine by CORDIC in rotation mode, an angle each cycle: a loop of the host makes a pipeline of structures. */
import { bool, cat, input, module, mux, output, s, signed, struct, u, vec } from '../index.ts';

/** Turns of the vector; each is worth a bit. */
const TURNS = 14;
/** Bits of a number inside: these below those of the result, against what every turn rounds off. */
const GUARD = 4;
const INSIDE = 16 + GUARD;
/** What 1 is in a result. */
export const ONE = 2 ** 14;
/** Cycles from an angle to its sine. */
export const CORDIC_LATENCY = TURNS + 1;

/** What the turn is by, in units of pi / 2^(INSIDE - 1). */
const angleOf = (turn: number): number => Math.round((Math.atan(2 ** -turn) / Math.PI) * 2 ** (INSIDE - 1));
/** By how much all turns make a vector longer. */
const GAIN = Array.from({ length: TURNS }, (_, turn) => Math.sqrt(1 + 4 ** -turn)).reduce((a, b) => a * b, 1);
const Vector = struct({ x: signed(INSIDE), y: signed(INSIDE), left: signed(INSIDE), valid: bool });

/** `angle` in units of pi / 2^15, results in units of 1 / 2^14 and off by less than 3 of them, whatever the angle. */
export const cordic = module(
  'cordic',
  { angle: input(signed(16)), start: input(bool), cosine: output(signed(16)), sine: output(signed(16)), done: output(bool) },
  (io, m) => {
    const { stages } = m.registers({ stages: vec(Vector, TURNS + 1) });
    // the turns reach a little beyond a quarter: what lies behind the y axis begins at the other end of the x axis
    const angle = io.angle.asBits();
    const { isBehind } = m.let({ isBehind: angle.bit(15).xor(angle.bit(14)) });
    const length = Math.round((ONE * 2 ** GUARD) / GAIN);
    stages.at(0).next({
      x: mux(isBehind, s(INSIDE, -length), length),
      y: 0,
      left: cat(angle.bit(15).xor(isBehind), angle.take(15), u(GUARD, 0)).asSigned(),
      valid: io.start,
    });
    for (let turn = 0; turn < TURNS; turn++) {
      const [from, to] = [stages.at(turn), stages.at(turn + 1)];
      const [dx, dy] = turn === 0 ? [from.x, from.y] : [from.x.shr(turn), from.y.shr(turn)];
      to.valid.next(from.valid);
      m.when(from.left.isNegative(), () => {
        to.x.next(from.x.add(dy));
        to.y.next(from.y.sub(dx));
        to.left.next(from.left.add(angleOf(turn)));
      }).otherwise(() => {
        to.x.next(from.x.sub(dy));
        to.y.next(from.y.add(dx));
        to.left.next(from.left.sub(angleOf(turn)));
      });
    }
    const last = stages.at(TURNS);
    io.cosine.set(
      last.x
        .add(2 ** (GUARD - 1))
        .shr(GUARD)
        .trunc(16),
    );
    io.sine.set(
      last.y
        .add(2 ** (GUARD - 1))
        .shr(GUARD)
        .trunc(16),
    );
    io.done.set(last.valid);
    m.unused(last.left);
  },
  'Sine and cosine, an angle each cycle.',
);
