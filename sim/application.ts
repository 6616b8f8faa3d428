/** The application of one end of a relation: a payload in every send interval. */
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import { apduStatusOf, type Payload } from '../sw/frame/secured-frame.ts';
import type { TrafficStream } from './traffic/traffic.ts';

export interface ApplicationOptions {
  readonly clock: Clock;
  readonly traffic: TrafficStream;
  /** payloads to send, and cycles from one to the next */
  readonly frames: number;
  readonly interval: number;
  /** the earliest cycle in which a payload is sent; all are sent so many intervals after it */
  readonly firstAt: number;
  /** whether there is a key for a payload */
  readonly canSend: () => boolean;
  /** nothing more is to be sent */
  readonly isStopping: () => boolean;
  /** hands a payload to what sends it */
  readonly give: (payload: Payload) => Promise<void>;
}

/** Gives a payload in every send interval; while there is no key for it, it waits for the next interval in which there is. */
export async function sendPayloads(options: ApplicationOptions): Promise<void> {
  const { clock, traffic, frames, interval, firstAt, canSend, isStopping, give } = options;
  let at = firstAt;
  for (let index = 0; index < frames; index++) {
    await clock.until(at);
    while (!canSend() && !isStopping()) {
      await clock.when(() => canSend() || isStopping());
      at = firstAt + Math.ceil(Math.max(0, clock.cycle - firstAt) / interval) * interval;
      await clock.until(at);
    }
    if (isStopping()) return;
    const { cSdu, cycleCounter, dataStatus, transferStatus } = traffic.frame(index);
    await give({ cSdu, apduStatus: apduStatusOf(cycleCounter, dataStatus, transferStatus) });
    at += interval;
  }
}
