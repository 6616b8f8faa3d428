/** Sets of 64 bits (`support.ts`) in the memory and in the locals of the compiled code. */
import { type Code, OP } from './encode.ts';

export function loadSet(code: Code, address: number): void {
  code.i32(0).memory(OP.i64Load, address);
}

/** @param push leaves the set on the stack */
export function storeSet(code: Code, address: number, push: () => void): void {
  code.i32(0);
  push();
  code.memory(OP.i64Store, address);
}

/** Does it where the set in a local has something of `elements`. */
export function emitIf(code: Code, local: number, elements: bigint, body: () => void): void {
  code.get(local).i64(elements).op(OP.i64And).i64(0n).op(OP.i64Ne).if(body);
}
