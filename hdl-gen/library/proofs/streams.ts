/** The parts that hold beats, with one of them followed. */
import { bits, bool, input, type Module, module, output, type Ports, stream } from '../../index.ts';
import { buildSkidBuffer } from '../skid-buffer.ts';
import { buildSyncFifo, syncFifoPorts } from '../sync-fifo.ts';
import { followBeat } from './follow-beat.ts';

/** Two bits tell beats apart; a wider payload is only moved. */
const payload = { data: bits(2) };
const choose = input(bool);

export const skidBufferFollowed: Module<Ports> = module(
  'skid_buffer_followed',
  { from: input(stream(payload)), to: output(stream(payload)), choose },
  (io, m) => followBeat(m, io, payload, io.choose, buildSkidBuffer(m, io, payload)),
);

export function syncFifoFollowed(depth: number): Module<Ports> {
  return module(`sync_fifo_followed_${depth}`, { ...syncFifoPorts(payload, depth), choose }, (io, m) =>
    followBeat(m, io, payload, io.choose, buildSyncFifo(m, io, payload, depth)),
  );
}
