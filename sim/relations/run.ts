/**
 * Many relations on reference stations: one controller, and a device for each relation. Events in virtual time, in ns, one after another,
 * everything random from the seed: a run is the same every time, and waits for nothing.
 */
import { setImmediate } from 'node:timers/promises';
import { Random } from '../../hdl-gen/sim/random.ts';
import { SIDES } from '../../judge/points.ts';
import type { KeyId } from '../../spec/key-id.ts';
import { currentKeyId } from '../../spec/peer-rules.ts';
import { AEADS } from '../../sw/aead/engines.ts';
import { idealAead } from '../../sw/aead/ideal.ts';
import { isAssociation } from '../../sw/agreement/association.ts';
import { parseMessage } from '../../sw/agreement/message.ts';
import { AgreementPlaces } from '../../sw/control-plane/agreement-places.ts';
import { FollowerAssociation } from '../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../sw/control-plane/initiator-association.ts';
import type { AgentEvent } from '../../sw/control-plane/key-source.ts';
import { apduStatusOf } from '../../sw/frame/secured-frame.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import { ReferenceStation } from '../../sw/reference-model/station.ts';
import { SimulationAborted } from '../aborted.ts';
import { retriesOf } from '../agreement.ts';
import { BurstChannel } from '../network/bursts.ts';
import { fateOf } from '../network/channel.ts';
import type { SimulationOptions } from '../options.ts';
import { End } from './end.ts';
import { EventQueue } from './event-queue.ts';
import { liveHeap } from './heap.ts';
import { type Cut, type Incidents, incidentsOf } from './incidents.ts';
import { ModelDriver } from './model-driver.ts';
import { NonceObserver } from './nonce-observer.ts';
import { identitiesOf, type RelationIdentity, seedOf } from './parties.ts';
import type { RelationsResult } from './result.ts';
import { putNumber, RelationsTally, type Sent } from './tally.ts';

export interface RelationsRunOptions {
  readonly options: SimulationOptions;
  /** key identity in place of encryption */
  readonly idealAead: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number; readonly rekeys: number }) => void;
}

type Event =
  /** the next payload of an end is due */
  | { readonly kind: 'send'; readonly end: End }
  /** @field sent undefined of the host's frames */
  | { readonly kind: 'arrival'; readonly to: End; readonly frame: Uint8Array; readonly sent: Sent | undefined }
  /** the software of an end has something to do */
  | { readonly kind: 'wake'; readonly end: End }
  | { readonly kind: 'restart'; readonly relations: readonly number[]; readonly side: 'initiator' | 'follower' };

const SALTS = { channel: 0x6e657477, bursts: 0x62727374, software: 0x736f6674, ephemeral: 0x65706831 } as const;
/** Events from one look at progress and interruption to the next. */
const TURN = 20_000;
/** Parts of the run after which the heap is measured. */
const HEAP_LOOKS = [0.1, 0.5, 1] as const;
const DATA_STATUS = 0x35;

/** @throws SimulationAborted */
export async function runRelations(run: RelationsRunOptions): Promise<RelationsResult> {
  return new RelationsRun(run).run();
}

class RelationsRun {
  readonly #run: RelationsRunOptions;
  readonly #options: SimulationOptions;
  readonly #identities: readonly RelationIdentity[];
  readonly #incidents: Incidents;
  readonly #cuts: readonly (readonly Cut[])[];
  readonly #channel: Random;
  readonly #software: Random;
  readonly #ephemeral: Random;
  readonly #observer = new NonceObserver();
  readonly #tally = new RelationsTally();
  readonly #queue = new EventQueue<Event>();
  readonly #ends: Readonly<Record<'initiator' | 'follower', readonly End[]>>;
  /** by the number that a relation has in its station */
  readonly #endsOf = new Map<ReferenceStation, End[]>();
  readonly #associations = new Map<string, number>();
  readonly #cSdu: Uint8Array;
  readonly #heap: number[] = [];
  #places: AgreementPlaces;
  #mostAgreements = 0;
  #now = 0;
  /** of each station: up to when time has passed for it */
  readonly #clocks = new Map<ReferenceStation, number>();
  /** sends and arrivals that are to come */
  #open = 0;
  #payloads = 0;
  readonly #rekeys = { zeroRtt: 0, nRtt: 0 };
  readonly #events = { associated: 0, agreementsFailed: 0, announcementsWithdrawn: 0 };
  readonly #messages = { association: 0, nRtt: 0 };

