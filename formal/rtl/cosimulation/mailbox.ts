/** A frame mailbox between software and its two streams: what comes out of each way, of frames that fit and of those that don't. */
import assert from 'node:assert/strict';
import type { WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import {
  LONGEST_FRAME_WORDS,
  MAILBOX_FRAMES,
  MAILBOX_IDENTIFICATION,
  MAILBOX_REGISTERS,
  MAILBOX_WORDS,
  type MailboxRegisterName,
} from '../../../spec/mailbox-registers.ts';
import { MAP_VERSION_REGISTER } from '../../../spec/registers.ts';
import { BusBench, SLVERR } from './bus-bench.ts';
import { octets } from './peer/frames.ts';
import { offer, type Seen, type StreamIn, StreamOut, streamIn } from './streams.ts';

const WORDS = MAILBOX_WORDS;
const FRAMES = MAILBOX_FRAMES;
/** A word of the received ones is in the hand of the reader, and leaves its place. */
const ROOM = WORDS + 1;
/** Octets that reach no register and no end of a word alike. */
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 62];

class MailboxBench extends BusBench {
  readonly sent: Seen[] = [];
  /** whether the wire takes an octet in a cycle */
  wireReady: (cycle: number) => boolean = () => true;
  readonly #received: StreamIn;
  readonly #sent: StreamOut;
  #beat: readonly [octet: number, last: boolean] | undefined;

  constructor(design: WasmDesign) {
    super(design);
    this.#received = streamIn(this, 'received');
    this.#sent = new StreamOut(this, 'sent');
  }

