/** The software of the ends: what each starts with, and what of its doings is counted. */
import { Random } from '../../hdl-gen/sim/random.ts';
import type { KeyId } from '../../spec/key-id.ts';
import { isAssociation } from '../../sw/agreement/association.ts';
import { parseMessage } from '../../sw/agreement/message.ts';
import { AgreementPlaces } from '../../sw/control-plane/agreement-places.ts';
import { FollowerAssociation } from '../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../sw/control-plane/initiator-association.ts';
import type { AgentEvent } from '../../sw/control-plane/key-source.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import { retriesOf } from '../agreement.ts';
import type { SimulationOptions } from '../options.ts';
import type { End } from './end.ts';
import { ModelDriver } from './model-driver.ts';
import { type RelationIdentity, seedOf } from './parties.ts';

const SALT = 0x65706831;

/** What it does to the world around it. */
export interface SoftwareWorld {
  now(): number;
  /** a message for the other end */
  send(from: End, frame: Uint8Array): void;
  installed(end: End, keyId: KeyId, material: SlotMaterial): void;
  erased(end: End): void;
  /** a place for an agreement is free: it is the turn of this end of the controller */
  turn(relation: number): void;
}

export class Software {
  readonly #options: SimulationOptions;
  readonly #world: SoftwareWorld;
  readonly #ephemeral: Random;
  #places: AgreementPlaces;
  #mostAgreements = 0;
  readonly #events = { associated: 0, agreementsFailed: 0, announcementsWithdrawn: 0 };
  readonly #messages = { association: 0, nRtt: 0 };

  constructor(options: SimulationOptions, world: SoftwareWorld) {
    this.#options = options;
    this.#world = world;
    this.#ephemeral = new Random(seedOf(options.seed, SALT));
    this.#places = new AgreementPlaces(options.agreements);
  }

  get events(): Readonly<Record<'associated' | 'agreementsFailed' | 'announcementsWithdrawn', number>> {
    return { ...this.#events };
  }
  get messages(): Readonly<Record<'association' | 'nRtt', number>> {
    return { ...this.#messages };
  }
  get mostAgreements(): number {
    return Math.max(this.#mostAgreements, this.#places.most);
  }

  /** It knows nothing but its identity and the secret of the association. */
  begin(end: End, { parties, psk }: RelationIdentity): InitiatorAssociation | FollowerAssociation {
    const { profile, engine, rekeyFrames, rekeyInterval, nRttEvery, silence, sendInterval } = this.#options;
    const { relation, side } = end.place;
    const common = {
      psk,
      keysOf: (masterKey: Uint8Array) => new KeySchedule(masterKey, { profile, engine, relation }),
      onEvent: (event: AgentEvent) => this.#happened(end, event),
    };
    if (side === 'follower') return new FollowerAssociation(this.#driver(end), this.#port(end), { ...common, parties: parties.follower });
    return new InitiatorAssociation(this.#driver(end), this.#port(end), {
      ...common,
      parties: parties.initiator,
      trigger: { ...(rekeyFrames === 0 ? {} : { frames: rekeyFrames }), ...(rekeyInterval === 0 ? {} : { time: rekeyInterval }) },
      nRttEvery: nRttEvery === 0 ? Number.POSITIVE_INFINITY : nRttEvery,
      timing: retriesOf(sendInterval),
      silence,
      mayBegin: () => this.#places.take(relation),
    });
  }

  /** An end of the controller was looked after: what it has no more use for is another's. */
  looked(end: End): void {
    if (!end.agreeing) this.#release(end);
  }

  /** The agent of the controller starts again: nobody holds or waits for a place. */
  forgetPlaces(): void {
    this.#mostAgreements = this.mostAgreements;
    this.#places = new AgreementPlaces(this.#options.agreements);
  }

  #release({ place }: End): void {
    const next = this.#places.release(place.relation);
    if (next !== undefined) this.#world.turn(next);
  }

  #happened(end: End, { kind }: AgentEvent): void {
    if (kind === 'associated' && end.place.side === 'follower') this.#events.associated++;
    if (kind === 'agreementFailed') this.#events.agreementsFailed++;
    if (kind === 'announcementWithdrawn') this.#events.announcementsWithdrawn++;
    // those that wait come first
    if (kind === 'agreementFailed' || kind === 'peerSilent') this.#release(end);
  }

  #driver(end: End): ModelDriver {
    return new ModelDriver(
      () => end.peer,
      () => end.received,
      { pushed: (keyId, material) => this.#world.installed(end, keyId, material), erased: () => this.#world.erased(end) },
    );
  }

  #port(end: End) {
    return {
      now: () => this.#world.now(),
      random: (octets: number) => this.#ephemeral.bytes(octets),
      send: (frame: Uint8Array): void => {
        this.#messages[isAssociation(parseMessage(frame) ?? { master: 1 }) ? 'association' : 'nRtt']++;
        this.#world.send(end, frame);
      },
    };
  }
}
