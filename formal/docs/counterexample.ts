/** A shortest trace of the explorer as a chart. All that is known here of the trace's form is in `replay` and `readMove`. */
import { type KeyId, wireKeyId } from '../../spec/key-id.ts';
import type { Role, Slot } from '../../spec/peer-rules.ts';
import { slotName } from '../../spec/slot-machine.ts';
import type { Naive } from '../explore/configurations.ts';
import { breachOf, PROPERTIES } from '../explore/properties.ts';
import { explore } from '../explore/search.ts';
import { type Config, describeWorld, type Frame, initialWorld, moves, type Peer, type World } from '../explore/world.ts';
import type { Chart, FrameFate, FrameLine, Moment, Side, SlotLine } from './chart.ts';
import { wrap } from './theme.ts';

interface Step {
  readonly name: string;
  readonly world: World;
}

/** What a step did on the channel: nothing where a peer acted alone. */
type Act =
  | { readonly kind: 'tick' | 'alone' }
  | { readonly kind: 'delivery'; readonly to: Role; readonly age: number }
  | { readonly kind: 'attack'; readonly to: Role; readonly fate: FrameFate; readonly keyIds: string };

const ROLES = ['initiator', 'follower'] as const;
const CHANNEL = { initiator: 'toInitiator', follower: 'toFollower' } as const;
const other = (role: Role): Role => (role === 'initiator' ? 'follower' : 'initiator');

/** @throws RangeError where the explorer finds nothing that breaks */
export function counterexample({ id, reading, config }: Naive): Chart {
  const { breach } = explore(config);
  if (breach === undefined) throw new RangeError(`${id}: nothing breaks, so there is no trace to draw; expected a naive reading`);
  const steps = replay(config, breach.trace);
  const acts = steps.map(readMove);
  const last = steps.at(-1)?.world;
  const fatal = last === undefined ? undefined : fatalFrame(last, config);
  const moments = steps.map((step, index): Moment => {
    const before = steps[index - 1]?.world;
    const ticks = acts.slice(0, index + 1).filter(({ kind }) => kind === 'tick').length;
    const isBorder = index === 0 || acts[index]?.kind === 'tick';
    return { step: index, tick: isBorder ? ticks : undefined, sides: sides(before, step, acts[index]) };
  });
  if (fatal !== undefined) moments.push(fatalMoment(moments.length, fatal.to));
  return {
    title: `${id}: ${reading}`,
    setting: settingText(config),
    moments,
    frames: [...channelFrames(steps, acts, config, fatal), ...attackFrames(steps, acts)],
    verdict: [`${breach.property} is violated: ${PROPERTIES[breach.property]}.`, `${capital(breach.text)}.`],
  };
}

/** The worlds of a trace, from its lines: each is the move of that name from the world before. */
function replay(config: Config, trace: readonly string[]): readonly Step[] {
  const steps: Step[] = [{ name: 'start', world: initialWorld(config) }];
  for (const line of trace.slice(1)) {
    const world = steps.at(-1)?.world;
    const step = world && moves(world, config).find((move) => `${move.name}   ${describeWorld(move.world)}` === line);
    if (step === undefined) break;
    steps.push(step);
  }
  return steps;
}

function readMove({ name }: Step): Act {
  const delivery = /^(initiator|follower) receives the frame sent (\d+) ticks ago/.exec(name);
  if (delivery !== null) return { kind: 'delivery', to: delivery[1] as Role, age: Number(delivery[2]) };
  const attack = /^attacker (forge|replay|reflect)s .*?(initiator|follower).*\(current ([\d|]+), next ([\d|]+)\)/.exec(name);
  if (attack !== null) {
    const [, verb, to, current = '', next = ''] = attack;
    const fate = verb === 'forge' ? 'forged' : verb === 'replay' ? 'replayed' : 'reflected';
    return { kind: 'attack', to: to as Role, fate, keyIds: `${indices(current)} / ${indices(next)}` };
  }
  return { kind: name === 'tick' ? 'tick' : 'alone' };
}

/** `5` → `1|1`; what is written out already stays. */
function indices(wire: string): string {
  return wire.includes('|') ? wire : wireText(Number(wire));
}

function wireText(wire: number): string {
  return `${wire >> 2}|${wire & 3}`;
}

function keyIdText(keyId: KeyId | undefined): string {
  return keyId === undefined ? '' : wireText(wireKeyId(keyId));
}

function frameText({ current, next }: Frame): string {
  return `${wireText(current)} / ${wireText(next)}`;
}

/** Characters of a note that fit beside a lane. */
const COLUMNS = 42;

function sides(before: World | undefined, { name, world: after }: Step, act: Act | undefined): Readonly<Record<Role, Side>> {
  const side = (role: Role): Side => {
    const slots = slotLines(after[role]);
    if (before === undefined) return { notes: [], slots };
    const notes = changes(before[role], after[role], role).flatMap((note) => wrap(note, COLUMNS));
    const reached = act !== undefined && 'to' in act && act.to === role;
    return {
      notes: reached && notes.length === 0 ? ['no effect'] : notes,
      slots: JSON.stringify(slots) === JSON.stringify(slotLines(before[role])) ? [] : slots,
    };
  };
  const both = { initiator: side('initiator'), follower: side('follower') };
  const isSeen = act?.kind !== 'alone' || before === undefined || ROLES.some((role) => both[role].notes.length > 0);
  if (isSeen) return both;
  // what changes no slot, as a message of a key agreement, is told in the explorer's own words
  const at = name.startsWith('follower') ? 'follower' : 'initiator';
  return { ...both, [at]: { ...both[at], notes: wrap(name, COLUMNS) } };
}

