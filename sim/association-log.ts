/** Which association each station has the keys of, what the frames on their way were sent under, and the record of each association. */
import { createHash } from 'node:crypto';
import type { Side } from '../judge/points.ts';
import { FIRST_KEY_ID, type KeyId } from '../spec/key-id.ts';
import type { SlotMaterial } from '../sw/keys/material.ts';
import type { AssociationRecord } from './report/result.ts';

type Cause = AssociationRecord['cause'];

export class AssociationLog {
  readonly #cycleNs: number;
  /** by a name that both stations come to: the digest of the first key from the initiator */
  readonly #current: Partial<Record<Side, string>> = {};
  /** of the frames that a station has begun to send, and not sent yet */
  readonly #beginning: Readonly<Record<Side, (string | undefined)[]>> = { initiator: [], follower: [] };
  readonly #records: { -readonly [K in keyof AssociationRecord]: AssociationRecord[K] }[] = [];

  /** @param cycleNs ns of a cycle */
  constructor(cycleNs: number) {
    this.#cycleNs = cycleNs;
  }

  get records(): readonly AssociationRecord[] {
    return this.#records.map((record) => ({ ...record }));
  }

  /** The association whose keys a station has. */
  of(side: Side): string | undefined {
    return this.#current[side];
  }

  /** The initiator asks for one, or will: of several causes the first counts. */
  begins(cause: Cause, cycle: number): void {
    if (this.#records.some(({ madeAtNs }) => madeAtNs === null)) return;
    this.#records.push({ cause, begunAtNs: cycle * this.#cycleNs, madeAtNs: null, messages: 0 });
  }

  message(): void {
    const newest = this.#records.at(-1);
    if (newest !== undefined) newest.messages++;
  }

  /** Both stations have its keys, and have shown it. */
  made(cycle: number): void {
    const newest = this.#records.at(-1);
    if (newest !== undefined) newest.madeAtNs ??= cycle * this.#cycleNs;
  }

  erased(side: Side): void {
    delete this.#current[side];
  }

  installed(side: Side, keyId: KeyId, { transmit, receive }: SlotMaterial): void {
    if (keyId.master !== FIRST_KEY_ID.master || keyId.communication !== FIRST_KEY_ID.communication) return;
    const { key, iv } = side === 'initiator' ? transmit : receive;
    this.#current[side] = createHash('sha256').update(key).update(iv).digest('hex');
  }

  /** A station begins to send a frame under the keys that it has. */
  transmits(from: Side): void {
    this.#beginning[from].push(this.#current[from]);
  }

  /** The oldest frame that it has begun is sent. @returns the association of its key */
  sent(from: Side): string | undefined {
    return this.#beginning[from].shift();
  }
}
