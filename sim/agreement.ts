/** How the agents of a run agree on master keys: who they are to each other, and when they send again. */
import { Random } from '../hdl-gen/sim/random.ts';
import { OTHER, type Side } from '../judge/points.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import type { ProfileName } from '../spec/header.ts';
import { keyPairOf } from '../sw/noise/diffie-hellman.ts';
import type { PeerBenchOptions } from './peer-bench.ts';
import type { Origin } from './tally.ts';
import type { TrafficStream } from './traffic/traffic.ts';

/** The only one in the hardware of today. */
export const RELATION = 0;
/** Send intervals after which a message is sent again, at first and at most, and after which it is given up. */
const INTERVALS = { firstRetry: 20, longestRetry: 80, giveUpAfter: 300 } as const;

export interface AgreementOptions {
  readonly seed: number;
  /** cycles from one payload of a provider to its next */
  readonly interval: number;
  /** every so many rekeys one is n-RTT; 0: none */
  readonly nRttEvery: number;
  readonly profile: ProfileName;
  readonly engine: EngineName;
}

/** @param side whose agent it is  @param streams what the peers send */
export function agreementOf(
  side: Side,
  { seed, interval, nRttEvery, profile, engine }: AgreementOptions,
  streams: Readonly<Record<Side, TrafficStream>>,
): Pick<PeerBenchOptions<Origin>, 'nRtt'> {
  if (nRttEvery === 0) return {};
  const random = new Random(seed ^ (side === 'initiator' ? 0x65706831 : 0x65706832));
  return {
    nRtt: {
      every: nRttEvery,
      timing: {
        firstRetry: INTERVALS.firstRetry * interval,
        longestRetry: INTERVALS.longestRetry * interval,
        giveUpAfter: INTERVALS.giveUpAfter * interval,
      },
      random: (octets) => random.bytes(octets),
      parties: {
        role: side,
        relation: RELATION,
        initiatorAddress: streams.initiator.source,
        followerAddress: streams.follower.source,
        profile,
        engine,
        staticKeys: identityOf(side, seed),
        remoteStatic: identityOf(OTHER[side], seed).publicKey,
      },
    },
  };
}

/** The static keys of a device, made of the seed as everything random is. */
function identityOf(side: Side, seed: number) {
  return keyPairOf(new Random(seed ^ (side === 'initiator' ? 0x69646e31 : 0x69646e32)).bytes(32));
}
