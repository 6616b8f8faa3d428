/** The driver of a station: a page of registers for each (`spec/station-registers.ts`). */
import { fieldOf, fieldValue, REGISTERS, type Register, withField } from '../../spec/registers.ts';
import { FRAME_IDS, PAGE_OCTETS, STATION_REGISTERS, WATCHDOG } from '../../spec/station-registers.ts';
import type { PeerSettings } from '../reference-model/peer.ts';
import { type Capabilities, type Exclusive, type Expected, type HardwareSettings, type Interrupts, RelationDriver } from './driver.ts';
import { ProcessImages } from './process-images.ts';
import { RegisterError, type RegisterSpace } from './register-space.ts';

/** What happened to a relation. */
export interface RelationEvent {
  readonly relation: number;
  readonly interrupts: Interrupts & {
    /** the image that is received has expired */
    readonly watchdog: boolean;
  };
}

/** FrameIDs that the hardware can't tell relations apart by. */
export class FrameIdError extends Error {
  constructor(relation: number, found: string, expected: string) {
    super(`relation ${relation}: receiveFrameId is ${found}, expected ${expected}: assign another one`);
    this.name = 'FrameIdError';
  }
}

export class StationDriver {
  readonly #space: RegisterSpace;
  #relations: readonly RelationDriver[] = [];
  readonly #images = new Map<number, ProcessImages>();
  #watches = false;
  /** by FrameID */
  #receivers: ReadonlyMap<number, number> = new Map();
  /** all accesses that others must not come between, one after another */
  #last: Promise<unknown> = Promise.resolve();
  readonly #exclusive: Exclusive;

  /** @param exclusive for what takes several accesses that others must not come between; default: one after another, for this driver's relations */
  constructor(space: RegisterSpace, exclusive?: Exclusive) {
    this.#space = space;
    this.#exclusive = exclusive ?? ((work) => this.#queued(work));
  }

