/** Just enough of the WebAssembly binary format: one memory, some functions (WebAssembly 1.0, chapter 5). */

import { addTo } from '../../ir/lists.ts';
import { WasmLimitError } from '../failures.ts';

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;

/** Opcodes by their names in the text format. */
export const OP = {
  return: 0x0f,
  end: 0x0b,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  call: 0x10,
  i32Load: 0x28,
  i64Load: 0x29,
  i32Load8U: 0x2d,
  i64Load8U: 0x31,
  i32Store: 0x36,
  i64Store: 0x37,
  i32Store8: 0x3a,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32Ne: 0x47,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32LeS: 0x4c,
  i32LeU: 0x4d,
  i64Eqz: 0x50,
  i64Eq: 0x51,
  i64Ne: 0x52,
  i64LtS: 0x53,
  i64LtU: 0x54,
  i64LeS: 0x57,
  i64LeU: 0x58,
  i32Popcnt: 0x69,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32And: 0x71,
  i32Or: 0x72,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrS: 0x75,
  i32ShrU: 0x76,
  i64Popcnt: 0x7b,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64And: 0x83,
  i64Or: 0x84,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrS: 0x87,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32S: 0xac,
  i64ExtendI32U: 0xad,
} as const;

/** Opcodes on vectors of 128 bits, behind their prefix. */
export const SIMD = {
  v128Const: 0x0c,
  i8x16Swizzle: 0x0e,
  i64x2Splat: 0x12,
  i64x2ExtractLane: 0x1d,
  i64x2ReplaceLane: 0x1e,
} as const;
const SIMD_PREFIX = 0xfd;

const EMPTY_BLOCK = 0x40;

/** Collects the code of one function. */
export class Code {
  readonly bytes: number[] = [];
  readonly #locals: number[] = [];
  readonly #free = new Map<number, number[]>();
  /** given out, and not yet said to be kept */
  readonly #temporary = new Set<number>();
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A local that nobody uses, with whatever it last held; engines allow 50,000 a function, so they are used again. */
  local(type: number): number {
    const local = this.#free.get(type)?.pop() ?? this.#parameters + this.#locals.push(type) - 1;
    this.#temporary.add(local);
    return local;
  }

  /** Takes locals out of those that `releaseTemporaries` gives back. */
  keep(locals: readonly number[]): void {
    for (const local of locals) this.#temporary.delete(local);
  }

