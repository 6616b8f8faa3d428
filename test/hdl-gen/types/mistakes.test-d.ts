/**
 * Mistakes that the editor refuses, each beside its legal twin. `tsc --noEmit` is the test: a mistake that
 * compiles leaves an unused `@ts-expect-error`, which is an error. Nothing here runs.
 */
import {
  asynchronous,
  bits,
  bool,
  bundle,
  cat,
  clockDomain,
  clocked,
  clockInput,
  clockOutput,
  enumeration,
  external,
  inout,
  input,
  like,
  module,
  mux,
  output,
  type Payload,
  pack,
  repeat,
  type StreamSink,
  type StreamSource,
  signed,
  stream,
  struct,
  u,
  unpack,
  vec,
} from '../../../hdl-gen/index.ts';

const Octets = stream({ data: bits(8) });
const Words = stream({ data: bits(32), keep: bits(4) });

const child = module('child', { a: input(bits(32)), b: input(bool), rx: input(Octets), tx: output(Octets), y: output(bits(16)) }, () => {});

module(
  'mistakes',
  {
    x8: input(bits(8)),
    x9: input(bits(9)),
    x16: input(bits(16)),
    go: input(bool),
    rx: input(Octets),
    tx: output(Octets),
    words: output(Words),
    y8: output(bits(8)),
    y16: output(bits(16)),
    y24: output(bits(24)),
    flag: output(bool),
  },
  (io, m) => {
    const r = m.registers({ count: bits(8), wide: bits(16), on: bits(1) });
    const w = m.wires({ sum: bits(8), carry: bits(9) });

    // ---- widths of assignments
    io.y16.set(io.x16);
    // @ts-expect-error 16 bits take no 8
    io.y16.set(io.x8);
    io.y8.set(io.x16.take(8));
    // @ts-expect-error 8 bits take no 16
    io.y8.set(io.x16);
    r.count.next(io.x8);
    // @ts-expect-error a register of 8 bits takes no 9
    r.count.next(io.x9);
    io.y16.set(io.x8.zext(16));
    // @ts-expect-error the widened value has 24 bits, not 16
    io.y16.set(io.x8.zext(24));
    io.flag.set(io.x8.bit(7));
    // @ts-expect-error one bit takes no 8
    io.flag.set(io.x8);
    io.y8.set(255n);
    // @ts-expect-error a number, not its text
    io.y8.set('255');
    // @ts-expect-error a bit is not a boolean of the program
    io.flag.set(true);

    // ---- operands
    w.sum.set(r.count.add(io.x8));
    // @ts-expect-error a sum of 8 and 9 bits
    w.sum.set(r.count.add(io.x9));
    w.carry.set(r.count.addFull(io.x8));
    // @ts-expect-error with its carry a sum of 8 bits has 9
    w.sum.set(r.count.addFull(io.x8));
    w.sum.set(io.x8.and(r.count.not()));
    // @ts-expect-error and of 8 and 16 bits
    w.sum.set(io.x8.and(r.wide));
    io.flag.set(r.wide.eq(io.x16));
    // @ts-expect-error comparison of 16 and 8 bits
    io.flag.set(r.wide.eq(io.x8));
    io.flag.set(io.x8.lt(4));
    // @ts-expect-error a comparison is one bit, not 8
    io.y8.set(io.x8.lt(4));
    // @ts-expect-error values have no operators of the language
    io.y8.set(io.x8 + 1);
    io.flag.set(io.x8.parity());
    // @ts-expect-error a parity is one bit
    io.y8.set(io.x8.parity());

    // ---- concatenation, slices, mux, repetition
    io.y24.set(cat(io.x16, io.x8));
    // @ts-expect-error 16 + 9 bits are not 24
    io.y24.set(cat(io.x16, io.x9));
    // @ts-expect-error 8 + 8 bits are not 24
    io.y24.set(cat(io.x8, r.count));
    io.y8.set(io.x16.bits(4, 8));
    // @ts-expect-error that slice has 7 bits
    io.y8.set(io.x16.bits(4, 7));
    io.y8.set(io.x16.byte(1));
    // @ts-expect-error an octet is not 16 bits
    io.y16.set(io.x16.byte(1));
    io.y8.set(mux(io.go, io.x8, r.count));
    // @ts-expect-error the arms of a mux are 8 and 9 bits wide
    io.y8.set(mux(io.go, io.x8, io.x9));
    // @ts-expect-error a mux selects by one bit
    io.y8.set(mux(io.x8, io.x8, r.count));
    io.y8.set(u(8, 3));
    // @ts-expect-error a constant of 9 bits
    io.y8.set(u(9, 3));
    io.y8.set(repeat(io.go, 8));
    // @ts-expect-error the number of repetitions is a number
    io.y8.set(repeat(io.go, io.x8));

    // ---- directions and verbs
    io.y8.set(1);
    // @ts-expect-error an input is not driven from inside
    io.x8.set(1);
    io.rx.ready.set(1);
    // @ts-expect-error ready of an output stream comes from the other side
    io.tx.ready.set(1);
    io.tx.valid.set(1);
    // @ts-expect-error valid of an input stream comes from the other side
    io.rx.valid.set(1);
    io.tx.data.set(io.rx.data);
    // @ts-expect-error the payload of an input stream comes from the other side
    io.rx.data.set(io.tx.data);
    r.wide.next(3);
    // @ts-expect-error a register has no set
    r.wide.set(3);
    w.carry.set(3);
    // @ts-expect-error a wire has no next
    w.carry.next(3);
    // @ts-expect-error fire is read
    io.rx.fire.set(1);

    // ---- names
    io.flag.set(io.rx.fire);
    // @ts-expect-error no such port
    io.flagg.set(io.rx.fire);
    // @ts-expect-error no such register
    r.counter.next(1);
    // @ts-expect-error no such field of the payload
    io.tx.keep.set(1);

    // ---- control flow
    m.when(r.on, () => {});
    // @ts-expect-error a condition of 9 bits
    m.when(io.x9, () => {});
    m.when(io.go, () => {}).elseWhen(io.x8.any(), () => {});
    // @ts-expect-error a second condition of 8 bits
    m.when(io.go, () => {}).elseWhen(io.x8, () => {});
    // @ts-expect-error a condition of the program is none of the hardware
    m.when(1 > 0, () => {});
    const nothing = () => {};
    // @ts-expect-error nothing comes after otherwise
    m.when(io.go, nothing).otherwise(nothing).elseWhen(io.go, nothing);
    const fsm = m.fsm('state', { reset: 'idle', states: { idle: (f) => f.goto('run'), run: (f) => f.goto('idle') } });
    // @ts-expect-error a reset state that does not exist
    m.fsm('other', { reset: 'start', states: { idle: (f) => f.goto('idle') } });
    // @ts-expect-error a jump to a state that does not exist
    m.fsm('third', { reset: 'idle', states: { idle: (f) => f.goto('stop') } });
    io.flag.set(fsm.is('run'));
    // @ts-expect-error a test for a state that does not exist
    io.flag.set(fsm.is('stop'));

    // ---- memories
    const memory = m.memory('words', bits(16), 64);
    memory.write(io.x8, io.x16);
    // @ts-expect-error a word has 16 bits
    memory.write(io.x8, io.x8);
    io.y16.set(memory.read(io.x8));
    // @ts-expect-error a word has 16 bits, not 8
    io.y8.set(memory.read(io.x8));
    io.y16.set(memory.readSync('word', io.x8, { onCollision: 'old', enable: io.go }));
    // @ts-expect-error what a collision reads must be said
    io.y16.set(memory.readSync('word2', io.x8, { enable: io.go }));
    // @ts-expect-error an enable of 8 bits
    io.y16.set(memory.readSync('word3', io.x8, { onCollision: 'new', enable: io.x8 }));

    // ---- instances and streams
    const inside = m.instance('inside', child);
    inside.a.set(cat(io.x16, io.x16));
    // @ts-expect-error an instance input of 32 bits takes no 8
    inside.a.set(io.x8);
    io.y16.set(inside.y);
    // @ts-expect-error an instance output is not driven from outside
    inside.y.set(1);
    // @ts-expect-error no such port of the instance
    inside.z.set(1);
    inside.rx.valid.set(1);
    // @ts-expect-error valid of the instance's output comes from the instance
    inside.tx.valid.set(1);
    m.connect(io.rx, inside.rx);
    // @ts-expect-error two streams of different payload
    m.connect(io.rx, io.words);
    // @ts-expect-error from a sink to a sink
    m.connect(inside.rx, io.tx);

    // ---- properties
    m.assert('positive', io.x8.any());
    // @ts-expect-error a property is one bit
    m.assert('eight', io.x8);
    m.assert('kept', m.past('x8', io.x8).eq(io.x8));
    // @ts-expect-error the past of 8 bits has 8
    m.assert('kept', m.past('x8', io.x8).eq(io.x16));
  },
);

