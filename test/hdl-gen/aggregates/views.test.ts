import { describe, expect, it } from 'vitest';
import {
  bits,
  bool,
  bundle,
  enumeration,
  flipped,
  input,
  like,
  type Module,
  module,
  output,
  type Payload,
  type Ports,
  pack,
  stream,
  struct,
  vec,
} from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { axi3, axiLite, gmii, rmii } from '../../../hdl-gen/library/index.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { presentOf, StreamMonitor, StreamSink, StreamSource, sampledOf, testbench } from '../../../hdl-gen/testbench/index.ts';
import { errorsOf, marks } from '../check/expectations.ts';

const at = marks(import.meta.url);
const Mode = enumeration('mode', ['off', 'slow', 'fast']);
const Status = struct({ mode: Mode, keys: vec(bits(8), 2) });

/** The outputs of a port record, in their order: elaboration misses a value for each. */
function portNames(ports: Ports): string[] {
  return errorsOf(module('ports', ports, () => {})).map((message) => /output (\w+) is never assigned/.exec(message)?.[1] ?? message);
}

describe('a bundle', () => {
  it('has its directions where it is an output, and the others where it is an input', () => {
    const bus = bundle({ request: output(Status), busy: input(bool) });
    expect(portNames({ bus: output(bus) })).toEqual(['bus_request_mode', 'bus_request_keys_0', 'bus_request_keys_1']);
    expect(portNames({ bus: input(bus) })).toEqual(['bus_busy']);
    expect(portNames({ bus: output(flipped(bus)) })).toEqual(['bus_busy']);
  });

  it('of a standard has the names of that standard', () => {
    const outputs = 'awaddr awvalid wdata wstrb wvalid bready araddr arvalid rready'.split(' ');
    expect(portNames({ m: output(axiLite(8)) })).toEqual(outputs.map((name) => `m_${name}`));
    const ofAddress = (channel: string) => 'id addr len size burst lock cache prot valid'.split(' ').map((name) => `m_${channel}${name}`);
    expect(portNames({ m: output(axi3({ addressBits: 32, dataBits: 64, idBits: 6 })) })).toEqual([
      ...ofAddress('aw'),
      ...['id', 'data', 'strb', 'valid', 'last'].map((name) => `m_w${name}`),
      'm_bready',
      ...ofAddress('ar'),
      'm_rready',
    ]);
    expect(portNames({ phy: output(gmii) })).toEqual(['phy_txd', 'phy_tx_en', 'phy_tx_er']);
    expect(portNames({ phy: input(rmii) })).toEqual(['phy_rxd', 'phy_crs_dv', 'phy_rx_er']);
  });

  it('is connected whole, through instances, and may differ in one member', async () => {
    const bus = bundle({ go: output(stream({ status: Status }, { last: false })), done: input(bool) });
    const inner = module('inner', { bus: input(bus), seen: output(Status) }, (io, m) => {
      const r = m.registers({ kept: Status });
      io.bus.go.ready.set(1);
      io.bus.done.set(r.kept.mode.is('fast'));
      m.when(io.bus.go.fire, () => r.kept.next(io.bus.go.status));
      io.seen.set(r.kept);
    });
    const outer = module('outer', { bus: input(bus), seen: output(Status) }, (io, m) => {
      const u = m.instance('u_inner', inner);
      m.connect(io.bus, u.bus);
      u.bus.go.status.mode.set('fast');
      io.seen.set(u.seen);
      m.unused(io.bus.go.status.mode);
    });
    await testbench(outer, async (bench, io) => {
      expect(io.bus.done.value).toBe(0);
      await new StreamSource(bench, io.bus.go).send([{ status: { mode: 'slow', keys: [1, 2] } }]);
      expect(presentOf(io.seen)).toEqual({ mode: 'fast', keys: [1, 2] });
      expect(io.bus.done.value).toBe(1);
    });
  });
});

