/** Many relations in hardware, contexts with keys and events, beside one peer of the rules and a list of keys for each. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { NONCE_BITS } from '../../../hw/aead/aead.ts';
import { manyRelations, RELATION_EVENTS } from '../../../hw/station/relations.ts';
import { type Delivered, type Delivery, NOTHING_DELIVERED, verdictOn } from '../../../spec/delivery.ts';
import { nextWireKeyId, wireKeyId } from '../../../spec/key-id.ts';
import {
  announcedKeyId,
  canCancel,
  canPush,
  initialState,
  openingSlot,
  type PeerState,
  type Role,
  step,
} from '../../../spec/peer-rules.ts';
import { Bench, compiled } from '../bench.ts';

const SEED = Number(process.env['RELATIONS_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `RELATIONS_SEED=${SEED} npx vitest run test/hw/station/relations.test.ts`;
const MATERIAL_BITS = 128;
const WORD_BITS = MATERIAL_BITS + NONCE_BITS;
const SLOTS = 2;
const OPTIONS = { obsoleteTimeout: 0 };

interface Key {
  readonly material: bigint;
  readonly delivered: Delivered;
}

interface Relation {
  readonly peer: PeerState;
  readonly sent: number;
  /** by KeyId on the wire, of the keys that are in a slot */
  readonly keys: ReadonlyMap<number, Key>;
}

function wireOf(peer: PeerState, slot: number): number | undefined {
  const keyId = peer.slots[slot]?.keyId;
  return keyId === undefined ? undefined : wireKeyId(keyId);
}

function sealingKeyId(peer: PeerState): number | undefined {
  const slot = peer.slots.findIndex(({ provider }) => provider === 'Active');
  return wireOf(peer, slot);
}

/** The relation behind a change of its peer: keys that no slot holds any more are gone. */
function behind(before: Relation, peer: PeerState, more: Partial<Relation> = {}): Relation {
  const held = peer.slots.map((_, slot) => wireOf(peer, slot));
  const restarts = sealingKeyId(peer) !== sealingKeyId(before.peer);
  const known = [...(more.keys ?? before.keys)].filter(([keyId]) => held.includes(keyId));
  return { sent: restarts ? 0 : before.sent, ...more, peer, keys: new Map(known) };
}

interface Frame {
  readonly frame_key_id: number;
  readonly next_key_id: number;
  readonly counter: number;
  readonly authentic: number;
}

class Station {
  readonly bench: Bench;
  readonly known: Relation[];
  /** what happened and was not told, and in which order */
  readonly events: Map<number, Set<string>> = new Map();
  readonly outcomes = new Set<string>();

  constructor(role: Role, relations: number, windows = false) {
    this.bench = new Bench(compiled(manyRelations({ role, slots: SLOTS, relations, windows }, MATERIAL_BITS)));
    this.bench.set({ event_enable: 0xf });
    while (this.bench.get('ready') === 0) this.bench.step();
    this.known = Array.from({ length: relations }, () => ({
      ...{ peer: initialState(role, SLOTS), sent: 0 },
      keys: new Map<number, Key>(),
    }));
  }

  of(relation: number): Relation {
    const found = this.known[relation];
    if (found === undefined) throw new RangeError(`there is no relation ${relation}`);
    return found;
  }

  /** A request until it is done, and what is said with that. */
  ask(name: string, relation: number, values: Readonly<Record<string, number | bigint>> = {}): { accepted: boolean; fresh: boolean } {
    const { bench } = this;
    bench.set({ [`${name}_request`]: 1, [`${name}_relation`]: relation, ...values });
    for (let waited = 0; bench.get(`${name}_done`) === 0; waited++) {
      expect(waited).toBeLessThan(30);
      bench.step();
    }
    const said = { accepted: bench.get('accepted') === 1, fresh: bench.get('fresh') === 1 };
    bench.step();
    bench.set({ [`${name}_request`]: 0 });
    return said;
  }

  settles(relation: number, next: Relation, ...events: readonly string[]): void {
    const { peer } = this.of(relation);
    const states = (of: PeerState): string => of.slots.map(({ provider, consumer }) => `${provider} ${consumer}`).join();
    const all = [...events, ...(states(peer) === states(next.peer) ? [] : ['slots'])];
    if (all.length > 0) this.events.set(relation, new Set([...(this.events.get(relation) ?? []), ...all]));
    this.known[relation] = next;
  }

  push(relation: number, wire: number, key: bigint): void {
    const before = this.of(relation);
    const keyId = { master: wire >> 2, communication: wire & 3 };
    const accepts = canPush(before.peer, keyId);
    const { accepted } = this.ask('push', relation, { push_key_id: wire, push_material: key });
    expect(accepted).toBe(accepts);
    this.outcomes.add(`push ${accepts}`);
    if (!accepts) return;
    const keys = new Map([...before.keys, [wire, { material: key, delivered: NOTHING_DELIVERED }]]);
    this.settles(relation, behind(before, step(before.peer, { kind: 'push', keyId }, OPTIONS), { keys }));
  }

