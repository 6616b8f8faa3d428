/** Comparison of values with what stands in the memory of the compiled code. */
import type { Value } from './arithmetic.ts';
import { type Code, I32, I64, OP } from './encode.ts';
import { isNarrow } from './layout.ts';

/** Collects whether any of some values differs from what stands in memory; begins with none. */
export class Differences {
  readonly #code: Code;
  readonly #narrow: number;
  readonly #wide: number;

  constructor(code: Code) {
    this.#code = code;
    this.#narrow = code.local(I32);
    this.#wide = code.local(I64);
    code.keep([this.#narrow, this.#wide]);
    this.clear();
  }

  add(value: Value, address: number): void {
    const narrow = isNarrow(value.width);
    const all = narrow ? this.#narrow : this.#wide;
    value.limbs.forEach((local, index) => {
      this.#code
        .i32(0)
        .memory(narrow ? OP.i32Load : OP.i64Load, address + 8 * index)
        .get(local)
        .op(narrow ? OP.i32Xor : OP.i64Xor)
        .get(all)
        .op(narrow ? OP.i32Or : OP.i64Or)
        .set(all);
    });
  }

  /** Forgets what was found. */
  clear(): void {
    this.#code.i32(0).set(this.#narrow).i64(0n).set(this.#wide);
  }

  /** Leaves 1 on the stack where something differs, else 0. */
  push(): void {
    this.#code.get(this.#narrow).i32(0).op(OP.i32Ne);
    this.#code.get(this.#wide).i64(0n).op(OP.i64Ne, OP.i32Or);
  }

  /** Its locals may be used again. */
  release(): void {
    this.#code.release(this.#narrow);
    this.#code.release(this.#wide);
  }
}
