import { type AnyBits, type Bit, type Build, bits, cat } from '../hdl-gen/index.ts';
import type { AeadModule } from './aead/aead.ts';
import { frameFifo } from './frame-fifo.ts';
import { frameDescriptor, frameOpener } from './frame-opener.ts';
import type { FrameSink, FrameSource } from './frame-stream.ts';
import type { Parsed } from './packet-parser.ts';
import { RECORD_FIFO_WORDS } from './transmit-fifo.ts';
import { wordFifo } from './word-fifo.ts';

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
  readonly relation: AnyBits;
  /** frames that are not ours are for the host */
  readonly passReceived: Bit;
  /** the verdict is heard, and of a frame that is delivered */
  readonly verdict: Bit;
  readonly fresh: Bit;
}

/**
 * From the network to the RX FIFO and to the host: every frame goes into both stores, and one of them keeps it; what is ours is opened
 * behind a descriptor that tells of it, while it comes in `std`, and its payload is kept by the verdict alone.
 */
export function buildReceivePath(m: Build, engine: AeadModule, relations: number, told: Receiving) {
  const { rx, parser } = told;
  const Descriptor = frameDescriptor(relations);
  const received = m.instance('received', frameFifo(9, STORE_OCTETS));
  const passed = m.instance('passed', frameFifo(9, STORE_OCTETS));
  const descriptors = m.instance('descriptors', wordFifo(Descriptor.width, DESCRIPTORS));
  const opener = m.instance('opener', frameOpener(engine, relations));
  const payloads = m.instance('payloads', frameFifo(32, RECORD_FIFO_WORDS));
  const { flowing } = m.registers({
    /** this frame is being opened while it comes: each octet is kept as it stands */
    flowing: bits(1),
  });
  m.connect(rx, parser.rx);
  // what flows has to fit, and in any case its last octet, which ends it
  const { roomy } = m.let({ roomy: parser.isStd.not().or(received.space.ge(FRAME_ROOM)) });
  const { keepOurs } = m.let({ keepOurs: parser.described.and(roomy).and(descriptors.full.not()) });
  const { begins } = m.let({ begins: keepOurs.and(received.overflow.not()) });
  const { keepForeign } = m.let({ keepForeign: parser.foreign.and(told.passReceived) });
  const end = rx.fire.and(rx.last);
  received.write.set(rx.fire.and(parser.tooLong.not().or(rx.last)));
  received.writeData.set(cat(rx.last, rx.data));
  received.commit.set(keepOurs.or(flowing.and(rx.fire)));
  received.discard.set(end.and(keepOurs.or(flowing).not()));
  m.when(end, () => flowing.next(0)).elseWhen(begins, () => flowing.next(1));
  passed.write.set(rx.fire);
  passed.writeData.set(cat(rx.last, rx.data));
  passed.commit.set(keepForeign);
  passed.discard.set(end.and(keepForeign.not()));
  const { described } = m.wires({ described: Descriptor });
  described.isStd.set(parser.isStd);
  described.hasTag.set(parser.hasTag);
  described.encrypt.set(told.encrypt);
  described.length.set(parser.length);
  described.currentKeyId.set(parser.currentKeyId);
  described.nextKeyId.set(parser.nextKeyId);
  described.counter.set(parser.counter);
  described.apduStatus.set(parser.apduStatus);
  described.relation.set(told.relation);
  descriptors.write.set(begins);
  descriptors.writeData.set(described.asBits());
  told.hostRx.valid.set(passed.readValid);
  told.hostRx.data.set(passed.readData.take(8));
  told.hostRx.last.set(passed.readData.bit(8));
  passed.read.set(told.hostRx.ready);

  opener.descriptorValid.set(descriptors.readValid);
  opener.descriptor.set(descriptors.readData);
  descriptors.read.set(opener.descriptorRead);
  opener.octetValid.set(received.readValid);
  opener.octet.set(received.readData.take(8));
  opener.octetLast.set(received.readData.bit(8));
  received.read.set(opener.octetRead);
  opener.verdict.set(told.verdict);
  payloads.write.set(opener.wordWrite);
  payloads.writeData.set(opener.word);
  payloads.commit.set(told.fresh);
  payloads.discard.set(told.verdict.or(opener.unknownKey).or(opener.dropped).and(told.fresh.not()));
  m.unused(received.level, passed.space, passed.level, payloads.space);
  m.assert('a_frame_that_flows_fits', flowing.and(received.overflow).not());
  return {
    opener,
    payloads,
    /** one of ours that is not kept, or one for the host, or a payload: there was no room */
    overflows: parser.ours.and(begins.or(flowing).not()).or(passed.overflow).or(payloads.overflow),
    passes: keepForeign.and(passed.overflow.not()),
  };
}