describe('a stream', () => {
  it('carries structures, and without last every beat is a packet', async () => {
    const held = module(
      'held',
      { from: input(stream({ status: Status }, { last: false })), to: output(stream({ status: Status }, { last: false })) },
      (io, m) => {
        const r = m.registers({ full: bool, beat: Status });
        io.from.ready.set(r.full.not().or(io.to.ready));
        io.to.valid.set(r.full);
        io.to.payload.set({ status: r.beat });
        m.when(io.from.fire, () => {
          r.beat.next(io.from.payload.status);
          r.full.next(1);
        }).elseWhen(io.to.ready, () => r.full.next(0));
      },
    );
    await testbench(held, async (bench, io) => {
      const monitor = new StreamMonitor(bench, io.to);
      const sink = new StreamSink(bench, io.to, { stalls: 0.4 });
      const beats = [{ status: { mode: 'slow', keys: [1, 2] } }, { status: { mode: 'off', keys: [3, 4] } }] as const;
      bench.fork('source', () => new StreamSource(bench, io.from, { stalls: 0.4 }).send(beats));
      expect([await sink.receive(), await sink.receive()]).toEqual([[beats[0]], [beats[1]]]);
      expect(monitor.beats).toEqual(beats);
    });
  });
});

describe('from a bench', () => {
  const copy = module('copy', { from: input(Status), to: output(Status) }, (io, m) => {
    const r = m.registers({ status: like(Status, { init: { mode: 'slow', keys: [7, 8] } }) });
    r.status.next(io.from);
    io.to.set(r.status);
  });

  it('structures are set and read whole and by their fields', () =>
    testbench(copy, async (bench, io) => {
      expect(presentOf(io.to)).toEqual({ mode: 'slow', keys: [7, 8] });
      io.from.set({ mode: 'fast', keys: [1, 2] });
      io.from.keys[1]?.set(9);
      await bench.tick();
      expect(io.to.mode.value).toBe('fast');
      expect(sampledOf(io.to)).toEqual({ mode: 'slow', keys: [7, 8] });
      expect(presentOf(io.to.keys)).toEqual([1, 9]);
      expect(() => io.from.mode.set('quick' as never)).toThrow(/^HG051 enumeration mode has no member quick/);
    }));
});

describe('a property', () => {
  it('sees structures and memories of structures inside an instance, and their past', () => {
    const store = module('store', { put: input(Status), at: input(bool), got: output(Status) }, (io, m) => {
      const r = m.registers({ last: Status });
      r.last.next(io.put);
      const words = m.memory('words', Status, 2, {
        init: [
          { mode: 'off', keys: [0, 0] },
          { mode: 'fast', keys: [5, 6] },
        ],
      });
      words.write(io.at, r.last);
      io.got.set(words.read(io.at));
    });
    const watched = module('watched', { put: input(Status), at: input(bool) }, (io, m) => {
      const u = m.instance('u_store', store);
      u.put.set(io.put);
      u.at.set(io.at);
      m.unused(...Object.values(u));
      const inside = m.observe('u_store', { last: Status, words: vec(Status, 2) });
      const before = m.past('put', io.put);
      m.assert('last_is_the_put_before', inside.last.eq(before).or(before.asBits().any().not()));
      m.assert('second_word_is_there', inside.words.at(1).mode.is('fast').or(inside.words.at(1).keys.at(0).ne(5)));
      m.cover('fast', inside.last.mode.is('fast'));
    });
    const simulator = simulateWasm(lower(watched.elaborate()));
    const set = (name: string, value: number) => Object.assign(simulator.inputs.get(name) ?? {}, { value });
    for (const [mode, key] of [
      [1, 3],
      [2, 4],
      [0, 250],
    ] as const) {
      set('put_mode', mode);
      set('put_keys_1', key);
      simulator.step();
    }
    expect(simulator.peek?.('u_store.last_keys_1')).toBe(250n);
  });
});

