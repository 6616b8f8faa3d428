/** Small modules, each showing one part of the Verilog that hdl-gen writes. */
import {
  asynchronous,
  bits,
  bool,
  cat,
  clockDomain,
  defaultDomain,
  enumeration,
  input,
  like,
  module,
  mux,
  output,
  s,
  signed,
  stream,
  struct,
  u,
  vec,
} from '../../../hdl-gen/index.ts';

const Octets = stream({ data: bits(8) });

/** Registers with and without reset, a named value, control flow projected on its targets. */
export const watchdog = module(
  'watchdog',
  { kick: input(bool), limit: input(bits(12)), level: output(bits(2)), bark: output(bool) },
  (io, m) => {
    const r = m.registers({ count: bits(12), since: bits(12, { reset: 'none' }), state: bits(2, { init: 1 }) });
    const { late } = m.let({ late: r.count.ge(io.limit) });
    m.when(io.kick, () => {
      r.count.next(0);
      r.since.next(r.count);
    }).elseWhen(late.not(), () => r.count.next(r.count.add(1)));
    m.when(late, () => r.state.next(r.state.add(1).or(2)));
    m.switch(r.state, {
      0: () => io.level.set(3),
      1: () => io.level.set(0),
      2: () => io.level.set(1),
      3: () => io.level.set(r.since.bits(4, 2)),
    });
    io.bark.set(late);
  },
  'Barks when it was not kicked in time.',
);

/** An FSM on a stream, with properties. */
export const ethTypeParser = module(
  'eth_type_parser',
  { rx: input(Octets), ethType: output(bits(16)), found: output(bool) },
  (io, m) => {
    const r = m.registers({ count: bits(11), hi: bits(8), type: bits(16), seen: bits(1) });
    io.rx.ready.set(1);
    m.fsm('state', {
      reset: 'header',
      states: {
        header: (f) =>
          m.when(io.rx.fire, () => {
            r.count.next(r.count.add(1));
            m.when(r.count.eq(12), () => {
              r.hi.next(io.rx.data);
              f.goto('low');
            });
          }),
        low: (f) =>
          m.when(io.rx.fire, () => {
            r.type.next(cat(r.hi, io.rx.data));
            r.seen.next(1);
            f.goto('payload');
          }),
        payload: (f) =>
          m.when(io.rx.fire.and(io.rx.last), () => {
            r.count.next(0);
            f.goto('header');
          }),
      },
    });
    io.ethType.set(r.type);
    io.found.set(r.seen);
    m.assert('seen_sticky', m.past('seen', r.seen).not().or(r.seen));
    m.assert('next_fits', m.past('count', r.count).add(1).take(4).ne(15));
    m.cover('found', io.found);
  },
  'Latches the EtherType of each frame.',
);

/** Memories: both collision policies, a depth that is no power of two, addresses too wide and too narrow, a ROM. */
export const memories = module(
  'memories',
  {
    write: input(bool),
    at: input(bits(3)),
    wide: input(bits(6)),
    narrow: input(bits(2)),
    data: input(bits(8)),
    old: output(bits(8)),
    newest: output(bits(8)),
    word: output(bits(8)),
    part: output(bits(4)),
    constant: output(bits(8)),
  },
  (io, m) => {
    const store = m.memory('store', bits(8), 5);
    m.when(io.write, () => store.write(io.at, io.data)).otherwise(() => {
      m.switch(io.narrow, { 1: () => store.write(io.wide, io.data.not()) }, () => store.write(io.narrow, 7));
    });
    io.old.set(store.readSync('oldWord', io.at, { onCollision: 'old', enable: io.data.any() }));
    io.newest.set(store.readSync('newestWord', io.wide, { onCollision: 'new' }));
    io.word.set(store.read(io.wide));
    const rom = m.memory('rom', bits(8), 4, { init: [0x12, 0x34, 0x56, 0x78], style: 'distributed' });
    const chosen = m.wires({ chosen: bits(8, { fallback: 0xff }) });
    m.when(io.write, () => chosen.chosen.set(rom.read(io.narrow)));
    io.part.set(chosen.chosen.add(1).bits(2, 4));
    io.constant.set(rom.read(u(6, 2)));
  },
);

const stage = module('stage', { a: input(bits(8)), invert: input(bits(1, { fallback: 1 })), y: output(bits(8)) }, (io, m) => {
  const r = m.registers({ held: bits(8) });
  r.held.next(mux(io.invert, io.a.not(), io.a));
  io.y.set(r.held);
});

/** Instances of one module, one input left at its fallback; the same module below twice is written once. */
export const pipeline = module('pipeline', { a: input(bits(8)), y: output(bits(8)), unusedInput: input(bits(3)) }, (io, m) => {
  const first = m.instance('first', stage);
  const second = m.instance('second', stage);
  first.a.set(io.a);
  second.a.set(first.y);
  second.invert.set(0);
  io.y.set(second.y);
  m.unused(io.unusedInput);
});

