/** Events in virtual time: the earliest first, and of one time in the order in which they were put in, so that a run is the same every time. */
interface Entry<E> {
  readonly at: number;
  readonly order: number;
  readonly event: E;
}

export class EventQueue<E> {
  /** a binary heap */
  readonly #heap: Entry<E>[] = [];
  #order = 0;

  get length(): number {
    return this.#heap.length;
  }

  put(at: number, event: E): void {
    const entry = { at, order: this.#order++, event };
    let place = this.#heap.length;
    this.#heap.push(entry);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above];
      if (other === undefined || comesBefore(other, entry)) break;
      this.#heap[place] = other;
      place = above;
    }
    this.#heap[place] = entry;
  }

  take(): { readonly at: number; readonly event: E } | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const below = this.#earlierOf(2 * place + 1);
      const other = this.#heap[below];
      if (other === undefined || comesBefore(last, other)) break;
      this.#heap[place] = other;
      place = below;
    }
    this.#heap[place] = last;
    return first;
  }

  #earlierOf(left: number): number {
    const [a, b] = [this.#heap[left], this.#heap[left + 1]];
    return a !== undefined && b !== undefined && comesBefore(b, a) ? left + 1 : left;
  }
}

function comesBefore<E>(a: Entry<E>, b: Entry<E>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
