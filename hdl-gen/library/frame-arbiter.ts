/** Two streams of frames onto one. */
import {
  bits,
  input,
  type Module,
  module,
  mux,
  output,
  type Payload,
  type PortShape,
  parametric,
  type StreamShape,
  stream,
} from '../index.ts';
import { nameOf } from './payload.ts';

type FrameArbiterPorts<P extends Payload> = {
  readonly first: PortShape<'in', StreamShape<P>>;
  readonly second: PortShape<'in', StreamShape<P>>;
  readonly out: PortShape<'out', StreamShape<P>>;
};

/**
 * Two streams of frames, which end with `last`, onto one: a frame is never interrupted, and between frames `first` goes first. It stores
 * nothing, and adds no cycle: `ready` and `valid` pass in the cycle in which they come.
 * @param payload of the streams
 * @function
 */
export const frameArbiter = parametric(<P extends Payload>(payload: P): Module<FrameArbiterPorts<P>> => {
  const ports: FrameArbiterPorts<P> = { first: input(stream(payload)), second: input(stream(payload)), out: output(stream(payload)) };
  return module(
    `frame_arbiter_${nameOf(payload)}`,
    ports,
    ({ first, second, out }, m) => {
      const r = m.registers({ busy: bits(1), onSecond: bits(1) });
      const { takeSecond } = m.let({ takeSecond: mux(r.busy, r.onSecond, first.valid.not()) });
      out.valid.set(mux(takeSecond, second.valid, first.valid));
      out.payload.set(mux(takeSecond, second.payload, first.payload));
      out.last.set(mux(takeSecond, second.last, first.last));
      first.ready.set(out.ready.and(takeSecond.not()));
      second.ready.set(out.ready.and(takeSecond));
      // once offered, a frame keeps the way out, taken or not: valid never drops
      m.when(out.valid, () => {
        r.onSecond.next(takeSecond);
        r.busy.next(out.ready.and(out.last).not());
      });
    },
    'Merges two streams of frames; the first one has priority between frames.',
  );
});
