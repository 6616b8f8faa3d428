/** What is proved of the hardware, and how. */
import { join } from 'node:path';
import type { ProofOptions } from '../../hdl-gen/formal/prove.ts';
import { bits, type Module, type Ports } from '../../hdl-gen/index.ts';
import { frameFifo } from '../../hdl-gen/library/index.ts';
import { xorEngine } from '../../hw/aead/xor.ts';
import { axiLiteSlave } from '../../hw/axi-lite-slave.ts';
import { packetParser } from '../../hw/packet-parser.ts';
import { recordArbiter } from '../../hw/station/record-arbiter.ts';
import { scheduler } from '../../hw/station/scheduler.ts';
import { anyEngine } from './any-engine.ts';
import { arbiterHandshake } from './arbiter-handshake.ts';
import { axiLiteAnswers } from './axi-lite-answers.ts';
import { consumerBuffers } from './consumer-buffers.ts';
import { windowsDeliverOnce } from './delivery-windows.ts';
import { engineHandshake } from './engine-handshake.ts';
import { eventQueueOnce } from './event-queue-once.ts';
import { frameFifoIntegrity } from './frame-fifo-integrity.ts';
import { frameIdAnswers } from './frame-id-answers.ts';
import { generatorRound } from './generator-round.ts';
import { joinOrder } from './join-order.ts';
import { keyContents } from './key-contents.ts';
import { keyMemoryContents } from './key-memory-contents.ts';
import { mailboxFrames } from './mailbox-frames.ts';
import { openerRound } from './opener-round.ts';
import { parserFields } from './parser-fields.ts';
import { peerWiring } from './peer-wiring.ts';
import { providerBuffers } from './provider-buffers.ts';
import { relationKeys } from './relation-keys.ts';
import { relationsJoined } from './relations-joined.ts';
import { stepRefinement } from './step-refinement.ts';
import { answerBounds, storeAnswers } from './store-answers.ts';
import { storeIsolation } from './store-isolation.ts';
import { straightRun } from './straight-run.ts';
import { transmitFifoIntegrity } from './transmit-fifo-integrity.ts';

export interface Claim {
  readonly claim: string;
  readonly design: Pick<Module<Ports>, 'elaborate'>;
  readonly proofs: readonly ProofOptions[];
}

const induction: ProofOptions = { mode: 'induction', depth: 2 };
/** Of logic without state: one cycle says all. */
const step: ProofOptions = { mode: 'induction', depth: 1 };
const cover = (depth: number, from?: number): ProofOptions => ({ mode: 'cover', depth, ...(from === undefined ? {} : { from }) });

/** A record of one octet, untagged, with nothing in its way. */
const SHORTEST_RECORD = {
  store_ready: 1,
  record_valid: 1,
  record_word: 1,
  enable: 1,
  encrypt: 0,
  add_tag: 0,
  may_transmit: 1,
  answered: 1,
};
/** A frame with one octet of C_SDU, untagged, under a key that stays. */
const SHORTEST_FRAME = {
  ...{ octets_valid: 1, octets_data: 0, open_hit: 1, hold: 0, heard: 1 },
  ...{ descriptor_is_std: 0, descriptor_has_tag: 0, descriptor_encrypt: 0, descriptor_length: 1 },
  ...{ descriptor_current_key_id: 0, descriptor_next_key_id: 0, descriptor_counter: 0, descriptor_apdu_status: 0, descriptor_relation: 0 },
};

/** Where it stands that they are proved (`hdl-gen/formal/record.ts`). */
export const RTL_RECORD = join(import.meta.dirname, 'proved.json');

