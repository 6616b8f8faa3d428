/**
 * Judges a run by what was seen of it from outside: its capture and its keys, nothing else. It shares no code with what it
 * judges, nor with the model that the run was compared with as it went.
 */
import type { KeyLog } from './key-log.ts';
import { DirectionKeys } from './keys.ts';
import { judgeLateness, type Lateness, type Yardstick, yardstickOf } from './lateness.ts';
import { type IsNear, nearTo } from './near.ts';
import type { Observation, Relation } from './observation.ts';
import { OTHER, SIDES, type Side } from './points.ts';
import { judgeReceiving, type ReceivingFigures } from './receiving.ts';
import { type SeenRekey, seenRekeys } from './rekeys.ts';
import { judgeSending, type SendingFigures, type SentFrame } from './sending.ts';

/** Figures of one direction, named by its sender, or of both. */
export type Figures = SendingFigures & ReceivingFigures & { readonly keysDiffering: number; readonly keysInstalledAgain: number };

export interface Share {
  readonly frames: number;
  readonly overtaken: number;
}

export interface Verdict {
  readonly direction: Readonly<Record<Side, Figures>>;
  readonly total: Figures;
  readonly lateness: Readonly<Record<Side, Lateness>>;
  /** frames sent near rekeys and away from them, and how many of each were overtaken: a rekey makes no difference */
  readonly overtaken: Readonly<Record<'near' | 'away', Share>>;
  /** rekeys that were announced, and of these the ones that came to their end */
  readonly rekeys: readonly SeenRekey[];
  readonly finishedRekeys: number;
}

/** What must be 0 in a run that rekeys without a trace, with what it is. */
export const FAULTS = {
  undecryptable: 'undecryptable frames',
  forgedAccepted: 'forged frames accepted',
  replayedAccepted: 'replayed frames accepted',
  dedicated: 'dedicated messages',
  withheld: 'payloads withheld',
  unopened: 'frames that no key opens',
  inTheClear: 'frames in the clear',
  nonceRepeats: 'nonces repeated',
  keysDiffering: 'keys that differ between the peers',
  keysInstalledAgain: 'keys installed again',
  hostFramesSpoilt: 'host frames spoilt',
} as const satisfies Partial<Record<keyof Figures, string>>;

/** What is heard of one relation, before it is told how late its frames left: that hangs on those who share its port. */
interface Heard {
  readonly log: KeyLog;
  readonly direction: Readonly<Record<Side, Figures>>;
  readonly frames: Readonly<Record<Side, readonly SentFrame[]>>;
  readonly overtaken: readonly SentFrame[];
  readonly rekeys: readonly SeenRekey[];
  readonly isNear: IsNear;
}

/** A run of one relation. */
export function judge(observation: Observation, log: KeyLog): Verdict {
  const heard = hear({ observation, log });
  return verdictOn(heard, portOf([heard]));
}

/** A run of a controller with several relations. @param relations by their numbers */
export function judgeRelations(relations: readonly Relation[]): readonly Verdict[] {
  const heard = relations.map(hear);
  const port = portOf(heard);
  return heard.map((one) => verdictOn(one, port));
}

function hear({ observation, log }: Relation): Heard {
  const sending = { initiator: send('initiator', observation, log), follower: send('follower', observation, log) };
  const receiving = (sender: Side) => {
    const { arrived, delivered } = observation[OTHER[sender]];
    return judgeReceiving(sender, sending[sender].frames, arrived, delivered, sending[sender].keys, log.connection);
  };
  const received = { initiator: receiving('initiator'), follower: receiving('follower') };
  const frames = { initiator: sending.initiator.frames, follower: sending.follower.frames };
  const rekeys = seenRekeys(frames.initiator, frames.follower, received.follower.deliveries);
  const figures = (sender: Side): Figures => {
    const { figures: sent, keys } = sending[sender];
    const { figures: got } = received[sender];
    return {
      ...sent,
      ...got,
      hostFramesSpoilt: sent.hostFramesSpoilt + got.hostFramesSpoilt,
      keysDiffering: keys.differing,
      keysInstalledAgain: keys.installedAgain,
    };
  };
  return {
    log,
    direction: { initiator: figures('initiator'), follower: figures('follower') },
    frames,
    overtaken: SIDES.flatMap((side) => received[side].overtaken),
    rekeys,
    isNear: nearTo(rekeys, log),
  };
}

/** The port by which the frames of the initiator of all relations leave. */
interface Port {
  /** near a rekey of any of them */
  readonly isNear: IsNear;
  readonly yardstick: Yardstick;
}

function portOf(relations: readonly Heard[]): Port {
  const isNear: IsNear = (ns) => relations.some((one) => one.isNear(ns));
  return {
    isNear,
    yardstick: yardstickOf(
      relations.flatMap(({ frames }) => frames.initiator),
      isNear,
    ),
  };
}

function verdictOn({ direction, frames, overtaken, rekeys, isNear }: Heard, port: Port): Verdict {
  const sentFrames = SIDES.flatMap((side) => frames[side]);
  const shareOf = (which: (frame: SentFrame) => boolean): Share => ({
    frames: sentFrames.filter(which).length,
    overtaken: overtaken.filter(which).length,
  });
  return {
    direction,
    total: sumOf([direction.initiator, direction.follower]),
    lateness: {
      initiator: judgeLateness(frames.initiator, port.isNear, port.yardstick),
      follower: judgeLateness(frames.follower, isNear, yardstickOf(frames.follower, isNear)),
    },
    overtaken: { near: shareOf(({ atNs }) => isNear(atNs)), away: shareOf(({ atNs }) => !isNear(atNs)) },
    rekeys,
    finishedRekeys: rekeys.filter(({ finishedNs }) => finishedNs !== null).length,
  };
}

/** What is wrong with a run of several relations, with the relation that it is wrong with. */
export function faultsOfAll(verdicts: readonly Verdict[]): readonly string[] {
  if (verdicts.length === 1) return verdicts.flatMap(faultsOf);
  return verdicts.flatMap((verdict, relation) => faultsOf(verdict).map((fault) => `relation ${relation}: ${fault}`));
}

/** What is wrong with a run, in words; empty where nothing is. */
export function faultsOf({ total, lateness, rekeys, finishedRekeys }: Verdict): readonly string[] {
  const counted = (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).flatMap((name) =>
    total[name] === 0 ? [] : [`${total[name]} ${FAULTS[name]}`],
  );
  const stalled = lateness.initiator.stalledFrames + lateness.follower.stalledFrames;
  const stalledNs = lateness.initiator.stalledNs + lateness.follower.stalledNs;
  const nothing =
    total.sent === 0
      ? ['no frame was sent']
      : total.delivered === 0
        ? ['nothing was delivered']
        : rekeys.length === 0
          ? ['no rekey was seen']
          : finishedRekeys === 0
            ? [`none of ${rekeys.length} rekeys was finished`]
            : [];
  return [...counted, ...(stalled === 0 ? [] : [`${stalled} frames stalled near rekeys, ${stalledNs} ns in all`]), ...nothing];
}

function send(sender: Side, observation: Observation, log: KeyLog) {
  const keys = new DirectionKeys(log, sender);
  const { given, sent } = observation[sender];
  return { keys, ...judgeSending(given, sent, keys, log.connection.protection === 'encryption') };
}

/** Of both directions, or of several relations. */
export function sumOf(figures: readonly Figures[]): Figures {
  const names = Object.keys(figures[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, figures.reduce((sum, one) => sum + one[name], 0)])) as unknown as Figures;
}
