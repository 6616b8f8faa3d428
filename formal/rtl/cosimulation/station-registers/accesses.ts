/** Which register is accessed next, and what is written: any, and mostly what makes sense as things stand. */
import type { Random } from '../../../../hdl-gen/sim/random.ts';
import { IMAGE_REGISTERS, IMAGE_WORDS_MAX } from '../../../../spec/image-registers.ts';
import { OBSOLETE_CYCLES_MAX, REGISTERS, type Register } from '../../../../spec/registers.ts';
import { PAGE_OCTETS, PAGE_REGISTERS } from '../../../../spec/station-registers.ts';
import { COMMANDS, COUNTS, EVENTS, IMAGES, ITS_OWN, KEPT, PARAMETERS, RECORDS, RESULTS, SEEN, STAGING } from './groups.ts';

/** A record begins with its length, and the number of its relation above it. */
export const LENGTH_BITS = 16;
/** Registers of many words. */
const WORDS_OF_IMAGES: readonly number[] = [IMAGE_REGISTERS.providerImage.offset, IMAGE_REGISTERS.consumerImage.offset];
/** Around the longest time that a key can be Obsolete. */
const TIMES = [-1, 0, 1, 2].map((more) => OBSOLETE_CYCLES_MAX + more);
/** That the addresses reach. */
const PAGES = 256;

/** How things stand between two accesses. */
export interface Standing {
  readonly relations: number;
  /** by offset */
  readonly map: ReadonlyMap<number, Register>;
  /** offsets of the words of a key */
  readonly staging: readonly number[];
  readonly staged: { readonly of: number; readonly words: ReadonlyMap<number, number> };
  /** the last one, its name empty where it has ended */
  readonly command: { readonly of: number; readonly name: string };
  readonly event: { readonly of: number };
  /** the record that is written: whose, and words that it still has */
  readonly writes: { readonly of: number; readonly left: number };
  /** words of the records that were received */
  readonly received: readonly { readonly of: number }[];
}

export class Accesses {
  readonly #random: Random;
  readonly #standing: Standing;

  constructor(random: Random, standing: Standing) {
    this.#random = random;
    this.#standing = standing;
  }

  /** A register behind the same port. */
  beside({ offset }: { readonly offset: number }): { readonly page: number; readonly offset: number } {
    const random = this.#random;
    const group = [PARAMETERS, IMAGES].find((registers) => registers.some((register) => register === this.#standing.map.get(offset)));
    const register = group?.[random.below(group.length)];
    return register === undefined ? this.address() : { page: random.below(this.#standing.relations), offset: register.offset };
  }

  address(): { readonly page: number; readonly offset: number } {
    const random = this.#random;
    const { relations } = this.#standing;
    const page = random.chance(0.1) ? (random.chance(0.5) ? relations % PAGES : random.below(PAGES)) : random.below(relations);
    if (random.chance(0.05)) return { page, offset: 4 * random.below(PAGE_OCTETS / 4) };
    if (this.#standing.staged.words.size > 0 && this.#standing.command.name !== 'push' && random.chance(0.6))
      return { page: this.#standing.staged.of, offset: this.#nextOfKey() };
    if (this.#standing.command.name === '' && random.chance(0.1))
      return { page: this.#standing.command.of, offset: (RESULTS[random.below(RESULTS.length)] ?? REGISTERS.status).offset };
    if (random.chance(0.05)) return { page: random.chance(0.8) ? this.#standing.writes.of : page, offset: REGISTERS.transmitData.offset };
    const [head] = this.#standing.received;
    if (head !== undefined && random.chance(0.1)) return { page: head.of, offset: REGISTERS.receiveData.offset };
    if (this.#standing.command.name === 'push' && random.chance(0.3))
      return { page, offset: this.#standing.staging[random.below(this.#standing.staging.length)] ?? 0 };
    const groups = [
      PARAMETERS,
      COUNTS,
      SEEN,
      KEPT,
      IMAGES,
      EVENTS,
      EVENTS,
      STAGING,
      COMMANDS,
      RESULTS,
      RESULTS,
      RECORDS,
      RECORDS,
      ITS_OWN,
      PAGE_REGISTERS,
    ];
    const group = groups[random.below(groups.length)] ?? KEPT;
    const { offset } = group[random.below(group.length)] ?? REGISTERS.control;
    if (group === IMAGES && WORDS_OF_IMAGES.includes(offset)) return { page, offset: offset + 4 * this.#wordOfImage() };
    if (group === EVENTS && random.chance(0.5)) return { page: this.#standing.event.of, offset };
    if (group === RESULTS && random.chance(0.7)) return { page: this.#standing.command.of, offset };
    if (group === COMMANDS && random.chance(0.5)) return { page: this.#standing.staged.of, offset };
    if (group === RECORDS && random.chance(0.6)) return { page: head?.of ?? page, offset };
    if (group === STAGING)
      return {
        page: random.chance(0.5) ? this.#standing.staged.of : page,
        offset: this.#standing.staging[random.below(this.#standing.staging.length)] ?? offset,
      };
    return { page, offset };
  }

  /** The words of a key, all of them by and by, the first mostly last, and then its Push, or that a word too soon. */
  #nextOfKey(): number {
    const random = this.#random;
    const missing = this.#standing.staging.filter((at) => !this.#standing.staged.words.has(at));
    const tooSoon = missing.length === 1 && random.chance(0.4);
    const next = random.chance(0.7) ? missing.at(-1) : missing[random.below(missing.length)];
    return tooSoon ? REGISTERS.keyPush.offset : (next ?? REGISTERS.keyPush.offset);
  }

  /** Any, the first and the last, and those beside them, which are none. */
  #wordOfImage(): number {
    const random = this.#random;
    const edges = [-1, 0, IMAGE_WORDS_MAX - 1, IMAGE_WORDS_MAX];
    return random.chance(0.3) ? random.below(IMAGE_WORDS_MAX) : (edges[random.below(edges.length)] ?? 0);
  }

  data({ offset }: { readonly offset: number }): number {
    const random = this.#random;
    const register = this.#standing.map.get(offset);
    if (register?.only !== undefined && random.chance(0.8)) return register.only;
    if (register === REGISTERS.obsoleteTimeout && random.chance(0.7)) return TIMES[random.below(TIMES.length)] ?? 0;
    if (register === REGISTERS.transmitData && this.#standing.writes.left === 0 && random.chance(0.9))
      return random.chance(0.6) ? 1 + random.below(9) : 2 ** (LENGTH_BITS - random.below(2));
    return random.chance(0.3) ? 2 ** random.below(32) : random.next();
  }
}