  /** A frame is sealed with the key, the KeyIds and the counter of its relation. */
  transmit(relation: number): void {
    const before = this.of(relation);
    const keyId = sealingKeyId(before.peer);
    const { accepted } = this.ask('transmit', relation);
    expect(accepted).toBe(keyId !== undefined);
    this.outcomes.add(`transmit ${accepted}`);
    if (keyId === undefined) return;
    const sent = before.sent + 1;
    this.settles(relation, { ...before, sent });
    const key = BigInt.asUintN(WORD_BITS, before.keys.get(keyId)?.material ?? -1n);
    const { bench } = this;
    expect([bench.get('seal_key_id'), bench.get('seal_next_key_id'), bench.get('seal_counter')]).toEqual([
      keyId,
      announcedKeyId(before.peer) ?? keyId,
      sent,
    ]);
    expect((bench.big('seal_iv') << BigInt(MATERIAL_BITS)) | bench.big('seal_material')).toBe(key);
  }

  /** Two cycles behind its relation and KeyId the key of a frame is there, or it is said that there is none. */
  look(relation: number, wire: number): void {
    const { peer, keys } = this.of(relation);
    this.bench.set({ open_relation: relation, open_key_id: wire });
    this.bench.step();
    // the next frame's may come at once
    this.bench.set({ open_relation: (relation + 1) % this.known.length, open_key_id: wire ^ 5 });
    this.bench.step();
    const hit = openingSlot(peer, wire) !== undefined;
    expect(this.bench.get('open_hit')).toBe(Number(hit));
    this.outcomes.add(`look ${hit}`);
    const key = (keys.get(wire)?.material ?? 0n) >> BigInt(WORD_BITS);
    if (hit) expect((this.bench.big('open_iv') << BigInt(MATERIAL_BITS)) | this.bench.big('open_material')).toBe(key);
  }

  /** @param delivery as software wants it of the relation; of hardware without windows `newest` */
  verdict(relation: number, frame: Frame, delivery: Delivery = 'newest'): void {
    const before = this.of(relation);
    const opened = openingSlot(before.peer, frame.frame_key_id);
    const consumer = before.peer.slots[opened ?? -1]?.consumer;
    const key = before.keys.get(frame.frame_key_id);
    const verdict =
      frame.authentic === 1 && consumer !== undefined && key !== undefined
        ? verdictOn(frame.counter, consumer, key.delivered, delivery)
        : undefined;
    const isDelivered = verdict?.delivered === true;
    const late = delivery === 'window' ? { deliver_late: 1 } : {};
    expect(this.ask('verdict', relation, { ...frame, ...late }).fresh).toBe(isDelivered);
    if (delivery === 'window') this.bench.set({ deliver_late: 0 });
    this.outcomes.add(`verdict ${isDelivered}`);
    if (verdict === undefined || key === undefined || !isDelivered) return;
    if (!verdict.newest) this.outcomes.add('late');
    const keys = new Map([...before.keys, [frame.frame_key_id, { ...key, delivered: verdict.after }]]);
    const peer = verdict.newest
      ? step(before.peer, { kind: 'received', slot: opened ?? -1, nextKeyId: frame.next_key_id, fresh: true }, OPTIONS)
      : before.peer;
    const asked = before.peer.request === undefined && peer.request !== undefined;
    this.settles(relation, behind(before, peer, { keys }), 'received', ...(asked ? ['request'] : []));
  }

  erase(relation: number): void {
    this.ask('erase', relation);
    const before = this.of(relation);
    this.settles(relation, behind(before, step(before.peer, { kind: 'eraseAll' }, OPTIONS), { sent: 0 }));
  }

  cancel(relation: number): void {
    const before = this.of(relation);
    const accepts = canCancel(before.peer);
    expect(this.ask('cancel', relation).accepted).toBe(accepts);
    this.outcomes.add(`cancel ${accepts}`);
    if (accepts) this.settles(relation, behind(before, step(before.peer, { kind: 'cancel' }, OPTIONS)));
  }

  /** Software takes the first relation of the queue, if any waits. */
  take(): void {
    const { bench } = this;
    // an event shows three cycles after it
    bench.step();
    bench.step();
    bench.set({ take: 1 });
    while (bench.get('taken') === 0) bench.step();
    const [first] = this.events.keys();
    const mask = (names: ReadonlySet<string>): number =>
      RELATION_EVENTS.reduce((sum, name, bit) => sum | (names.has(name) ? 2 ** bit : 0), 0);
    const expected = first === undefined ? [0, 0] : [first, mask(this.events.get(first) ?? new Set())];
    expect([bench.get('taken_relation'), bench.get('taken_events')]).toEqual(expected);
    if (first !== undefined) this.events.delete(first);
    bench.step();
    bench.set({ take: 0 });
  }
}

