/** Octets that come in pieces, read by the length: what is held is bounded by the longest length asked for. */
export class OctetStream {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();
  #view = new DataView(this.#held.buffer);
  #at = 0;
  #before = 0;
  #ended = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** Octets that were taken so far: where in the file the next one stands. */
  get offset(): number {
    return this.#before + this.#at;
  }

  /** Octets that can be looked at without waiting. */
  get held(): number {
    return this.#held.length - this.#at;
  }

  /** Waits until so many octets are held. @returns false where the file ends before */
  async hold(count: number): Promise<boolean> {
    const pieces = this.held === 0 ? [] : [this.#held.subarray(this.#at)];
    let held = this.held;
    while (held < count && !this.#ended) {
      const { value, done } = await this.#pieces.next();
      if (done === true) this.#ended = true;
      else {
        // a Buffer's slice would share its memory, so what is held is never one
        pieces.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        held += value.length;
      }
    }
    this.#before += this.#at;
    this.#at = 0;
    this.#held = joined(pieces, held);
    this.#view = new DataView(this.#held.buffer, this.#held.byteOffset, held);
    return held >= count;
  }

  /** @param at from the next octet, among those held */
  u32(at: number, littleEndian: boolean): number {
    return this.#view.getUint32(this.#at + at, littleEndian);
  }

  /** Octets among those held, without taking them: a view, which stays as it is. */
  octets(at: number, count: number): Uint8Array {
    return this.#held.subarray(this.#at + at, this.#at + at + count);
  }

  /** Takes octets among those held. */
  take(count: number): void {
    this.#at += count;
  }

  /** Takes octets that need not be held. @returns false where the file ends before */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > this.held) {
      left -= this.held;
      this.take(this.held);
      if (!(await this.hold(1))) return false;
    }
    this.take(left);
    return true;
  }

  /** Closes where the octets come from. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const result = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
