import { type Bit, bits, bool, cat, input, module, mux, output, parametric, u } from '../hdl-gen/index.ts';
import { axiLite, axiLiteRegisterBlock, downsizer, frameFifo, syncFifo, upsizer } from '../hdl-gen/library/index.ts';
import {
  LONGEST_FRAME_WORDS,
  MAILBOX_FRAMES,
  MAILBOX_IDENTIFICATION,
  MAILBOX_REGISTERS,
  MAILBOX_WORDS,
} from '../spec/mailbox-registers.ts';
import { ADDRESS_BITS, MAP_VERSION_REGISTER } from '../spec/registers.ts';
import { FrameStream, RecordWord } from './frame-stream.ts';

const LENGTH_BITS = MAILBOX_REGISTERS.receiveLength.bits;
/** Of a frame whose length the register can say, and one more. */
const COUNT_BITS = LENGTH_BITS - 1;
/** A word to be sent, and its octets less one. */
const SentWord = { octetsLessOne: bits(2), word: bits(32) };

const registers = axiLiteRegisterBlock(
  'frame_mailbox_registers',
  { ...MAILBOX_REGISTERS, receiveData: { ...MAILBOX_REGISTERS.receiveData, onRead: true } } as const,
  { addressBits: ADDRESS_BITS, unmapped: 'SLVERR' },
);

/**
 * Frames between software and two streams, through the registers of `spec/mailbox-registers.ts`. Both ways hold whole frames:
 * what arrives shows when its last octet is there, what is sent begins when it was committed and never pauses for software. The
 * hardware is never held up: `received` is always ready, and a frame that finds no room is dropped whole and counted, as is one
 * that software writes into a full store.
 *
 * @param words that each way holds, a power of two
 * @param frames received ones that can wait, a power of two
 */
