/** What a run leaves for its judge: the capture of every point, in the order of time, and the keys when they are asked for. */
import { join } from 'node:path';
import { pcapngHeader, pcapngPacket } from '../capture/write.ts';
import { CAPTURE_FILE, KEY_LOG_FILE } from '../judge/folder.ts';
import { type Connection, connectionLine, erasedLine, KEY_LOG_HEADER, keyLine } from '../judge/key-log.ts';
import { INTERFACES, interfaceOf, type Point, type Side } from '../judge/points.ts';
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

export class Observations implements Watcher {
  readonly #capture: AtomicFile;
  readonly #keys: AtomicFile | undefined;
  readonly #pending: { readonly atNs: number; readonly packet: Uint8Array }[] = [];
  readonly #cycleNs: number;
  #newestNs = 0;

  /** @param keyLog whether the keys are written down  @param cycleNs ns of a cycle */
  constructor(out: string, connection: Connection, keyLog: boolean, cycleNs: number) {
    this.#cycleNs = cycleNs;
    this.#capture = new AtomicFile(join(out, CAPTURE_FILE));
    this.#capture.write(pcapngHeader('Keyturn simulation', INTERFACES));
    if (!keyLog) return;
    this.#keys = new AtomicFile(join(out, KEY_LOG_FILE), { mode: 0o600 });
    this.#keys.write(KEY_LOG_HEADER);
    this.#keys.write(connectionLine(connection));
  }

  frame(side: Side, point: Point, at: number, frame: Uint8Array, comment?: string): void {
    const atNs = at * this.#cycleNs;
    const packet = pcapngPacket(interfaceOf(side, point), BigInt(atNs), frame, comment);
    this.#pending.splice(this.#pending.findLastIndex((other) => other.atNs <= atNs) + 1, 0, { atNs, packet });
    this.#newestNs = Math.max(this.#newestNs, atNs);
    this.#flush(this.#newestNs - HORIZON * this.#cycleNs);
  }

  key(side: Side, at: number, keyId: KeyId, material: SlotMaterial): void {
    const shared = { atNs: at * this.#cycleNs, side, keyId: formatKeyId(keyId) };
    for (const use of ['transmit', 'receive'] as const) this.#keys?.write(keyLine({ ...shared, use, ...material[use] }));
  }

  erased(side: Side, at: number): void {
    this.#keys?.write(erasedLine({ atNs: at * this.#cycleNs, side }));
  }

  /** The files, which get their names apart. */
  get files(): readonly AtomicFile[] {
    return this.#keys === undefined ? [this.#capture] : [this.#capture, this.#keys];
  }

  /** No frame comes any more. */
  end(): void {
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #flush(untilNs: number): void {
    const end = this.#pending.findIndex(({ atNs }) => atNs > untilNs);
    for (const { packet } of this.#pending.splice(0, end < 0 ? this.#pending.length : end)) this.#capture.write(packet);
  }
}
