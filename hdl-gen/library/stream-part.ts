/** What the parts between two streams have in common. */
import type { Bits, Payload, PortShape, StreamShape, StreamSink, StreamSource } from '../index.ts';

/** The ports of a part that one stream enters and one leaves. */
export type StreamPorts<P extends Payload, Q extends Payload = P, L extends boolean = true> = {
  readonly from: PortShape<'in', StreamShape<P, L>>;
  readonly to: PortShape<'out', StreamShape<Q, L>>;
};

/** The same from inside. */
export interface StreamSides<P extends Payload, Q extends Payload = P, L extends boolean = true> {
  readonly from: StreamSink<P, L>;
  readonly to: StreamSource<Q, L>;
}

/** What a part that holds beats shows to the proof that follows one of them. */
export interface Queue {
  /** beats that fit */
  readonly depth: number;
  /** beats inside */
  readonly count: Bits<number>;
  /** the word that leaves after `ahead` others, `ahead` being as wide as `count` */
  readonly behind: (ahead: Bits<number>) => Bits<number>;
}
