/** A shortest trace of the explorer as a chart. */
import type { Role, Slot } from '../../spec/peer-rules.ts';
import { slotName } from '../../spec/slot-machine.ts';
import { CHANNEL } from '../explore/channel.ts';
import type { Naive } from '../explore/configurations.ts';
import { actText } from '../explore/moves.ts';
import { breachOf, PROPERTIES, type PropertyId } from '../explore/properties.ts';
import { explore, type Step } from '../explore/search.ts';
import { activeSlot, type Config, type Frame, keyIdText, otherOf, type Peer, ROLES, type World } from '../explore/world.ts';
import type { Chart, FrameFate, FrameLine, Moment, Side, SlotLine } from './chart.ts';
import { wrap } from './theme.ts';

/** @throws RangeError where the explorer finds nothing that breaks */
export function counterexample({ id, reading, config, breaks }: Naive): Chart {
  const { breach } = explore(config, { only: breaks });
  if (breach === undefined) throw new RangeError(`${id}: nothing breaks, so there is no trace to draw; expected a naive reading`);
  const steps = breach.trace;
  const last = steps.at(-1)?.world;
  const fatal = last === undefined || breach.property === 'L1' ? undefined : fatalFrame(last, config);
  const moments = steps.map((step, index): Moment => {
    const before = steps[index - 1]?.world;
    const ticks = steps.slice(0, index + 1).filter(({ act }) => act?.kind === 'tick').length;
    const isBorder = index === 0 || step.act?.kind === 'tick';
    return { step: index, tick: isBorder ? ticks : undefined, sides: sides(before, step, config) };
  });
  if (fatal !== undefined) moments.push(fatalMoment(moments.length, fatal));
  return {
    title: `${id}: ${reading}`,
    setting: settingText(config),
    moments,
    frames: [...channelFrames(steps, config, fatal), ...attackFrames(steps, config)],
    verdict: [`${breach.property} is violated: ${PROPERTIES[breach.property]}.`, `${capital(breach.text)}.`],
  };
}

function frameText({ current, next }: Pick<Frame, 'current' | 'next'>, { indexBits }: Config): string {
  return `${keyIdText(current, indexBits)} / ${keyIdText(next, indexBits)}`;
}

/** Characters of a note that fit beside a lane. */
const COLUMNS = 42;

function sides(before: World | undefined, { act, world: after }: Step, config: Config): Readonly<Record<Role, Side>> {
  const side = (role: Role): Side => {
    const slots = slotLines(after[role]);
    if (before === undefined) return { notes: [], slots };
    const notes = told(before[role], after[role], role).flatMap((note) => wrap(note, COLUMNS));
    const reached = act !== undefined && 'to' in act && act.to === role;
    return {
      notes: reached && notes.length === 0 ? [withoutChange(before[role], after[role])] : notes,
      slots: JSON.stringify(slots) === JSON.stringify(slotLines(before[role])) ? [] : slots,
    };
  };
  const told = (was: Peer, is: Peer, role: Role): readonly string[] => {
    if (activeSlot(is) < 0 && act?.kind === 'alone' && act.at === role) return [act.text];
    if (activeSlot(was) >= 0) return changes(was, is, role, config);
    return activeSlot(is) < 0 ? [] : [`begins under ${keyText(is.state.slots[activeSlot(is)])}`];
  };
  const both = { initiator: side('initiator'), follower: side('follower') };
  if (act?.kind !== 'alone' || ROLES.some((role) => both[role].notes.length > 0)) return both;
  // what changes no slot, as a message of a key agreement, is told in the explorer's own words
  return { ...both, [act.at]: { ...both[act.at], notes: wrap(actText(act, config), COLUMNS) } };
}

/** What a frame does that changes no slot. */
function withoutChange(before: Peer, after: Peer): string {
  if (after.repeated && !before.repeated) return 'delivers it again';
  return after.delivered.some((delivered, slot) => delivered !== before.delivered[slot]) ? 'delivers it' : 'no effect';
}

function slotLines({ state }: Peer): readonly SlotLine[] {
  return state.slots.map((slot, index) => ({
    name: slotName(index),
    provider: slot.provider,
    consumer: slot.consumer,
    keyId: keyText(slot),
    remaining: slot.remaining,
  }));
}

/** What happened to a peer, in words. */
function changes(before: Peer, after: Peer, role: Role, { indexBits }: Config): readonly string[] {
  const notes = after.state.slots.flatMap((slot, index) => {
    const old = before.state.slots[index];
    return old === undefined ? [] : slotChanges(old, slot, index, role);
  });
  const { request } = after.state;
  return request === before.state.request || request === undefined ? notes : [...notes, `is asked for ${keyIdText(request, indexBits)}`];
}

function slotChanges(before: Slot, after: Slot, slot: number, role: Role): readonly string[] {
  const keyId = keyText(after);
  const pushed = after.keyId !== undefined && keyText(before) !== keyId;
  const over = pushed && before.keyId !== undefined ? ` over ${keyText(before)}` : '';
  const switches = (view: 'provider' | 'consumer'): readonly string[] =>
    after[view] === 'Active' && (pushed || before[view] !== 'Active') ? [`${view} switches to ${keyId}`] : [];
  return [
    ...(pushed ? [`pushes ${keyId} into ${slotName(slot)}${over}, ${role === 'initiator' ? 'announces it' : 'signals ready'}`] : []),
    ...switches('provider'),
    ...switches('consumer'),
    ...(before.keyId !== undefined && after.keyId === undefined ? [`erases ${keyText(before)}`] : []),
  ];
}

