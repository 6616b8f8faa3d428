/**
 * Many relations on reference stations: one controller, and a device for each relation. Events in virtual time, in ns, one after another,
 * everything random from the seed: a run is the same every time, and waits for nothing.
 */
import { setImmediate } from 'node:timers/promises';
import { Random } from '../../hdl-gen/sim/random.ts';
import type { Side } from '../../judge/points.ts';
import type { KeyId } from '../../spec/key-id.ts';
import { currentKeyId, type PeerState } from '../../spec/peer-rules.ts';
import { AEADS } from '../../sw/aead/engines.ts';
import { idealAead } from '../../sw/aead/ideal.ts';
import { parseMessage } from '../../sw/agreement/message.ts';
import { apduStatusOf } from '../../sw/frame/secured-frame.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import { SimulationAborted } from '../aborted.ts';
import type { SimulationOptions } from '../options.ts';
import { Associations } from './associations.ts';
import type { End } from './end.ts';
import { EventQueue } from './event-queue.ts';
import { type Incidents, incidentsOf, wasJustHit } from './incidents.ts';
import { liveMemory } from './live-memory.ts';
import { NonceObserver } from './nonce-observer.ts';
import { identitiesOf, seedOf } from './parties.ts';
import type { RelationsResult } from './result.ts';
import { Software } from './software.ts';
import { Stations } from './stations.ts';
import { putNumber, RelationsTally, type Sent } from './tally.ts';
import { Wire } from './wire.ts';

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
  | { readonly kind: 'restart'; readonly ends: readonly End[]; readonly side: Side };

const SALTS = { channel: 0x6e657477, software: 0x736f6674 } as const;
/** Events from one look at progress and interruption to the next. */
const TURN = 20_000;
/** Parts of the run after which the memory is measured. */
const MEMORY_LOOKS = [0.1, 0.5, 1] as const;
const DATA_STATUS = 0x35;

/** @throws SimulationAborted */
export async function runRelations(run: RelationsRunOptions): Promise<RelationsResult> {
  return new RelationsRun(run).run();
}

class RelationsRun {
  readonly #run: RelationsRunOptions;
  readonly #options: SimulationOptions;
  readonly #incidents: Incidents;
  readonly #wire: Wire;
  readonly #stations: Stations;
  readonly #software: Software;
  readonly #associations = new Associations();
  readonly #observer = new NonceObserver();
  readonly #tally: RelationsTally;
  readonly #queue = new EventQueue<Event>();
  /** how long software takes to come to its work */
  readonly #latency: Random;
  readonly #cSdu: Uint8Array;
  readonly #memory: number[] = [];
  readonly #rekeys = { zeroRtt: 0, nRtt: 0 };
  #now = 0;
  /** sends and arrivals that are to come */
  #open = 0;
  #payloads = 0;

