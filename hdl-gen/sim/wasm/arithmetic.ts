/**
 * Operators on values kept in WebAssembly locals: one i32 for up to 32 bits, 64-bit limbs (least significant
 * first) above. Every value is kept below 2^width.
 */
import type { BinaryOp } from '../../ir/netlist.ts';
import { type Code, I32, I64, OP } from './encode.ts';
import { isNarrow, limbCount } from './layout.ts';
import { emitMoves, type Move } from './moves.ts';
import { emitProduct } from './product.ts';
import { emitShift } from './shifts.ts';

export interface Value {
  readonly width: number;
  readonly limbs: readonly number[];
}

export function newValue(code: Code, width: number): Value {
  if (isNarrow(width)) return { width, limbs: [code.local(I32)] };
  return { width, limbs: Array.from({ length: limbCount(width) }, () => code.local(I64)) };
}

export function limb(value: Value, index: number): number {
  const local = value.limbs[index];
  if (local === undefined) throw new RangeError(`limb ${index} of ${value.width} bits`);
  return local;
}

export function narrowMask(width: number): number {
  return width >= 32 ? -1 : 2 ** width - 1;
}

/** Mask of the top limb; undefined when it is full. */
function topMask(width: number): bigint | undefined {
  return width % 64 === 0 ? undefined : (1n << BigInt(width % 64)) - 1n;
}

/** Masks what is on the stack to the bits that limb `index` of a value of `width` bits has. */
export function maskLimb(code: Code, width: number, index: number): void {
  const mask = index === limbCount(width) - 1 ? topMask(width) : undefined;
  if (mask !== undefined) code.i64(mask).op(OP.i64And);
}

export function emitConstant(code: Code, width: number, value: bigint): Value {
  const result = newValue(code, width);
  if (isNarrow(width)) code.i32(Number(value)).set(limb(result, 0));
  else result.limbs.forEach((local, index) => code.i64((value >> BigInt(64 * index)) & 0xffff_ffff_ffff_ffffn).set(local));
  return result;
}

/** Loads from the constant address, or from `base` (a local) plus the address. */
export function emitLoad(code: Code, width: number, address: number, base?: number): Value {
  const result = newValue(code, width);
  result.limbs.forEach((local, index) => {
    if (base === undefined) code.i32(0);
    else code.get(base);
    code.memory(isNarrow(width) ? OP.i32Load : OP.i64Load, address + 8 * index).set(local);
  });
  return result;
}

/** An octet of a table whose words are octets. */
export function emitLoadOctet(code: Code, width: number, address: number, base: number): Value {
  const result = newValue(code, width);
  code.get(base).memory(OP.i32Load8U, address).set(limb(result, 0));
  return result;
}

export function emitStore(code: Code, value: Value, address: number, base?: number): void {
  value.limbs.forEach((local, index) => {
    if (base === undefined) code.i32(0);
    else code.get(base);
    code.get(local).memory(isNarrow(value.width) ? OP.i32Store : OP.i64Store, address + 8 * index);
  });
}

/** Puts a value into the locals of another one of its width. */
export function emitCopy(code: Code, from: Value, to: Value): void {
  to.limbs.forEach((local, index) => code.get(limb(from, index)).set(local));
}

export function emitNot(code: Code, width: number, a: Value): Value {
  const result = newValue(code, width);
  a.limbs.forEach((local, index) => {
    code.get(local);
    if (isNarrow(width)) code.i32(narrowMask(width)).op(OP.i32Xor);
    else {
      code.i64(-1n).op(OP.i64Xor);
      maskLimb(code, width, index);
    }
    code.set(limb(result, index));
  });
  return result;
}

/** The exclusive or of all bits. */
export function emitParity(code: Code, a: Value): Value {
  const result = newValue(code, 1);
  a.limbs.forEach((local, index) => {
    code.get(local);
    if (index > 0) code.op(OP.i64Xor);
  });
  if (isNarrow(a.width)) code.op(OP.i32Popcnt);
  else code.op(OP.i64Popcnt, OP.i32WrapI64);
  code.i32(1).op(OP.i32And).set(limb(result, 0));
  return result;
}

/** Bits [low, low + width) of a value. */
export function emitSlice(code: Code, width: number, a: Value, low: number): Value {
  return emitMoved(code, width, [{ source: a, low, width, at: 0 }]);
}

export function emitMoved(code: Code, width: number, moves: readonly Move[]): Value {
  const result = newValue(code, width);
  emitMoves(code, moves, result);
  return result;
}

/** Every bit of the result is the one bit of `a`. */
export function emitRepeat(code: Code, width: number, a: Value): Value {
  const result = newValue(code, width);
  result.limbs.forEach((local, index) => {
    pushMask(code, width, limb(a, 0));
    if (isNarrow(width)) {
      if (width < 32) code.i32(narrowMask(width)).op(OP.i32And);
    } else maskLimb(code, width, index);
    code.set(local);
  });
  return result;
}

/** Pushes ones where the bit in `local` is 1, zeros where it is 0, as wide as a limb of `width` bits. */
function pushMask(code: Code, width: number, local: number): void {
  code.i32(0).get(local).op(OP.i32Sub);
  if (!isNarrow(width)) code.op(OP.i64ExtendI32S);
}

