/** How the software of a run associates: who the stations are to each other, and when they send again. */
import { Random } from '../hdl-gen/sim/random.ts';
import { OTHER, type Side } from '../judge/points.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import type { AgreementName, AgreementTiming } from '../spec/agreement.ts';
import type { ProfileName } from '../spec/header.ts';
import type { Parties } from '../sw/agreement/parties.ts';
import type { RekeyTrigger } from '../sw/control-plane/initiator.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { KeySchedule } from '../sw/keys/key-schedule.ts';
import { keyPairOf } from '../sw/noise/diffie-hellman.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import type { TrafficStream } from './traffic/traffic.ts';

/** Of a run of one relation. */
export const RELATION = 0;
/** Send intervals after which a message is sent again, at first and at most, and after which it is given up. */
const INTERVALS = { firstRetry: 20, longestRetry: 80, giveUpAfter: 300 } as const;
/** Everything random has a seed of its own. */
const SALTS = {
  initiator: { identity: 0x69646e31, ephemeral: 0x65706831 },
  follower: { identity: 0x69646e32, ephemeral: 0x65706832 },
} as const;
const PSK_SALT = 0x61737073;

export interface AgreementOptions {
  readonly seed: number;
  /** cycles from one payload of a provider to its next */
  readonly interval: number;
  /** every so many rekeys one is n-RTT; 0: none */
  readonly nRttEvery: number;
  /** cycles without a frame of the peer after which the initiator associates anew */
  readonly silence: number;
  readonly profile: ProfileName;
  readonly engine: EngineName;
  readonly agreement: AgreementName;
  /** number of the relation; default 0 */
  readonly relation?: number;
}

/** What the software of a station is given to associate with. */
export interface AssociationSettings {
  readonly parties: Parties;
  /** the secret of the association, 32 octets */
  readonly psk: Uint8Array;
  readonly nRttEvery: number;
  /** in cycles */
  readonly timing: AgreementTiming;
  readonly silence: number;
  readonly random: (octets: number) => Uint8Array;
}

/** @param side whose software it is  @param streams what the peers send */
export function associationOf(
  side: Side,
  { seed, interval, nRttEvery, silence, profile, engine, agreement, relation = RELATION }: AgreementOptions,
  streams: Readonly<Record<Side, TrafficStream>>,
): AssociationSettings {
  const random = new Random(seed ^ SALTS[side].ephemeral);
  return {
    psk: new Random(seed ^ PSK_SALT).bytes(32),
    nRttEvery: nRttEvery === 0 ? Number.POSITIVE_INFINITY : nRttEvery,
    timing: retriesOf(interval),
    silence,
    random: (octets) => random.bytes(octets),
    parties: {
      role: side,
      relation,
      initiatorAddress: streams.initiator.source,
      followerAddress: streams.follower.source,
      profile,
      engine,
      agreement,
      staticKeys: identityOf(side, seed),
      remoteStatic: identityOf(OTHER[side], seed).publicKey,
    },
  };
}

/** @param interval from one payload of a provider to its next, in whatever unit */
export function retriesOf(interval: number): AgreementTiming {
  return {
    firstRetry: INTERVALS.firstRetry * interval,
    longestRetry: INTERVALS.longestRetry * interval,
    giveUpAfter: INTERVALS.giveUpAfter * interval,
  };
}

/** The static keys of a station, made of the seed as everything random is. */
function identityOf(side: Side, seed: number) {
  return keyPairOf(new Random(seed ^ SALTS[side].identity).bytes(32));
}

/** The keys of a relation, from the master key that was agreed on. */
export function keysFrom(masterKey: Uint8Array, { profile, engine, relation = RELATION }: AgreementOptions): KeySource {
  return new KeySchedule(masterKey, { profile, engine, relation });
}

/** When an initiator rekeys, in cycles. */
export function triggerOf({ rekeyFrames, rekeyCycles }: Pick<ScenarioOptions, 'rekeyFrames' | 'rekeyCycles'>): RekeyTrigger {
  return { ...(rekeyFrames > 0 ? { frames: rekeyFrames } : {}), ...(rekeyCycles > 0 ? { time: rekeyCycles } : {}) };
}