  constructor(run: RelationsRunOptions) {
    const { options } = run;
    this.#run = run;
    this.#options = options;
    this.#tally = new RelationsTally(options.delivery);
    this.#incidents = incidentsOf(options);
    this.#wire = new Wire(options, this.#incidents.cuts, new Random(seedOf(options.seed, SALTS.channel)));
    this.#latency = new Random(seedOf(options.seed, SALTS.software));
    this.#cSdu = new Uint8Array(options.cSduLength);
    this.#software = new Software(options, {
      now: () => this.#now,
      send: (from, frame) => void this.#transfer(from, frame, undefined),
      installed: (end, keyId, material) => this.#installed(end, keyId, material),
      erased: (end) => this.#associations.erased(end),
      turn: (relation) => this.#wake(this.#end('initiator', relation)),
    });
    const aead = this.#observer.watching(run.idealAead ? idealAead : AEADS[options.engine]);
    this.#stations = new Stations(options, identitiesOf(options), aead, (end, identity) => this.#software.begin(end, identity));
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
      else if (event.kind === 'restart') this.#restart(event.side, event.ends);
      else if (event.end.wakeAt === next.at) await this.#service(event.end);
      if (this.#payloads >= total * (MEMORY_LOOKS[this.#memory.length] ?? Number.POSITIVE_INFINITY)) this.#memory.push(liveMemory());
      if (events % TURN === 0) await this.#look(total);
    }
    const { user, system } = process.cpuUsage(started);
    const result = this.#result((user + system) / 1e6);
    for (const end of this.#stations.all) end.stop();
    return result;
  }

  async #look(total: number): Promise<void> {
    this.#run.onProgress?.({ done: this.#payloads, of: total, rekeys: this.#rekeys.zeroRtt + this.#rekeys.nRtt });
    await setImmediate();
    if (this.#run.signal?.aborted === true) throw new SimulationAborted();
  }

  #end(side: Side, relation: number): End | undefined {
    return this.#stations.ends[side][relation];
  }

  #installed(end: End, keyId: KeyId, material: SlotMaterial): void {
    this.#observer.installed(material.transmit);
    this.#associations.installed(end, keyId, material);
  }

  /** Phases are spread over the send interval; everybody starts at once. */
  #schedule(): void {
    const { relations, sendInterval } = this.#options;
    for (const end of this.#stations.all) {
      const { relation, side } = end.place;
      const phase = Math.floor((sendInterval * (2 * relation + (side === 'initiator' ? 0 : 1))) / (2 * relations));
      this.#open++;
      this.#queue.put(phase, { kind: 'send', end });
      this.#wake(end);
    }
    const { initiator, follower } = this.#stations.ends;
    for (const { at, relation } of this.#incidents.deviceRestarts)
      this.#queue.put(at, { kind: 'restart', side: 'follower', ends: follower.slice(relation, relation + 1) });
    for (const at of this.#incidents.agentRestarts) this.#queue.put(at, { kind: 'restart', side: 'initiator', ends: initiator });
  }

  #send(end: End): void {
    this.#open--;
    const number = end.payloads++;
    this.#payloads++;
    this.#pass(end);
    const frame = end.canSend ? this.#transmit(end, number) : undefined;
    if (frame === undefined) this.#tally.waited();
    else this.#tally.sent(this.#transfer(end, frame, { number, association: end.association, here: false, delivered: false }));
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
  #transfer(from: End, frame: Uint8Array, sent: Sent | undefined): number {
    const fate = this.#wire.fate(from.place, this.#now);
    const to = this.#end(from.place.side === 'initiator' ? 'follower' : 'initiator', from.place.relation);
    if (to === undefined) return 0;
    for (const delayed of fate) {
      this.#open++;
      this.#queue.put(this.#now + delayed, { kind: 'arrival', to, frame, sent });
    }
    return fate.length;
  }

  #arrive(to: End, octets: Uint8Array, sent: Sent | undefined): void {
    this.#open--;
    this.#pass(to);
    const before = to.peer.state;
    const { outcome } = to.place.station.receive(octets);
    if (sent === undefined) return this.#toHost(to, octets);
    this.#tally.received(sent, outcome, to.direction, to.association);
    if (outcome.kind !== 'delivered') return;
    to.received++;
    const after = to.peer.state;
    if (after !== before || !to.associated) this.#wake(to);
    if (to.place.side === 'initiator') this.#countRekey(before, after);
  }

  /** Where the initiator has switched. */
  #countRekey(before: PeerState, after: PeerState): void {
    if (after === before || currentKeyId(after) === currentKeyId(before)) return;
    const active = after.slots.find(({ provider }) => provider === 'Active')?.keyId;
    this.#rekeys[active?.communication === 0 ? 'nRtt' : 'zeroRtt']++;
  }

  /** The host finds the relation of a message by its number. */
  #toHost(to: End, octets: Uint8Array): void {
    const end = to.place.side === 'follower' ? to : this.#end('initiator', parseMessage(octets)?.relation ?? -1);
    if (end?.receive(octets) === true) this.#wake(end);
  }

  /** Time passes for the station of an end; software hears of the slots that have become free. */
  #pass({ place }: End): void {
    for (const end of this.#stations.pass(place.station, this.#now)) this.#wake(end);
  }

  /** Software takes its time: up to a send interval. */
  #wake(end: End | undefined, notBefore = this.#now): void {
    if (end === undefined) return;
    const at = Math.max(notBefore, this.#now) + 1 + this.#latency.below(this.#options.sendInterval);
    if (at >= end.wakeAt) return;
    end.wakeAt = at;
    this.#queue.put(at, { kind: 'wake', end });
  }

  async #service(end: End): Promise<void> {
    end.wakeAt = Number.POSITIVE_INFINITY;
    this.#pass(end);
    await end.service();
    if (end.place.side === 'initiator') this.#software.looked(end);
    if (end.dueAt < Number.POSITIVE_INFINITY) this.#wake(end, end.dueAt);
  }

  #restart(side: Side, ends: readonly End[]): void {
    if (side === 'initiator') this.#software.forgetPlaces();
    for (const end of ends) {
      end.restart();
      this.#wake(end);
    }
  }

  #result(cpuSeconds: number): RelationsResult {
    const { seed, relations, frames, sendInterval, engine, profile, agreements, delivery } = this.#options;
    const { keys, sealed, repeatedKeys, repeatedNonces } = this.#observer;
    const { cuts, deviceRestarts, agentRestarts } = this.#incidents;
    const isLost = ({ associated, place }: End): boolean => !associated && !wasJustHit(this.#options, this.#incidents, place.relation);
    return {
      seed,
      relations,
      aead: this.#run.idealAead ? 'ideal' : engine,
      profile,
      delivery,
      simulatedNs: frames * sendInterval,
      cpuSeconds,
      frames: this.#tally.counts,
      rekeys: { ...this.#rekeys },
      ...this.#software.events,
      messages: this.#software.messages,
      agreementsAtOnce: { most: this.#software.mostAgreements, bound: agreements },
      incidents: { outages: cuts.length, deviceRestarts: deviceRestarts.length, agentRestarts: agentRestarts.length },
      unassociated: this.#stations.ends.initiator.filter(isLost).length,
      nonces: { keys, sealed, repeatedKeys, repeatedNonces },
      liveMemoryOctets: this.#memory,
    };
  }
}