// @ts-expect-error a port has a direction
module('no_direction', { a: bits(8) }, () => {});
// @ts-expect-error a width is a number
bits('8');

// ---- signed numbers
module('signed_mistakes', { s8: input(signed(8)), b8: input(bits(8)), out8: output(signed(8)), flag: output(bool) }, (io, m) => {
  const r = m.registers({ mean: signed(8), held: bits(8) });
  r.mean.next(io.s8.sub(-3));
  // @ts-expect-error a signed number and plain bits
  r.mean.next(io.s8.sub(io.b8));
  r.mean.next(io.b8.asSigned());
  // @ts-expect-error a signed register takes no plain bits
  r.mean.next(io.b8);
  r.held.next(io.s8.asBits());
  // @ts-expect-error a register of plain bits takes no signed number
  r.held.next(io.s8);
  io.out8.set(r.mean.shr(2));
  // @ts-expect-error plain bits plus a signed number
  io.out8.set(io.b8.add(io.s8));
  io.flag.set(io.s8.lt(r.mean));
  // @ts-expect-error numbers of 8 and of 9 bits
  io.flag.set(io.s8.lt(r.mean.extend(9)));
  io.out8.set(r.mean.extend(12).trunc(8));
  // @ts-expect-error signed numbers have no zext
  io.out8.set(r.mean.zext(8));
  io.flag.set(r.mean.asBits().parity());
  // of signed numbers, their bits
  cat(r.mean, r.held);
  // @ts-expect-error a product needs factors of one kind
  r.mean.mul(r.mean.asBits());
});