  /** All locals given out and not kept may be used again. */
  releaseTemporaries(): void {
    const temporaries = [...this.#temporary];
    this.#temporary.clear();
    for (const local of temporaries) this.release(local);
  }

  release(local: number): void {
    const type = this.#locals[local - this.#parameters];
    if (type === undefined) throw new RangeError(`no local ${local}`);
    addTo(this.#free, type, local);
  }

  op(...codes: readonly number[]): this {
    for (const code of codes) this.bytes.push(code);
    return this;
  }
  /** @param immediates octets behind the opcode: a lane, or a constant */
  simd(opcode: (typeof SIMD)[keyof typeof SIMD], ...immediates: readonly number[]): this {
    return this.op(SIMD_PREFIX, opcode, ...immediates);
  }
  get(local: number): this {
    this.bytes.push(OP.localGet);
    unsigned(this.bytes, local);
    return this;
  }
  set(local: number): this {
    this.bytes.push(OP.localSet);
    unsigned(this.bytes, local);
    return this;
  }
  /** @param index of the function in its module */
  call(index: number): this {
    this.bytes.push(OP.call);
    unsigned(this.bytes, index);
    return this;
  }
  i32(value: number): this {
    this.bytes.push(OP.i32Const);
    signed(this.bytes, BigInt(value | 0));
    return this;
  }
  i64(value: bigint): this {
    this.bytes.push(OP.i64Const);
    signed(this.bytes, BigInt.asIntN(64, value));
    return this;
  }
  /** Load from, or store to, the address on the stack plus `offset`. */
  memory(opcode: number, offset: number): this {
    const alignment =
      opcode === OP.i32Load8U || opcode === OP.i64Load8U || opcode === OP.i32Store8
        ? 0
        : opcode === OP.i64Load || opcode === OP.i64Store
          ? 3
          : 2;
    this.bytes.push(opcode, alignment);
    unsigned(this.bytes, offset);
    return this;
  }
  if(then: () => void, otherwise?: () => void): this {
    this.bytes.push(0x04, EMPTY_BLOCK);
    then();
    if (otherwise !== undefined) {
      this.bytes.push(0x05);
      otherwise();
    }
    this.bytes.push(OP.end);
    return this;
  }
  /** Runs `body` again and again while it leaves 1 on the stack. */
  loop(body: () => void): this {
    this.bytes.push(0x03, EMPTY_BLOCK);
    body();
    this.bytes.push(0x0d, 0, OP.end);
    return this;
  }

  /** Locals beside the parameters. */
  get locals(): number {
    return this.#locals.length;
  }

  body(): number[] {
    const runs: [number, number][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last !== undefined && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    const bytes: number[] = [];
    unsigned(bytes, runs.length);
    for (const [count, type] of runs) {
      unsigned(bytes, count);
      bytes.push(type);
    }
    append(bytes, this.bytes);
    bytes.push(OP.end);
    return bytes;
  }
}

export interface WasmFunction {
  /** under which it is exported; undefined: it is not */
  readonly name: string | undefined;
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  readonly code: Code;
}

/** What engines take at most (WebAssembly JavaScript Interface, "Implementation-defined Limits"). */
const MOST = { locals: 50_000, octets: 7_654_321, pages: 65_536 };

/**
 * A module that exports the functions and its memory, as `memory`.
 * @param design what messages call it  @param pages of 64 KiB
 * @throws WasmLimitError
 */
export function encodeModule(design: string, functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const require = (what: string, found: number, most: number): void => {
    if (found > most) throw new WasmLimitError(design, what, found, most);
  };
  require('pages of memory', pages, MOST.pages);
  for (const { code, parameters } of functions) {
    require('values at once in one function', code.locals + parameters.length, MOST.locals);
    require('octets of code in one function', code.bytes.length, MOST.octets);
  }
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  section(
    bytes,
    1,
    functions.map((f) => [0x60, ...vector(f.parameters.map((type) => [type])), ...vector(f.results.map((type) => [type]))]),
  );
  section(
    bytes,
    3,
    functions.map((_, index) => leb(index)),
  );
  section(bytes, 5, [[0, ...leb(pages)]]);
  section(bytes, 7, [
    [...name('memory'), 2, 0],
    ...functions.flatMap((f, index) => (f.name === undefined ? [] : [[...name(f.name), 0, ...leb(index)]])),
  ]);
  section(
    bytes,
    10,
    functions.map((f) => {
      const body = f.code.body();
      const entry = leb(body.length);
      append(entry, body);
      return entry;
    }),
  );
  return Uint8Array.from(bytes);
}

function section(bytes: number[], id: number, items: readonly (readonly number[])[]): void {
  const content = vector(items);
  bytes.push(id);
  unsigned(bytes, content.length);
  append(bytes, content);
}

function vector(items: readonly (readonly number[])[]): number[] {
  const bytes = leb(items.length);
  for (const item of items) append(bytes, item);
  return bytes;
}

function append(bytes: number[], more: readonly number[]): void {
  for (const byte of more) bytes.push(byte);
}

function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...leb(bytes.length), ...bytes];
}

function leb(value: number): number[] {
  const bytes: number[] = [];
  unsigned(bytes, value);
  return bytes;
}

function unsigned(bytes: number[], value: number): void {
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
}

function signed(bytes: number[], value: bigint): void {
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return;
  }
}