  /** @throws HardwareMismatch */
  async identify(expected: Expected = {}): Promise<Capabilities & { readonly relations: number }> {
    const first = new RelationDriver(this.#space, this.#exclusive);
    const capabilities = await first.identify(expected);
    const more = field(REGISTERS.capabilities, 'moreRelations', await this.#space.read32(REGISTERS.capabilities.offset));
    this.#relations = Array.from({ length: 1 + more }, (_, relation) =>
      relation === 0 ? first : new RelationDriver(pageOf(this.#space, relation), this.#exclusive),
    );
    return { ...capabilities, relations: 1 + more };
  }

  /** The driver of one relation; behind `identify`. @throws RegisterError where there is no such relation */
  relation(number: number): RelationDriver {
    const driver = this.#relations[number];
    if (driver === undefined)
      throw new RegisterError(`there is no relation ${number}`, `the hardware has ${this.#relations.length}, numbered from 0`);
    return driver;
  }

  /** The process images of one relation; behind `identify`. @throws RegisterError where there is no such relation */
  images(number: number): ProcessImages {
    this.relation(number);
    const images = this.#images.get(number) ?? new ProcessImages(pageOf(this.#space, number));
    this.#images.set(number, images);
    return images;
  }

  /**
   * As `RelationDriver.configure`; what is the station's (source, time-out, what passes) holds for all, as it was said last. The first one
   * says where the FrameIDs of all are: in the 2048 from a multiple of that on.
   * @throws FrameIdError for a FrameID outside of them, or of another relation: nothing is written
   */
  async configure(number: number, settings: HardwareSettings): Promise<void> {
    const driver = this.relation(number);
    const { receiveFrameId } = settings;
    const others = [...this.#receivers].filter(([, receiver]) => receiver !== number);
    const base = windowOf(receiveFrameId);
    if (receiveFrameId === 0) throw new FrameIdError(number, '0, which is none', 'another one');
    for (const [frameId, receiver] of others) {
      const window = windowOf(frameId);
      if (window !== base)
        throw new FrameIdError(
          number,
          hex(receiveFrameId),
          `${hex(window)} to ${hex(window + FRAME_IDS - 1)}, as relation ${receiver}'s is`,
        );
    }
    const other = this.#receivers.get(receiveFrameId);
    if (other !== undefined && other !== number)
      throw new FrameIdError(number, `${hex(receiveFrameId)}, relation ${other}'s`, 'one for each relation');
    this.#receivers = new Map([...others, [receiveFrameId, number]]);
    if (others.length === 0) await this.#receiveFrom(base);
    await driver.configure(settings);
    if (this.#watches) await this.#enableWatchdog();
  }

  /** The FrameIDs that can be received begin there; those that relations have for now are none of these. */
  async #receiveFrom(base: number): Promise<void> {
    const { frameIdBase } = STATION_REGISTERS;
    if ((await this.#space.read32(frameIdBase.offset)) === base) return;
    for (const relation of this.#relations.keys()) await pageOf(this.#space, relation).write32(REGISTERS.receiveFrameId.offset, 0);
    await this.#space.write32(frameIdBase.offset, base);
  }

  /**
   * Takes away what an earlier program has left and this one has no use for: relations with no settings, and those that were another partner's
   * or another FrameID's. Their keys are erased, they send and receive nothing, and have no FrameID any more that another one may get; what is
   * as the settings say goes on.
   * @param settings of each relation, in the order of the pages
   */
  async withdraw(settings: readonly Pick<PeerSettings, 'destination' | 'receiveFrameId'>[]): Promise<void> {
    for (const [relation, driver] of this.#relations.entries()) {
      const page = pageOf(this.#space, relation);
      const wanted = settings[relation];
      if (wanted !== undefined && (await isOf(page, wanted))) continue;
      await page.write32(REGISTERS.control.offset, 0);
      await page.write32(REGISTERS.receiveFrameId.offset, 0);
      await driver.eraseAll();
    }
  }

  /** The relation to which something happened first, and what; undefined where nothing happened. Clears it. */
  async takeEvent(): Promise<RelationEvent | undefined> {
    const word = await this.#space.read32(STATION_REGISTERS.event.offset);
    if (field(STATION_REGISTERS.event, 'valid', word) === 0) return undefined;
    const interrupts = field(STATION_REGISTERS.event, 'interrupts', word);
    const has = (name: string): boolean => fieldValue(fieldOf(REGISTERS.interruptStatus, name), interrupts) === 1;
    return {
      relation: field(STATION_REGISTERS.event, 'relation', word),
      interrupts: {
        ...{ received: has('received'), request: has('request'), slots: has('slots'), counter: has('counter') },
        watchdog: fieldValue(WATCHDOG, interrupts) === 1,
      },
    };
  }

  /** From now on it is an event that the image of a relation has expired. */
  async watchImages(): Promise<void> {
    this.#watches = true;
    await this.#enableWatchdog();
  }

  async #enableWatchdog(): Promise<void> {
    const { offset } = REGISTERS.interruptEnable;
    await this.#space.write32(offset, withField(WATCHDOG, await this.#space.read32(offset), 1));
  }

  /** Whose payload was delivered first of those that were not read; undefined where there is none. */
  async receivingRelation(): Promise<number | undefined> {
    const word = await this.#space.read32(STATION_REGISTERS.receiveRelation.offset);
    return field(STATION_REGISTERS.receiveRelation, 'valid', word) === 0
      ? undefined
      : field(STATION_REGISTERS.receiveRelation, 'relation', word);
  }

  #queued<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** The registers of one relation. */
export function pageOf(space: RegisterSpace, relation: number): RegisterSpace {
  const base = relation * PAGE_OCTETS;
  return {
    read32: (offset) => space.read32(base + offset),
    write32: (offset, value) => space.write32(base + offset, value),
  };
}

async function isOf(
  page: RegisterSpace,
  { destination, receiveFrameId }: Pick<PeerSettings, 'destination' | 'receiveFrameId'>,
): Promise<boolean> {
  const address = new DataView(destination.buffer, destination.byteOffset, destination.byteLength);
  return (
    (await page.read32(REGISTERS.receiveFrameId.offset)) === receiveFrameId &&
    (await page.read32(REGISTERS.destinationHigh.offset)) === address.getUint16(0) &&
    (await page.read32(REGISTERS.destinationLow.offset)) === address.getUint32(2)
  );
}

function field(register: Register, name: string, word: number): number {
  return fieldValue(fieldOf(register, name), word);
}

/** First of the FrameIDs that are received together with that one. */
function windowOf(frameId: number): number {
  return FRAME_IDS * Math.floor(frameId / FRAME_IDS);
}

function hex(frameId: number): string {
  return `0x${frameId.toString(16)}`;
}
