/** The stations of a run, a controller and its devices, and the two ends of each relation on them. */
import { Random } from '../../hdl-gen/sim/random.ts';
import { SIDES, type Side } from '../../judge/points.ts';
import type { Aead } from '../../sw/aead/aead.ts';
import type { FollowerAssociation } from '../../sw/control-plane/follower-association.ts';
import type { InitiatorAssociation } from '../../sw/control-plane/initiator-association.ts';
import { ReferenceStation } from '../../sw/reference-model/station.ts';
import { BurstChannel } from '../network/bursts.ts';
import type { SimulationOptions } from '../options.ts';
import { End } from './end.ts';
import { type RelationIdentity, seedOf } from './parties.ts';

/** Software of an end that has just started. */
export type Begin = (end: End, identity: RelationIdentity) => InitiatorAssociation | FollowerAssociation;

export class Stations {
  /** by relation */
  readonly ends: Readonly<Record<Side, readonly End[]>>;
  /** by the number that a relation has in its station */
  readonly #endsOf = new Map<ReferenceStation, End[]>();
  /** up to when time has passed for each */
  readonly #clocks = new Map<ReferenceStation, number>();

  constructor(options: SimulationOptions, identities: readonly RelationIdentity[], aead: Aead, begin: Begin) {
    const { slots, seed, burstStart: start, burstLength: length } = options;
    const station = (role: Side, of: readonly RelationIdentity[]): ReferenceStation =>
      new ReferenceStation({ role, slots, relations: of.map(({ settings }) => settings[role]), passReceived: true }, aead);
    const controller = station('initiator', identities);
    const ends = (side: Side): readonly End[] =>
      identities.map((identity, relation) => {
        const isController = side === 'initiator';
        const bursts = new BurstChannel({ start, length }, new Random(seedOf(seed, SALTS[side], relation)));
        const place = {
          side,
          relation,
          station: isController ? controller : station(side, [identity]),
          numberInStation: isController ? relation : 0,
          bursts,
        };
        return new End(place, (end) => begin(end, identity));
      });
    this.ends = { initiator: ends('initiator'), follower: ends('follower') };
    for (const side of SIDES)
      for (const end of this.ends[side]) {
        const { station: of } = end.place;
        this.#endsOf.set(of, [...(this.#endsOf.get(of) ?? []), end]);
      }
  }

  get all(): readonly End[] {
    return SIDES.flatMap((side) => this.ends[side]);
  }

  /** Time passes for a station. Returns the ends in which a slot has become free by it. */
  pass(station: ReferenceStation, now: number): readonly End[] {
    const due = station.elapse(now - (this.#clocks.get(station) ?? 0));
    this.#clocks.set(station, now);
    return due.flatMap((number) => this.#endsOf.get(station)?.[number] ?? []);
  }
}

/** Of the bursts. */
const SALTS = { initiator: 0x62727374, follower: 0x62727375 } as const;
