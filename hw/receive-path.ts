import { type Bit, type Bits, type Build, bits, bool } from '../hdl-gen/index.ts';
import { frameFifo, syncFifo } from '../hdl-gen/library/index.ts';
import type { AeadModule } from './aead/aead.ts';
import { frameDescriptor, frameOpener } from './frame-opener.ts';
import { type FrameSink, type FrameSource, FrameStream, RecordWord } from './frame-stream.ts';
import type { Parsed } from './packet-parser.ts';
import { RECORD_FIFO_WORDS } from './transmit-fifo.ts';

/** Octets of a frame store: two of the longest frame and more. */
export const STORE_OCTETS = 4096;
/** Room that the longest frame wants. */
export const FRAME_ROOM = 2048;
/** Frames of ours that can wait to be opened. */
const DESCRIPTORS = 32;

/** What the path is told. */
interface Receiving {
  readonly rx: FrameSink;
  readonly hostRx: FrameSource;
  readonly parser: Parsed;
  /** of the frame that is described */
  readonly encrypt: Bit;
  readonly relation: Bits<number>;
  /** of hardware of many relations with windows: late frames are delivered */
  readonly deliverLate?: Bit;
  /** frames that are not ours are for the host */
  readonly passReceived: Bit;
  /** with a verdict: the frame is delivered */
  readonly fresh: Bit;
  /** its payload is an image's, and not for the RX FIFO; default: there are no images */
  readonly intoImage?: Bit;
}

/**
 * From the network to the RX FIFO and to the host: every frame goes into both stores, and one of them keeps it; what is ours is opened
 * behind a descriptor that tells of it, while it comes in `std`, and its payload is kept by the verdict alone.
 */
export function buildReceivePath(m: Build, engine: AeadModule, relations: number, told: Receiving) {
  const { rx, parser } = told;
  const Descriptor = frameDescriptor(relations);
  const received = m.instance('received', frameFifo(FrameStream.payload, STORE_OCTETS));
  const passed = m.instance('passed', frameFifo(FrameStream.payload, STORE_OCTETS));
  const waiting: { readonly descriptor: typeof Descriptor; readonly deliverLate?: typeof bool } = {
    descriptor: Descriptor,
    ...(told.deliverLate === undefined ? {} : { deliverLate: bool }),
  };
  const descriptors = m.instance('descriptors', syncFifo(waiting, DESCRIPTORS, { last: false }));
  const opener = m.instance('opener', frameOpener(engine, relations));
  const payloads = m.instance('payloads', frameFifo(RecordWord, RECORD_FIFO_WORDS, { last: false }));
  const { flowing, opened } = m.registers({
    /** this frame is being opened while it comes: each octet is kept as it stands */
    flowing: bits(1),
    /** and the opener has no other one to open before */
    opened: bits(1),
  });
  m.connect(rx, parser.rx);
  // what flows has to fit, and in any case its last octet, which ends it
  const { roomy } = m.let({ roomy: parser.isStd.not().or(received.space.ge(FRAME_ROOM)) });
  const { keepOurs } = m.let({ keepOurs: parser.described.and(roomy).and(descriptors.from.ready) });
  const { begins } = m.let({ begins: keepOurs.and(received.overflow.not()) });
  const { keepForeign } = m.let({ keepForeign: parser.foreign.and(told.passReceived) });
  const end = rx.fire.and(rx.last);
  received.write.set(rx.fire.and(parser.tooLong.not().or(rx.last)));
  received.beat.set({ data: rx.data, last: rx.last });
  // what flows is kept as it is written; while it pauses there is nothing to keep
  const { keeps } = m.let({ keeps: keepOurs.or(flowing) });
  received.commit.set(keeps);
  received.discard.set(end.and(keeps.not()));
  m.when(end, () => flowing.next(0)).elseWhen(begins, () => {
    flowing.next(1);
    opened.next(descriptors.level.eq(0));
  });
  passed.write.set(rx.fire);
  passed.beat.set({ data: rx.data, last: rx.last });
  passed.commit.set(keepForeign);
  passed.discard.set(end.and(keepForeign.not()));
  descriptors.from.valid.set(begins);
  descriptors.from.descriptor.set({
    isStd: parser.isStd,
    hasTag: parser.hasTag,
    encrypt: told.encrypt,
    length: parser.length,
    currentKeyId: parser.currentKeyId,
    nextKeyId: parser.nextKeyId,
    counter: parser.counter,
    apduStatus: parser.apduStatus,
    relation: told.relation,
  });
  if (told.deliverLate !== undefined) descriptors.from.deliverLate?.set(told.deliverLate);
  m.connect(passed.to, told.hostRx);

  opener.descriptor.payload.set(descriptors.to.descriptor);
  opener.descriptor.valid.set(descriptors.to.valid);
  descriptors.to.ready.set(opener.descriptor.ready);
  m.connect(received.to, opener.octets);
  opener.arrives.set(rx.fire.and(flowing).and(opened));
  opener.arriving.set(rx.data);
  opener.arrivesWhole.set(parser.ours);
  payloads.write.set(opener.wordWrite);
  payloads.beat.set({ word: opener.word });
  const { ends } = m.let({ ends: opener.verdict.done.or(opener.unknownKey).or(opener.dropped) });
  const { isRecord } = m.let({ isRecord: told.intoImage === undefined ? told.fresh : told.fresh.and(told.intoImage.not()) });
  payloads.commit.set(isRecord);
  payloads.discard.set(ends.and(isRecord.not()));
  m.unused(received.level, passed.space, passed.level, payloads.space);
  m.assert('a_frame_that_flows_fits', flowing.and(received.overflow).not());
  return {
    opener,
    payloads,
    /** what came of a frame is known: a delivered one ends with its APDU status */
    ends,
    /** as it was told with the frame that has its verdict */
    deliverLate: descriptors.to.deliverLate,
    /** one of ours that is not kept, or one for the host, or a payload: there was no room */
    overflows: parser.ours.and(begins.or(flowing).not()).or(passed.overflow).or(payloads.overflow),
    passes: keepForeign.and(passed.overflow.not()),
  };
}
