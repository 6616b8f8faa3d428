/** Provider images beside what software has published: whole, the newest, and never another relation's. */
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../../formal/rtl/cosimulation/cosimulate.ts';
import { providerImagesCycles } from '../../../formal/rtl/cosimulation/provider-images.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { PROVIDER_ACCESS, providerImages } from '../../../hw/station/provider-images.ts';
import { Bench, compiled } from '../bench.ts';

const RELATIONS = 3;
const WORDS = 64;
const DESIGN = compiled(providerImages(RELATIONS, WORDS));
const SEED = Number(process.env['IMAGES_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `IMAGES_SEED=${SEED} npx vitest run test/hw/station/provider-images.test.ts`;

interface Access {
  readonly relation: number;
  readonly which: (typeof PROVIDER_ACCESS)[number];
  readonly data?: number;
  readonly wordNumber?: number;
  readonly isWrite?: boolean;
}

/** The layout register: words before the first buffer, and octets. */
const layoutWord = (offset: number, length: number): number => length * 2 ** 16 + offset;

class ImagesBench extends Bench {
  constructor() {
    super(DESIGN);
    while (this.get('ready') === 0) this.step();
  }

  begin({ relation, which, data = 0, wordNumber = 0, isWrite = true }: Access): void {
    const chosen = 2 ** PROVIDER_ACCESS.indexOf(which);
    this.set({ access: 1, is_write: isWrite, relation, which: chosen, data, word_number: wordNumber });
  }

  end(): boolean {
    const fails = this.get('fails') === 1;
    this.step();
    this.set({ access: 0 });
    return !fails;
  }

  /** @returns whether it was done */
  access(access: Access): boolean {
    this.begin(access);
    for (let waited = 0; this.get('done') === 0; waited++) {
      expect(waited).toBeLessThan(4);
      this.step();
    }
    return this.end();
  }

  layout(relation: number, offset: number, length: number): boolean {
    return this.access({ relation, which: 'layout', data: layoutWord(offset, length) });
  }

  publish(relation: number, image: readonly number[], dataStatus: number): void {
    for (const [wordNumber, data] of image.entries())
      expect(this.access({ relation, which: 'word', data, wordNumber }), `word ${wordNumber}`).toBe(true);
    expect(this.access({ relation, which: 'publish', data: dataStatus })).toBe(true);
  }

  /** A job to its end: the words of its record, or none where there is no image. */
  job(relation: number, unit: number, between: () => void = () => undefined): number[] {
    this.set({ job_valid: 1, job_relation: relation, job_unit: unit });
    const words: number[] = [];
    for (let waited = 0; this.get('record_ready') === 0; waited++) {
      expect(waited).toBeLessThan(5);
      const ends = this.get('job_taken') === 1;
      this.step();
      if (ends) {
        this.set({ job_valid: 0 });
        return words;
      }
    }
    const count = 2 + Math.ceil((this.get('record_word') % 2 ** 16) / 4);
    for (let word = 0; word < count; word++) {
      if (word > 0) between();
      while (this.get('record_valid') === 0) this.step();
      words.push(this.get('record_word') >>> 0);
      this.set({ record_read: 1 });
      expect(this.get('job_taken')).toBe(word === 0 ? 1 : 0);
      this.step();
      this.set({ record_read: 0, job_valid: 0 });
    }
    expect([this.get('record_valid'), this.get('record_ready')]).toEqual([0, 0]);
    return words;
  }
}

const record = (relation: number, length: number, unit: number, dataStatus: number, image: readonly number[]): number[] => [
  relation * 2 ** 16 + length,
  unit * 2 ** 16 + dataStatus * 2 ** 8,
  ...image,
];

describe('provider images', () => {
  it(`are sent whole, the newest that was published, whatever software writes meanwhile (${REPLAY})`, () => {
    const random = new Random(SEED);
    const bench = new ImagesBench();
    const lengths = [13, 1, 24];
    const places = [0, 12, 15];
    for (const [relation, length] of lengths.entries()) expect(bench.layout(relation, places[relation] ?? 0, length)).toBe(true);
    const word = (): number => random.next() >>> 0;
    const imageOf = (relation: number): number[] => Array.from({ length: Math.ceil((lengths[relation] ?? 0) / 4) }, word);
    const newest: ({ readonly image: readonly number[]; readonly dataStatus: number } | undefined)[] = lengths.map(() => undefined);
    const publish = (relation: number): void => {
      const image = imageOf(relation);
      const dataStatus = random.below(256);
      bench.publish(relation, image, dataStatus);
      newest[relation] = { image, dataStatus };
    };
    // words that are not published stand in the free buffer only
    const scribble = (relation: number): void => {
      for (const [wordNumber, data] of imageOf(relation).entries()) bench.access({ relation, which: 'word', data, wordNumber });
    };
    for (let unit = 0; unit < 400; unit++) {
      const relation = random.below(RELATIONS);
      if (random.chance(0.6)) publish(random.below(RELATIONS));
      if (random.chance(0.3)) scribble(relation);
      const is = newest[relation];
      const found = bench.job(relation, unit, () => {
        if (random.chance(0.2)) publish(random.chance(0.5) ? relation : random.below(RELATIONS));
        if (random.chance(0.2)) scribble(relation);
      });
      expect(found, `unit ${unit}`).toEqual(
        is === undefined ? [] : record(relation, lengths[relation] ?? 0, unit, is.dataStatus, is.image),
      );
    }
  });

  it.each([
    [2, 1300],
    [5, 2048],
  ])(`of %i relations in %i words are what was published last, cycle by cycle (${REPLAY})`, (relations, words) => {
    cosimulate(lower(providerImages(relations, words).elaborate()), { cycles: providerImagesCycles(relations, words, SEED, 8000) });
  });

  it('have no room beyond the memory and the longest C_SDU, and no words beyond their length', () => {
    const bench = new ImagesBench();
    expect(bench.layout(0, WORDS - 9, 12)).toBe(true);
    expect(bench.layout(0, WORDS - 8, 12)).toBe(false);
    expect(bench.layout(0, 0, 13 * 4 + 33)).toBe(false);
    expect(bench.layout(0, 0, 2047)).toBe(false);
    bench.begin({ relation: 0, which: 'layout', isWrite: false });
    while (bench.get('done') === 0) bench.step();
    expect([bench.get('found_length'), bench.get('found_offset'), bench.end()]).toEqual([12, WORDS - 9, true]);
    expect([0, 1, 2, 3, 511].map((wordNumber) => bench.access({ relation: 0, which: 'word', wordNumber }))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
    expect(bench.access({ relation: 1, which: 'word' })).toBe(false);
    expect(bench.access({ relation: 1, which: 'publish' })).toBe(false);
    expect(bench.job(1, 5)).toEqual([]);
  });

  it('that were published are gone with a new layout, and with the reset', () => {
    const bench = new ImagesBench();
    bench.layout(2, 0, 4);
    expect(bench.job(2, 1)).toEqual([]);
    bench.publish(2, [0xdead_beef], 0x35);
    expect(bench.job(2, 2)).toEqual(record(2, 4, 2, 0x35, [0xdead_beef]));
    expect(bench.job(2, 3)).toEqual(record(2, 4, 3, 0x35, [0xdead_beef]));
    bench.layout(2, 0, 4);
    expect(bench.job(2, 4)).toEqual([]);
    bench.publish(2, [1], 0x35);
    bench.set({ rst: 1 });
    bench.step();
    bench.set({ rst: 0 });
    while (bench.get('ready') === 0) bench.step();
    expect(bench.job(2, 5)).toEqual([]);
    expect(bench.access({ relation: 2, which: 'publish' })).toBe(false);
  });
});