// ---- clock domains
const rx = clockDomain('rx', { reset: 'async', active: 'low' });
// @ts-expect-error a reset is synchronous or asynchronous
clockDomain('ry', { reset: 'slow' });
module('domains', { pin: input(bool, asynchronous), out: output(bits(4), rx) }, (io, m) => {
  const r = m.in(rx, () => m.registers({ seen: bits(4) }));
  r.seen.next(m.unsafeCross('pin_there', io.pin, 'one bit').zext(4));
  // @ts-expect-error a crossing says why it is safe
  m.unsafeCross('pin_here', io.pin);
  io.out.set(r.seen);
  // @ts-expect-error a domain is not its name
  m.in('rx', () => {});
});

// ---- parts of a signal
module('part_mistakes', { a4: input(bits(4)), y8: output(bits(8)) }, (io, m) => {
  const r = m.registers({ count: bits(8) });
  r.count.bits(0, 4).next(io.a4);
  // @ts-expect-error four bits take no eight
  r.count.bits(0, 4).next(r.count);
  // @ts-expect-error a part of a register has no set
  r.count.bit(0).set(1);
  io.y8.byte(0).set(r.count);
  // @ts-expect-error a part of an input is not driven from inside
  io.a4.bit(0).set(1);
});

// ---- structures, enumerations, vectors
const Mode = enumeration('mode', ['off', 'slow', 'fast']);
const Speed = enumeration('speed', ['slow', 'fast']);
const Status = struct({ mode: Mode, level: signed(4), keys: vec(bits(8), 2) });
module('structure_mistakes', { s: input(Status), i: input(bits(1)), y: output(Status), flag: output(bool) }, (io, m) => {
  const r = m.registers({ status: like(Status, { init: { mode: 'slow', level: -1, keys: [1, 2] } }), speed: Speed });
  r.status.next(io.s);
  // @ts-expect-error a structure of registers has no set
  r.status.set(io.s);
  io.y.set({ mode: 'off', level: io.s.level, keys: [io.s.keys.at(0), 3] });
  // @ts-expect-error keys are missing
  io.y.set({ mode: 'off', level: 0 });
  // @ts-expect-error no such field
  io.y.set({ mode: 'off', level: 0, keys: [0, 0], spare: 1 });
  // @ts-expect-error no such member
  io.y.set({ mode: 'quick', level: 0, keys: [0, 0] });
  io.y.mode.set('fast');
  // @ts-expect-error no such member
  io.y.mode.set('quick');
  // @ts-expect-error another enumeration
  io.y.mode.set(r.speed);
  // @ts-expect-error an enumeration is not bits
  io.y.mode.set(io.i);
  // @ts-expect-error a field of an input is not driven from inside
  io.s.mode.set('off');
  io.flag.set(io.s.mode.is('off'));
  // @ts-expect-error a test for a member that does not exist
  io.flag.set(io.s.mode.is('quick'));
  io.flag.set(io.s.eq(r.status));
  // @ts-expect-error a structure compared with bits
  io.flag.set(io.s.eq(io.i));
  r.status.keys.at(io.i).next(3);
  // @ts-expect-error an element of 8 bits takes no one
  r.status.keys.at(io.i).next(io.i);
  // @ts-expect-error elements are taken with at()
  r.status.keys[0].next(3);
  io.y.set(mux(io.i, io.s, r.status));
  // @ts-expect-error the arms of a mux are structures of other fields
  io.y.set(mux(io.i, io.s, io.s.keys));
  m.switch(io.s.mode, { slow: () => {} });
  // @ts-expect-error an arm for a member that does not exist
  m.switch(io.s.mode, { quick: () => {} });
  io.y.keys.set(
    io.s
      .asBits()
      .take(16)
      .as(vec(bits(8), 2)),
  );
  const words = m.memory('words', Status, 4);
  words.write(io.i, io.s);
  // @ts-expect-error a word is a structure
  words.write(io.i, io.i);
  io.y.set(words.read(io.i));
  // @ts-expect-error no such member in an initial value
  like(Status, { init: { mode: 'quick', level: 0, keys: [0, 0] } });
});
pack(Status, { mode: 'fast', level: -2, keys: [1, 2n] });
// @ts-expect-error a field is missing
pack(Status, { mode: 'fast', level: -2 });
const keys: readonly number[] = unpack(Status, 0n).keys;
// @ts-expect-error an 8-bit element is a number
const wide: readonly bigint[] = unpack(Status, 0n).keys;
void [keys, wide];

