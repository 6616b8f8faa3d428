/** The key slots in hardware: which pairs of states exist (paper, section IV.B), and that an illegal one ends the simulation. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../formal/rtl/cosimulation/cosimulate.ts';
import { slotManagerCycles } from '../../formal/rtl/cosimulation/slot-manager.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import type { Netlist } from '../../hdl-gen/ir/netlist.ts';
import { PropertyFailure } from '../../hdl-gen/sim/failures.ts';
import { Random } from '../../hdl-gen/sim/random.ts';
import { compileToWasm } from '../../hdl-gen/sim/wasm/compile.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { slotManager } from '../../hw/slot-manager.ts';
import { allViews, formatView, isLegalView, SLOT_STATE_CODE, SLOT_STATES, type View } from '../../spec/slot-machine.ts';
import { Bench } from './bench.ts';

const SEED = Number(process.env['SLOT_SEED'] ?? Date.now() % 2 ** 31);
const VIEWS = ['provider', 'consumer'] as const;

function netlistOf(slots: number): Netlist {
  return lower(slotManager(slots, 128).elaborate());
}

/** Pushes, switches and timeouts, also where they make no sense. @returns the views that appeared, as the paper writes them */
function reached(netlist: Netlist, slots: number, cycles: number): Record<(typeof VIEWS)[number], Set<string>> {
  const bench = new Bench(compileToWasm(netlist));
  const random = new Random(SEED);
  const seen = { provider: new Set<string>(), consumer: new Set<string>() };
  for (let cycle = 0; cycle < cycles; cycle++) {
    bench.set({
      push: random.chance(0.3),
      push_key_id: random.below(16),
      push_material: random.bits(448),
      provider_switch: random.chance(0.2),
      consumer_switch: random.chance(0.2),
      obsolete_timeout: random.chance(0.2) ? 0 : random.below(40),
      open_key_id: random.below(16),
    });
    bench.step();
    for (const view of VIEWS) seen[view].add(formatView(viewOf(bench.get(`${view}_states`), slots)));
    // from the beginning again, so that the views before the first key come more than once
    bench.set({ rst: random.chance(0.01) });
  }
  return seen;
}

function viewOf(states: number, slots: number): View {
  return Array.from({ length: slots }, (_, slot) => SLOT_STATES[(states >> (2 * slot)) & 3] ?? 'Unused');
}

const formatted = (views: readonly View[]): string[] => views.map(formatView).sort();

describe('slot_manager', () => {
  it.each([
    { slots: 2, legal: 7, illegal: 9 },
    { slots: 3, legal: 25, illegal: 39 },
  ])('$slots slots: every one of the $illegal illegal combinations has an assertion in both views', ({ slots, legal, illegal }) => {
    const views = allViews(slots);
    expect(views.filter(isLegalView)).toHaveLength(legal);
    const names = netlistOf(slots).properties.map(({ name, kind }) => `${kind} ${name.replace(/^a_/, '')}`);
    for (const view of VIEWS) {
      const expected = views.filter((one) => !isLegalView(one)).map((one) => `assert ${view}_never_${formatView(one).toLowerCase()}`);
      expect(expected).toHaveLength(illegal);
      expect(names).toEqual(expect.arrayContaining(expected));
      expect(names.filter((name) => name.startsWith(`assert ${view}_never_`))).toHaveLength(illegal);
    }
  });

  it.each([
    { slots: 2, cycles: 3000 },
    { slots: 3, cycles: 20_000 },
  ])(`$slots slots: the legal combinations are reached, and no other (seed ${SEED})`, ({ slots, cycles }) => {
    const legal = allViews(slots).filter(isLegalView);
    const seen = reached(netlistOf(slots), slots, cycles);
    expect([...seen.consumer].sort()).toEqual(formatted(legal));
    // a provider never sends under an old key again: its Obsolete lasts no time
    expect([...seen.provider].sort()).toEqual(formatted(legal.filter((view) => !view.includes('Obsolete'))));
  });

  it.each([
    { mistake: 'slot B sends whenever slot A does', register: 'provider_b', from: 'provider_a', pair: 'provider_never_aa' },
    { mistake: 'slot A listens only as slot B does', register: 'consumer_a', from: 'consumer_b', pair: 'consumer_never_' },
  ])('a netlist in which $mistake ends with the name of the illegal pair', ({ register, from, pair }) => {
    const netlist = netlistOf(2);
    const source = netlist.registers.find(({ name }) => name === from);
    if (source === undefined) throw new Error(`no register ${from}`);
    const registers = netlist.registers.map((one) => (one.name === register ? { ...one, next: source.next } : one));
    // the other assertions may notice it first
    const properties = netlist.properties.filter(({ name }) => name.includes('_never_'));
    const run = (): unknown => reached({ ...netlist, registers, properties }, 2, 3000);
    expect(run).toThrow(PropertyFailure);
    expect(run).toThrow(`assertion failed: a_${pair}`);
  });

  it.each([2, 3, 4])(`%d slots: does in every cycle what the transition table says (seed ${SEED})`, (slots) => {
    cosimulate(netlistOf(slots), { cycles: slotManagerCycles(slots, SEED, 4000) });
  });

  it('an Obsolete timer that stops is refused by its assertion, however long it was to run', () => {
    const netlist = netlistOf(2);
    const registers = netlist.registers.map((one) => (one.name === 'timer_a' ? { ...one, init: 2n ** 32n - 1n, next: one.node } : one));
    const consumer = registers.map((one) => (one.name === 'consumer_a' ? { ...one, init: BigInt(SLOT_STATE_CODE.Obsolete) } : one));
    const properties = netlist.properties.filter(({ name }) => name.includes('obsolete_timer_runs'));
    const simulator = simulateWasm({ ...netlist, registers: consumer, properties });
    expect(() => simulator.step(3)).toThrow(/obsolete_timer_runs_a/);
  });

  it('erases a key when both views are done with it', () => {
    const bench = new Bench(compileToWasm(netlistOf(2)));
    const material = (name: string): bigint => bench.peek(`material_${name}`);
    const pulse = (inputs: Readonly<Record<string, number | bigint>>): void => {
      bench.set(inputs);
      bench.step();
      bench.set({ push: 0, provider_switch: 0, consumer_switch: 0, push_material: 0 });
    };
    bench.set({ obsolete_timeout: 5 });
    pulse({ push: 1, push_key_id: 0, push_material: 0xa5n });
    pulse({ push: 1, push_key_id: 1, push_material: 0x5an });
    pulse({ provider_switch: 1 });
    pulse({ consumer_switch: 1 });
    expect(formatView(viewOf(bench.get('consumer_states'), 2))).toBe('OA');
    expect([material('a'), material('b')]).toEqual([0xa5n, 0x5an]);
    // E1: open to its last cycle, gone in the next
    for (let cycle = 0; cycle < 4; cycle++) bench.step();
    expect(material('a')).toBe(0xa5n);
    bench.step();
    expect(formatView(viewOf(bench.get('consumer_states'), 2))).toBe('UA');
    expect([material('a'), material('b')]).toEqual([0n, 0x5an]);
  });
});
