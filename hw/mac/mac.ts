/** What the MACs have in common: their side to the system, and what lies between that and the pins. */
import { type Build, bool, type Domain, defaultDomain, type Inside, input, output } from '../../hdl-gen/index.ts';
import { asyncFifo, fromSide, pulseSynchroniser, readSide, toSide, writeSide } from '../../hdl-gen/library/index.ts';
import { FrameStream } from '../frame-stream.ts';
import { OUTCOMES, Outcome, receiveFrame } from './receive-frame.ts';
import { transmitFrame } from './transmit-frame.ts';

/**
 * A MAC as the system sees it, in the default domain. Frames go from destination to the end of their data: preamble, padding
 * and FCS are the MAC's business, but what others have padded keeps its padding. Every frame that has begun on the wire ends in
 * one pulse of those from `received` to `fcsError`. There is none for frames that run dry on their way: none can.
 */
export const MAC_PORTS = {
  /** good frames; may have to wait: what finds no room meanwhile is dropped whole and counted */
  rx: output(FrameStream),
  /** frames to send; may come as slowly as they like */
  tx: input(FrameStream),

  /** a frame is in the store, and will appear at `rx` */
  received: output(bool),
  /** a good frame found no room in the store */
  overflow: output(bool),
  /** less than 64 octets with FCS */
  runt: output(bool),
  /** more than 1522 octets with FCS, tag or not */
  tooLong: output(bool),
  /** the PHY gave RX_ER */
  receiveError: output(bool),
  /** bits were left over that make no octet */
  alignment: output(bool),
  fcsError: output(bool),

  /** a frame has left with its FCS */
  sent: output(bool),
  /** a frame of more than 1518 octets without FCS was not sent */
  refused: output(bool),
} as const;

/** Beats that keep a stream flowing at full rate while pointers cross, whichever clock is the faster one. */
const CROSSING_BEATS = 16;
const OUTCOME_BEATS = 8;

/**
 * Everything between the system's side and the octets of the wire, which live in the domain `wire`.
 *
 * What became of received frames crosses in a FIFO: it keeps count if the system's clock is at least half as fast as the
 * wire's, even of frames of no octets that follow each other without a gap.
 * @returns what the pins are to be joined to: the octets received, and those to send
 */
export function macBetween(m: Build, io: Inside<typeof MAC_PORTS>, wire: Domain) {
  const payload = FrameStream.payload;
  const inwards = new Map([
    [writeSide, wire],
    [readSide, defaultDomain],
  ]);
  const outwards = new Map([
    [writeSide, defaultDomain],
    [readSide, wire],
  ]);

  const receive = m.in(wire, () => m.instance('receive', receiveFrame));
  const received = m.instance('received_frames', asyncFifo(payload, CROSSING_BEATS), inwards);
  m.connect(receive.frames, received.from);
  m.connect(received.to, io.rx);
  const outcomes = m.instance('outcomes', asyncFifo({ outcome: Outcome }, OUTCOME_BEATS), inwards);
  outcomes.from.valid.set(receive.ended);
  outcomes.from.outcome.set(receive.outcome);
  outcomes.from.last.set(1);
  outcomes.to.ready.set(1);
  m.unused(outcomes.from.ready, outcomes.to.last);
  for (const outcome of OUTCOMES) io[outcome].set(outcomes.to.fire.and(outcomes.to.outcome.is(outcome)));

  const transmit = m.in(wire, () => m.instance('transmit', transmitFrame));
  const toSend = m.instance('frames_to_send', asyncFifo(payload, CROSSING_BEATS), outwards);
  m.connect(io.tx, toSend.from);
  m.connect(toSend.to, transmit.frames);
  for (const event of ['sent', 'refused'] as const) {
    const crossing = m.instance(
      `${event}_pulse`,
      pulseSynchroniser,
      new Map([
        [fromSide, wire],
        [toSide, defaultDomain],
      ]),
    );
    crossing.pulse.set(transmit[event]);
    io[event].set(crossing.there);
  }
  return { receive, transmit };
}