  constructor(run: RelationsRunOptions) {
    this.#run = run;
    const { options } = run;
    this.#options = options;
    this.#identities = identitiesOf(options);
    this.#incidents = incidentsOf(options);
    this.#cuts = this.#identities.map((_, relation) => this.#incidents.cuts.filter((cut) => cut.relation === relation));
    this.#channel = new Random(seedOf(options.seed, SALTS.channel));
    this.#software = new Random(seedOf(options.seed, SALTS.software));
    this.#ephemeral = new Random(seedOf(options.seed, SALTS.ephemeral));
    this.#places = new AgreementPlaces(options.agreements);
    this.#cSdu = new Uint8Array(options.cSduLength);
    this.#ends = this.#stations();
    for (const side of SIDES)
      for (const end of this.#ends[side]) this.#endsOf.set(end.place.station, [...(this.#endsOf.get(end.place.station) ?? []), end]);
  }

  async run(): Promise<RelationsResult> {
    const started = process.cpuUsage();
    this.#schedule();
    const total = 2 * this.#options.relations * this.#options.frames;
    for (let events = 1; this.#open > 0; events++) {
      const next = this.#queue.take();
      if (next === undefined) break;
      this.#now = next.at;
      const { event } = next;
      if (event.kind === 'send') this.#send(event.end);
      else if (event.kind === 'arrival') this.#arrive(event.to, event.frame, event.sent);
      else if (event.kind === 'restart') this.#restart(event.side, event.relations);
      else if (event.end.wakeAt === next.at) await this.#service(event.end);
      if (this.#payloads >= total * (HEAP_LOOKS[this.#heap.length] ?? Number.POSITIVE_INFINITY)) this.#heap.push(liveHeap());
      if (events % TURN === 0) await this.#look(total);
    }
    const { user, system } = process.cpuUsage(started);
    const unassociated = this.#ends.initiator.filter(({ associated, place }) => !associated && !this.#wasJustHit(place.relation)).length;
    for (const side of SIDES) for (const end of this.#ends[side]) end.stop();
    return this.#result((user + system) / 1e6, unassociated);
  }

  async #look(total: number): Promise<void> {
    this.#run.onProgress?.({ done: this.#payloads, of: total, rekeys: this.#rekeys.zeroRtt + this.#rekeys.nRtt });
    await setImmediate();
    if (this.#run.signal?.aborted === true) throw new SimulationAborted();
  }

  #stations(): Readonly<Record<'initiator' | 'follower', readonly End[]>> {
    const { slots, engine, seed, burstStart: start, burstLength: length } = this.#options;
    const aead = this.#observer.watching(this.#run.idealAead ? idealAead : AEADS[engine]);
    const station = (role: 'initiator' | 'follower', identities: readonly RelationIdentity[]): ReferenceStation =>
      new ReferenceStation({ role, slots, relations: identities.map(({ settings }) => settings[role]), passReceived: true }, aead);
    const bursts = (salt: number, relation: number): BurstChannel =>
      new BurstChannel({ start, length }, new Random(seedOf(seed, SALTS.bursts + salt, relation)));
    const controller = station('initiator', this.#identities);
    return {
      initiator: this.#identities.map(
        (identity, relation) =>
          new End({ side: 'initiator', relation, station: controller, numberInStation: relation, bursts: bursts(0, relation) }, (end) =>
            this.#initiator(end, identity),
          ),
      ),
      follower: this.#identities.map(
        (identity, relation) =>
          new End(
            { side: 'follower', relation, station: station('follower', [identity]), numberInStation: 0, bursts: bursts(1, relation) },
            (end) => this.#follower(end, identity),
          ),
      ),
    };
  }

  #initiator(end: End, { parties, psk }: RelationIdentity): InitiatorAssociation {
    const { rekeyFrames, rekeyInterval, nRttEvery, silence, sendInterval } = this.#options;
    return new InitiatorAssociation(this.#driver(end), this.#port(end), {
      ...this.#common(end, psk),
      parties: parties.initiator,
      trigger: { ...(rekeyFrames === 0 ? {} : { frames: rekeyFrames }), ...(rekeyInterval === 0 ? {} : { time: rekeyInterval }) },
      nRttEvery: nRttEvery === 0 ? Number.POSITIVE_INFINITY : nRttEvery,
      timing: retriesOf(sendInterval),
      silence,
      mayBegin: () => this.#places.take(end.place.relation),
    });
  }

  #follower(end: End, { parties, psk }: RelationIdentity): FollowerAssociation {
    return new FollowerAssociation(this.#driver(end), this.#port(end), { ...this.#common(end, psk), parties: parties.follower });
  }

  #common({ place }: End, psk: Uint8Array) {
    const { profile, engine } = this.#options;
    return {
      psk,
      keysOf: (masterKey: Uint8Array) => new KeySchedule(masterKey, { profile, engine, relation: place.relation }),
      onEvent: (event: AgentEvent): void => {
        if (event.kind === 'associated' && place.side === 'follower') this.#events.associated++;
        if (event.kind === 'agreementFailed') this.#events.agreementsFailed++;
        if (event.kind === 'announcementWithdrawn') this.#events.announcementsWithdrawn++;
      },
    };
  }

  #driver(end: End): ModelDriver {
    return new ModelDriver(
      () => end.peer,
      () => end.received,
      {
        pushed: (keyId, material) => this.#pushed(end, keyId, material),
        erased: () => {
          end.association = undefined;
        },
      },
    );
  }

  #pushed(end: End, keyId: KeyId, { transmit, receive }: SlotMaterial): void {
    this.#observer.installed(transmit);
    if (!isAssociation(keyId) || keyId.communication > 0) return;
    // both ends know an association by its first key of one direction
    const { key } = end.place.side === 'initiator' ? transmit : receive;
    const name = Buffer.from(key).toString('latin1');
    end.association = this.#associations.get(name) ?? this.#associations.size;
    this.#associations.set(name, end.association);
  }

  #port(end: End) {
    return {
      now: () => this.#now,
      random: (octets: number) => this.#ephemeral.bytes(octets),
      send: (frame: Uint8Array): void => {
        this.#messages[isAssociation(parseMessage(frame) ?? { master: 1 }) ? 'association' : 'nRtt']++;
        this.#deliver(end, frame, undefined);
      },
    };
  }

  /** Phases are spread over the send interval; everybody starts at once. */
  #schedule(): void {
    const { relations, sendInterval } = this.#options;
    for (const side of SIDES)
      for (const end of this.#ends[side]) {
        const { relation } = end.place;
        const phase = Math.floor((sendInterval * (2 * relation + (side === 'initiator' ? 0 : 1))) / (2 * relations));
        this.#open++;
        this.#queue.put(phase, { kind: 'send', end });
        this.#wake(end);
      }
    for (const { at, relation } of this.#incidents.deviceRestarts)
      this.#queue.put(at, { kind: 'restart', side: 'follower', relations: [relation] });
    for (const at of this.#incidents.agentRestarts)
      this.#queue.put(at, { kind: 'restart', side: 'initiator', relations: this.#ends.initiator.map(({ place }) => place.relation) });
  }

  #send(end: End): void {
    this.#open--;
    const number = end.payloads++;
    this.#payloads++;
    this.#pass(end.place.station);
    const frame = end.canSend ? this.#transmit(end, number) : undefined;
    if (frame === undefined) this.#tally.waited();
    else this.#tally.sent(this.#deliver(end, frame, { number, association: end.association, here: false }));
    if (end.payloads === this.#options.frames) return;
    this.#open++;
    this.#queue.put(this.#now + this.#options.sendInterval, { kind: 'send', end });
  }

  #transmit(end: End, number: number): Uint8Array | undefined {
    const { peer } = end;
    putNumber(this.#cSdu, number);
    const frame = peer.transmit({ cSdu: this.#cSdu, apduStatus: apduStatusOf((32 * number) % 65536, DATA_STATUS, 0) });
    if (peer.lastTransmitCounter === this.#options.rekeyFrames) this.#wake(end);
    return frame;
  }

  /** @returns how many copies will arrive */
  #deliver(from: End, frame: Uint8Array, sent: Sent | undefined): number {
    const { loss, duplicates, reorder, reorderChance, delay, jitter, sendInterval: interval } = this.#options;
    const { side, relation, bursts } = from.place;
    const fate = fateOf({ loss, duplicates, reorder, reorderChance, delay, jitter, interval }, this.#channel);
    const isCut = this.#cuts[relation]?.some(({ from: first, to: last }) => this.#now >= first && this.#now <= last) === true;
    if (bursts.loses() || isCut) return 0;
    const to = this.#ends[side === 'initiator' ? 'follower' : 'initiator'][relation];
    if (to === undefined) return 0;
    for (const delayed of fate) {
      this.#open++;
      this.#queue.put(this.#now + delayed, { kind: 'arrival', to, frame, sent });
    }
    return fate.length;
  }

  #arrive(to: End, octets: Uint8Array, sent: Sent | undefined): void {
    this.#open--;
    const { station, side } = to.place;
    this.#pass(station);
    const before = to.peer.state;
    const { outcome } = station.receive(octets);
    if (sent === undefined) return this.#toHost(to, octets);
    this.#tally.received(sent, outcome, to.direction, to.association);
    if (outcome.kind !== 'delivered') return;
    to.received++;
    const after = to.peer.state;
    if (after !== before || !to.associated) this.#wake(to);
    if (side !== 'initiator' || after === before || currentKeyId(after) === currentKeyId(before)) return;
    const active = after.slots.find(({ provider }) => provider === 'Active')?.keyId;
    this.#rekeys[active?.communication === 0 ? 'nRtt' : 'zeroRtt']++;
  }

  /** The host finds the relation of a message by its number. */
  #toHost(to: End, octets: Uint8Array): void {
    const message = parseMessage(octets);
    const end = to.place.side === 'follower' ? to : this.#ends.initiator[message?.relation ?? -1];
    if (end?.receive(octets) === true) this.#wake(end);
  }

  /** Time passes for a station; software hears of the slots that have become free. */
  #pass(station: ReferenceStation): void {
    const due = station.elapse(this.#now - (this.#clocks.get(station) ?? 0));
    this.#clocks.set(station, this.#now);
    for (const number of due) {
      const end = this.#endsOf.get(station)?.[number];
      if (end !== undefined) this.#wake(end);
    }
  }

  /** Software takes its time: up to a send interval. */
  #wake(end: End, notBefore = this.#now): void {
    const at = Math.max(notBefore, this.#now) + 1 + this.#software.below(this.#options.sendInterval);
    if (at >= end.wakeAt) return;
    end.wakeAt = at;
    this.#queue.put(at, { kind: 'wake', end });
  }

  async #service(end: End): Promise<void> {
    end.wakeAt = Number.POSITIVE_INFINITY;
    this.#pass(end.place.station);
    await end.service();
    if (end.place.side === 'initiator') this.#yieldPlace(end);
    if (end.dueAt < Number.POSITIVE_INFINITY) this.#wake(end, end.dueAt);
  }

  #yieldPlace(end: End): void {
    this.#mostAgreements = Math.max(this.#mostAgreements, this.#places.most);
    const next = end.agreeing ? undefined : this.#places.release(end.place.relation);
    const turn = next === undefined ? undefined : this.#ends.initiator[next];
    if (turn !== undefined) this.#wake(turn);
  }

  #restart(side: 'initiator' | 'follower', relations: readonly number[]): void {
    if (side === 'initiator') this.#places = new AgreementPlaces(this.#options.agreements);
    for (const relation of relations) {
      const end = this.#ends[side][relation];
      if (end === undefined) continue;
      end.restart();
      this.#wake(end);
    }
  }

  /** Something befell it so late that it may not have found back. */
  #wasJustHit(relation: number): boolean {
    const { frames, sendInterval, silence } = this.#options;
    const late = frames * sendInterval - 3 * silence;
    const { cuts, deviceRestarts, agentRestarts } = this.#incidents;
    return (
      cuts.some((cut) => cut.relation === relation && cut.to >= late) ||
      deviceRestarts.some((restart) => restart.relation === relation && restart.at >= late) ||
      agentRestarts.some((at) => at >= late)
    );
  }

  #result(cpuSeconds: number, unassociated: number): RelationsResult {
    const { seed, relations, frames, sendInterval, engine, profile, agreements } = this.#options;
    const { keys, sealed, repeatedKeys, repeatedNonces } = this.#observer;
    return {
      seed,
      relations,
      aead: this.#run.idealAead ? 'ideal' : engine,
      profile,
      simulatedNs: frames * sendInterval,
      cpuSeconds,
      frames: this.#tally.counts,
      rekeys: { ...this.#rekeys },
      ...this.#events,
      messages: { ...this.#messages },
      agreementsAtOnce: { most: this.#mostAgreements, bound: agreements },
      incidents: {
        outages: this.#incidents.cuts.length,
        deviceRestarts: this.#incidents.deviceRestarts.length,
        agentRestarts: this.#incidents.agentRestarts.length,
      },
      unassociated,
      nonces: { keys, sealed, repeatedKeys, repeatedNonces },
      liveHeapOctets: this.#heap,
    };
  }
}