/** Values that never change: `always @(*)` would never run for them. */
export const constants = module(
  'constants',
  {
    on: output(bits(8)),
    off: output(bits(8, { fallback: 3 })),
    idle: output(bits(40, { fallback: 0x1_2345_6789 })),
    wide: output(bits(64)),
  },
  (io, m) => {
    m.when(u(1, 1), () => io.on.set(5)).otherwise(() => io.on.set(6));
    m.when(u(1, 0), () => io.off.set(5));
    io.wide.set(0xdead_beef_0000_0001n);
  },
);

/** Where Verilog's own rules about widths, signs and precedence differ from what is written. */
export const contexts = module(
  'contexts',
  {
    a: input(bits(8)),
    b: input(bits(8)),
    c: input(bits(8)),
    average: output(bits(8)),
    nested: output(bits(8)),
    carry: output(bits(9)),
    inverted: output(bits(16)),
    below: output(bool),
    negative: output(bits(16)),
    shifted: output(bits(8)),
    low: output(bits(4)),
    parity: output(bool),
  },
  (io) => {
    io.average.set(io.a.add(io.b).shr(1));
    io.nested.set(io.a.sub(io.b.sub(io.c)).xor(io.a.and(io.b.or(io.c))));
    io.carry.set(io.a.addFull(io.b));
    io.inverted.set(io.a.not().zext(16));
    io.below.set(io.a.asSigned().lt(io.b.asSigned()).and(io.a.add(io.b).lt(io.c)));
    io.negative.set(io.a.sub(io.b).sext(16));
    io.shifted.set(io.a.asSigned().shr(io.b.take(3)).asBits().add(io.c));
    io.low.set(io.a.add(io.b).bits(2, 4));
    io.parity.set(io.a.not().parity().xor(io.b.allOnes().not()));
  },
);

/** Branches that drive one of two signals only: for the other one they still decide about those after them. */
export const branches = module(
  'branches',
  {
    a: input(bool),
    b: input(bool),
    s: input(bits(2)),
    x: output(bits(4, { fallback: 0 })),
    y: output(bits(4, { fallback: 0 })),
    z: output(bits(4)),
  },
  (io, m) => {
    const r = m.registers({ kept: bits(4) });
    m.when(io.a, () => io.x.set(1))
      .elseWhen(io.b, () => io.y.set(2))
      .otherwise(() => io.y.set(3));
    m.switch(io.s, { 0: () => io.x.set(5), 1: () => r.kept.next(6), 2: () => {} }, () => {
      io.x.set(7);
      r.kept.next(io.y);
    });
    io.z.set(r.kept);
    // names that the text itself would like to use
    const wasA = m.past('valid', io.a);
    m.assert('always', wasA.or(m.past('valid_2', io.b)).or(wasA.not()));
  },
);

const sensor = clockDomain('sensor', { reset: 'async', active: 'low' });

/** Two clocks: a level from a pin through two flip-flops, a count of its edges, a reset released by a clock. */
export const domains = module(
  'domains',
  { level: input(bool, asynchronous), edges: output(bits(8), sensor), limit: input(bits(8)), over: output(bool) },
  (io, m) => {
    const edges = m.in(sensor, () => {
      const r = m.registers({
        first: bits(1, { attributes: { ASYNC_REG: true } }),
        second: bits(1, { attributes: { ASYNC_REG: true } }),
        before: bits(1),
        count: bits(8, { init: 3 }),
        held: bits(8, { reset: 'none' }),
      });
      r.first.next(m.unsafeCross('arriving', io.level, 'two flip-flops follow'));
      r.second.next(r.first);
      r.before.next(r.second);
      m.when(r.second.and(r.before.not()), () => {
        r.count.next(r.count.add(1));
        m.assert('never_without_level', r.second);
      });
      r.held.next(r.count);
      io.edges.set(r.held);
      return r.count;
    });
    const { copy } = m.registers({ copy: bits(8) });
    copy.next(m.unsafeCross('counted', edges, 'a wrong count is looked at again'));
    const release = m.registers({ run: bits(1) });
    release.run.next(1);
    const late = m.resetBy(defaultDomain, release.run, { reset: 'async', active: 'low' });
    const { above } = m.in(late, () => m.registers({ above: bits(1) }));
    above.next(copy.gt(io.limit));
    io.over.set(above);
  },
);

