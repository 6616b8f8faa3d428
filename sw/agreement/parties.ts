import type { AgreementName } from '../../spec/agreement.ts';
import type { KeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { equalTags } from '../aead/aead.ts';
import type { KeyPair } from '../noise/diffie-hellman.ts';

/** What both ends of a relation know of it and of each other; all but the keys goes into the prologue. */
export interface Parties {
  readonly role: Role;
  /** 16 bits */
  readonly relation: number;
  /** MAC addresses, 6 octets each */
  readonly initiatorAddress: Uint8Array;
  readonly followerAddress: Uint8Array;
  readonly profile: string;
  readonly engine: string;
  /** both must be configured for the same: nothing is negotiated, so that nobody can talk them down */
  readonly agreement: AgreementName;
  /** the own static keys; they live as long as the device has its identity */
  readonly staticKeys: KeyPair;
  /** the peer's static public key */
  readonly remoteStatic: Uint8Array;
}

/** One try to agree on the key of a KeyId. */
export interface Attempt {
  readonly keyId: KeyId;
  readonly attempt: number;
}

/** Whether a message is between these two, of this relation, and from that role. Its addresses are not authentic yet. */
export function isFrom(
  sender: Role,
  { relation, initiatorAddress, followerAddress }: Parties,
  message: { readonly relation: number; readonly source: Uint8Array; readonly destination: Uint8Array },
): boolean {
  const [source, destination] = sender === 'initiator' ? [initiatorAddress, followerAddress] : [followerAddress, initiatorAddress];
  return message.relation === relation && equalTags(message.source, source) && equalTags(message.destination, destination);
}
