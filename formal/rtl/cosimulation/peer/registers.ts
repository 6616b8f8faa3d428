/** A whole peer: its registers, interrupts and statistics, and the order of Timeout, verdict and Push. */
import assert from 'node:assert/strict';
import { REGISTERS, type Register, type RegisterName } from '../../../../spec/registers.ts';
import { SLVERR } from '../bus-bench.ts';
import { materialOf, octets } from './frames.ts';
import type { PeerBench } from './peer-bench.ts';
import type { PeerCheck } from './peer-check.ts';

const STATUS = [1, 2, 3, 4];
const RECEIVED = 1;
const REQUEST = 2;
const SLOTS = 4;
const COUNTER = 8;

/** Registers of both ways, and the bits that they keep. */
const WIDTHS: Readonly<Partial<Record<RegisterName, number>>> = {
  control: 7,
  interruptEnable: 4,
  obsoleteTimeout: 32,
  destinationHigh: 16,
  destinationLow: 32,
  sourceHigh: 16,
  sourceLow: 32,
  vlanTci: 16,
  transmitFrameId: 16,
  receiveFrameId: 16,
  counterThreshold: 32,
};

/** Registers of several words. */
const WORDS: Readonly<Record<string, number>> = { transmitKey: 4, transmitIv: 3, receiveKey: 4, receiveIv: 3 };

function sendOne(peer: PeerBench): void {
  const before = peer.sent.length;
  peer.record(octets(4, 1), STATUS);
  peer.until('a frame', () => peer.sent.length > before);
}

/** Takes the interrupts, and sees that the line falls with them. */
function interrupts(peer: PeerBench): number {
  const status = peer.read('interruptStatus');
  assert.equal(peer.irq, status === 0 ? 0 : 1, 'the interrupt line');
  if (status !== 0) peer.write('interruptStatus', status);
  assert.equal(peer.irq, 0, 'the interrupt line afterwards');
  return status;
}

/** Cycles of the last Push and of the event that it met, if it waited for it. */
function pushedAround(
  peer: PeerBench,
  at: number,
  happening: () => boolean,
): { readonly met: boolean; readonly settled: number; readonly event: number } {
  const settled = (): number[] => [...peer.traced.push_accepted, ...peer.traced.push_refused];
  const before = settled().length;
  let [met, event] = [false, 0];
  const step = peer.step.bind(peer);
  // looks into every cycle of the write, too
  peer.step = (cycles = 1) => {
    for (let count = 0; count < cycles; count++) {
      if (happening()) {
        event = peer.cycle;
        const waits = peer.peek('registers.push_request') === 1n;
        met ||= waits;
        if (waits) assert.equal(peer.peek('registers.push_accepted') + peer.peek('registers.push_refused'), 0n, 'no result while it waits');
      }
      step();
    }
  };
  peer.step(at);
  peer.write('keyPush', 2);
  peer.step(40);
  peer.step = step;
  assert.equal(settled().length, before + 1, 'a Push is settled once');
  return { met, settled: Math.max(...settled()), event };
}

