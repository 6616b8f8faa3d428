/**
 * Every world that two ends of an agreement can reach, breadth first over the very functions that the agents run. The channel holds whatever was
 * ever sent and delivers it at any time, again, or never: so it loses, repeats, delays, overtakes, replays, and is cut for as long as one likes. Either
 * software starts again at any time, or an announcement is withdrawn at any time.
 * What is bounded is how often the ends begin, answer and start again. X25519 is to be replaced by `test/sw/noise/stand-in.ts`: it would take nearly all the time.
 */
import { expect } from 'vitest';
import type { KeyId } from '../../../spec/key-id.ts';
import type { AgreementAction } from '../../../sw/agreement/actions.ts';
import { isAssociation } from '../../../sw/agreement/association.ts';
import { type FollowerState, followerState, stepFollower } from '../../../sw/agreement/follower.ts';
import { dueAt, type InitiatorState, initiatorState, stepInitiator } from '../../../sw/agreement/initiator.ts';
import { messageOf, partiesOf, psk, TIMING } from './ends.ts';

export interface World {
  readonly initiator: InitiatorState;
  readonly follower: FollowerState;
  /** what was ever sent, to whom, in hexadecimal */
  readonly wire: ReadonlySet<string>;
  /** agreed, and not installed yet */
  readonly agreed: string | undefined;
  /** what the hardware of each end has */
  readonly held: { readonly initiator: string | undefined; readonly follower: string | undefined };
  /** all that each ever installed, in order */
  readonly installed: { readonly initiator: readonly string[]; readonly follower: readonly string[] };
  readonly begun: number;
  readonly answered: number;
  readonly restarted: number;
}

export interface Bounds {
  readonly keyId: KeyId;
  readonly begins: number;
  readonly answers: number;
  readonly restarts: number;
}

const hex = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('hex');
/** Fresh for each number. */
const random = (who: number, number: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? who : number));

function expecting(keyId: KeyId, before = followerState(partiesOf('follower'))): FollowerState {
  return stepFollower(before, { kind: 'expect', keyId, psk: psk() }).state;
}

function first({ keyId }: Bounds): World {
  return {
    initiator: initiatorState(partiesOf('initiator'), TIMING),
    follower: expecting(keyId),
    wire: new Set(),
    agreed: undefined,
    held: { initiator: undefined, follower: undefined },
    installed: { initiator: [], follower: [] },
    begun: 0,
    answered: 0,
    restarted: 0,
  };
}

/** What an agent does with the actions of a step of the initiator; memory is not zeroed, since worlds share it. */
function initiatorDoes(world: World, { state, actions }: { state: InitiatorState; actions: readonly AgreementAction[] }): World {
  const key = actions.find((action) => action.kind === 'install');
  const agreed = key?.kind === 'install' ? hex(key.masterKey) : world.agreed;
  return { ...world, initiator: state, agreed, wire: sending(world, 'follower', actions) };
}

function followerDoes(
  world: World,
  { state, actions }: { state: FollowerState; actions: readonly AgreementAction[] },
  { keyId }: Bounds,
): World {
  const confirmed = actions.find((action) => action.kind === 'confirmed');
  const after: World = { ...world, follower: state, wire: sending(world, 'initiator', actions) };
  if (confirmed?.kind !== 'confirmed') return after;
  const key = hex(confirmed.masterKey);
  return {
    ...after,
    // an association may begin again at any time
    follower: isAssociation(keyId) ? expecting(keyId, state) : state,
    held: { ...world.held, follower: key },
    installed: { ...world.installed, follower: [...world.installed.follower, key] },
  };
}

function sending({ wire }: World, to: 'initiator' | 'follower', actions: readonly AgreementAction[]): ReadonlySet<string> {
  const frames = actions.flatMap((action) => (action.kind === 'send' ? [`${to} ${hex(action.frame)}`] : []));
  return frames.every((frame) => wire.has(frame)) ? wire : new Set([...wire, ...frames]);
}

function begin(world: World, { keyId }: Bounds): World {
  const begun = world.begun + 1;
  const { state } = stepInitiator(world.initiator, { kind: 'stop' });
  // random in truth: nothing may hang on their order
  const attempt = isAssociation(keyId) ? { attempt: 100 - begun } : {};
  const event = { kind: 'begin', keyId, psk: psk(), ephemeral: random(1, begun), now: 0, ...attempt } as const;
  return initiatorDoes({ ...world, begun, agreed: undefined }, stepInitiator(state, event));
}

function deliver(world: World, sent: string, bounds: Bounds): World {
  const [to = '', frame = ''] = sent.split(' ');
  const message = messageOf(Buffer.from(frame, 'hex'));
  if (to === 'initiator') return initiatorDoes(world, stepInitiator(world.initiator, { kind: 'received', message }));
  const after = stepFollower(world.follower, { kind: 'received', message, ephemeral: random(2, world.answered + 1) });
  const anew = after.state.answered !== undefined && after.state.answered !== world.follower.answered;
  return followerDoes({ ...world, answered: world.answered + (anew ? 1 : 0) }, after, bounds);
}