describe('a mistake', () => {
  const designOf = (
    body: Parameters<typeof module<{ a: ReturnType<typeof input<typeof Status>>; y: ReturnType<typeof output<typeof Status>> }>>[2],
  ): Module<Ports> => module('bad', { a: input(Status), y: output(Status) }, body as never) as unknown as Module<Ports>;

  it('in a field names the field and both places', () => {
    const wide = module('bad', { wide: input(bits(9)), y: output(Status) }, (io) => {
      io.y.set({ mode: 'off', keys: [io.wide as never, 0] }); // use
    });
    expect(() => wide.elaborate()).toThrow(
      /^HG001 width mismatch in assignment to y.keys.0: expected 8 bits, found 9 bits\n {2}y_keys_0 .8 bits.: \S+:\d+\n {2}wide .9 bits.: \S+:\d+/,
    );
  });

  it('of another structure, of bits, of nothing at all is refused', () => {
    const Other = struct({ mode: Mode, keys: vec(bits(8), 3) });
    const body = (value: unknown) =>
      module('bad', { other: input(Other), word: input(bits(18)), y: output(Status) }, (io) =>
        io.y.set((value as (io: unknown) => never)(io)),
      );
    expect(() => body((io: { other: unknown }) => io.other).elaborate()).toThrow(
      /^HG050 .* found the structure \{mode, keys\}, of another shape/,
    );
    expect(() => body((io: { word: unknown }) => io.word).elaborate()).toThrow(
      /^HG050 assignment to y expects the structure \{mode, keys\}, found /,
    );
    for (const nothing of [undefined, '3', true, () => 0])
      expect(() => body(() => nothing).elaborate()).toThrow(/^HG050 assignment to y expects the structure/);
  });

  it('with plain bits is one too: a text, nothing, a condition of the program', () => {
    for (const nothing of [undefined, '3', true, null])
      expect(() => module('bad', { y: output(bits(8)) }, (io) => io.y.set(nothing as never)).elaborate()).toThrow(
        /^HG050 assignment to y expects 8 bits, found /,
      );
  });

  it('that overrules a whole structure is refused; one field of it may be overruled', () => {
    const good = designOf((io) => {
      io.y.set(io.a);
      io.y.mode.set('off');
    });
    expect(errorsOf(good)).toEqual([]);
    const bad = designOf((io) => {
      io.y.set(io.a); // hidden
      io.y.set({ mode: 'off', keys: [1, 2] }); // later
    });
    expect(errorsOf(bad)).toEqual([
      `HG023 an assignment to y_mode, y_keys_0, y_keys_1 has no effect, since a later one always overrules it
  without effect: ${at('hidden')}
  overruled: ${at('later')}
  advice: remove the first, or put a condition around the second`,
    ]);
  });

  it('that leaves a field without a value names it', () => {
    expect(errorsOf(designOf((io) => io.y.mode.set(io.a.mode)))).toEqual([
      expect.stringMatching(/^HG022 output y_keys_0 is never assigned/),
      expect.stringMatching(/^HG022 output y_keys_1 is never assigned/),
    ]);
  });

  it('of joining what does not fit says what, and where both are declared', () => {
    const joined = (a: Payload, b: Payload, last = true) =>
      module('bad', { from: input(stream(a)), to: output(stream(b, { last })) }, (io, m) => m.connect(io.from, io.to as never)).elaborate();
    expect(() => joined({ data: bits(8) }, { data: bits(9) })).toThrow(
      /^HG055 data is 8 bits on one side and 9 bits on the other\n {2}use: .*\n {2}from \(from_data\): .*\n {2}to \(to_data\): /,
    );
    expect(() => joined({ data: bits(8) }, { data: bits(8) }, false)).toThrow(/^HG055 only one of the two has last\n/);
    expect(() => joined({ data: Status }, { data: struct({ mode: Mode, keys: bits(16) }) })).toThrow(/^HG055 data is the structure/);
  });

  it('of an index or a name is refused at its line', () => {
    expect(() => designOf((io) => io.y.set({ mode: 'off', keys: [io.a.keys.at(2), 0] })).elaborate()).toThrow(
      /^HG054 element 2 does not exist in a vector of 2/,
    );
    expect(() => struct({ eq: bits(3) })).toThrow(/^HG052 eq can't be a field of a structure/);
    expect(() => stream({ fire: bits(3) })).toThrow(/^HG052 fire can't be a field of the payload of a stream/);
    expect(() => enumeration('mode', ['fooBar', 'foo_bar'])).toThrow(/^HG053 enumeration mode can not tell fooBar from foo_bar/);
    expect(() => enumeration('mode', { off: 8 }, { width: 3 })).toThrow(/^HG053 .*code 8/);
    expect(() => enumeration('mode', ['wait-ack'])).toThrow(/^HG007 /);
    expect(() => vec(bits(3), 0)).toThrow(/^HG010 /);
    expect(() => pack(struct({}), {})).toThrow(/^HG010 /);
  });
});
