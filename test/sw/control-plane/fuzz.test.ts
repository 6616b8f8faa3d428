/**
 * Sequences of everything that can happen to two agents: frames lost, late, doubled, overtaken, replayed and changed, software that starts
 * again or sleeps, stations that hear nothing or lose their hardware's keys. Whatever it was, once the channel is good both ends are on one key again.
 *
 * `RUNS=100000 SEED=1 npx vitest run test/sw/control-plane/fuzz.test.ts` is the long run; without RUNS it is a short one. fast-check prints seed
 * and path of a failure.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { currentKeyId, type Role } from '../../../spec/peer-rules.ts';
import { encodeMessage, parseMessage } from '../../../sw/agreement/message.ts';
import { ANNOUNCEMENT, GOOD, ROLES, started, TIMING, type World } from './association-world.ts';

vi.mock('../../../sw/noise/diffie-hellman.ts', async (original) => ({
  ...(await original<object>()),
  ...(await import('../noise/stand-in.ts')),
}));

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Number(process.env['RUNS'] ?? 60);

/** Ticks: rekeys come in quick succession, so that what happens happens to one. */
const PACE = { rekey: 12, silence: 45 } as const;

const role = fc.constantFrom<Role>(...ROLES);
const event = fc.oneof(
  fc.record({ kind: fc.constant('restart' as const), role }),
  fc.record({ kind: fc.constant('powerCut' as const), role }),
  fc.record({ kind: fc.constant('sleep' as const), role, ticks: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('deaf' as const), role, ticks: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('replay' as const), which: fc.nat(1000) }),
  fc.record({ kind: fc.constant('reflect' as const), which: fc.nat(1000) }),
  fc.record({ kind: fc.constant('change' as const), which: fc.nat(1000), at: fc.nat(75), bit: fc.nat(7) }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;
const sequence = fc.record({
  worldSeed: fc.nat(),
  /** ticks after which each copy of a frame arrives, in turn; nothing: it is lost */
  fates: fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 2 }), { minLength: 1, maxLength: 30 }),
  events: fc.array(fc.tuple(fc.nat(25), event), { maxLength: 10 }),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer S> ? S : never;

const OTHER = { initiator: 'follower', follower: 'initiator' } as const;

async function happens(world: World, one: Event, later: { readonly at: number; readonly undo: () => void }[]): Promise<void> {
  if (one.kind === 'restart') return world.restart(one.role);
  if (one.kind === 'powerCut') {
    await world.stations[one.role].driver.eraseAll();
    return world.restart(one.role);
  }
  if (one.kind === 'sleep' || one.kind === 'deaf') {
    const set = one.kind === 'sleep' ? world.asleep : world.deaf;
    set.add(one.role);
    later.push({ at: world.now + one.ticks, undo: () => set.delete(one.role) });
    return;
  }
  // any frame at all, cyclic ones too
  const sent = world.sent[one.which % Math.max(1, world.sent.length)];
  if (sent === undefined) return;
  if (one.kind === 'replay') return world.inject(sent.to, sent.frame);
  if (one.kind === 'reflect') return world.inject(OTHER[sent.to], sent.frame);
  const frame = sent.frame.slice();
  const at = one.at % frame.length;
  frame[at] = (frame[at] ?? 0) ^ (1 << one.bit);
  world.inject(sent.to, frame);
}

/** Ticks in which a station that was left alone is missed, the longest wait of an association has passed, and a rekey is over. */
const RECOVERY = 2 * PACE.silence + 2 * TIMING.giveUpAfter + 3 * (PACE.rekey + ANNOUNCEMENT);

/** Until both ends use a key that was made since, both ways, and nothing is under way. @returns ticks that it took */
async function recovery(world: World): Promise<number> {
  const installed = world.stations.initiator.driver.keys.length;
  for (let ticks = 1; ticks <= RECOVERY; ticks++) {
    const before = { ...world.delivered };
    await world.tick();
    const { initiator, follower } = world.stations;
    const [own, other] = [currentKeyId(initiator.driver.peer.state), currentKeyId(follower.driver.peer.state)];
    const settled = ROLES.every(
      (each) =>
        world.delivered[each] === before[each] + 1 &&
        world.stations[each].association.associated &&
        !world.stations[each].driver.peer.state.slots.some(({ provider }) => provider === 'Pending'),
    );
    if (settled && own === other && initiator.driver.keys.length > installed) return ticks;
  }
  throw new Error(`no new key in use at both ends ${RECOVERY} ticks after the channel was good again`);
}

async function run({ worldSeed, fates, events }: Sequence): Promise<World> {
  const world = await started(worldSeed, PACE);
  let next = 0;
  const later: { readonly at: number; readonly undo: () => void }[] = [];
  world.channel = { delays: () => fates[next++ % fates.length] ?? [1] };
  for (const [after, one] of events) {
    for (let left = after; left > 0; left--) {
      await world.tick();
      for (const { undo } of later.filter(({ at }) => at === world.now)) undo();
    }
    await happens(world, one, later);
  }
  world.channel = GOOD;
  world.asleep.clear();
  world.deaf.clear();
  await recovery(world);
  world.check();
  return world;
}

describe(`agents on a channel where anything happens (SEED=${seed}, ${numRuns} sequences)`, () => {
  it('nothing throws, no forgery is delivered, no key comes twice, and both ends come to a new key that both use', async () => {
    let [done, restarts, changed] = [0, 0, 0];
    const property = fc.asyncProperty(sequence, async (one) => {
      await run(one);
      restarts += one.events.filter(([, { kind }]) => kind === 'restart' || kind === 'powerCut').length;
      changed += one.events.filter(([, { kind }]) => kind === 'change').length;
      if (++done % 2000 === 0)
        process.stderr.write(`${done} of ${numRuns} sequences, ${restarts} restarts, ${changed} changed frames, SEED=${seed}\n`);
    });
    await fc.assert(property, { numRuns, seed });
    expect(restarts).toBeGreaterThan(numRuns / 2);
    expect(changed).toBeGreaterThan(numRuns / 4);
  });
});

describe(`the parser (SEED=${seed}, ${20 * numRuns} frames)`, () => {
  it('throws at nothing, and what it takes is what it writes, but for tag and padding', () => {
    const head = '020000000001020000000002' + '88b64b5401';
    const lengths = fc.oneof(fc.constantFrom(28 + 16, 28 + 48, 28 + 1152, 28 + 1248), fc.nat(1600));
    const frames = fc
      .record({
        length: lengths,
        type: fc.nat(4),
        fill: fc.nat(255),
        tagged: fc.boolean(),
        changes: fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 2 }),
      })
      .map(({ length, type, fill, tagged, changes }) => {
        const frame = new Uint8Array(length).fill(fill);
        frame.set(Uint8Array.from([...Buffer.from(head, 'hex'), type]).subarray(0, length));
        for (const [at, octet] of changes) if (at < length) frame[at] = octet;
        return tagged ? Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, 0xc0, 0, ...frame.subarray(12)]) : frame;
      });
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(frames, fc.uint8Array({ maxLength: 200 })), (frame) => {
        const message = parseMessage(frame);
        if (message === undefined) return;
        taken++;
        const bare = frame[12] === 0x81 ? Uint8Array.from([...frame.subarray(0, 12), ...frame.subarray(16)]) : frame;
        const written = encodeMessage(message).subarray(0, 28 + message.noise.length);
        expect(Buffer.compare(written, bare.subarray(0, written.length))).toBe(0);
        expect(bare.length).toBeLessThanOrEqual(Math.max(60, written.length));
      }),
      { numRuns: 20 * numRuns, seed },
    );
    expect(taken).toBeGreaterThan(numRuns / 2);
  });
});
