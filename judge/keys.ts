/** The keys of one direction, as both its ends installed them. */
import { type Association, associationsOf, counterpart, sameKey } from './associations.ts';
import { type Secured, secured } from './frame.ts';
import type { KeyLog } from './key-log.ts';
import { open } from './open.ts';
import { OTHER, type Side } from './points.ts';

/** A key in the order of its installation at the sender: 0 is the first of the connection. */
export interface DirectionKey {
  readonly index: number;
  /** in the order in which the initiator installed the keys of both directions, which tells keys of one KeyId apart; -1 where it did not */
  readonly ordinal: number;
  readonly keyId: string;
  readonly wireKeyId: number;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly sendableFromNs: number;
  /** Infinity where the receiver never installed it */
  readonly receivableFromNs: number;
  /** when the receiver had keys of the same association; undefined where it never had, though it had others */
  readonly receiver: Pick<Association, 'fromNs' | 'untilNs'> | undefined;
}

export interface Opened extends Secured {
  readonly with: DirectionKey;
  /** C_SDU and APDU status */
  readonly payload: Buffer;
}

export class DirectionKeys {
  readonly all: readonly DirectionKey[];
  /** KeyIds under which the ends installed different keys, and keys that were installed before: each one a fault */
  readonly differing: number;
  readonly installedAgain: number;
  readonly #log: KeyLog;

  constructor(log: KeyLog, sender: Side) {
    this.#log = log;
    const received = associationsOf(log, OTHER[sender], 'receive');
    const sent = associationsOf(log, sender, 'transmit');
    const byInitiator = sender === 'initiator' ? sent : received;
    const ordinals = byInitiator.flatMap(({ keys }) => keys);
    const always = { fromNs: Number.NEGATIVE_INFINITY, untilNs: Number.POSITIVE_INFINITY };
    // a receiver that never began anew has no excuse
    const excused = received.length > 1 || received.some(({ untilNs }) => untilNs < Number.POSITIVE_INFINITY);
    const all = sent.flatMap((association) => {
      const other = counterpart(association, received);
      return association.keys.map((own) => ({ own, receiver: other ?? (excused ? undefined : always), there: other?.keys ?? [] }));
    });
    this.all = all.map(({ own, receiver, there }, index) => ({
      index,
      ordinal: ordinals.findIndex((key) => sameKey(key, own)),
      keyId: own.keyId,
      wireKeyId: wire(own.keyId),
      key: own.key,
      iv: own.iv,
      sendableFromNs: own.atNs,
      receivableFromNs: there.find((other) => other.keyId === own.keyId && sameKey(other, own))?.atNs ?? Number.POSITIVE_INFINITY,
      receiver,
    }));
    // the follower has no keys that the initiator had not before (M10)
    const [followers, initiators] = sender === 'follower' ? [sent, received] : [received, sent];
    const unknown = followers.filter((association) => counterpart(association, initiators) === undefined).flatMap(({ keys }) => keys);
    const differing = all.filter(({ own, there }) => there.some((other) => other.keyId === own.keyId && !sameKey(own, other)));
    this.differing = differing.length + unknown.length;
    const distinct = new Set(all.map(({ own }) => Buffer.concat([own.key, own.iv]).toString('hex')));
    this.installedAgain = all.length - distinct.size;
  }

  /** The frame opened with the newest key of its KeyId that its sender had by then. */
  open(frame: Buffer, atNs: number): Opened | undefined {
    const { profile, protection } = this.#log.connection;
    const parts = secured(frame, profile, protection === 'encryption');
    if (parts === undefined) return undefined;
    for (const key of this.all.toReversed()) {
      if (key.wireKeyId !== parts.currentKeyId || key.sendableFromNs > atNs) continue;
      const payload = open(parts, key.key, key.iv, this.#log.connection);
      if (payload !== undefined) return { ...parts, with: key, payload };
    }
    return undefined;
  }
}

/** master mod 4, then communication mod 4 (paper, section VI) */
function wire(keyId: string): number {
  const [master = 0, communication = 0] = keyId.split('|').map(Number);
  return (master % 4) * 4 + (communication % 4);
}
