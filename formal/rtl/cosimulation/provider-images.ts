/** What images that are sent must be, from lists of words: what software published last, whole, whatever it writes meanwhile. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle, Values } from './cosimulate.ts';
import { accessInputs, type ImageAccess } from './image-access.ts';
import { fitsImages, imageLayoutOf, refusedLayout, wordsOfImage } from './image-layouts.ts';

/** In the order of the one-hot choice. */
const ASKS = ['layout', 'publish', 'word'] as const;

type Access = ImageAccess<(typeof ASKS)[number]>;

interface Job {
  readonly relation: number;
  readonly unit: number;
}

/** Words that software has not written are any. */
type Words = readonly (number | undefined)[];

interface Published {
  readonly words: Words;
  readonly dataStatus: number;
}

interface Image {
  readonly length: number;
  readonly offset: number;
  readonly written: Words;
  readonly published: Published | undefined;
}

const NO_IMAGE: Image = { length: 0, offset: 0, written: [], published: undefined };
const unwritten = (length: number): Words => Array.from({ length: wordsOfImage(length) }, () => undefined);

class ProviderImagesModel {
  readonly #images: Image[];
  readonly #words: number;
  #cycle = 0;
  /** what is looked at: it is dealt with in the cycle behind */
  #looked: { readonly by: 'software' | 'job' } | undefined;
  /** words of the record that is handed out, and all that it had */
  #record: { readonly relation: number; readonly words: Words; readonly length: number } | undefined;

  constructor(relations: number, words: number) {
    this.#images = Array.from({ length: relations }, () => NO_IMAGE);
    this.#words = words;
  }

  imageOf(relation: number): Image {
    return this.#images[relation] ?? NO_IMAGE;
  }

  /** Whose record is being handed out. */
  get sending(): number | undefined {
    return this.#record?.relation;
  }

  get valid(): boolean {
    return this.#record !== undefined;
  }

  /** A cycle since the reset: what it shows, before what happens in it. @param read takes a word of the record, where there is one */
  cycle(access: Access | undefined, job: Job | undefined, read: boolean): Values & { readonly done: number; readonly job_taken: number } {
    const record = this.#record;
    const isFirst = record !== undefined && record.words.length === record.length;
    const [word] = record?.words ?? [];
    const ready = this.#cycle >= this.#images.length;
    const shows = {
      ...{ ready: Number(ready), record_valid: Number(record !== undefined), record_ready: Number(isFirst) },
      ...(record === undefined ? { record_word: 0 } : word === undefined ? {} : { record_word: word }),
    };
    const looked = this.#looked;
    const free = ready && looked === undefined;
    const looks = free && job !== undefined && record === undefined;
    this.#looked = looks ? { by: 'job' } : free && access !== undefined ? { by: 'software' } : undefined;
    this.#cycle++;
    const answer = looked?.by === 'software' && access !== undefined ? this.#answer(access, job) : { done: 0, fails: 0, published: 0 };
    const begun = looked?.by === 'job' && job !== undefined ? this.#begin(job) : undefined;
    if (record !== undefined && read) this.#record = record.words.length === 1 ? undefined : { ...record, words: record.words.slice(1) };
    const ends = looked?.by === 'job' && begun === undefined;
    return { ...shows, ...answer, ...begun, taken: Number(begun !== undefined), job_taken: Number(ends || (isFirst && read)) };
  }