export const REGISTER_CHECKS: readonly PeerCheck[] = [
  {
    claim: 'answers at every offset as the map says, and with SLVERR where there is nothing to read or to write',
    run: (open) => {
      const peer = open();
      const map = new Map(
        Object.values<Register>(REGISTERS).flatMap((register) =>
          Array.from({ length: WORDS[register.name] ?? 1 }, (_, index): [number, Register] => [register.offset + 4 * index, register]),
        ),
      );
      for (let offset = 0; offset < 0x200; offset += 4) {
        const access = map.get(offset)?.access;
        const { response, value } = peer.readAt(offset);
        assert.equal(response, access === undefined || access === 'wo' ? SLVERR : 0, `read at ${offset}`);
        if (response !== 0) assert.equal(value, 0);
        if (access === 'ro' || access === undefined) assert.equal(peer.writeAt(offset, 0xffff_ffff), SLVERR, `write at ${offset}`);
      }
      for (const offset of [0x208, 0x400, 0x800, 0xa00, 0xffc]) {
        assert.equal(peer.readAt(offset).response, SLVERR);
        assert.equal(peer.writeAt(offset, 1), SLVERR);
      }
      assert.equal(peer.read('identification'), 0x4b545231);
      assert.equal(peer.read('capabilities'), 0x0001_0002 + (peer.role === 'follower' ? 0x10 : 0));
    },
  },
  {
    claim: 'keeps what is written into each register of both ways, in whole words only, and is zero after reset',
    run: (open) => {
      const peer = open();
      const names = Object.keys(WIDTHS) as RegisterName[];
      for (const name of names) assert.equal(peer.read(name), 0, name);
      const value = (name: RegisterName, seed: number): number =>
        octets(4, REGISTERS[name].offset + seed).reduce((sum, octet) => sum * 256 + octet, 0);
      for (const seed of [0, 1, 2]) {
        for (const name of names) peer.write(name, value(name, seed));
        for (const name of names) assert.equal(peer.read(name), value(name, seed) % 2 ** (WIDTHS[name] ?? 32), name);
      }
      for (const strobe of [0, 0b0001, 0b0111, 0b1110]) {
        assert.equal(peer.writeAt(REGISTERS.destinationLow.offset, 0x5a5a_5a5a, strobe), SLVERR);
      }
      assert.equal(peer.read('destinationLow'), value('destinationLow', 2));
    },
  },
  {
    claim: 'shows slots, KeyIds, counter and the outcome of each Push as they stand',
    run: (open) => {
      const peer = open();
      peer.setUp({ obsoleteTimeout: 2000 });
      const status = (provider: number, consumer: number, current: number, next: number, ready: number): number =>
        provider + consumer * 2 ** 8 + current * 2 ** 16 + next * 2 ** 20 + ready * 2 ** 24;
      assert.equal(peer.read('status'), status(0, 0, 0, 0, 1));
      assert.equal(peer.read('pushResult'), 0);
      assert.equal(peer.push(5), 'accepted');
      assert.equal(peer.read('status'), status(0b0010, 0b0010, 5, 5, 1));
      assert.equal(peer.push(5), 'refused');
      assert.equal(peer.push(6), 'accepted');
      assert.equal(peer.read('status'), status(0b0110, 0b0110, 5, 6, 0));
      assert.deepEqual(peer.keyIds, [5, 6]);
      assert.equal(peer.push(7), 'refused');
      peer.receive(peer.theirs({ current: 5, next: 6, counter: 1 }));
      peer.receive(peer.theirs({ current: 6, next: 6, counter: 1 }));
      assert.equal(peer.read('status'), status(0b1000, 0b1011, 6, 6, 0));
      assert.equal(peer.push(7), 'refused');
      peer.step(2000);
      assert.equal(peer.read('status'), status(0b1000, 0b1000, 6, 6, 1));
    },
  },
  {
    claim: 'zeroes the staged keys with the Push, accepted or refused, and the erased slot with its Timeout',
    run: (open) => {
      const peer = open();
      peer.setUp({ obsoleteTimeout: 10 });
      const staging = ['transmit_key', 'receive_key'].flatMap((name) => [0, 1, 2, 3].map((word) => `${name}_${word}`));
      const ivs = ['transmit_iv', 'receive_iv'].flatMap((name) => [0, 1, 2].map((word) => `${name}_${word}`));
      const staged = (): bigint => [...staging, ...ivs].reduce((all, name) => all | peer.peek(`registers.${name}`), 0n);
      peer.stage(materialOf(1));
      assert.notEqual(staged(), 0n);
      assert.equal(peer.peek('axi.wdata'), 0n, 'no key stays in the bus');
      assert.equal(peer.push(0), 'accepted');
      assert.equal(staged(), 0n);
      assert.equal(peer.push(0), 'refused');
      assert.equal(staged(), 0n);
      assert.equal(peer.peek('registers.staged_key_id'), 0n);
      peer.rekey(0, 1, 1);
      peer.step(20);
      assert.equal(peer.views, 'UA/UA');
      assert.equal(peer.peek('keys.material_a'), 0n);
      assert.notEqual(peer.peek('keys.material_b'), 0n);
    },
  },
  {
    claim: 'keeps no key in an engine once its frame is through',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      peer.record(octets(30, 1), STATUS);
      peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1 }));
      const engines = ['opener', 'generator'].map((part) => `${part}.aead.key_now`);
      const held = new Set<string>();
      for (let cycle = 0; cycle < 300; cycle++) {
        peer.step();
        for (const key of engines) if (peer.peek(key) !== 0n) held.add(key);
      }
      assert.deepEqual([...held].sort(), ['generator.aead.key_now', 'opener.aead.key_now']);
      for (const key of engines) assert.equal(peer.peek(key), 0n, key);
      for (const sum of ['opener.computed', 'opener.aead.sum', 'generator.aead.sum']) assert.equal(peer.peek(sum), 0n, sum);
    },
  },
  {
    claim: 'raises an interrupt for each payload, each change of either view, and no other (J8)',
    run: (open) => {
      const peer = open();
      peer.setUp({ obsoleteTimeout: 1500 });
      assert.equal(interrupts(peer), 0);
      assert.equal(peer.push(0), 'accepted');
      assert.equal(interrupts(peer), SLOTS);
      sendOne(peer);
      assert.equal(interrupts(peer), 0);
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 1 }));
      assert.equal(interrupts(peer), RECEIVED);
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 1 }));
      assert.equal(interrupts(peer), 0, 'a duplicate is no payload');
      assert.equal(peer.push(1), 'accepted');
      assert.equal(interrupts(peer), SLOTS);
      peer.receive(peer.theirs({ current: 0, next: 1, counter: 2 }));
      assert.equal(peer.views, peer.role === 'initiator' ? 'UA/AP' : 'AP/AP');
      assert.equal(interrupts(peer), RECEIVED + (peer.role === 'initiator' ? SLOTS : 0));
      peer.receive(peer.theirs({ current: 1, next: 1, counter: 1 }));
      assert.equal(peer.views, 'UA/OA');
      assert.equal(interrupts(peer), RECEIVED + SLOTS, 'the view of the consumer has changed');
      peer.step(1500);
      assert.equal(peer.views, 'UA/UA');
      assert.equal(interrupts(peer), SLOTS, 'the view of the consumer alone has changed');
    },
  },
  {
    claim: 'raises the counter interrupt with the frame that reaches the threshold, once, and never for 0 (J8)',
    run: (open) => {
      const peer = open();
      peer.setUp({ counterThreshold: 3 });
      assert.equal(peer.push(0), 'accepted');
      interrupts(peer);
      const seen = [1, 2, 3, 4].map(() => {
        sendOne(peer);
        return interrupts(peer);
      });
      assert.deepEqual(seen, [0, 0, COUNTER, 0]);
      const other = open();
      other.setUp();
      assert.equal(other.push(0), 'accepted');
      assert.equal(interrupts(other), SLOTS);
    },
  },
  {
    claim: 'raises the line for what is enabled alone, and clears what is written as ones alone',
    run: (open) => {
      const peer = open();
      peer.setUp({ interruptEnable: 0, counterThreshold: 1 });
      assert.equal(peer.push(0), 'accepted');
      peer.receive(peer.theirs({ current: 0, next: 0, counter: 1 }));
      sendOne(peer);
      assert.equal(peer.read('interruptStatus'), RECEIVED + SLOTS + COUNTER);
      for (const [enabled, line] of [
        [0, 0],
        [REQUEST, 0],
        [RECEIVED, 1],
        [SLOTS, 1],
        [COUNTER, 1],
      ] as const) {
        peer.write('interruptEnable', enabled);
        assert.equal(peer.irq, line, `enabled ${enabled}`);
      }
      peer.write('interruptStatus', SLOTS);
      assert.equal(peer.read('interruptStatus'), RECEIVED + COUNTER);
      peer.write('interruptStatus', 0);
      peer.write('interruptStatus', REQUEST + COUNTER);
      assert.equal(peer.read('interruptStatus'), RECEIVED);
    },
  },
  {
    claim: 'shows the rekey that a follower is asked for, says once that it came, and forgets it with the Push',
    run: (open) => {
      const peer = open();
      peer.setUp({ obsoleteTimeout: 50 });
      assert.equal(peer.push(1), 'accepted');
      interrupts(peer);
      const asked = (next: number, counter: number): readonly [request: number, interrupt: number] => {
        peer.receive(peer.theirs({ current: 1, next, counter }));
        return [peer.read('request'), interrupts(peer)];
      };
      const [shown, arrived] = peer.role === 'follower' ? [1, REQUEST] : [0, 0];
      assert.deepEqual(asked(1, 1), [0, RECEIVED]);
      assert.deepEqual(asked(2, 2), [shown * 0x21, RECEIVED + arrived]);
      assert.deepEqual(asked(2, 3), [shown * 0x21, RECEIVED]);
      assert.deepEqual(asked(4, 4), [shown * 0x41, RECEIVED], 'the newest frame decides: n-RTT');
      assert.deepEqual(asked(3, 5), [0, RECEIVED], 'no successor is no request');
      assert.deepEqual(asked(2, 6), [shown * 0x21, RECEIVED + arrived]);
      assert.equal(peer.push(2), 'accepted');
      assert.equal(peer.read('request'), 0);
    },
  },
  {
    claim: 'settles a Push behind the Timeout that it meets, in the same cycle or the next, and finds the slot free (J3)',
    run: (open) => {
      const after = new Set<number>();
      for (let offset = 0; offset < 18; offset++) {
        const peer = open();
        // the bus model has its pauses in a period of 6
        peer.setUp({ obsoleteTimeout: 90 + (offset % 3) });
        assert.equal(peer.push(0), 'accepted');
        peer.rekey(0, 1, 1);
        const refused = peer.traced.push_refused.length;
        const until = peer.peek('store.context_slots_0_until');
        const left = Number(until - peer.peek('store.elapsed'));
        const around = pushedAround(peer, left - 8 + Math.floor(offset / 3), () => peer.peek('store.elapsed') === until);
        assert.notEqual(around.event, 0);
        const wasRefused = peer.traced.push_refused.length > refused;
        assert.equal(wasRefused, around.settled < around.event, 'the slot is free with the Timeout');
        if (around.met) after.add(around.settled - around.event);
      }
      assert.ok(after.has(0), 'a Push met the Timeout');
      assert.ok(
        [...after].every((cycles) => cycles <= 1),
        `settled after ${[...after].join(', ')} cycles`,
      );
    },
  },
  {
    claim: 'settles a Push in no cycle of a verdict: one that meets it comes next (M3)',
    run: (open) => {
      let met = 0;
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      assert.equal(peer.push(1), 'accepted');
      for (let offset = 0; offset < 24; offset++) {
        const verdicts = peer.traced.receive.length;
        peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1, cSdu: octets(1, 1) }));
        const around = pushedAround(peer, 82 + offset, () => peer.peek('opener.verdict_done') === 1n);
        peer.settle();
        assert.equal(peer.traced.receive.length, verdicts + 1);
        if (around.event === 0 || !around.met) continue;
        met++;
        assert.equal(around.settled, around.event + 1);
      }
      assert.ok(met > 0, 'a Push met a verdict');
    },
  },
  {
    claim: 'settles a Push behind the frame that is being opened, however many wait to be',
    run: (open) => {
      const peer = open();
      peer.setUp();
      assert.equal(peer.push(0), 'accepted');
      // of the first, longest frame the opener is busy when the others have come, too
      peer.arrive(peer.theirs({ current: 0, next: 0, counter: 1, cSdu: octets(1440, 1) }));
      for (let counter = 2; counter < 22; counter++) peer.arrive(peer.theirs({ current: 0, next: 0, counter, cSdu: octets(1, 1) }));
      peer.until('the first verdict', () => peer.traced.receive.length === 1);
      const settled = (): number => peer.traced.push_refused.length + peer.traced.push_accepted.length - 1;
      const between: number[] = [];
      for (let count = 0; count < 5; count++) {
        const verdicts = peer.traced.receive.length;
        peer.write('keyPush', 0);
        peer.until('the Push', () => settled() > count);
        between.push(peer.traced.receive.length - verdicts);
      }
      assert.ok(
        between.every((verdicts) => verdicts <= 1),
        `verdicts from a Push to its settlement: ${between.join(', ')}`,
      );
      assert.ok(between.includes(1), 'a Push waited for a verdict');
      assert.ok(peer.traced.receive.length < 21, 'frames waited all the time');
    },
  },
  {
    claim: 'counts each kind of event in its own register (J9)',
    run: (open) => {
      const peer = open();
      peer.setUp();
      peer.record(octets(4, 1), STATUS);
      peer.step(40);
      assert.equal(peer.push(0), 'accepted');
      peer.until('the frame', () => peer.sent.length === 1);
      const frame = (fields: { current?: number; counter: number }, length = 40): Uint8Array =>
        peer.theirs({ current: 0, next: 0, cSdu: octets(length, 3), ...fields });
      const times = (count: number, happen: (index: number) => void): void => {
        for (let index = 0; index < count; index++) happen(index);
      };
      times(10, () => sendOne(peer));
      times(2, (index) => peer.receive(frame({ counter: index + 1 })));
      times(3, () => peer.receive(frame({ counter: 1 })));
      times(4, () => peer.receive(frame({ current: 9, counter: 1 })));
      times(5, () => peer.receive(frame({ counter: 9 }).with(22, 0xee)));
      times(6, () => peer.receive(frame({ counter: 9 }).slice(0, 33)));
      times(7, (index) => peer.receive(octets(60, index)));
      times(2, (index) => peer.receive(frame({ counter: 20 + index }, 1440)));
      times(8, (index) => peer.receive(frame({ counter: 30 + index }, 1440)));
      const names = Object.keys(REGISTERS).filter((name) => /^frames/.test(name)) as RegisterName[];
      assert.deepEqual(Object.fromEntries(names.map((name) => [name, peer.read(name)])), {
        framesSent: 11,
        framesReceived: 4 + 3 + 4 + 5 + 6 + 8,
        framesDelivered: 4,
        framesStale: 3,
        framesUnknownKey: 4,
        framesIcvFailed: 5,
        framesMalformed: 6,
        framesPassed: 7,
        framesOverflowed: 8,
      });
      assert.equal(peer.read('stalledCycles'), peer.traced.stalled.length);
      assert.ok(peer.traced.stalled.length > 40, `stalled for ${peer.traced.stalled.length} cycles`);
    },
  },
];
