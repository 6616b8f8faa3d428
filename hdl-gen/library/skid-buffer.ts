/** A register in a stream that cuts its path in both directions. */
import { type Build, bits, input, type Module, module, mux, output, type Payload, parametric, stream } from '../index.ts';
import { nameOf, offer, wordBits, wordOf } from './payload.ts';
import type { Queue, StreamPorts, StreamSides } from './stream-part.ts';

/**
 * A stream with a register on each way: `valid`, the payload and `ready` all leave a flip-flop, so no path of gates goes
 * through. A beat every cycle, one cycle later; a second register takes the beat that arrives while `ready` is on its way
 * back. No beat is lost, doubled or changed.
 * @param payload of the stream
 * @function
 */
export const skidBuffer = parametric(<P extends Payload>(payload: P): Module<StreamPorts<P>> => {
  const ports: StreamPorts<P> = { from: input(stream(payload)), to: output(stream(payload)) };
  return module(
    `skid_buffer_${nameOf(payload)}`,
    ports,
    (io, m) => {
      buildSkidBuffer(m, io, payload);
    },
    'A stream with a register on each way.',
  );
});

/** The body apart, for the proof that looks inside. */
export function buildSkidBuffer<P extends Payload>(m: Build, { from, to }: StreamSides<P>, payload: P): Queue {
  const width = wordBits(payload);
  const r = m.registers({ room: bits(1, { init: 1 }), full: bits(1), word: bits(width), spare: bits(width) });
  from.ready.set(r.room);
  to.valid.set(r.full);
  offer(to, payload, r.word);
  const { arriving } = m.let({ arriving: wordOf(from) });
  m.when(to.ready.or(r.full.not()), () => {
    r.room.next(1);
    r.full.next(from.valid.or(r.room.not()));
    r.word.next(mux(r.room, arriving, r.spare));
  }).elseWhen(from.fire, () => {
    r.room.next(0);
    r.spare.next(arriving);
  });
  m.assert('spare_only_behind_a_word', r.room.or(r.full));
  m.assert('ready_follows_ready', m.past('to_ready', to.ready).not().or(from.ready));
  return {
    depth: 2,
    count: r.full.addFull(r.room.not()).as(bits<number>(2)),
    behind: (ahead) => mux(ahead.any(), r.spare, r.word),
  };
}
