/** What a run leaves for its judge: the capture of every point, in the order of time, and the keys when they are asked for. */
import { join } from 'node:path';
import { pcapngHeader, pcapngPacket } from '../capture/write.ts';
import { CAPTURE_FILE, KEY_LOG_FILE } from '../judge/folder.ts';
import { type Connection, connectionLine, erasedLine, KEY_LOG_HEADER, keyLine } from '../judge/key-log.ts';
import { interfaceNames, interfaceOf, type Point, type Side } from '../judge/points.ts';
import { FRAME_MAX } from '../spec/header.ts';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import type { SlotMaterial } from '../sw/keys/material.ts';
import { AtomicFile } from './output/atomic-file.ts';

/** A frame is stamped when it begins and told of when it ends: so many cycles long another may still come before it. */
const HORIZON = 2 * FRAME_MAX;

/** Cycles, as all times of the simulation. */
export interface Watcher {
  frame(side: Side, point: Point, at: number, frame: Uint8Array, comment?: string): void;
  key(side: Side, at: number, keyId: KeyId, material: SlotMaterial): void;
  /** every key that it had is gone */
  erased(side: Side, at: number): void;
}

/** Of all relations of a run, whose controller is one. */
export class Observations {
  readonly #capture: AtomicFile;
  readonly #keys: AtomicFile | undefined;
  readonly #pending: { readonly atNs: number; readonly packet: Uint8Array }[] = [];
  readonly #cycleNs: number;
  #newestNs = 0;

  /**
   * @param connections of the relations, by their numbers
   * @param keyLog whether the keys are written down
   * @param cycleNs ns of a cycle
   */
  constructor(out: string, connections: readonly Connection[], keyLog: boolean, cycleNs: number) {
    this.#cycleNs = cycleNs;
    this.#capture = new AtomicFile(join(out, CAPTURE_FILE));
    this.#capture.write(pcapngHeader('Keyturn simulation', interfaceNames(connections.length)));
    if (!keyLog) return;
    this.#keys = new AtomicFile(join(out, KEY_LOG_FILE), { mode: 0o600 });
    this.#keys.write(KEY_LOG_HEADER);
    for (const [relation, connection] of connections.entries()) this.#keys.write(connectionLine(relation, connection));
  }

  /** What sees one relation. */
  of(relation: number): Watcher {
    return {
      frame: (side, point, at, frame, comment) => this.#frame(interfaceOf(side, point, relation), at, frame, comment),
      key: (side, at, keyId, material) => {
        const shared = { atNs: at * this.#cycleNs, side, keyId: formatKeyId(keyId) };
        for (const use of ['transmit', 'receive'] as const) this.#keys?.write(keyLine(relation, { ...shared, use, ...material[use] }));
      },
      erased: (side, at) => this.#keys?.write(erasedLine(relation, { atNs: at * this.#cycleNs, side })),
    };
  }

  /** The files, which get their names apart. */
  get files(): readonly AtomicFile[] {
    return this.#keys === undefined ? [this.#capture] : [this.#capture, this.#keys];
  }

  /** No frame comes any more. */
  end(): void {
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #frame(index: number, at: number, frame: Uint8Array, comment: string | undefined): void {
    const atNs = at * this.#cycleNs;
    const packet = pcapngPacket(index, BigInt(atNs), frame, comment);
    this.#pending.splice(this.#pending.findLastIndex((other) => other.atNs <= atNs) + 1, 0, { atNs, packet });
    this.#newestNs = Math.max(this.#newestNs, atNs);
    this.#flush(this.#newestNs - HORIZON * this.#cycleNs);
  }

  #flush(untilNs: number): void {
    const end = this.#pending.findIndex(({ atNs }) => atNs > untilNs);
    for (const { packet } of this.#pending.splice(0, end < 0 ? this.#pending.length : end)) this.#capture.write(packet);
  }
}
