import { type Bit, type Bits, cat, u } from '../hdl-gen/index.ts';
import { INDEX_BITS, type KEY_ID_BITS } from '../spec/key-id.ts';

export type KeyIdBits = Bits<typeof KEY_ID_BITS>;

/** Whether `next` is reached from `current` by one rekey, 0-RTT or n-RTT (`spec/key-id.ts`, on wires). */
export function isSuccessor(current: KeyIdBits, next: KeyIdBits): Bit {
  const [master, communication] = [current.bits(INDEX_BITS, INDEX_BITS), current.take(INDEX_BITS)];
  return next.eq(cat(master, communication.add(1))).or(next.eq(cat(master.add(1), u(INDEX_BITS, 0))));
}