  protected override tick(): void {
    offer(this.#received, this.#beat);
    this.#sent.ready.value = Number(this.wireReady(this.cycle));
    super.tick();
    if (this.#beat !== undefined) assert.equal(this.#received.ready.sampled, 1, 'it never holds a stream up');
    this.#sent.take(this.cycle, this.sent);
  }

  read(register: MailboxRegisterName): number {
    const { response, value } = this.readAt(MAILBOX_REGISTERS[register].offset);
    assert.equal(response, 0, `read of ${register}`);
    return value;
  }

  write(register: MailboxRegisterName, value: number): void {
    assert.equal(this.writeAt(MAILBOX_REGISTERS[register].offset, value), 0, `write of ${register}`);
  }

  counts(): { readonly [K in 'received' | 'receiveDropped' | 'transmitted' | 'transmitDropped']: number } {
    return {
      received: this.read('framesReceived'),
      receiveDropped: this.read('framesReceiveDropped'),
      transmitted: this.read('framesTransmitted'),
      transmitDropped: this.read('framesTransmitDropped'),
    };
  }

  // ---- from the stream to software

  /** Octets come in, one a cycle, with a pause behind each `pause` of them. */
  arrive(frame: Uint8Array, { pause = 0, ends = true } = {}): void {
    frame.forEach((octet, index) => {
      this.#beat = [octet, ends && index === frame.length - 1];
      this.step();
      this.#beat = undefined;
      if (pause > 0 && index % pause === 0) this.step();
    });
  }

  /** Takes the oldest frame, and looks what stands behind it. */
  frame(): Uint8Array | undefined {
    const length = this.read('receiveLength');
    if (length === 0) return undefined;
    const taken: number[] = [];
    for (let left = length; left > 0; left -= 4) {
      assert.equal(this.read('receiveLength'), left);
      const word = this.read('receiveData');
      taken.push(...[0, 8, 16, 24].map((by) => (word >>> by) & 0xff));
    }
    assert.ok(
      taken.slice(length).every((octet) => octet === 0),
      'nothing stands behind the last octet',
    );
    return Uint8Array.from(taken.slice(0, length));
  }

  // ---- from software to the stream

  words(frame: Uint8Array): void {
    for (let at = 0; at < frame.length; at += 4)
      this.write(
        'transmitData',
        frame.subarray(at, at + 4).reduceRight((word, octet) => word * 256 + octet, 0),
      );
  }

  send(frame: Uint8Array): void {
    this.words(frame);
    this.write('transmitCommit', frame.length);
  }

  expectSent(...frames: readonly Uint8Array[]): void {
    if (frames.length > 0) this.until(`${frames.length} frames sent`, () => this.sent.length >= frames.length);
    this.step(40);
    assert.deepEqual(
      this.sent.splice(0).map(({ octets: found }) => found),
      frames,
    );
  }
}

interface MailboxCheck {
  readonly claim: string;
  readonly run: (design: WasmDesign) => void;
}

const RECEIVING: readonly MailboxCheck[] = [
  {
    claim: 'shows a received frame when it is whole, with its length and no octet beside its own',
    run: (design) => {
      const box = new MailboxBench(design);
      LENGTHS.forEach((length, index) => {
        const frame = octets(length, length);
        box.arrive(frame.subarray(0, -1), { pause: index % 3, ends: false });
        box.step(3);
        assert.deepEqual([box.read('receiveLength'), box.read('receiveData'), box.read('receiveWaiting')], [0, 0, 0]);
        box.arrive(frame.subarray(-1));
        box.step(6);
        assert.equal(box.read('receiveWaiting'), Math.ceil(length / 4));
        assert.deepEqual(box.frame(), frame);
        assert.deepEqual([box.read('receiveLength'), box.read('receiveData'), box.frame()], [0, 0, undefined]);
        assert.deepEqual(box.counts(), { received: index + 1, receiveDropped: 0, transmitted: 0, transmitDropped: 0 });
      });
    },
  },
  {
    claim: 'keeps as many frames as may wait apart, drops those behind them whole and counts them',
    run: (design) => {
      const box = new MailboxBench(design);
      const frames = Array.from({ length: FRAMES + 1 }, (_, index) => octets(1 + ((5 * index) % 7), index));
      for (const frame of frames) box.arrive(frame);
      box.arrive(octets(2, 7));
      box.arrive(octets(7, 7));
      box.step(6);
      assert.deepEqual(box.counts(), { received: FRAMES + 1, receiveDropped: 2, transmitted: 0, transmitDropped: 0 });
      // one that comes while none may wait is kept where one may at its end
      const late = octets(11, 9);
      box.arrive(late.subarray(0, 6), { ends: false });
      const [first, ...others] = frames;
      assert.deepEqual(box.frame(), first);
      box.arrive(late.subarray(6));
      box.step(6);
      for (const frame of [...others, late]) assert.deepEqual(box.frame(), frame);
      assert.equal(box.frame(), undefined);
      box.arrive(octets(7, 8));
      box.step(6);
      assert.deepEqual(box.frame(), octets(7, 8));
      assert.equal(box.read('framesReceived'), FRAMES + 3);
    },
  },
  {
    claim: 'drops a received frame whole that finds no room, and keeps the one that just fits',
    run: (design) => {
      const box = new MailboxBench(design);
      box.arrive(octets(4 * WORDS + 1, 1));
      box.step(6);
      assert.deepEqual([box.frame(), box.read('receiveWaiting')], [undefined, 0]);
      box.arrive(octets(4 * WORDS, 2));
      box.arrive(octets(5, 3));
      box.arrive(octets(4, 4));
      box.step(6);
      assert.deepEqual(box.counts(), { received: 2, receiveDropped: 2, transmitted: 0, transmitDropped: 0 });
      assert.equal(box.read('receiveWaiting'), ROOM);
      assert.deepEqual(box.frame(), octets(4 * WORDS, 2));
      assert.deepEqual(box.frame(), octets(4, 4));
      assert.equal(box.frame(), undefined);
    },
  },
  {
    claim: 'drops what is left of the oldest frame when it is told to, and nothing of the next',
    run: (design) => {
      const box = new MailboxBench(design);
      for (const read of [0, 1, 4, 5]) {
        box.arrive(octets(18, read));
        box.arrive(octets(9, 50 + read));
        box.step(6);
        for (let count = 0; count < read; count++) box.read('receiveData');
        const left = read === 5 ? 9 : 18 - 4 * read;
        assert.equal(box.read('receiveLength'), left);
        box.write('receiveDrop', 0);
        box.step(8);
        if (read < 5) assert.deepEqual(box.frame(), octets(9, 50 + read));
        assert.deepEqual([box.frame(), box.read('receiveWaiting')], [undefined, 0]);
      }
      // where no frame is, none that comes is dropped
      box.write('receiveDrop', 1);
      box.arrive(octets(6, 6));
      box.step(6);
      assert.deepEqual(box.frame(), octets(6, 6));
    },
  },
  {
    claim: 'shows nothing of a frame while what is left of it goes',
    run: (design) => {
      const box = new MailboxBench(design);
      box.arrive(octets(4 * WORDS, 3));
      box.step(6);
      box.write('interruptEnable', 1);
      assert.equal(box.output('irq').value, 1);
      box.write('receiveDrop', 0);
      assert.ok(box.peek('arrived.valid') === 1n, 'it is still going');
      assert.equal(box.output('irq').value, 0);
      assert.deepEqual([box.read('receiveLength'), box.read('receiveData'), box.read('interruptStatus') & 1], [0, 0, 0]);
    },
  },
];

const SENDING: readonly MailboxCheck[] = [
  {
    claim: 'sends a frame whole behind its commit, and without a pause of its own',
    run: (design) => {
      const box = new MailboxBench(design);
      for (const ready of [() => true, (cycle: number) => cycle % 3 === 0]) {
        box.wireReady = ready;
        for (const length of LENGTHS) {
          const frame = octets(length, length);
          box.words(frame);
          box.expectSent();
          assert.equal(box.read('transmitSpace'), WORDS - Math.ceil(length / 4) + 1, 'a word is held until it is known to be the last');
          box.write('transmitCommit', length);
          box.until('the frame', () => box.sent.length > 0);
          const [{ from, to } = { from: 0, to: -1 }] = box.sent;
          if (ready(1)) assert.equal(to - from + 1, length);
          box.expectSent(frame);
          assert.equal(box.read('transmitSpace'), WORDS);
        }
      }
      assert.deepEqual(box.counts(), { received: 0, receiveDropped: 0, transmitted: 2 * LENGTHS.length, transmitDropped: 0 });
    },
  },
  {
    claim: 'sends nothing of a frame whose length is another than that of its words, and counts it',
    run: (design) => {
      const box = new MailboxBench(design);
      let dropped = 0;
      for (const [written, said] of [
        [8, 4],
        [8, 9],
        [8, 0],
        [8, 12],
        [4, 8],
        [12, 5],
        [4, 4 + 2 ** 12],
        [0, 4],
        [0, 0],
      ] as const) {
        box.words(octets(written, written));
        box.write('transmitCommit', said);
        dropped++;
        assert.equal(box.read('framesTransmitDropped'), dropped);
        box.expectSent();
        assert.equal(box.read('transmitSpace'), WORDS);
        box.send(octets(6, dropped));
        box.expectSent(octets(6, dropped));
      }
      assert.equal(box.read('framesTransmitted'), dropped);
    },
  },
  {
    claim: 'forgets the words without commit when it is told to, uncounted',
    run: (design) => {
      const box = new MailboxBench(design);
      box.words(octets(12, 1));
      box.write('transmitDrop', 0);
      assert.equal(box.peek('held'), 0n);
      assert.equal(box.read('transmitSpace'), WORDS);
      box.write('transmitCommit', 12);
      box.expectSent();
      box.words(octets(12, 1));
      box.write('transmitDrop', 0);
      box.send(octets(7, 2));
      assert.equal(box.peek('held'), 0n);
      box.expectSent(octets(7, 2));
      assert.deepEqual(box.counts(), { received: 0, receiveDropped: 0, transmitted: 1, transmitDropped: 1 });
    },
  },
  {
    claim: 'drops a written frame whole that does not fit, and sends those before and behind it',
    run: (design) => {
      const box = new MailboxBench(design);
      box.send(octets(4 * WORDS, 1));
      box.expectSent(octets(4 * WORDS, 1));
      box.send(octets(4 * WORDS + 1, 2));
      box.expectSent();
      assert.equal(box.read('transmitSpace'), WORDS);
      box.wireReady = () => false;
      box.send(octets(40, 3));
      box.send(octets(4 * WORDS - 30, 4));
      box.send(octets(5, 5));
      box.wireReady = () => true;
      box.expectSent(octets(40, 3), octets(5, 5));
      assert.deepEqual(box.counts(), { received: 0, receiveDropped: 0, transmitted: 3, transmitDropped: 2 });
    },
  },
];

const REGISTERS: readonly MailboxCheck[] = [
  {
    claim: 'has its interrupt for a frame that waits and for room, each where it is enabled',
    run: (design) => {
      const box = new MailboxBench(design);
      const seen = (): number[] =>
        [0, 1, 2, 3].map((enabled) => {
          box.write('interruptEnable', enabled);
          assert.equal(box.read('interruptEnable'), enabled);
          return box.output('irq').value;
        });
      assert.deepEqual([box.read('interruptStatus'), seen()], [2, [0, 0, 1, 1]]);
      // a word that is written is in hand; one more takes of the room
      box.words(octets(4 * (WORDS - LONGEST_FRAME_WORDS + 1), 1));
      assert.equal(box.read('interruptStatus'), 2);
      box.words(octets(4, 2));
      assert.deepEqual([box.read('interruptStatus'), seen()], [0, [0, 0, 0, 0]]);
      box.arrive(octets(2, 3));
      box.step(6);
      assert.deepEqual([box.read('interruptStatus'), seen()], [1, [0, 1, 0, 1]]);
      box.write('transmitDrop', 0);
      assert.deepEqual([box.read('interruptStatus'), seen()], [3, [0, 1, 1, 1]]);
      box.read('receiveData');
      assert.deepEqual([box.read('interruptStatus'), seen()], [2, [0, 0, 1, 1]]);
    },
  },
  {
    claim: 'says what it is, and answers SLVERR where nothing is to be read or to be written',
    run: (design) => {
      const box = new MailboxBench(design);
      assert.deepEqual([box.read('identification'), box.read('mapVersion')], [MAILBOX_IDENTIFICATION, MAP_VERSION_REGISTER.afterReset]);
      const accesses = new Map<number, string>(Object.values(MAILBOX_REGISTERS).map(({ offset, access }) => [offset, access]));
      for (let offset = 0; offset < 0x100; offset += 4) {
        const access = accesses.get(offset);
        const isRead = access !== undefined && access !== 'wo';
        assert.equal(box.readAt(offset).response, isRead ? 0 : SLVERR, `read of 0x${offset.toString(16)}`);
        const isWritten = access !== undefined && access !== 'ro';
        if (!isWritten) assert.equal(box.writeAt(offset, 0xffff_ffff), SLVERR, `write of 0x${offset.toString(16)}`);
      }
      assert.deepEqual(box.counts(), { received: 0, receiveDropped: 0, transmitted: 0, transmitDropped: 0 });
      // octets without strobe are no octets of a word
      const { offset } = MAILBOX_REGISTERS.transmitData;
      assert.equal(box.writeAt(offset, 0x1122_3344, 0b0101), 0);
      box.write('transmitCommit', 4);
      box.expectSent(Uint8Array.of(0x44, 0, 0x22, 0));
    },
  },
];

export const MAILBOX_CHECKS: readonly MailboxCheck[] = [...RECEIVING, ...SENDING, ...REGISTERS];