function slotLines({ state }: Peer): readonly SlotLine[] {
  return state.slots.map(({ provider, consumer, keyId, remaining }, slot) => ({
    name: slotName(slot),
    provider,
    consumer,
    keyId: keyIdText(keyId),
    remaining,
  }));
}

/** What happened to a peer, in words. */
function changes(before: Peer, after: Peer, role: Role): readonly string[] {
  const notes = after.state.slots.flatMap((slot, index) => {
    const old = before.state.slots[index];
    return old === undefined ? [] : slotChanges(old, slot, index, role);
  });
  const { request } = after.state;
  return request === before.state.request || request === undefined ? notes : [...notes, `is asked for ${wireText(request)}`];
}

function slotChanges(before: Slot, after: Slot, slot: number, role: Role): readonly string[] {
  const keyId = keyIdText(after.keyId);
  const pushed = after.keyId !== undefined && keyIdText(before.keyId) !== keyId;
  const over = pushed && before.keyId !== undefined ? ` over ${keyIdText(before.keyId)}` : '';
  const switches = (view: 'provider' | 'consumer'): readonly string[] =>
    after[view] === 'Active' && (pushed || before[view] !== 'Active') ? [`${view} switches to ${keyId}`] : [];
  return [
    ...(pushed ? [`pushes ${keyId} into ${slotName(slot)}${over}, ${role === 'initiator' ? 'announces it' : 'signals ready'}`] : []),
    ...switches('provider'),
    ...switches('consumer'),
    ...(before.keyId !== undefined && after.keyId === undefined ? [`erases ${keyIdText(before.keyId)}`] : []),
  ];
}

interface Fatal {
  readonly to: Role;
  readonly age: number;
}

/** The frame that breaks a property, if it is a frame: the first that would do so alone. */
function fatalFrame(world: World, { without }: Config): Fatal | undefined {
  for (const to of ['follower', 'initiator'] as const) {
    const age = world[CHANNEL[to]].findIndex((frame) => {
      const property = breachOf({ ...world, toFollower: [], toInitiator: [], [CHANNEL[to]]: [frame] }, without)?.property;
      return property === 'S1' || property === 'S2';
    });
    if (age >= 0) return { to, age };
  }
  return undefined;
}

function fatalMoment(step: number, to: Role): Moment {
  const nothing: Side = { notes: [], slots: [] };
  const receiver: Side = { notes: ['can’t open it'], slots: [] };
  return { step, tick: undefined, sides: { initiator: nothing, follower: nothing, [to]: receiver } };
}

/** Every frame that a provider sent, as often as it arrives. */
function channelFrames(steps: readonly Step[], acts: readonly Act[], config: Config, fatal: Fatal | undefined): readonly FrameLine[] {
  const borders = steps.flatMap((_, index) => (index === 0 || acts[index]?.kind === 'tick' ? [index] : []));
  const now = borders.length - 1;
  const tickAt = (index: number): number => borders.findLastIndex((border) => border <= index);
  return ROLES.flatMap((to) =>
    borders.flatMap((sent, tick) => {
      const frame = steps[sent]?.world[CHANNEL[to]][0];
      if (frame === undefined) return [];
      const line = { from: other(to), to, keyIds: frameText(frame), sent } as const;
      const arrivals = acts.flatMap((act, index): FrameLine[] => {
        if (act.kind !== 'delivery' || act.to !== to || tickAt(index) - act.age !== tick) return [];
        return [{ ...line, fate: act.age === 0 ? 'delivered' : 'late', arrives: index }];
      });
      if (fatal?.to === to && now - fatal.age === tick) return [...arrivals, { ...line, fate: 'undecryptable', arrives: steps.length }];
      const reflected = acts.some(
        (act, index) => act.kind === 'attack' && act.fate === 'reflected' && act.to !== to && tickAt(index) === tick,
      );
      if (arrivals.length > 0 || reflected) return arrivals;
      const deadline = to === 'initiator' ? config.delay.toInitiator : config.delay.toFollower;
      return [{ ...line, fate: now - tick > deadline ? 'lost' : 'underWay', arrives: undefined } as const];
    }),
  );
}

function attackFrames(steps: readonly Step[], acts: readonly Act[]): readonly FrameLine[] {
  return acts.flatMap((act, index): FrameLine[] => {
    if (act.kind !== 'attack') return [];
    const { to, fate, keyIds } = act;
    if (fate !== 'reflected') return [{ from: 'attacker', to, keyIds, fate, sent: index, arrives: index }];
    const sent = steps.findLastIndex((_, earlier) => earlier < index && (earlier === 0 || acts[earlier]?.kind === 'tick'));
    return [{ from: to, to, keyIds, fate, sent, arrives: index }];
  });
}

function settingText({ slots, delay, obsoleteTimeout, without }: Config): string {
  const ticks = (count: number): string => (count === 1 ? '1 tick' : `${count} ticks`);
  const each = (counts: { readonly initiator: number; readonly follower: number }, text: (count: number) => string): string =>
    counts.initiator === counts.follower
      ? `${text(counts.initiator)} at each peer`
      : `${text(counts.initiator)} at the initiator, ${text(counts.follower)} at the follower`;
  const late = Math.max(delay.toFollower, delay.toInitiator);
  const rules = without.size === 0 ? 'every rule kept' : `without rule ${[...without].join(', ')}`;
  return `${each(slots, (count) => `${count} slots`)}; a frame is at most ${ticks(late)} late; a key stays Obsolete for ${each(obsoleteTimeout, ticks)}; ${rules}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
