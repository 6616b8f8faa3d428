/** How many agreements of a station may be under way at once: who comes too soon waits, first come, first served. */
export class AgreementPlaces {
  readonly #bound: number;
  readonly #held = new Set<number>();
  readonly #waiting = new Set<number>();
  #most = 0;

  /** @param bound 1 or more */
  constructor(bound: number) {
    this.#bound = bound;
  }

  /** The most that were under way at once. */
  get most(): number {
    return this.#most;
  }

  /** Whether an agreement of this relation may begin; if not, it is put in the queue. */
  take(relation: number): boolean {
    if (this.#held.has(relation)) return true;
    if (this.#held.size >= this.#bound) {
      this.#waiting.add(relation);
      return false;
    }
    this.#hold(relation);
    return true;
  }

  /** An agreement is over, or came to nothing. Returns the relation whose turn it is: its place is held for it. */
  release(relation: number): number | undefined {
    if (!this.#held.delete(relation)) return undefined;
    const [next] = this.#waiting;
    if (next === undefined) return undefined;
    this.#waiting.delete(next);
    this.#hold(next);
    return next;
  }

  #hold(relation: number): void {
    this.#held.add(relation);
    this.#most = Math.max(this.#most, this.#held.size);
  }
}
