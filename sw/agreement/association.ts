/**
 * The association: the agreement on the first key of all, under the secret of the association, and whether the peer is still there. A station that
 * restarts has nothing left but its identity and that secret, so every association begins with a new master key, and no counter goes on.
 */
import { FIRST_KEY_ID, type KeyId } from '../../spec/key-id.ts';

const SECRET_OCTETS = 32;

/** A secret of an association that is none. */
export class AssociationSecretError extends Error {
  constructor(found: number) {
    super(`the secret of an association has ${SECRET_OCTETS} octets, found ${found}: give both stations the same, or zeros for none`);
    this.name = 'AssociationSecretError';
  }
}

/** A copy of the secret that both stations were given, which is the `psk` of every association. @throws AssociationSecretError */
export function secretOf(psk: Uint8Array): Uint8Array {
  if (psk.length !== SECRET_OCTETS) throw new AssociationSecretError(psk.length);
  return psk.slice();
}

/** An association agrees on master key 0; n-RTT rekeys on those that follow. */
export function isAssociation({ master }: Pick<KeyId, 'master'>): boolean {
  return master === FIRST_KEY_ID.master;
}

/** What was seen of the peer: frames that only it can have made. */
export interface Presence {
  /** how many; of 32 bits, as the register that counts them */
  readonly received: number;
  /** when the last of them was noticed */
  readonly at: number;
}

/** After one more look at the count. */
export function looked(before: Presence, received: number, now: number): Presence {
  return received === before.received ? before : { received, at: now };
}

/** When the peer is taken for gone, if nothing comes until then. */
export function silentAt({ at }: Presence, limit: number): number {
  return at + limit;
}
