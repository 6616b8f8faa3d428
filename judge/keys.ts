/** The keys of one direction, as both its ends installed them. */
import { type Secured, secured } from './frame.ts';
import type { InstalledKey, KeyLog } from './key-log.ts';
import { open } from './open.ts';
import { OTHER, type Side } from './points.ts';

/** A key in the order of its installation at the sender: 0 is the first of the connection. */
export interface DirectionKey {
  readonly index: number;
  readonly keyId: string;
  readonly wireKeyId: number;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly sendableFromNs: number;
  /** Infinity where the receiver never installed it */
  readonly receivableFromNs: number;
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
    const of = (side: Side, use: InstalledKey['use']) => log.keys.filter((key) => key.side === side && key.use === use);
    const received = of(OTHER[sender], 'receive');
    const sent = of(sender, 'transmit');
    this.all = sent.map(({ keyId, key, iv, atNs }, index) => ({
      index,
      keyId,
      wireKeyId: wire(keyId),
      key,
      iv,
      sendableFromNs: atNs,
      receivableFromNs: received.find((other) => other.keyId === keyId && same(other, { key, iv }))?.atNs ?? Number.POSITIVE_INFINITY,
    }));
    this.differing = sent.filter((own) => received.some((other) => other.keyId === own.keyId && !same(own, other))).length;
    const distinct = new Set(sent.map(({ key, iv }) => Buffer.concat([key, iv]).toString('hex')));
    this.installedAgain = sent.length - distinct.size;
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

function same(a: Pick<InstalledKey, 'key' | 'iv'>, b: Pick<InstalledKey, 'key' | 'iv'>): boolean {
  return Buffer.compare(a.key, b.key) === 0 && Buffer.compare(a.iv, b.iv) === 0;
}
