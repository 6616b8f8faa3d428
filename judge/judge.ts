/**
 * Judges a run by what was seen of it from outside: its capture and its keys, nothing else. It shares no code with what it
 * judges, nor with the model that the run was compared with as it went.
 */
import type { KeyLog } from './key-log.ts';
import { DirectionKeys } from './keys.ts';
import { judgeLateness, type Lateness } from './lateness.ts';
import { nearTo } from './near.ts';
import type { Observation } from './observation.ts';
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

export function judge(observation: Observation, log: KeyLog): Verdict {
  const sending = { initiator: send('initiator', observation, log), follower: send('follower', observation, log) };
  const receiving = (sender: Side) => {
    const { arrived, delivered } = observation[OTHER[sender]];
    return judgeReceiving(sending[sender].frames, arrived, delivered, log.connection);
  };
  const received = { initiator: receiving('initiator'), follower: receiving('follower') };
  const rekeys = seenRekeys(sending.initiator.frames, sending.follower.frames, received.follower.deliveries);
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
  const direction = { initiator: figures('initiator'), follower: figures('follower') };
  const isNear = nearTo(rekeys, log);
  const lateness = (sender: Side): Lateness => judgeLateness(sending[sender].frames, isNear);
  const sentFrames = SIDES.flatMap((side) => sending[side].frames);
  const overtakenFrames = SIDES.flatMap((side) => received[side].overtaken);
  const shareOf = (which: (frame: SentFrame) => boolean): Share => ({
    frames: sentFrames.filter(which).length,
    overtaken: overtakenFrames.filter(which).length,
  });
  return {
    direction,
    total: sum(direction.initiator, direction.follower),
    lateness: { initiator: lateness('initiator'), follower: lateness('follower') },
    overtaken: { near: shareOf(({ atNs }) => isNear(atNs)), away: shareOf(({ atNs }) => !isNear(atNs)) },
    rekeys,
    finishedRekeys: rekeys.filter(({ finishedNs }) => finishedNs !== null).length,
  };
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

function sum(a: Figures, b: Figures): Figures {
  return Object.fromEntries((Object.keys(a) as (keyof Figures)[]).map((name) => [name, a[name] + b[name]])) as unknown as Figures;
}
