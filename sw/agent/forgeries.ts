/**
 * Failed verdicts that the key in use may have seen (R6). Hardware counts those of all keys of a relation together, so what failed since the key was
 * installed is taken for its own: that is never too few.
 */
export class Forgeries {
  readonly #bound: number;
  /** the hardware's count at the last look; undefined: before the first */
  #failed: number | undefined;
  /** since the key in use was installed, and since the last one was */
  #inUse = 0;
  #installed = 0;
  #told = false;

  /** @param bound of one key (`aesGcmForgeriesPerKey`) */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Of the key in use, at most. */
  get count(): number {
    return this.#inUse;
  }

  /** The hardware has taken a key. */
  installed(): void {
    this.#installed = 0;
  }

  /** It is in use. */
  switched(): void {
    this.#inUse = this.#installed;
    this.#told = false;
  }

  /** The hardware was set up, and may count anew. */
  begun(): void {
    this.#failed = undefined;
  }

  /**
   * @param failed the hardware's count, modulo 2^32; it is looked at before it can wrap
   * @returns whether the key is to be replaced now, which is told once: half of the bound is left for what fails until then
   */
  looked(failed: number): boolean {
    const more = (failed - (this.#failed ?? failed)) >>> 0;
    this.#failed = failed;
    this.#inUse += more;
    this.#installed += more;
    if (this.#told || this.#inUse < this.#bound / 2) return false;
    this.#told = true;
    return true;
  }
}
