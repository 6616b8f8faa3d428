import { beforeAll, describe, expect, it } from 'vitest';
import { isNativeInstalled } from '../../../hdl-gen/formal/native.ts';
import { AssumptionsContradict, type EngineName, ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import { type Bit, bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { interpret } from '../../../hdl-gen/sim/interpreter.ts';
import { BY_SAMPLE, oneIn } from '../../one-in.ts';

/** Counts to nine and begins again; `stays_below` is inductive only with the right bound. */
function decade(name: string, bound: number, { assumeNever = false } = {}) {
  return module(name, { enable: input(bool), count: output(bits(4)) }, (io, m) => {
    const r = m.registers({ value: bits(4) });
    const last = r.value.eq(9);
    m.when(io.enable, () => {
      m.when(last, () => r.value.next(0)).otherwise(() => r.value.next(r.value.add(1)));
    });
    io.count.set(r.value);
    m.assert('stays_below', r.value.lt(bound));
    m.assert('another_that_holds', r.value.ne(15).or(io.enable.not()));
    m.cover('nine', last);
    if (assumeNever) m.assume('never', r.value.ne(r.value));
  });
}

let native = false;
beforeAll(async () => {
  native = await isNativeInstalled();
});

const ENGINES = oneIn<EngineName>(2, ['wasm', 'native']);

describe.each(ENGINES)(`%s (${BY_SAMPLE})`, (engine) => {
  const needs = (skip: () => void): void => {
    if (engine === 'native' && !native) skip();
  };

  it('proves by induction', async ({ skip }) => {
    needs(skip);
    await expect(prove(decade('decade', 10).elaborate(), { mode: 'induction', depth: 2, engine })).resolves.toMatchObject({
      obligations: 2,
      engine,
    });
  });

  it('reaches a cover, and says which one it does not reach', async ({ skip }) => {
    needs(skip);
    const design = decade('decade', 10).elaborate();
    await expect(prove(design, { mode: 'cover', depth: 13, engine })).resolves.toMatchObject({ obligations: 1 });
    await expect(prove(design, { mode: 'cover', depth: 13, from: 10, engine })).resolves.toMatchObject({ obligations: 1 });
    await expect(prove(design, { mode: 'cover', depth: 9, engine })).rejects.toMatchObject({ name: 'ProofFailure', property: 'c_nine' });
    const late = prove(design, { mode: 'cover', depth: 9, from: 6, engine });
    await expect(late).rejects.toMatchObject({ name: 'ProofFailure', property: 'c_nine' });
  });

  it('refuses what does not hold, and names it', async ({ skip }) => {
    needs(skip);
    const wrong = prove(decade('decade', 9).elaborate(), { mode: 'bounded', depth: 12, engine });
    await expect(wrong).rejects.toMatchObject({ name: 'ProofFailure', property: 'a_stays_below' });
    await expect(prove(decade('decade', 9).elaborate(), { mode: 'bounded', depth: 9, engine })).resolves.toBeDefined();
  });

  it('refuses what holds but is not inductive', async ({ skip }) => {
    needs(skip);
    const weak = prove(decade('decade', 12).elaborate(), { mode: 'induction', depth: 2, engine });
    await expect(weak).rejects.toThrow(ProofFailure);
    await expect(prove(decade('decade', 12).elaborate(), { mode: 'bounded', depth: 14, engine })).resolves.toBeDefined();
  });

  it('refuses assumptions that no run can meet', async ({ skip }) => {
    needs(skip);
    const empty = prove(decade('decade', 10, { assumeNever: true }).elaborate(), { mode: 'bounded', depth: 6, engine });
    await expect(empty).rejects.toThrow(AssumptionsContradict);
  });

  it('ends when it is told to', async ({ skip }) => {
    needs(skip);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(prove(decade('decade', 10).elaborate(), { mode: 'induction', depth: 2, engine, signal })).rejects.toThrow(
      /enough|abort|cancel/i,
    );
  });
});

describe('observe', () => {
  const inner = module('inner', { out: output(bool) }, (io, m) => {
    const r = m.registers({ secret: bits(4) });
    r.secret.next(r.secret.add(3));
    io.out.set(r.secret.bit(0));
  });
  const middle = module('middle', { out: output(bool) }, (io, m) => {
    const { words } = { words: m.memory('words', bits(2), 2, { init: [1, 2] }) };
    const sub = m.instance('sub', inner);
    io.out.set(sub.out.and(words.read(sub.out).bit(0)));
  });
  const outer = (name: string, condition: (secret: Bit, words: Bit) => Bit) =>
    module(name, { out: output(bool), seen: output(bits(4)) }, (io, m) => {
      const dut = m.instance('dut', middle);
      const { secret } = m.observe('dut.sub', { secret: bits(4) });
      const { words } = m.observe('dut', { words: bits(4) });
      io.out.set(dut.out);
      io.seen.set(secret);
      const before = m.past('before', secret);
      m.assert('counts_by_three', condition(before.eq(0).or(secret.eq(before.add(3))), words.eq(0b1001)));
    });

  it.each(ENGINES)('shows a proof what is inside, two levels down (%s)', async (engine) => {
    if (engine === 'native' && !native) return;
    const right = outer('outer', (secret, words) => secret.and(words)).elaborate();
    await expect(prove(right, { mode: 'induction', depth: 2, engine })).resolves.toMatchObject({ obligations: 1 });
    const wrong = outer('outer', (secret, words) => secret.and(words.not())).elaborate();
    await expect(prove(wrong, { mode: 'bounded', depth: 4, engine })).rejects.toThrow(ProofFailure);
  });

  it('shows it to simulators too', () => {
    const sim = interpret(lower(outer('outer', (secret) => secret).elaborate()));
    const reset = sim.inputs.get('rst');
    if (reset === undefined) throw new Error('no reset');
    reset.value = 1;
    sim.step();
    reset.value = 0;
    sim.step(2);
    expect(sim.outputs.get('seen')?.value).toBe(6);
  });

  it.each(ENGINES)('tells what stands inside from the wire to the port of its instance, which may be constant (%s)', async (engine) => {
    if (engine === 'native' && !native) return;
    const gate = module('gate', { enable: input(bool), out: output(bool) }, (io) => io.out.set(io.enable.not()));
    const around = module('around', { out: output(bool) }, (io, m) => {
      const sub = m.instance('sub', gate);
      sub.enable.set(0);
      io.out.set(sub.out);
    });
    const watched = (name: string, value: number) =>
      module(name, { out: output(bool) }, (io, m) => {
        io.out.set(m.instance('dut', around).out);
        const { enable } = m.observe('dut.sub', { enable: bool });
        m.assert('is_constant', enable.eq(value));
      }).elaborate();
    await expect(prove(watched('watched', 0), { mode: 'induction', depth: 2, engine })).resolves.toMatchObject({ obligations: 1 });
    await expect(prove(watched('watched_wrongly', 1), { mode: 'induction', depth: 2, engine })).rejects.toThrow(ProofFailure);
  });

  it('refuses what is not there, and the wrong width', () => {
    const asking = (path: string, width: number) =>
      module('asking', { out: output(bool) }, (io, m) => {
        io.out.set(m.instance('dut', middle).out);
        m.observe(path, { secret: bits(width) });
      });
    expect(() => asking('dut', 4).elaborate()).toThrow(/HG015.*no secret inside/s);
    expect(() => asking('nobody', 4).elaborate()).toThrow(/HG015/);
    expect(() => asking('dut.sub', 5).elaborate()).toThrow(/HG001/);
  });
});
