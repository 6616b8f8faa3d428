/** What the counts must be, from a list of what happened: random events of the three parts, reads by software, resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Kinds of each part, in the order of the memory, and the place of the first. */
const PARTS = [
  { name: 'parser', kinds: ['frames_received', 'frames_malformed'], first: 0 },
  { name: 'opener', kinds: ['frames_delivered', 'frames_stale', 'frames_unknown_key', 'frames_icv_failed'], first: 2 },
  { name: 'generator', kinds: ['frames_sent', 'frames_refused'], first: 6 },
] as const;
const KINDS = 8;
/** Cycles between two events of a part: more than all that can wait before it takes, two cycles each, and a read. */
const APART = 2 * KINDS + 2;
/** Each cycle of counting is followed by one of writing. */
const EACH = 2;

interface Waiting {
  readonly relation: number;
  readonly kind: number;
}

/** @param count cycles */
export function relationStatisticsCycles(relations: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const address = (of: Waiting): number => of.relation * KINDS + of.kind;
  const counts = new Map<number, number>();
  let waiting: Waiting[] = [];
  let next = PARTS.map(() => 0);
  let readyAt = relations * KINDS;
  /** the memory is free from this cycle on */
  let freeAt = 0;
  let asked: Waiting | undefined;
  let answer: { readonly at: number; readonly value: number } | undefined;

  return Array.from({ length: count }, (_, cycle): Cycle => {
    const ready = cycle >= readyAt;
    const rst = cycle > 0 && random.chance(0.0005);
    if (asked === undefined && random.chance(0.3)) asked = { relation: random.below(relations), kind: random.below(KINDS) };
    const answers = answer?.at === cycle;
    const inputs: Record<string, number> = {
      rst: Number(rst),
      software_read: Number(asked !== undefined),
      software_relation: asked?.relation ?? random.below(relations),
      software_kind: asked?.kind ?? random.below(KINDS),
    };
    const outputs: Values = { ready: Number(ready), software_done: Number(answers), software_count: answers ? (answer?.value ?? 0) : 0 };
    const free = ready && cycle >= freeAt;
    if (answers) asked = undefined;

    // ---- what waits goes first, the lowest kind of all; then a read
    const [first] = waiting.toSorted((a, b) => a.kind - b.kind);
    if (free && first !== undefined) {
      waiting = waiting.filter((one) => one !== first);
      counts.set(address(first), (counts.get(address(first)) ?? 0) + 1);
      freeAt = cycle + EACH;
    } else if (free && asked !== undefined) {
      answer = { at: cycle + 1, value: counts.get(address(asked)) ?? 0 };
      freeAt = cycle + EACH;
    }
    PARTS.forEach(({ name, kinds, first: lowest }, part) => {
      const happens = cycle >= (next[part] ?? 0) && random.chance(0.2);
      const relation = random.below(relations);
      // the parser says two things at once
      const said = happens ? (name === 'parser' ? 1 + random.below(3) : 2 ** random.below(kinds.length)) : 0;
      inputs[`${name}_relation`] = relation;
      const happened = [...kinds.keys()].filter((kind) => ((said >> kind) & 1) === 1);
      kinds.forEach((kind, index) => {
        inputs[`${name}_${kind}`] = Number(happened.includes(index));
      });
      if (said === 0) return;
      next[part] = cycle + APART;
      if (ready) waiting.push(...happened.map((kind) => ({ relation, kind: lowest + kind })));
    });
    if (rst) {
      counts.clear();
      [waiting, answer, readyAt, freeAt] = [[], undefined, cycle + 1 + relations * KINDS, 0];
      next = PARTS.map(() => cycle + 1);
    }
    return { inputs, outputs };
  });
}
