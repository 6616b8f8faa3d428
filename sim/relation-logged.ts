import type { Connection } from '../judge/key-log.ts';
import type { SimulationOptions } from './options.ts';
import type { Traffic, TrafficStream } from './traffic/traffic.ts';

/**
 * What the judge must know of a relation beside its keys.
 * @param longest cycles that the channel holds a frame, and that it waits at the receiver's port
 */
export function relationLogged(
  options: SimulationOptions,
  { initiatorToFollower, followerToInitiator }: Traffic,
  longest: number,
): Connection {
  const addressOf = ({ source }: TrafficStream): string => Buffer.from(source).toString('hex');
  return {
    profile: options.profile,
    engine: options.engine,
    protection: options.protection,
    delivery: options.delivery,
    frameId: { initiator: initiatorToFollower.frameId, follower: followerToInitiator.frameId },
    address: { initiator: addressOf(initiatorToFollower), follower: addressOf(followerToInitiator) },
    // a station looks at both
    knownBy: { initiator: 'source', follower: 'source' },
    sendIntervalNs: options.sendInterval,
    obsoleteTimeoutNs: options.obsoleteTimeout,
    longestDelayNs: longest * options.clockPeriod,
  };
}