export const CLAIMS: readonly Claim[] = [
  {
    claim: 'step, initiator, 2 slots: refines the rules, for every context and event',
    design: stepRefinement({ role: 'initiator', slots: 2 }),
    proofs: [step],
  },
  { claim: 'step, follower, 2 slots: the same', design: stepRefinement({ role: 'follower', slots: 2 }), proofs: [step] },
  { claim: 'step, initiator, 3 slots: the same', design: stepRefinement({ role: 'initiator', slots: 3 }), proofs: [step] },
  { claim: 'step, follower, 3 slots: the same', design: stepRefinement({ role: 'follower', slots: 3 }), proofs: [step] },
  ...(['initiator', 'follower'] as const).map(
    (role): Claim => ({
      claim: `${role}, 2 slots: legal views; holds what was pushed, for as long as asked`,
      design: relationKeys({ role, slots: 2 }),
      proofs: [induction, cover(12)],
    }),
  ),
  {
    claim: 'windows, 2 slots: each counter is delivered once at most, and where it is due',
    design: windowsDeliverOnce(2),
    proofs: [induction, cover(6)],
  },
  {
    claim: 'windows of 3 relations, 2 slots: the same, in block RAM',
    design: windowsDeliverOnce(2, 3),
    proofs: [induction, cover(8)],
  },
  { claim: 'keys: a slot takes what it is filled with, and is emptied', design: keyContents(2), proofs: [induction, cover(5)] },
  {
    claim: 'keys of 2 relations: each slot keeps its own, is zeroed in time, and shown where it was chosen',
    design: keyMemoryContents(2, 3),
    proofs: [induction, cover(20)],
  },
  ...[2, 3].map(
    (slots): Claim => ({
      claim: `store of 1, follower, ${slots} slots: a context changes by nothing but its own events, and is legal`,
      design: storeIsolation({ role: 'follower', slots, relations: 1 }),
      proofs: [induction],
    }),
  ),
  {
    claim: 'store of 1, follower: every request is answered, and every visit comes, in time',
    design: storeAnswers({ role: 'follower', slots: 2, relations: 1 }),
    proofs: [{ mode: 'induction', depth: answerBounds(1).push + 2 }],
  },
  ...[1, 3].flatMap((relations): Claim[] => [
    {
      claim: `store of ${relations}: a context changes by nothing but its own events, and is legal`,
      design: storeIsolation({ role: 'initiator', slots: 2, relations }),
      proofs: [induction, cover(8 + relations)],
    },
    {
      claim: `store of ${relations}: every request is answered, and every visit comes, in time`,
      design: storeAnswers({ role: 'initiator', slots: 2, relations }),
      proofs: [{ mode: 'induction', depth: answerBounds(relations).push + 2 }],
    },
  ]),
  {
    claim: '2 relations, joined: look-ups and keys are what the contexts say, and no event waits for keys',
    design: relationsJoined({ role: 'initiator', slots: 2, relations: 2 }),
    proofs: [induction, cover(16)],
  },
  {
    claim: 'FrameIDs: each question is answered in two cycles, as it was entered',
    design: frameIdAnswers(3, 3),
    proofs: [induction, cover(16)],
  },
  {
    claim: 'events: each told once, in a queue with room for every relation',
    design: eventQueueOnce(3),
    proofs: [induction, cover(16)],
  },
  {
    claim: 'scheduler: a job stays until it is taken',
    design: scheduler(2, 14 * 32_000),
    proofs: [induction, cover(26)],
  },
  {
    claim: 'provider images of 2 relations: the buffer that is sent is never the one that software writes',
    design: providerBuffers(2, 8),
    proofs: [induction, cover(24)],
  },
  {
    claim: 'consumer images of 2 relations: software reads one delivered record, whole, and what it reads is never written',
    design: consumerBuffers(2, 12),
    proofs: [induction, cover(20)],
  },
  { claim: 'records of two sources: one that was begun is held to its end', design: recordArbiter, proofs: [induction, cover(4)] },
  { claim: 'parser: one verdict for each frame', design: packetParser, proofs: [induction] },
  { claim: 'parser: fields of each frame, and ready for the next', design: parserFields, proofs: [induction, cover(46, 42)] },
  { claim: 'generator, any engine: one record in, one frame out', design: generatorRound(anyEngine), proofs: [induction] },
  { claim: 'generator, XOR engine: the same, without a wait', design: generatorRound(xorEngine), proofs: [induction] },
  { claim: 'generator: a whole round', design: straightRun(generatorRound(xorEngine), SHORTEST_RECORD), proofs: [cover(54, 50)] },
  { claim: 'opener, any engine: one frame in, one verdict out', design: openerRound(anyEngine), proofs: [induction] },
  { claim: 'opener, XOR engine: the same, without a wait', design: openerRound(xorEngine), proofs: [induction] },
  { claim: 'opener: a whole round', design: straightRun(openerRound(xorEngine), SHORTEST_FRAME), proofs: [cover(56, 50)] },
  {
    claim: 'opener: a verdict while the frame still is read',
    design: straightRun(openerRound(xorEngine, true), { ...SHORTEST_FRAME, descriptor_is_std: 1 }),
    proofs: [cover(40, 30)],
  },
  { claim: 'XOR engine: offers kept, each octet once, one ICV', design: engineHandshake, proofs: [induction, cover(8)] },
  { claim: 'frame FIFO: pointers in order', design: frameFifo({ word: bits(8) }, 4), proofs: [induction] },
  { claim: 'frame FIFO: loses, invents, changes nothing', design: frameFifoIntegrity(4), proofs: [induction, cover(10)] },
  { claim: 'TX FIFO: whole records, each word once', design: transmitFifoIntegrity(4, 8), proofs: [induction, cover(12, 9)] },
  { claim: 'arbiter: frames whole, offers kept', design: arbiterHandshake, proofs: [induction, cover(8)] },
  { claim: 'join: each front with its trailer, offers kept', design: joinOrder, proofs: [induction, cover(8)] },
  { claim: 'mailbox: no frame torn or joined to another, none half kept', design: mailboxFrames(4, 2), proofs: [induction, cover(5)] },
  { claim: 'AXI4-Lite: an answer stays until it is taken', design: axiLiteSlave, proofs: [induction] },
  { claim: 'AXI4-Lite: every request is answered once', design: axiLiteAnswers, proofs: [induction, cover(10)] },
  {
    claim: 'peer as built, follower: parts joined as proved; frames with their keys, descriptors, verdicts',
    design: peerWiring({ role: 'follower', slots: 2 }),
    proofs: [induction],
  },
];

/** The same at sizes nearer to those that are built, and for three slots; minutes. */
export const MORE_CLAIMS: readonly Claim[] = [
  ...(['initiator', 'follower'] as const).map(
    (role): Claim => ({
      claim: `${role}, 3 slots: legal views; holds what was pushed, for as long as asked`,
      design: relationKeys({ role, slots: 3 }),
      proofs: [induction],
    }),
  ),
  ...(['initiator', 'follower'] as const).map(
    (role): Claim => ({ claim: `step, ${role}, 4 slots: the same`, design: stepRefinement({ role, slots: 4 }), proofs: [step] }),
  ),
  { claim: 'peer as built, initiator: the same', design: peerWiring({ role: 'initiator', slots: 2 }), proofs: [induction, cover(8)] },
  ...[3, 4].map((slots): Claim => ({ claim: `windows, ${slots} slots: the same`, design: windowsDeliverOnce(slots), proofs: [induction] })),
  { claim: 'frame FIFO of 16 words', design: frameFifoIntegrity(16), proofs: [induction] },
  { claim: 'TX FIFO of 8 words', design: transmitFifoIntegrity(8, 12), proofs: [induction] },
];
