/** A station whose relations all have a key: frames of both ways under it, and registers of all pages. */
import assert from 'node:assert/strict';
import type { RegisterName } from '../../../../spec/registers.ts';
import type { StationRegisterName } from '../../../../spec/station-registers.ts';
import { octets } from '../peer/frames.ts';
import type { StationBench } from './station-bench.ts';

export const STATUS = [0xd1, 0x02, 0x73, 0x94];
export const ALL = [0, 1, 2];
/** Bits of what software is told of a relation. */
export const EVENT = { received: 1, request: 2, slots: 4, counter: 8 } as const;

/** A station whose relations all have a key, and nothing that waits to be told. */
export function ready(open: () => StationBench, obsoleteTimeout?: number, pass?: number): StationBench {
  const station = open();
  station.setUp(obsoleteTimeout, pass);
  for (const page of ALL) assert.equal(station.push(page, 1 + page), 'accepted');
  for (const page of ALL) assert.deepEqual(station.event(), { relation: page, interrupts: EVENT.slots });
  return station;
}

/** A register of all pages. */
export function counts(station: StationBench, register: RegisterName | StationRegisterName): number[] {
  return ALL.map((page) => station.read(page, register));
}

/** A frame of the relation under its first key. */
export const theirs = (station: StationBench, relation: number, counter: number, cSdu = octets(12, counter)): Uint8Array =>
  station.theirs(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu, status: STATUS });

export const ours = (station: StationBench, relation: number, counter: number, cSdu: Uint8Array): Uint8Array =>
  station.own(relation, { current: 1 + relation, next: 1 + relation, counter, cSdu, status: STATUS });
