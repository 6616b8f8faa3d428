/** The parts between two streams, with one beat followed through each. */
import { bits, bool, input, type Module, module, output, type Ports, stream } from '../../index.ts';
import { buildSkidBuffer } from '../../library/skid-buffer.ts';
import { buildSyncFifo, syncFifoPorts } from '../../library/sync-fifo.ts';
import { downsizer, octetPayload, upsizer } from '../../library/width-converter.ts';
import { followBeat, holdBeats } from './follow-beat.ts';

/** Two bits tell beats apart; a wider payload is only moved. */
const payload = { data: bits(2) };
const choose = input(bool);

export const skidBufferFollowed: Module<Ports> = module(
  'skid_buffer_followed',
  { from: input(stream(payload)), to: output(stream(payload)), choose },
  (io, m) => {
    const queue = buildSkidBuffer(m, io, payload);
    holdBeats(m, io.to.valid, followBeat(m, io, payload, queue.depth, io.choose), queue);
  },
);

export function syncFifoFollowed(depth: number): Module<Ports> {
  return module(`sync_fifo_followed_${depth}`, { ...syncFifoPorts(payload, depth), choose }, (io, m) => {
    const queue = buildSyncFifo(m, io, payload, depth);
    holdBeats(m, io.to.valid, followBeat(m, io, payload, depth, io.choose), queue);
  });
}

/** Octets made wider and narrower again: the same octets, in their order, each with its `last`. */
export function widerAndBack(parts: number): Module<Ports> {
  const octets = octetPayload(8);
  return module(`wider_and_back_${parts}`, { from: input(stream(octets)), to: output(stream(octets)), choose }, (io, m) => {
    const wider = m.instance('wider', upsizer(8, 8 * parts));
    const narrower = m.instance('narrower', downsizer(8 * parts, 8));
    m.connect(io.from, wider.from);
    m.connect(wider.to, narrower.from);
    m.connect(narrower.to, io.to);
    // an octet that does not count may be left out
    m.assume('every_octet_counts', io.from.keep.allOnes());
    followBeat(m, io, octets, parts, io.choose);
  });
}