/** Two's complement beside plain bits. */
export const levels = module(
  'levels',
  { sample: input(signed(8)), gain: input(bits(3)), level: output(signed(12)), low: output(bool), raw: output(bits(8)) },
  (io, m) => {
    const r = m.registers({ mean: signed(12, { init: -5 }), lowest: signed(8, { init: 127 }) });
    const { wide } = m.let({ wide: io.sample.extend(12) });
    r.mean.next(r.mean.add(wide.sub(r.mean).shr(2)));
    m.when(io.sample.lt(r.lowest), () => r.lowest.next(io.sample));
    io.level.set(r.mean.shl(io.gain).add(-1));
    io.low.set(r.mean.lt(s(12, -100)).or(io.sample.negate().ge(-3)));
    io.raw.set(r.lowest.asBits().xor(io.sample.addFull(io.sample).trunc(8).asBits()));
  },
);

const State = enumeration('slot', ['free', 'valid', 'current']);
const Slot = struct({ state: State, keyId: bits(4), uses: bits(8) });

/** Structures, a vector of them selected by a signal, an enumeration, structures in a memory, a register assigned in parts. */
export const keySlots = module(
  'key_slots',
  {
    put: input(stream({ slot: Slot }, { last: false })),
    which: input(bits(2)),
    spend: input(bool),
    slot: output(Slot),
    old: output(Slot),
    seen: output(bits(4)),
  },
  (io, m) => {
    const r = m.registers({ slots: vec(like(Slot, { init: { state: 'free', keyId: 15, uses: 0 } }), 3), hits: bits(4) });
    const chosen = r.slots.at(io.which);
    io.put.ready.set(chosen.state.is('free'));
    m.when(io.put.fire, () => chosen.next(io.put.slot));
    m.switch(chosen.state, {
      valid: () => m.when(io.spend, () => chosen.state.next('current')),
      current: () => m.when(io.spend, () => chosen.uses.next(chosen.uses.add(1))),
    });
    m.when(io.spend, () => r.hits.bit(0).next(chosen.eq({ state: 'current', keyId: 3, uses: 0 })));
    r.hits.bits(1, 3).next(r.hits.take(3));
    const history = m.memory('history', Slot, 4);
    m.when(io.put.fire, () => history.write(io.which, io.put.slot));
    io.old.set(history.readSync('written', io.which, { onCollision: 'old' }));
    io.slot.set(chosen);
    io.seen.set(r.hits);
  },
);

const axi = clockDomain('axi', { clock: 'aclk', resetPort: 'aresetn', active: 'low' });
const free = clockDomain('free', { clock: 'aclk', reset: 'none' });

/** Logic alone: no clock, no reset. */
const grayOf = module('gray_of', { count: input(bits(4)), gray: output(bits(4)) }, (io) => io.gray.set(io.count.xor(io.count.shr(1))));

/** Ports called as the user wants them, a clock with and without its reset. */
export const lamps = module('lamps', { go: input(bool, axi), LED: output(bits(4), axi), AGE: output(bits(8), free) }, (io, m) => {
  m.in(axi, () => {
    const r = m.registers({ count: bits(4, { init: 2 }) });
    m.when(io.go, () => r.count.next(r.count.add(1)));
    const u = m.instance('u_gray', grayOf);
    u.count.set(r.count);
    io.LED.set(u.gray);
  });
  m.in(free, () => {
    const r = m.registers({ age: bits(8, { init: 250 }), loose: bits(1, { reset: 'none' }) });
    r.age.next(r.age.add(1));
    r.loose.next(io.go);
    io.AGE.set(mux(r.loose, r.age, 0));
    m.assert(
      'age_goes_on',
      m
        .past('age', r.age)
        .eq(0)
        .or(r.age.eq(m.past('age_again', r.age).add(1))),
    );
  });
});

/** What tools and readers are told: of registers, wires, ports, an instance and a module. */
export const told = module(
  'told',
  {
    a: input(bits(4, { attributes: { mark_debug: true }, comment: 'sampled at every edge,\n  never held' })),
    y: output(bits(4, { attributes: { X_INTERFACE_INFO: 'xilinx.com:signal:data:1.0 y DATA' } })),
  },
  (io, m) => {
    const r = m.registers({
      wide: bits(4, { attributes: { max_fanout: 40, DONT_TOUCH: true } }),
      pad: bits(4, { attributes: { IOB: true }, comment: 'in the pad' }),
    });
    const w = m.wires({ kept: bits(4, { attributes: { keep: true } }) });
    w.kept.set(r.wide.not());
    r.wide.next(io.a);
    r.pad.next(w.kept);
    const u = m.instance('u_gray', grayOf, undefined, { attributes: { DONT_TOUCH: true } });
    u.count.set(r.pad);
    io.y.set(u.gray);
  },
  'Attributes.',
  { attributes: { keep_hierarchy: true } },
);

export const designs = {
  lamps,
  told,
  watchdog,
  branches,
  ethTypeParser,
  memories,
  pipeline,
  constants,
  contexts,
  domains,
  levels,
  keySlots,
};
