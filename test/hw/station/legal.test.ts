/** Which pairs of states the slots of a context come to (paper, section IV.B), and that an illegal one ends the simulation. */
import { describe, expect, it } from 'vitest';
import { peerTable } from '../../../formal/rtl/peer-table.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import type { Netlist } from '../../../hdl-gen/ir/netlist.ts';
import { PropertyFailure } from '../../../hdl-gen/sim/failures.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { compileToWasm } from '../../../hdl-gen/sim/wasm/compile.ts';
import { contextStore } from '../../../hw/station/store.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import { allViews, formatView, isLegalView, SLOT_STATES, slotName } from '../../../spec/slot-machine.ts';
import { Bench } from '../bench.ts';

const SEED = Number(process.env['LEGAL_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `LEGAL_SEED=${SEED} npx vitest run test/hw/station/legal.test.ts`;
const VIEWS = ['provider', 'consumer'] as const;

function netlistOf(role: Role, slots: number): Netlist {
  return lower(contextStore({ role, slots, relations: 1 }).elaborate());
}

/**
 * Any events, with few KeyIds, so that they meet: in so many cycles, and in ten times as many where fewer pairs than `enough` appeared.
 * @returns the pairs of views that appeared, as the paper writes them
 */
function reached(netlist: Netlist, slots: number, cycles: number, enough = 0): Set<string> {
  const bench = new Bench(compileToWasm(netlist));
  const random = new Random(SEED);
  const view = (name: string): string =>
    formatView(Array.from({ length: slots }, (_, slot) => SLOT_STATES[bench.get(`current_slots_${slot}_${name}`)] ?? 'Unused'));
  const seen = new Set<string>();
  for (let cycle = 0; cycle < cycles || (seen.size < enough && cycle < 10 * cycles); cycle++) {
    bench.set({
      verdict_request: random.chance(0.5),
      frame_authentic: 1,
      frame_key_id: random.below(slots + 1),
      frame_next_key_id: random.below(slots + 1),
      frame_counter: cycle + 1,
      push_request: random.chance(0.4),
      push_key_id: random.below(slots + 1),
      cancel_request: random.chance(0.05),
      erase_request: random.chance(0.01),
      obsolete_timeout: random.chance(0.2) ? 0 : random.below(40),
    });
    seen.add(VIEWS.map(view).join('/'));
    bench.step();
  }
  return seen;
}

describe('the contexts of a store', () => {
  it.each([
    { slots: 2, legal: 7, illegal: 9 },
    { slots: 3, legal: 25, illegal: 39 },
  ])('$slots slots: every one of the $illegal illegal combinations has an assertion in both views', ({ slots, legal, illegal }) => {
    const views = allViews(slots);
    expect(views.filter(isLegalView)).toHaveLength(legal);
    const names = netlistOf('initiator', slots).properties.map(({ name, kind }) => `${kind} ${name.replace(/^a_/, '')}`);
    for (const view of VIEWS) {
      const expected = views.filter((one) => !isLegalView(one)).map((one) => `assert ${view}_never_${formatView(one).toLowerCase()}`);
      expect(expected).toHaveLength(illegal);
      expect(names).toEqual(expect.arrayContaining(expected));
      expect(names.filter((name) => name.startsWith(`assert ${view}_never_`))).toHaveLength(illegal);
    }
  });

  it.each([
    { role: 'initiator', slots: 2, cycles: 4000 },
    { role: 'follower', slots: 2, cycles: 4000 },
    { role: 'initiator', slots: 3, cycles: 20_000 },
    { role: 'follower', slots: 3, cycles: 20_000 },
  ] as const)(`$role, $slots slots: come to every pair of views that the rules reach, and to no other (${REPLAY})`, (chosen) => {
    const { role, slots, cycles } = chosen;
    const rows = peerTable(role, slots).map(({ provider, consumer }) => `${formatView(provider)}/${formatView(consumer)}`);
    expect([...reached(netlistOf(role, slots), slots, cycles, rows.length)].sort()).toEqual(rows.sort());
    // all that are legal, but that a provider keeps nothing Obsolete
    const legal = allViews(slots).filter(isLegalView).map(formatView);
    const inView = (view: number): Set<string> => new Set(rows.map((row) => row.split('/')[view] ?? ''));
    expect(inView(1)).toEqual(new Set(legal));
    expect(inView(0)).toEqual(new Set(legal.filter((view) => !view.includes('O'))));
  });

  it.each([
    { mistake: 'slot B sends whenever slot A does', register: 'slots_1_provider', from: 'slots_0_provider', pair: 'provider_never_aa' },
    { mistake: 'slot A listens only as slot B does', register: 'slots_0_consumer', from: 'slots_1_consumer', pair: 'consumer_never_' },
  ])('a netlist in which $mistake ends with the name of the illegal pair', ({ register, from, pair }) => {
    const netlist = netlistOf('initiator', 2);
    const source = netlist.registers.find(({ name }) => name === `context_${from}`);
    if (source === undefined) throw new Error(`no register ${from}`);
    const registers = netlist.registers.map((one) => (one.name === `context_${register}` ? { ...one, next: source.next } : one));
    // the other assertions may notice it first
    const properties = netlist.properties.filter(({ name }) => name.includes('_never_'));
    const run = (): unknown => reached({ ...netlist, registers, properties }, 2, 3000);
    expect(run).toThrow(PropertyFailure);
    expect(run).toThrow(`assertion failed: a_${pair}`);
  });

  it.each([
    { what: 'the time stands still', register: 'elapsed', from: 'elapsed', property: 'time_goes_on' },
    { what: "an Obsolete key takes the other's time", register: 'context_slots_0_until', from: 'context_slots_1_until', property: '' },
  ])('end the simulation when $what (M9)', ({ register, from, property }) => {
    const netlist = netlistOf('initiator', 2);
    const source = netlist.registers.find(({ name }) => name === from);
    if (source === undefined) throw new Error(`no register ${from}`);
    const registers = netlist.registers.map((one) => (one.name === register ? { ...one, next: source.node } : one));
    const properties = netlist.properties.filter(({ name }) => name.includes(property) && !name.includes('_never_'));
    expect(() => reached({ ...netlist, registers, properties }, 2, 3000)).toThrow(PropertyFailure);
  });

  it('name the slots as the paper does', () => {
    const names = netlistOf('follower', 3).properties.map(({ name }) => name);
    for (const slot of [0, 1, 2].map((index) => slotName(index).toLowerCase()))
      expect(names).toEqual(expect.arrayContaining([`a_unused_is_zero_${slot}`, `a_obsolete_until_the_same_${slot}`]));
  });
});
