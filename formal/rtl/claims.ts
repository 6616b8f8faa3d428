/** What is proved of the hardware, and how. */
import type { ProofOptions } from '../../hdl-gen/formal/prove.ts';
import type { Module, Ports } from '../../hdl-gen/index.ts';
import { axiLiteSlave } from '../../hw/axi-lite-slave.ts';
import { frameFifo } from '../../hw/frame-fifo.ts';
import { keyActivation } from '../../hw/key-activation.ts';
import { packetParser } from '../../hw/packet-parser.ts';
import { slotManager } from '../../hw/slot-manager.ts';
import { wordFifo } from '../../hw/word-fifo.ts';
import { arbiterHandshake } from './arbiter-handshake.ts';
import { frameFifoIntegrity } from './frame-fifo-integrity.ts';
import { slotContents } from './slot-contents.ts';
import { slotRefinement } from './slot-refinement.ts';
import { transmitFifoIntegrity } from './transmit-fifo-integrity.ts';
import { wordFifoIntegrity } from './word-fifo-integrity.ts';

export interface Claim {
  readonly claim: string;
  readonly design: Pick<Module<Ports>, 'elaborate'>;
  readonly proofs: readonly ProofOptions[];
}

const induction = (depth: number): ProofOptions => ({ mode: 'induction', depth });
const bounded = (depth: number): ProofOptions => ({ mode: 'bounded', depth });
const cover = (depth: number): ProofOptions => ({ mode: 'cover', depth });

export const CLAIMS: readonly Claim[] = [
  { claim: 'slots, 2: only legal pairs, unique look-up, Unused is zero', design: slotManager(2), proofs: [induction(2), cover(12)] },
  { claim: 'slots, 3: the same', design: slotManager(3), proofs: [induction(2)] },
  { claim: 'slots, 2, refine the transition table', design: slotRefinement(2), proofs: [induction(2), cover(12)] },
  { claim: 'slots, 3, refine the transition table', design: slotRefinement(3), proofs: [induction(2)] },
  { claim: 'slots, 2: hold what was pushed, for as long as asked', design: slotContents(2), proofs: [induction(2), cover(12)] },
  { claim: 'slots, 3: the same', design: slotContents(3), proofs: [induction(2)] },
  { claim: 'initiator: no switch without a verdict', design: keyActivation({ role: 'initiator', slots: 2 }), proofs: [induction(2)] },
  { claim: 'follower: no switch without a verdict', design: keyActivation({ role: 'follower', slots: 2 }), proofs: [induction(2)] },
  { claim: 'parser: one verdict for each frame', design: packetParser, proofs: [induction(2)] },
  { claim: 'frame FIFO: pointers in order', design: frameFifo(8, 4), proofs: [induction(2)] },
  { claim: 'frame FIFO: loses, invents, changes nothing', design: frameFifoIntegrity(4), proofs: [induction(2), cover(10)] },
  { claim: 'descriptor FIFO: never beyond its depth', design: wordFifo(8, 4), proofs: [induction(2)] },
  { claim: 'descriptor FIFO: loses, invents, changes nothing', design: wordFifoIntegrity(4), proofs: [induction(2), cover(8)] },
  { claim: 'TX FIFO: whole records, each word once', design: transmitFifoIntegrity(4, 8), proofs: [induction(2), cover(14)] },
  { claim: 'arbiter: frames whole, offers kept', design: arbiterHandshake, proofs: [bounded(16), cover(8)] },
  { claim: 'AXI4-Lite: an answer stays until it is taken', design: axiLiteSlave, proofs: [induction(2)] },
];
