/** What the table of FrameIDs must answer, from a map of FrameIDs and a list of partners: random questions, writes and resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle, Values } from './cosimulate.ts';

const ADDRESS_BITS = 48;
const NO_ANSWER = { answered: 0, ours: 0, foreign: 0, dropped: 0, relation: 0, outside: 0, unassigned: 0, other_source: 0 };

type Reason = 'ours' | 'outside' | 'unassigned' | 'other_source';

interface Answer {
  readonly reason: Reason;
  readonly relation: number;
}

/** @param count cycles */
export function frameIdTableCycles(relations: number, windowBits: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const window = 2 ** windowBits;
  const addresses = Array.from({ length: 4 }, () => random.bits(ADDRESS_BITS));
  const partners: (bigint | undefined)[] = Array.from({ length: relations }, () => undefined);
  const entries = new Map<number, number>();
  let untilReady = window;
  /** the question that waits, with its entry as it was found, and its age in cycles */
  let open: { readonly source: bigint; readonly entry: number | undefined; readonly isInside: boolean; age: number } | undefined;
  let answer: { readonly is: Answer; first: boolean } | undefined;
  const pick = (): bigint => {
    const one = addresses[random.below(addresses.length)] ?? 0n;
    return random.chance(0.2) ? one ^ (1n << BigInt(random.below(ADDRESS_BITS))) : one;
  };

  return Array.from({ length: count }, (_, cycle): Cycle => {
    const rst = cycle > 0 && random.chance(0.001);
    const ready = untilReady === 0;
    const base = random.chance(0.5) ? 0x8000 : random.below(0x1_0000);
    const writeOffset = random.below(window);
    const relation = random.below(relations);
    const [write, writeValid] = [random.chance(0.2), random.chance(0.7)];
    const setsPartner = random.chance(0.15);
    const [partnerRelation, partner] = [random.below(relations), pick()];
    const ask = !rst && random.chance(0.3);
    const near = (base + random.below(window + 4) - 2 + 0x1_0000) % 0x1_0000;
    const frameId = random.chance(0.8) ? near : (base ^ (1 << random.below(16))) % 0x1_0000;
    const source = pick();
    const drop = random.chance(0.5);

    // ---- the entry is found in the cycle of the question, the partner in the next one
    const said = answerValues(answer, drop);
    if (answer !== undefined) answer.first = false;
    if (open?.age === 1) {
      answer = { is: answerOf(open.isInside, open.entry, partners, open.source), first: true };
      if (ask) answer = undefined;
      open = undefined;
    }
    if (ask) {
      const offset = (frameId - base + 0x1_0000) % 0x1_0000;
      const isInside = ready && offset < window;
      open = { source, entry: isInside ? entries.get(offset) : undefined, isInside, age: 1 };
      answer = undefined;
    }
    if (write && ready) {
      if (writeValid) entries.set(writeOffset, relation);
      else entries.delete(writeOffset);
    }
    if (setsPartner) partners[partnerRelation] = partner;
    if (!ready) untilReady--;
    if (rst) {
      entries.clear();
      [untilReady, open, answer] = [window, undefined, undefined];
    }
    const inputs = {
      ...{ rst: Number(rst), base, drop: Number(drop), entry_write: Number(write), entry_offset: writeOffset },
      ...{ entry_valid: Number(writeValid), entry_relation: relation },
      ...{ partner_write: Number(setsPartner), partner_relation: partnerRelation, partner_address: partner },
      ...{ ask: Number(ask), frame_id: frameId, source },
    };
    return { inputs, outputs: { ready: Number(ready), ...said } };
  });
}

function answerOf(isInside: boolean, entry: number | undefined, partners: readonly (bigint | undefined)[], source: bigint): Answer {
  if (!isInside) return { reason: 'outside', relation: 0 };
  if (entry === undefined) return { reason: 'unassigned', relation: 0 };
  // block RAM begins with zeros on the board
  return (partners[entry] ?? 0n) === source ? { reason: 'ours', relation: entry } : { reason: 'other_source', relation: 0 };
}

function answerValues(answer: { readonly is: Answer; readonly first: boolean } | undefined, drop: boolean): Values {
  if (answer === undefined) return NO_ANSWER;
  const { reason, relation } = answer.is;
  const verdict = reason === 'ours' ? { ours: 1, relation } : { [drop ? 'dropped' : 'foreign']: 1 };
  const why = reason !== 'ours' && answer.first ? { [reason]: 1 } : {};
  return { ...NO_ANSWER, answered: Number(answer.first), ...verdict, ...why };
}
