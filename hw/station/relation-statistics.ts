/** How often something happened to each relation: a word of block RAM for each kind and relation. */
import { type Bits, bits, bool, bundle, cat, input, module, mux, output, parametric, struct, u } from '../../hdl-gen/index.ts';
import type { RegisterName } from '../../spec/registers.ts';
import { relationBits } from './store.ts';

/** What is counted, by the part that says so: each part says one kind at a time, the parser both of its own. */
export const COUNTED = {
  parser: ['framesReceived', 'framesMalformed'],
  opener: ['framesDelivered', 'framesStale', 'framesUnknownKey', 'framesIcvFailed'],
  generator: ['framesSent', 'framesRefused'],
} as const satisfies Record<string, readonly (RegisterName | 'framesRefused')[]>;
/** In the order of the memory. */
export const COUNTS = Object.values(COUNTED).flat();
const KIND_BITS = 3;

type Part = keyof typeof COUNTED;
const PARTS = Object.keys(COUNTED) as Part[];

/** What a part says: which of its kinds happened, the first one in bit 0, and above them to which relation. @param relations 2 to 256 */
function happened<const K extends string>(relations: number, kinds: readonly K[]) {
  const flags = Object.fromEntries(kinds.toReversed().map((kind) => [kind, bool])) as Record<K, typeof bool>;
  return struct({ relation: bits(relationBits(relations)), ...flags });
}

/** How often something happened, read by software; an output of the registers. @param relations 2 to 256 */
export function countAccess(relations: number) {
  return bundle({
    /** stays until the cycle of `done` */
    read: output(bool),
    relation: output(bits(relationBits(relations))),
    /** place in `COUNTS` */
    kind: output(bits(KIND_BITS)),
    done: input(bool),
    count: input(bits(32)),
  });
}

/**
 * Each kind is remembered until it is counted, with its relation, which takes two cycles; so many frames never end that one is
 * forgotten. Software reads a word where nothing waits to be counted. Words count modulo 2^32; reset makes all 0, one a cycle, and
 * what happens before `ready` is not counted.
 * @param relations 2 to 256
 */
export const relationStatistics = parametric((relations: number) => {
  const number = bits(relationBits(relations));
  const address = bits(relationBits(relations) + KIND_BITS);
  return module(
    `relation_statistics_of_${relations}`,
    {
      ready: output(bool),
      parser: input(happened(relations, COUNTED.parser)),
      opener: input(happened(relations, COUNTED.opener)),
      generator: input(happened(relations, COUNTED.generator)),
      software: input(countAccess(relations)),
    },
    (io, m) => {
      const r = m.registers({ cleared: bits(1), toClear: address, counting: bits(1), reading: bits(1), of: address });
      const counts = m.memory('counts', bits(32), relations * 2 ** KIND_BITS, { style: 'block' });
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations * 2 ** KIND_BITS - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      // ---- what waits
      const waits = PARTS.map((part) => {
        const kinds: number = COUNTED[part].length;
        const { waiting, whose } = m.registers({ waiting: bits(kinds), whose: number }, `_${part}`);
        const said = io[part].asBits().take(kinds);
        m.when(said.any(), () => whose.next(io[part].relation));
        return {
          part,
          kinds,
          waiting: waiting.as(bits(kinds)),
          next: (value: Bits<number>) => waiting.next(value),
          whose,
          said,
        };
      });
      const { all } = m.let({ all: cat(...waits.map(({ waiting }) => waiting).reverse()) });
      const free = r.cleared.and(r.counting.not()).and(r.reading.not());
      const { takes } = m.let({ takes: free.and(all.any()) });
      const { looks } = m.let({ looks: free.and(all.any().not()).and(io.software.read) });
      // the lowest bit that is set
      const { first } = m.let({ first: all.and(all.sub(1).not()) });
      let below = 0;
      for (const { part, kinds, waiting, next, said } of waits) {
        const taken = mux(takes, first.bits(below, kinds), u(kinds, 0));
        next(waiting.and(taken.not()).or(mux(r.cleared, said, u(kinds, 0))));
        m.assert(`the_${part}_waits_for_nothing`, waiting.and(said).any().not());
        below += kinds;
      }
      const whose = waits.flatMap(({ kinds, whose: relation }) => Array<Bits<number>>(kinds).fill(relation));
      const places = whose.map((relation, kind) => cat(relation, u(KIND_BITS, kind)));
      const chosenPlace = places.map((place, kind) => mux(first.bit(kind), place, 0)).reduce((a, b) => a.or(b));
      const { place } = m.let({ place: mux(takes, chosenPlace, cat(io.software.relation, io.software.kind)) });

      // ---- read, then write
      const count = counts.readSync('read_count', place, { onCollision: 'old' });
      r.counting.next(takes);
      r.reading.next(looks);
      r.of.next(place);
      m.when(r.cleared.not().or(r.counting), () => counts.write(mux(r.cleared, r.of, r.toClear), mux(r.cleared, count.add(1), 0)));
      io.software.done.set(r.reading);
      io.software.count.set(mux(r.reading, count, 0));
    },
    'How often something happened to each relation.',
  );
});
