import type { CaptureInterface } from './capture.ts';

/** What a reader passed over, and how often: nothing is dropped in silence. */
export class LeftOut {
  readonly #counts = new Map<string, number>();

  /** @param what in the plural, as `packets of link type 105` */
  add(what: string, count = 1): void {
    if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count);
  }

  clear(): void {
    this.#counts.clear();
  }

  /** What and how often, in the order of the first. */
  counts(): readonly (readonly [what: string, count: number])[] {
    return [...this.#counts];
  }

  /** `packets of link type 105: 3, packets cut off by the end of the file: 1`; empty where nothing was left out. */
  toString(): string {
    return this.counts()
      .map(([what, count]) => `${what}: ${count}`)
      .join(', ');
  }
}

/** What becomes known while a file is read. */
export interface Findings {
  readonly interfaces: CaptureInterface[];
  readonly leftOut: LeftOut;
}

/** What was recorded of the last packet is not all there. */
export const CUT_PACKETS = 'packets cut off by the end of the file';