export const frameMailboxOf = parametric((words: number, frames: number) => {
  return module(
    words === MAILBOX_WORDS && frames === MAILBOX_FRAMES ? 'frame_mailbox' : `frame_mailbox_${words}x${frames}`,
    {
      sAxi: input(axiLite(ADDRESS_BITS)),
      irq: output(bool),
      received: input(FrameStream),
      sent: output(FrameStream),
    },
    (io, m) => {
      const bus = m.instance('registers', registers);
      const wider = m.instance('wider', upsizer(8, 32));
      const arrived = m.instance('arrived', frameFifo(RecordWord, words, { last: false }));
      const lengths = m.instance('lengths', syncFifo({ length: bits(LENGTH_BITS) }, frames, { last: false }));
      const leaving = m.instance('leaving', frameFifo(SentWord, words));
      const narrower = m.instance('narrower', downsizer(32, 8));
      m.connect(io.sAxi, bus.sAxi);
      const count = (name: string, event: Bit) => {
        const counter = m.register(name, bits(32));
        m.when(event, () => counter.next(counter.add(1)));
        return counter;
      };

      // ---- from the stream to software
      wider.from.valid.set(io.received.valid);
      wider.from.data.set(io.received.data);
      wider.from.keep.set(1);
      wider.from.last.set(io.received.last);
      io.received.ready.set(wider.from.ready);
      wider.to.ready.set(1);
      const inFrame = m.registers({ wordsArrived: bits(COUNT_BITS), left: bits(LENGTH_BITS), dropping: bits(1) });
      const { word } = m.let({ word: wider.to.fire });
      const { complete } = m.let({ complete: word.and(wider.to.last) });
      const { keeps } = m.let({ keeps: complete.and(lengths.from.ready).and(arrived.overflow.not()) });
      m.when(word, () => inFrame.wordsArrived.next(mux(wider.to.last, u(COUNT_BITS, 0), inFrame.wordsArrived.add(1))));
      arrived.write.set(word);
      arrived.beat.set({ word: wider.to.data });
      arrived.commit.set(complete.and(lengths.from.ready));
      arrived.discard.set(complete.and(lengths.from.ready.not()));
      lengths.from.valid.set(keeps);
      const keep = wider.to.keep;
      const octets = mux(keep.bit(3), u(3, 4), mux(keep.bit(2), u(3, 3), mux(keep.bit(1), u(3, 2), 1)));
      lengths.from.length.set(inFrame.wordsArrived.zext(LENGTH_BITS).shl(2).add(octets.zext(LENGTH_BITS)));

      const { between } = m.let({ between: inFrame.left.eq(0) });
      lengths.to.ready.set(between);
      const { takes } = m.let({ takes: between.not().and(arrived.to.valid).and(bus.receiveDataRead.or(inFrame.dropping)) });
      arrived.to.ready.set(takes);
      m.when(between, () => {
        m.when(lengths.to.valid, () => inFrame.left.next(lengths.to.length));
        inFrame.dropping.next(0);
      }).otherwise(() => {
        m.when(takes, () => inFrame.left.next(mux(inFrame.left.le(4), u(LENGTH_BITS, 0), inFrame.left.sub(4))));
        m.when(bus.receiveDropWritten, () => inFrame.dropping.next(1));
      });
      const { shown } = m.let({ shown: mux(inFrame.dropping, u(LENGTH_BITS, 0), inFrame.left) });
      bus.receiveData.set(mux(shown.any(), arrived.to.word, 0));
      bus.receiveLength.set(shown.zext(32));
      bus.receiveWaiting.set(arrived.level.zext(32));

      // ---- from software to the stream: a word is held until it is known whether it was the last
      const out = m.registers({ held: bits(32), holds: bits(1), wordsWritten: bits(COUNT_BITS) });
      const { length } = m.let({ length: bus.transmitCommit.take(LENGTH_BITS) });
      const { wordsSaid } = m.let({
        wordsSaid: length
          .zext(LENGTH_BITS + 1)
          .add(3)
          .shr(2)
          .trunc(COUNT_BITS),
      });
      const { asSaid } = m.let({ asSaid: bus.transmitCommitWritten.and(out.holds).and(wordsSaid.eq(out.wordsWritten)) });
      const { ends } = m.let({ ends: bus.transmitCommitWritten.or(bus.transmitDropWritten) });
      leaving.write.set(bus.transmitDataWritten.and(out.holds).or(asSaid));
      leaving.beat.set({ last: asSaid, octetsLessOne: mux(asSaid, length.take(2).sub(1), u(2, 3)), word: out.held });
      leaving.commit.set(asSaid);
      leaving.discard.set(ends.and(asSaid.not()));
      m.when(bus.transmitDataWritten, () => {
        out.held.next(bus.transmitData);
        out.holds.next(1);
        out.wordsWritten.next(out.wordsWritten.add(1));
      });
      m.when(ends, () => {
        out.held.next(0);
        out.holds.next(0);
        out.wordsWritten.next(0);
      });
      bus.transmitSpace.set(leaving.space.zext(32));
      narrower.from.valid.set(leaving.to.valid);
      narrower.from.data.set(leaving.to.word);
      const most = leaving.to.octetsLessOne;
      narrower.from.keep.set(cat(most.eq(3), most.ge(2), most.ge(1), u(1, 1)));
      narrower.from.last.set(leaving.to.last);
      leaving.to.ready.set(narrower.from.ready);
      io.sent.valid.set(narrower.to.valid);
      io.sent.data.set(narrower.to.data);
      io.sent.last.set(narrower.to.last);
      narrower.to.ready.set(io.sent.ready);
      m.unused(narrower.to.keep, lengths.level, leaving.level, arrived.space, bus.receiveDrop, bus.transmitDrop);

      // ---- what holds, and what came of the frames
      const { status } = m.let({ status: cat(leaving.space.ge(Math.min(LONGEST_FRAME_WORDS, words)), shown.any()) });
      bus.interruptStatus.set(status.zext(32));
      io.irq.set(status.and(bus.interruptEnable.take(2)).any());
      bus.framesReceived.set(count('framesReceived', keeps));
      bus.framesReceiveDropped.set(count('framesReceiveDropped', complete.and(keeps.not())));
      const { spoilt } = m.let({ spoilt: leaving.overflow.or(bus.transmitCommitWritten.and(asSaid.not())) });
      bus.framesTransmitted.set(count('framesTransmitted', asSaid.and(leaving.overflow.not())));
      bus.framesTransmitDropped.set(count('framesTransmitDropped', spoilt));
      bus.identification.set(MAILBOX_IDENTIFICATION);
      bus.mapVersion.set(MAP_VERSION_REGISTER.afterReset);
    },
    'Frames between software and two streams, whole or not at all.',
  );
});

/** As it is built. */
export const frameMailbox = frameMailboxOf(MAILBOX_WORDS, MAILBOX_FRAMES);
