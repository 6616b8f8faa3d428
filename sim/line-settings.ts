/** What the ends of a line are told of a relation. */
import { PROFILE_NAMES, type ProfileName } from '../spec/header.ts';
import type { Role } from '../spec/peer-rules.ts';
import type { PeerSettings } from '../sw/reference-model/peer.ts';

/** One relation has another profile than the next. */
export function profileOf(relation: number): ProfileName {
  return PROFILE_NAMES[relation % 2] ?? 'std';
}

/** Settings of one relation, as of a controller's and of its devices'. */
export function settingsOf(relation: number, side: Role, obsoleteTimeout: number): PeerSettings {
  const controller = Uint8Array.of(2, 0, 0, 0, 0, 1);
  const device = Uint8Array.of(2, 0, 0, 0, 1, 2);
  const [own, other] = side === 'initiator' ? [controller, device] : [device, controller];
  return {
    profile: profileOf(relation),
    encrypt: relation % 3 !== 2,
    vlanTci: relation % 4 === 3 ? 0xc000 + relation : undefined,
    source: own,
    destination: other,
    transmitFrameId: (side === 'initiator' ? 0x8400 : 0x8000) + relation,
    receiveFrameId: (side === 'initiator' ? 0x8000 : 0x8400) + relation,
    passReceived: true,
    obsoleteTimeout,
  };
}