function randomFrame(random: Random, { peer, keys }: Relation): Frame {
  const current = wireOf(peer, random.below(SLOTS)) ?? random.below(16);
  const named = [announcedKeyId(peer), nextWireKeyId(current, '0-RTT'), nextWireKeyId(current, 'n-RTT'), current];
  return {
    authentic: random.chance(0.9) ? 1 : 0,
    frame_key_id: current,
    next_key_id: named[random.below(named.length)] ?? random.below(16),
    counter: Math.max(0, (keys.get(current)?.delivered.newest ?? 0) + random.below(6) - 3),
  };
}

describe('many relations', () => {
  it.each([
    ['initiator', 4, 'newest'],
    ['follower', 4, 'window'],
    ['follower', 5, 'newest'],
    ['initiator', 256, 'window'],
  ] as const)(
    `%s, %i, delivery %s: each frame has the key of its own relation and slot, whatever happens to the others (${REPLAY})`,
    (role, relations, delivery) => {
      const random = new Random(SEED);
      const station = new Station(role, relations, delivery === 'window');
      for (let events = 0; events < 1500; events++) {
        const relation = random.below(Math.min(relations, 6)) * Math.max(1, Math.floor(relations / 6));
        const known = station.of(relation);
        const active = sealingKeyId(known.peer) ?? random.below(16);
        const what = random.below(100);
        if (what < 20) {
          const kind = random.chance(0.7) ? '0-RTT' : 'n-RTT';
          station.push(relation, random.chance(0.8) ? nextWireKeyId(active, kind) : random.below(16), random.bits(2 * WORD_BITS));
        } else if (what < 45) station.verdict(relation, randomFrame(random, known), random.chance(0.7) ? delivery : 'newest');
        else if (what < 65) station.transmit(relation);
        else if (what < 85) station.look(relation, wireOf(known.peer, random.below(SLOTS)) ?? random.below(16));
        else if (what < 90) station.cancel(relation);
        else if (what < 92) station.erase(relation);
        else station.take();
      }
      for (const name of ['push', 'transmit', 'look', 'verdict', ...(role === 'initiator' ? ['cancel'] : [])])
        expect([...station.outcomes]).toEqual(expect.arrayContaining([`${name} true`, `${name} false`]));
      expect(station.outcomes.has('late')).toBe(delivery === 'window');
    },
  );

  it('seals a frame of another relation every two cycles, and looks one up in every cycle', () => {
    const station = new Station('initiator', 4);
    for (let relation = 0; relation < 4; relation++) station.push(relation, 4 * relation, BigInt(relation + 1) << BigInt(WORD_BITS));
    const { bench } = station;
    for (let relation = 0; relation < 4; relation++)
      station.verdict(relation, { frame_key_id: 4 * relation, next_key_id: 4 * relation, counter: 1, authentic: 1 });
    const opened: bigint[] = [];
    for (let cycle = 0; cycle < 10; cycle++) {
      bench.set({ open_relation: cycle % 4, open_key_id: 4 * (cycle % 4) });
      if (cycle >= 2) opened.push(bench.get('open_hit') === 1 ? bench.big('open_material') : -1n);
      bench.step();
    }
    expect(opened).toEqual([0, 1, 2, 3, 0, 1, 2, 3].map((relation) => BigInt(relation + 1)));

    const sealed: number[] = [];
    const at: number[] = [];
    let relation = 0;
    bench.set({ transmit_request: 1, transmit_relation: 0 });
    for (let cycle = 0; cycle < 20; cycle++) {
      const done = bench.get('transmit_done') === 1;
      bench.step();
      if (!done) continue;
      sealed.push(bench.get('seal_key_id'));
      at.push(cycle);
      relation = (relation + 1) % 4;
      bench.set({ transmit_relation: relation });
    }
    expect(sealed.slice(0, 8)).toEqual([0, 4, 8, 12, 0, 4, 8, 12]);
    expect(at.slice(1).map((cycle, index) => cycle - (at[index] ?? 0))).toEqual(at.slice(1).map(() => 2));
  });

  it('keeps the key of the frame that was accepted, whoever is refused behind it', () => {
    const station = new Station('initiator', 4);
    station.push(2, 6, 5n);
    station.verdict(2, { frame_key_id: 6, next_key_id: 6, counter: 1, authentic: 1 });
    station.transmit(2);
    station.transmit(1);
    const { bench } = station;
    expect([bench.get('seal_key_id'), bench.get('seal_counter'), bench.big('seal_material')]).toEqual([6, 1, 5n]);
  });

  it('says which slots it is made for', () => {
    expect(() => manyRelations({ role: 'initiator', slots: 3, relations: 4 }, MATERIAL_BITS)).toThrow('4 relations of 3 slots');
  });
});