function keyText(slot: Slot | undefined): string {
  return slot?.keyId === undefined ? '' : `${slot.keyId.master}|${slot.keyId.communication}`;
}

interface Fatal {
  readonly to: Role;
  readonly age: number;
  readonly index: number;
  readonly property: PropertyId;
}

/** The frame that breaks a property, if it is a frame: the first that would do so alone. */
function fatalFrame(world: World, config: Config): Fatal | undefined {
  for (const to of ROLES.toReversed()) {
    for (const [age, frames] of world[CHANNEL[to]].entries()) {
      for (const [index, frame] of frames.entries()) {
        const property = breachOf({ ...world, toFollower: [], toInitiator: [], [CHANNEL[to]]: alone(age, frame) }, config)?.property;
        if (property === 'S1' || property === 'S2' || property === 'S9') return { to, age, index, property };
      }
    }
  }
  return undefined;
}

/** A channel with nothing in it but one frame, of that age. */
function alone(age: number, frame: Frame): readonly (readonly Frame[])[] {
  return [...Array.from({ length: age }, () => []), [frame]];
}

function fatalMoment(step: number, { to, property }: Fatal): Moment {
  const nothing: Side = { notes: [], slots: [] };
  const receiver: Side = { notes: [property === 'S9' ? 'drops it' : 'can’t open it'], slots: [] };
  return { step, tick: undefined, sides: { initiator: nothing, follower: nothing, [to]: receiver } };
}

/** Every frame that a provider sent, as often as it arrives. */
function channelFrames(steps: readonly Step[], config: Config, fatal: Fatal | undefined): readonly FrameLine[] {
  const now = ticksUntil(steps, steps.length - 1);
  return ROLES.flatMap((to) =>
    sentTo(steps, to).flatMap(({ frame, step: sent, tick, index }) => {
      const line = { from: otherOf(to), to, keyIds: frameText(frame, config), sent } as const;
      const arrivals = steps.flatMap(({ act }, arrives): FrameLine[] => {
        if (act?.kind !== 'delivery' || act.to !== to || act.index !== index || ticksUntil(steps, arrives) - act.age !== tick) return [];
        return [{ ...line, fate: act.age === 0 ? 'delivered' : 'late', arrives }];
      });
      if (fatal?.to === to && fatal.index === index && now - fatal.age === tick)
        return [...arrivals, { ...line, fate: 'undecryptable', arrives: steps.length }];
      const reflected = steps.some(
        ({ act }, at) => act?.kind === 'attack' && act.attack === 'reflect' && act.to !== to && ticksUntil(steps, at) === tick,
      );
      if (arrivals.length > 0 || reflected) return arrivals;
      const deadline = to === 'initiator' ? config.delay.toInitiator : config.delay.toFollower;
      return [{ ...line, fate: now - tick > deadline ? 'lost' : 'underWay', arrives: undefined } as const];
    }),
  );
}

function ticksUntil(steps: readonly Step[], last: number): number {
  return steps.slice(0, last + 1).filter(({ act }) => act?.kind === 'tick').length;
}

/** The frames that were sent to a peer: at which step, in which tick, and which of that tick. */
function sentTo(
  steps: readonly Step[],
  to: Role,
): readonly { readonly frame: Frame; readonly step: number; readonly tick: number; readonly index: number }[] {
  return steps.flatMap(({ act, world }, step) => {
    const frames = world[CHANNEL[to]][0] ?? [];
    const isBorder = step === 0 || act?.kind === 'tick';
    const before = isBorder ? 0 : (steps[step - 1]?.world[CHANNEL[to]][0] ?? []).length;
    return frames.slice(before).map((frame, index) => ({ frame, step, tick: ticksUntil(steps, step), index: before + index }));
  });
}

const FATE: Readonly<Record<'replay' | 'forge' | 'reflect', FrameFate>> = { replay: 'replayed', forge: 'forged', reflect: 'reflected' };

function attackFrames(steps: readonly Step[], config: Config): readonly FrameLine[] {
  return steps.flatMap(({ act }, index): FrameLine[] => {
    if (act?.kind !== 'attack') return [];
    const { to, attack } = act;
    const line = { to, keyIds: frameText(act, config), fate: FATE[attack], arrives: index };
    if (attack !== 'reflect') return [{ ...line, from: 'attacker', sent: index }];
    const sent = steps.findLastIndex((step, earlier) => earlier < index && (earlier === 0 || step.act?.kind === 'tick'));
    return [{ ...line, from: to, sent }];
  });
}

function settingText({ slots, delay, obsoleteTimeout, without, window }: Config): string {
  const ticks = (count: number): string => (count === 1 ? '1 tick' : `${count} ticks`);
  const each = (counts: { readonly initiator: number; readonly follower: number }, text: (count: number) => string): string =>
    counts.initiator === counts.follower
      ? `${text(counts.initiator)} at each peer`
      : `${text(counts.initiator)} at the initiator, ${text(counts.follower)} at the follower`;
  const late = Math.max(delay.toFollower, delay.toInitiator);
  const rules = without.size === 0 ? 'every rule kept' : `without rule ${[...without].join(', ')}`;
  return `${each(slots, (count) => `${count} slots`)}; a frame is at most ${ticks(late)} late; a key stays Obsolete for ${each(obsoleteTimeout, ticks)}; ${rules}${window === undefined ? '' : `; late frames are delivered, by a window of ${window} ${window === 1 ? 'counter' : 'counters'}`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
