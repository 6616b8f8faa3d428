/** What is proved of the parts, and how. */
import { join } from 'node:path';
import { bits, type Module, type Ports } from '../../index.ts';
import { asyncFifo } from '../../library/async-fifo.ts';
import { crc32 } from '../../library/crc32.ts';
import { downsizer, upsizer } from '../../library/width-converter.ts';
import type { ProofOptions } from '../prove.ts';
import { everyRequestAnsweredOnce, writeOnlyIsNotSeen } from './axi-lite.ts';
import { eachAccessToItsPage } from './axi-lite-split.ts';
import { everyBurstAnswered } from './axi3-bridge.ts';
import { fairRoundRobin } from './fairness.ts';
import { skidBufferFollowed, syncFifoFollowed, widerAndBack } from './streams.ts';

export interface LibraryClaim {
  readonly claim: string;
  readonly design: Module<Ports>;
  readonly proofs: readonly ProofOptions[];
}

const induction: ProofOptions = { mode: 'induction', depth: 2 };
const bounded = (depth: number): ProofOptions => ({ mode: 'bounded', depth });
const cover = (depth: number): ProofOptions => ({ mode: 'cover', depth });

/** Where it stands that they are proved (`hdl-gen/formal/record.ts`). */
export const LIBRARY_RECORD = join(import.meta.dirname, 'proved.json');

export const LIBRARY_CLAIMS: readonly LibraryClaim[] = [
  { claim: 'skid buffer: loses, invents, reorders, changes nothing', design: skidBufferFollowed, proofs: [induction, cover(8)] },
  ...[1, 2, 3, 4, 5, 8, 32].map((depth) => ({
    claim: `FIFO, ${depth} deep: loses, invents, reorders, changes nothing`,
    design: syncFifoFollowed(depth),
    proofs: [induction, cover(Math.max(14, depth + 6))],
  })),
  { claim: 'asynchronous FIFO: pointers in order', design: asyncFifo({ data: bits(8) }, 8), proofs: [induction, cover(30)] },
  ...[2, 3, 4, 5].map((requesters) => ({
    claim: `round robin, ${requesters} requesters: nobody is passed twice`,
    design: fairRoundRobin(requesters),
    proofs: [induction, cover(12)],
  })),
  { claim: 'round robin, 16 requesters: the same', design: fairRoundRobin(16), proofs: [induction] },
  { claim: 'CRC-32: nothing taken, nothing changed', design: crc32(8), proofs: [induction] },
  { claim: 'upsizer 8 to 32: handshake, empty places empty', design: upsizer(8, 32), proofs: [induction] },
  { claim: 'upsizer 16 to 48: the same', design: upsizer(16, 48), proofs: [induction] },
  { claim: 'downsizer 32 to 8: handshake', design: downsizer(32, 8), proofs: [induction] },
  { claim: 'downsizer 48 to 16: the same', design: downsizer(48, 16), proofs: [induction] },
  { claim: 'wider and back, 8 to 24 to 8: the same octets', design: widerAndBack(3), proofs: [bounded(10), cover(12)] },
  { claim: 'AXI4-Lite registers: every request answered once', design: everyRequestAnsweredOnce, proofs: [induction, cover(8)] },
  { claim: 'AXI4-Lite registers: write-only is not seen', design: writeOnlyIsNotSeen, proofs: [bounded(8), cover(8)] },
  { claim: 'AXI3 to AXI4-Lite: every burst answered once, in time', design: everyBurstAnswered, proofs: [induction, cover(12)] },
  { claim: 'AXI4-Lite split: each access to its page, answered once', design: eachAccessToItsPage, proofs: [induction, cover(8)] },
];
