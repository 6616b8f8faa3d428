/**
 * A station on the simulated board: its logic, and the application of each of its relations. The simulated bus waits for nothing outside, so that
 * each call is through before anything else of the process comes to its turn.
 */
import type { BoardTopOptions } from '../../boards/tops/board-top.ts';
import { PAGE_OCTETS, type PageName } from '../../spec/pages.ts';
import { FrameMailbox } from '../../sw/control-plane/frame-mailbox.ts';
import { RegisterError } from '../../sw/control-plane/register-space.ts';
import { pageOf, StationDriver } from '../../sw/control-plane/station-driver.ts';
import type { RegisterTarget } from '../../sw/register-target/target.ts';
import { simulatedBoard } from '../simulated-board.ts';
import { type RelationAccount, SimulatedRelation } from './relation.ts';

/** Cycles in which what is under way in the logic has left it: the longest frame and more. */
const SETTLED = 2500;

/** What a station did: all its relations together, and each, where there are several. */
export interface Account extends RelationAccount {
  /** frames that found a mailbox full: of the network, on either side, and of the host */
  readonly framesWithoutRoom: number;
  /** in the order of their pages */
  readonly relations?: readonly RelationAccount[];
}

export class SimulatedStation {
  readonly #board;
  readonly #pages = new Map<PageName, RegisterTarget>();
  readonly #station: StationDriver;
  readonly #relations: readonly SimulatedRelation[];
  readonly #network: FrameMailbox;
  readonly #host: FrameMailbox;
  /** what has left it, and was not asked for yet */
  readonly #frames: Uint8Array[] = [];
  #framesWithoutRoom = 0;
  /** the same as the mailboxes themselves have counted */
  #dropped = 0;

  constructor(options: BoardTopOptions) {
    this.#board = simulatedBoard(options);
    for (const page of ['peer', 'host', 'network'] as const) this.#pages.set(page, this.#board.page(page));
    const peer = this.#page('peer');
    this.#station = new StationDriver(peer);
    this.#relations = Array.from({ length: options.relations ?? 1 }, (_, number) => new SimulatedRelation(pageOf(peer, number)));
    this.#network = new FrameMailbox(this.#page('network'));
    this.#host = new FrameMailbox(this.#page('host'));
  }

  get account(): Account {
    const relations = this.#relations.map(({ account }) => account);
    return {
      ...relations.reduce(sumOf),
      framesWithoutRoom: this.#framesWithoutRoom + this.#dropped,
      ...(relations.length === 1 ? {} : { relations }),
    };
  }

  /** A relation, by its page. @throws RangeError where there is none */
  relation(number: number): Pick<SimulatedRelation, 'account' | 'newest' | 'status'> {
    const found = this.#relations[number];
    if (found === undefined) throw new RangeError(`a simulated station has no relation ${number}`);
    return found;
  }

  close(): void {
    this.#board.close();
  }

  /** Software reads or writes a register. @throws BusError, RegisterError where there is no such relation */
  async access(page: PageName, offset: number, value: number | null): Promise<number> {
    const target = this.#page(page);
    const number = Math.floor(offset / PAGE_OCTETS);
    const relation = page === 'peer' ? this.#relations[number] : undefined;
    if (page === 'peer' && relation === undefined)
      throw new RegisterError(`there is no relation ${number}`, `the hardware has ${this.#relations.length}, numbered from 0`);
    if (value === null) return target.read32(offset);
    if (relation === undefined) await target.write32(offset, value);
    else {
      const inPage = offset % PAGE_OCTETS;
      if (relation.changesWith(inPage, value)) await this.#settle();
      await relation.write(inPage, value);
    }
    return 0;
  }

  /**
   * An interval begins: the applications send a payload each, where there is a key for it, and all read what came.
   * @param first of the relations that send, and how many: as many as the mailboxes have room for
   */
  async application(index: number, first = 0, count = this.#relations.length): Promise<void> {
    for (const relation of this.#relations.slice(first, first + count)) await relation.send(index);
    await this.#take();
  }

  elapse(cycles: number): void {
    this.#board.elapse(cycles);
  }

  /** What it has sent since the last call. */
  async sent(): Promise<readonly Uint8Array[]> {
    await this.#collect();
    this.#dropped = (await this.#network.statistics()).framesReceiveDropped + (await this.#host.statistics()).framesReceiveDropped;
    return this.#frames.splice(0);
  }

  /** A frame arrives; without room for it, it is lost as on a line, and counted. */
  async receive(frame: Uint8Array): Promise<void> {
    if (!(await this.#network.send(frame))) this.#framesWithoutRoom++;
  }

  /** What is under way belongs to the key and the FrameIDs that there are: it is on the wire, or with the application, before they are others. */
  async #settle(): Promise<void> {
    this.#board.elapse(SETTLED);
    await this.#collect();
    await this.#take();
  }

  async #collect(): Promise<void> {
    for (let frame = await this.#network.receive(); frame !== undefined; frame = await this.#network.receive()) {
      const octets = frame;
      this.#relations.some((relation) => relation.sent(octets));
      this.#frames.push(octets);
    }
  }

  /** In the order in which payloads came, of all relations. */
  async #take(): Promise<void> {
    const receiving = async (): Promise<SimulatedRelation | undefined> => this.#relations[(await this.#station.receivingRelation()) ?? -1];
    for (let relation = await receiving(); relation !== undefined; relation = await receiving()) if (!(await relation.take())) return;
  }

  #page(name: PageName): RegisterTarget {
    const page = this.#pages.get(name);
    if (page === undefined) throw new RangeError(`a simulated station has no page ${name}`);
    return page;
  }
}

function sumOf(a: RelationAccount, b: RelationAccount): RelationAccount {
  return {
    payloadsSent: a.payloadsSent + b.payloadsSent,
    payloadsDelivered: a.payloadsDelivered + b.payloadsDelivered,
    payloadsWrong: a.payloadsWrong + b.payloadsWrong,
    intervalsWithoutKey: a.intervalsWithoutKey + b.intervalsWithoutKey,
    securedSent: a.securedSent + b.securedSent,
    keys: a.keys + b.keys,
    noncesRepeated: a.noncesRepeated + b.noncesRepeated,
  };
}
