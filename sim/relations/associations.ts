/** Which association each end has the keys of: both ends know one by its first key of one direction. */
import type { KeyId } from '../../spec/key-id.ts';
import { isAssociation } from '../../sw/agreement/association.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import type { End } from './end.ts';

export class Associations {
  /** by the octets of that key */
  readonly #numbers = new Map<string, number>();

  /** A key was installed at an end: the first one of an association says which it is. */
  installed(end: End, keyId: KeyId, { transmit, receive }: SlotMaterial): void {
    if (!isAssociation(keyId) || keyId.communication > 0) return;
    const { key } = end.place.side === 'initiator' ? transmit : receive;
    const name = Buffer.from(key).toString('latin1');
    end.association = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, end.association);
  }

  erased(end: End): void {
    end.association = undefined;
  }
}
