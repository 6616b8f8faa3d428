import { describe, expect, it } from 'vitest';
import { type Proof, prove } from '../../../hdl-gen/formal/prove.ts';
import { type Bit, bits, bool, input, type Module, module, output, type Ports, stream, u } from '../../../hdl-gen/index.ts';
import { isInstalled } from '../verilog/tools.ts';

const Octets = stream({ data: bits(8) });
const holds = (design: Module<Ports>): Promise<Proof> => prove(design.elaborate(), { mode: 'induction', depth: 2 });

/** A register in a stream, with what is said to the sender, and what becomes of the word once it waits. */
const stage = (name: string, takes: (full: Bit, ready: Bit) => Bit, drops = false) =>
  module(name, { from: input(Octets), to: output(Octets) }, (io, m) => {
    const r = m.registers({ held: bits(8), last: bits(1), full: bits(1) });
    io.from.ready.set(takes(r.full, io.to.ready));
    io.to.valid.set(r.full);
    io.to.data.set(r.held);
    io.to.last.set(r.last);
    m.when(io.from.fire, () => {
      r.held.next(io.from.data);
      r.last.next(io.from.last);
      r.full.next(1);
    }).elseWhen(drops ? r.full : io.to.ready, () => r.full.next(0));
  });

describe.skipIf(!isInstalled('yosys') || !isInstalled('z3'))('a stream port (skipped where z3 is not installed)', () => {
  it('is held to its handshake without an assertion in the module', async () => {
    expect((await holds(stage('good', (full, ready) => full.not().or(ready)))).obligations).toBe(1);
    await expect(holds(stage('overwrites', () => u(1, 1)))).rejects.toThrow(/a_to_keeps_its_offer/);
    await expect(holds(stage('drops', (full) => full.not(), true))).rejects.toThrow(/a_to_keeps_its_offer/);
  });

  it('may rely on the handshake of the stream that arrives', async () => {
    const through = module('through', { from: input(Octets), to: output(Octets) }, (io, m) => m.connect(io.from, io.to));
    expect((await holds(through)).obligations).toBe(1);
  });
});

describe.skipIf(!isInstalled('yosys') || !isInstalled('z3'))('an assumption of an instance (skipped where z3 is not installed)', () => {
  const child = module('child', { level: input(bits(4)), y: output(bool) }, (io, m) => {
    m.assume('level_below_nine', io.level.lt(9));
    io.y.set(io.level.bit(3));
  });
  const parent = (highest: number) =>
    module(`parent_${highest}`, { y: output(bool) }, (io, m) => {
      const r = m.registers({ level: bits(4) });
      m.when(r.level.lt(highest), () => r.level.next(r.level.add(1)));
      const u = m.instance('u', child);
      u.level.set(r.level);
      io.y.set(u.y);
      m.assert('in_range', r.level.le(highest));
    });

  it('is shown of what surrounds it, not believed', async () => {
    expect((await holds(parent(8))).obligations).toBe(2);
    await expect(holds(parent(9))).rejects.toThrow(/level_below_nine/);
  });
});
