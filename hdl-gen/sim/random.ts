/** Small, fast, seeded pseudo-random numbers (sfc32); not for cryptography. */
export class Random {
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.seed = seed;
    this.#a = seed | 0;
    this.#b = ~seed;
    this.#c = 0x9e3779b9;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** 32 random bits, as an integer from 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** An integer from 0 to bound - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  /** An integer of `width` bits. */
  bits(width: number): bigint {
    let value = 0n;
    for (let left = width; left > 0; left -= 32) value = (value << 32n) | BigInt(this.next());
    return BigInt.asUintN(width, value);
  }
}
