/** What the settings of a relation mean: for its hardware, and for the agreements between its two stations. */
import { addressOctets, type RelationSettings } from '../../spec/agent-configuration.ts';
import { cyclesOf } from '../../spec/configuration.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { Parties } from '../agreement/parties.ts';
import type { HardwareSettings } from '../control-plane/driver.ts';
import type { InitiatorAssociationOptions } from '../control-plane/initiator-association.ts';
import type { KeyPair } from '../noise/diffie-hellman.ts';
import { AGENT_INTERRUPTS } from './station-hardware.ts';

/** What both stations know of the relation and of each other. */
export function partiesOf(role: Role, settings: RelationSettings, staticKeys: KeyPair): Parties {
  const { relation, initiatorAddress, followerAddress, profile, engine, agreement, peerPublicKey } = settings;
  return {
    role,
    relation,
    initiatorAddress: addressOctets(initiatorAddress),
    followerAddress: addressOctets(followerAddress),
    profile,
    engine,
    agreement,
    staticKeys,
    remoteStatic: Uint8Array.from(Buffer.from(peerPublicKey, 'hex')),
  };
}

/** What its registers are set to. */
export function hardwareSettings(role: Role, settings: RelationSettings): HardwareSettings {
  const { initiatorAddress, followerAddress, initiatorFrameId, followerFrameId, profile, delivery, protection, vlanTci } = settings;
  const initiator = { address: addressOctets(initiatorAddress), frameId: initiatorFrameId };
  const follower = { address: addressOctets(followerAddress), frameId: followerFrameId };
  const [own, other] = role === 'initiator' ? [initiator, follower] : [follower, initiator];
  return {
    profile,
    delivery,
    encrypt: protection === 'encryption',
    vlanTci: vlanTci === 0 ? undefined : vlanTci,
    source: own.address,
    destination: other.address,
    transmitFrameId: own.frameId,
    receiveFrameId: other.frameId,
    passReceived: true,
    passTransmitted: true,
    obsoleteTimeout: cyclesOf(settings.obsoleteTimeout, settings.clockPeriod),
    counterThreshold: settings.rekeyFrames,
    interrupts: AGENT_INTERRUPTS,
  };
}

/**
 * When an initiator rekeys, and when it takes its peer for gone.
 * @param first as of `RekeyTrigger`
 */
export function rekeying(
  settings: RelationSettings,
  first: number,
): Pick<InitiatorAssociationOptions, 'trigger' | 'nRttEvery' | 'silence' | 'timing'> {
  const { rekeyFrames, rekeyInterval, announcementTimeout, nRttEvery, silence, firstRetry, longestRetry, giveUpAfter } = settings;
  return {
    trigger: {
      first,
      frames: rekeyFrames,
      ...(rekeyInterval === 0 ? {} : { time: rekeyInterval }),
      ...(announcementTimeout === 0 ? {} : { announcement: announcementTimeout }),
    },
    nRttEvery: nRttEvery === 0 ? Number.POSITIVE_INFINITY : nRttEvery,
    silence,
    timing: { firstRetry, longestRetry, giveUpAfter },
  };
}