  #answer({ relation, asks, isWrite, wordNumber, data }: Access, job: Job | undefined): Values & { readonly done: number } {
    const image = this.imageOf(relation);
    const { length, offset } = image;
    const sends = Number(this.sending === relation || job?.relation === relation);
    const found = { done: 1, found_length: length, found_offset: offset, sends };
    if (!isWrite) return { ...found, fails: 0, published: 0 };
    const after = this.#after(image, asks, wordNumber, data);
    if (after === undefined) return { ...found, fails: 1, published: 0 };
    this.#images[relation] = after;
    const published = Number(asks === 'publish');
    return { ...found, fails: 0, published, ...(published === 1 ? { traced_of: relation } : {}) };
  }

  /** @returns undefined where that is refused */
  #after(image: Image, asks: Access['asks'], wordNumber: number, data: number): Image | undefined {
    const { length, written } = image;
    switch (asks) {
      case 'layout': {
        const [octets, offset] = [(data >>> 16) & 0x7ff, data & 0xffff];
        if (!fitsImages(octets, offset, this.#words)) return undefined;
        return { length: octets, offset, written: unwritten(octets), published: undefined };
      }
      case 'publish':
        if (length === 0) return undefined;
        return { ...image, written: unwritten(length), published: { words: written, dataStatus: data & 0xff } };
      case 'word':
        return wordNumber < written.length ? { ...image, written: written.with(wordNumber, data) } : undefined;
    }
  }

  /** @returns undefined where there is nothing to send */
  #begin({ relation, unit }: Job): Values | undefined {
    const { length, published } = this.imageOf(relation);
    if (published === undefined) return undefined;
    const words = [relation * 2 ** 16 + length, (unit * 2 ** 16 + published.dataStatus * 2 ** 8) >>> 0, ...published.words];
    this.#record = { relation, words, length: words.length };
    return { traced_of: relation };
  }
}

/**
 * The images of relations stand apart, but for those of the greatest length.
 * @param words of the memory: room for three buffers of the longest C_SDU
 * @param count cycles
 */
export function providerImagesCycles(relations: number, words: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  let model = new ProviderImagesModel(relations, words);
  let access: Access | undefined;
  let job: Job | undefined;
  let slow = false;
  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(0.0005);
    if (access === undefined && random.chance(0.8)) access = accessOf(random, model, relations, words, job);
    if (job === undefined && random.chance(0.03)) job = { relation: random.below(relations), unit: random.below(2 ** 16) };
    if (random.chance(0.01)) slow = !slow;
    const read = model.valid && random.chance(slow ? 0.02 : 0.9);
    const inputs = {
      rst: Number(rst),
      ...accessInputs(random, access, ASKS, relations),
      ...{ job_valid: Number(job !== undefined), job_relation: job?.relation ?? 0, job_unit: job?.unit ?? 0, record_read: Number(read) },
    };
    const outputs = model.cycle(access, job, read);
    if (outputs.done === 1) access = undefined;
    if (outputs.job_taken === 1) job = undefined;
    if (rst) [model, access, job] = [new ProviderImagesModel(relations, words), undefined, undefined];
    return { inputs, outputs };
  });
}

/** A new layout is given to a relation that doesn't send. */
function accessOf(random: Random, model: ProviderImagesModel, relations: number, words: number, job: Job | undefined): Access {
  // the longest image of all has many words
  const relation = random.chance(0.5) ? 0 : random.below(relations);
  const { length, written } = model.imageOf(relation);
  const any = { relation, isWrite: random.chance(0.95), wordNumber: random.below(512), data: random.next() };
  const mayLayOut = model.sending !== relation && job?.relation !== relation;
  if (mayLayOut && random.chance(length === 0 ? 0.3 : relation === 0 ? 0.001 : 0.01))
    return { ...any, asks: 'layout', data: imageLayoutOf(random, relation, relations, words) };
  if (random.chance(0.02)) return { ...any, asks: 'layout', isWrite: false };
  if (random.chance(0.03)) return { ...any, asks: 'layout', data: refusedLayout(random, words) };
  if (random.chance(0.02)) return { ...any, asks: random.chance(0.2) ? 'publish' : 'word' };
  const missing = written.indexOf(undefined);
  if (missing < 0) return { ...any, asks: 'publish' };
  // in their order, some of them again, and the one behind the last
  return { ...any, asks: 'word', wordNumber: random.chance(0.1) ? random.below(written.length + 1) : missing };
}