function install(world: World): World {
  const { agreed, held, installed } = world;
  if (agreed === undefined) return world;
  const after = { ...world, agreed: undefined, held: { ...held, initiator: agreed } };
  const all = { ...installed, initiator: [...installed.initiator, agreed] };
  return initiatorDoes({ ...after, installed: all }, stepInitiator(world.initiator, { kind: 'installed', now: 0 }));
}

/** Everything that can happen next. */
function moves(world: World, bounds: Bounds): World[] {
  const { initiator, held, begun, restarted } = world;
  const { phase } = initiator;
  const list = [...world.wire].map((sent) => deliver(world, sent, bounds)).filter(({ answered }) => answered <= bounds.answers);
  const mayBegin = phase.kind === 'idle' || phase.kind === 'requesting' || isAssociation(bounds.keyId);
  if (begun < bounds.begins && mayBegin) list.push(begin(world, bounds));
  if (phase.kind === 'agreed') list.push(install(world));
  if (phase.kind === 'confirming' && held.follower === held.initiator)
    list.push({ ...world, initiator: stepInitiator(initiator, { kind: 'settled' }).state });
  if (phase.kind === 'confirming' && !isAssociation(bounds.keyId))
    // M12: whoever has the key drops it, and the follower agrees anew
    list.push({
      ...world,
      initiator: stepInitiator(initiator, { kind: 'withdrawn' }).state,
      follower: expecting(bounds.keyId, world.follower),
      held: { initiator: undefined, follower: undefined },
    });
  if (restarted >= bounds.restarts || !isAssociation(bounds.keyId)) return list;
  const again = { ...world, restarted: restarted + 1 };
  // an initiator's hardware goes on with its key, a follower's is erased
  list.push({ ...again, initiator: initiatorState(partiesOf('initiator'), TIMING), agreed: undefined });
  list.push({ ...again, follower: expecting(bounds.keyId), held: { ...held, follower: undefined } });
  return list;
}

/** What tells worlds apart; counts of what was dropped do not. */
function fingerprint({
  initiator: { phase, attempts },
  follower: { expected, answered: its },
  wire,
  agreed,
  held,
  installed,
  ...counts
}: World): string {
  const own =
    phase.kind === 'idle'
      ? ''
      : `${phase.attempt} ${phase.kind === 'requesting' ? hex(phase.handshake.handshakeHash) : hex(phase.kind === 'agreed' ? phase.confirmation : phase.confirmation.frame)}`;
  return JSON.stringify([
    phase.kind,
    own,
    attempts,
    expected === undefined,
    hex(its?.answer),
    [...wire].toSorted(),
    agreed,
    held,
    installed,
    counts,
  ]);
}

/** What must hold in every world. */
function expectSafe({ installed }: World): void {
  for (const keys of [installed.initiator, installed.follower]) expect(new Set(keys).size, 'a key is installed twice').toBe(keys.length);
  for (const key of installed.follower) expect(installed.initiator, 'M10: the initiator has it first').toContain(key);
}

/** The channel delivers each frame that is sent from now on, once, and the agents go on: both ends come to one key. @returns the world then */
export function recovered(start: World, bounds: Bounds): World {
  let world: World = { ...start, wire: new Set() };
  const settle = (): void => {
    while (world.wire.size > 0 || world.initiator.phase.kind === 'agreed') {
      const sent = [...world.wire];
      world = install({ ...world, wire: new Set() });
      for (const one of sent) world = deliver(world, one, bounds);
    }
    if (world.initiator.phase.kind === 'confirming' && world.held.follower === world.held.initiator)
      world = { ...world, initiator: stepInitiator(world.initiator, { kind: 'settled' }).state };
  };
  settle();
  const now = dueAt(world.initiator);
  // what is not answered comes again
  if (now !== undefined) world = initiatorDoes(world, stepInitiator(world.initiator, { kind: 'tick', now }));
  settle();
  const isOne = world.held.follower !== undefined && world.held.follower === world.held.initiator;
  // silence: the association begins anew; and so does what was never begun
  if (!isOne && (isAssociation(bounds.keyId) || world.initiator.phase.kind === 'idle')) world = begin(world, bounds);
  settle();
  return world;
}

/** All that moves lead to, breadth first. @param print what tells worlds apart */
export function reached<W>(start: W, moves: (world: W) => readonly W[], print: (world: W) => string): readonly W[] {
  const known = new Set([print(start)]);
  const worlds = [start];
  for (const world of worlds)
    for (const next of moves(world)) {
      const name = print(next);
      if (known.has(name)) continue;
      known.add(name);
      worlds.push(next);
    }
  return worlds;
}

export interface AgreementExploration {
  readonly worlds: readonly World[];
  /** moves between them, those that change nothing too */
  readonly transitions: number;
}

export function exploreAgreement(bounds: Bounds): AgreementExploration {
  let transitions = 0;
  const counted = (world: World): readonly World[] => {
    expectSafe(world);
    const next = moves(world, bounds);
    transitions += next.length;
    return next;
  };
  const worlds = reached(first(bounds), counted, fingerprint);
  return { worlds, transitions };
}