/** `a` where the bit is 1, and 0 where it is 0: without a branch, which could not be foreseen. */
export function emitMasked(code: Code, width: number, bit: Value, a: Value): Value {
  const result = newValue(code, width);
  result.limbs.forEach((local, index) => {
    code.get(limb(a, index));
    if (width === 1) code.get(limb(bit, 0));
    else pushMask(code, width, limb(bit, 0));
    code.op(isNarrow(width) ? OP.i32And : OP.i64And).set(local);
  });
  return result;
}

export function emitMux(code: Code, width: number, select: Value, a: Value, b: Value): Value {
  const result = newValue(code, width);
  result.limbs.forEach((local, index) => code.get(limb(a, index)).get(limb(b, index)).get(limb(select, 0)).op(OP.select).set(local));
  return result;
}

export function emitBinary(code: Code, op: BinaryOp, width: number, a: Value, b: Value): Value {
  if (op === 'shl' || op === 'shr' || op === 'sar') return emitShift(code, op, a, b);
  const result = newValue(code, width);
  if (isNarrow(a.width)) narrowBinary(code, op, width, a, b, result);
  else wideBinary(code, op, width, a, b, result);
  return result;
}

const NARROW: Readonly<Record<string, number>> = {
  and: OP.i32And,
  or: OP.i32Or,
  xor: OP.i32Xor,
  add: OP.i32Add,
  sub: OP.i32Sub,
  mul: OP.i32Mul,
  eq: OP.i32Eq,
  ne: OP.i32Ne,
  lt: OP.i32LtU,
  le: OP.i32LeU,
  lts: OP.i32LtS,
  les: OP.i32LeS,
};

function narrowBinary(code: Code, op: BinaryOp, width: number, a: Value, b: Value, result: Value): void {
  const align = op === 'lts' || op === 'les' ? 32 - a.width : 0;
  for (const side of [a, b]) {
    code.get(limb(side, 0));
    if (align > 0) code.i32(align).op(OP.i32Shl);
  }
  code.op(NARROW[op] ?? OP.drop);
  if ((op === 'add' || op === 'sub' || op === 'mul') && width < 32) code.i32(narrowMask(width)).op(OP.i32And);
  code.set(limb(result, 0));
}

function wideBinary(code: Code, op: BinaryOp, width: number, a: Value, b: Value, result: Value): void {
  const limbs = a.limbs.map((_, index) => index);
  if (op === 'and' || op === 'or' || op === 'xor') {
    const opcode = { and: OP.i64And, or: OP.i64Or, xor: OP.i64Xor }[op];
    for (const index of limbs) code.get(limb(a, index)).get(limb(b, index)).op(opcode).set(limb(result, index));
  } else if (op === 'add' || op === 'sub') wideAdd(code, op, width, a, b, result);
  else if (op === 'mul') emitProduct(code, width, a, b, result);
  else if (op === 'eq' || op === 'ne') {
    for (const index of limbs) {
      code.get(limb(a, index)).get(limb(b, index)).op(OP.i64Xor);
      if (index > 0) code.op(OP.i64Or);
    }
    code
      .i64(0n)
      .op(op === 'eq' ? OP.i64Eq : OP.i64Ne)
      .set(limb(result, 0));
  } else wideCompare(code, op, a, b, result);
}

function wideAdd(code: Code, op: 'add' | 'sub', width: number, a: Value, b: Value, result: Value): void {
  const carry = code.local(I64);
  const partial = code.local(I64);
  const opcode = op === 'add' ? OP.i64Add : OP.i64Sub;
  result.limbs.forEach((local, index) => {
    const x = limb(a, index);
    code.get(x).get(limb(b, index)).op(opcode).set(partial);
    // a carry out of the first step, then out of adding the carry in
    const overflow = (from: () => void, to: number): void => {
      if (op === 'add') {
        code.get(to);
        from();
      } else {
        from();
        code.get(to);
      }
      code.op(OP.i64LtU);
    };
    if (index === 0) code.get(partial).set(local);
    else code.get(partial).get(carry).op(opcode).set(local);
    overflow(() => code.get(x), partial);
    if (index > 0) {
      overflow(() => code.get(partial), local);
      code.op(OP.i32Or);
    }
    code.op(OP.i64ExtendI32U).set(carry);
    if (index === result.limbs.length - 1) {
      code.get(local);
      maskLimb(code, width, index);
      code.set(local);
    }
  });
}

function wideCompare(code: Code, op: BinaryOp, a: Value, b: Value, result: Value): void {
  const isSigned = op === 'lts' || op === 'les';
  const orEqual = op === 'le' || op === 'les';
  const top = a.limbs.length - 1;
  const align = isSigned ? (64 - (a.width % 64)) % 64 : 0;
  const push = (value: Value, index: number): void => {
    code.get(limb(value, index));
    if (index === top && align > 0) code.i64(BigInt(align)).op(OP.i64Shl);
  };
  const r = limb(result, 0);
  for (let index = 0; index <= top; index++) {
    const first = index === 0;
    const less = isSigned && index === top ? (first && orEqual ? OP.i64LeS : OP.i64LtS) : first && orEqual ? OP.i64LeU : OP.i64LtU;
    push(a, index);
    push(b, index);
    code.op(less);
    if (!first) {
      code.get(limb(a, index)).get(limb(b, index)).op(OP.i64Eq).get(r).op(OP.i32And, OP.i32Or);
    }
    code.set(r);
  }
}