// ---- bundles
const Bus = bundle({ request: output(stream({ status: Status }, { last: false })), busy: input(bool) });
const peripheral = module('peripheral', { bus: input(Bus) }, () => {});
module('bundle_mistakes', { bus: input(Bus), out: output(Bus), rx: input(Octets) }, (io, m) => {
  io.bus.busy.set(1);
  // @ts-expect-error what comes with the bundle is read
  io.bus.request.valid.set(1);
  // @ts-expect-error a stream without last
  io.out.request.last.set(1);
  m.connect(io.bus, io.out);
  const u = m.instance('u', peripheral);
  m.connect(io.bus, u.bus);
  m.connect(io.bus.request, u.bus.request);
  // @ts-expect-error a stream and a bundle
  m.connect(io.rx, io.out);
  // @ts-expect-error from what leaves
  m.connect(io.out, io.out);
  // @ts-expect-error both arrive
  m.connect(io.bus, io.bus);
});

// ---- generic code needs no casts
export function held<P extends Payload>(payload: P) {
  return module('held', { from: input(stream(payload)), to: output(stream(payload)) }, (io, m) => {
    const r = m.registers({ full: bool, last: bool, beat: struct(payload) });
    io.from.ready.set(r.full.not().or(io.to.ready));
    io.to.valid.set(r.full);
    io.to.last.set(r.last);
    io.to.payload.set(r.beat);
    m.when(io.from.fire, () => {
      r.full.next(1);
      r.last.next(io.from.last);
      r.beat.next(io.from.payload);
    });
    const both = (sink: StreamSink<P>, source: StreamSource<P>) => m.connect(sink, source);
    void both;
  });
}
// ---- ports and resets of domains, attributes
clockDomain('s', { clock: 'aclk', resetPort: 'aresetn', active: 'low' });
// @ts-expect-error a domain without a reset has no reset port
clockDomain('s', { reset: 'none', resetPort: 'aresetn' });
bits(1, { attributes: { ASYNC_REG: true, max_fanout: 8 } });
// @ts-expect-error attributes are spelt as the tools spell them
bits(1, { attributes: { async_reg: true } });
// @ts-expect-error a number of readers, not a flag
bits(1, { attributes: { max_fanout: true } });

// ---- foreign modules
const SERDES = external(
  'SERDES',
  {
    CLK: clockInput(),
    ...clocked('CLK', { D: input(bits(8)), Q: output(bits(8)) }),
    REF: clockOutput(),
    LANES: clockOutput({ width: 2 }),
    IO: inout(bits(2)),
  },
  { parameters: { MODE: ['FAST', 'SLOW'], TAPS: 3, INIT: u(4, 0) } },
);
// @ts-expect-error a model is a module or the bench
external('OTHER', { A: input(bool) }, { model: 'none' });
module('foreign_mistakes', { x: input(bits(8)), y: output(bits(8)), line: inout(bits(2)), one: inout(bool) }, (io, m) => {
  const serdes = m.external('serdes', SERDES, { parameters: { MODE: 'SLOW', TAPS: 5, INIT: u(4, 9) }, clocks: { CLK: rx } });
  // @ts-expect-error a text that the parameter does not take
  m.external('second', SERDES, { parameters: { MODE: 'MEDIUM' } });
  // @ts-expect-error a number, not a text
  m.external('third', SERDES, { parameters: { TAPS: '5' } });
  // @ts-expect-error no such parameter
  m.external('fourth', SERDES, { parameters: { TAP: 5 } });
  // @ts-expect-error no such clock pin
  m.external('fifth', SERDES, { clocks: { CLOCK: rx } });
  serdes.D.set(io.x);
  // @ts-expect-error a pin of 8 bits takes no single bit
  serdes.D.set(io.x.bit(0));
  io.y.set(serdes.Q);
  // @ts-expect-error an output pin is not driven from outside
  serdes.Q.set(io.x);
  // @ts-expect-error clock pins are given when the instance is made
  serdes.CLK.set(1);
  m.in(serdes.REF, () => {});
  m.in(serdes.LANES[1], () => {});
  // @ts-expect-error a vector of two clocks has no third
  m.in(serdes.LANES[2], () => {});
  // @ts-expect-error a clock is no value
  io.y.set(serdes.REF);
  serdes.IO.connect(io.line);
  // @ts-expect-error a pin of two bits takes no single pad
  serdes.IO.connect(io.one);
  // @ts-expect-error an inout port is read nowhere
  io.y.set(io.line);
  // @ts-expect-error an inout port is driven by a foreign module alone
  io.one.set(1);
});
