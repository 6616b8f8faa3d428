/** Streams of octets made wider and narrower. */
import { BadSize } from '../errors/width-errors.ts';
import { type Bits, type BitsShape, bits, cat, input, type Module, module, mux, output, parametric, stream, u } from '../index.ts';
import { bitsToCount, isBelow } from './counting.ts';
import type { StreamPorts } from './stream-part.ts';

/** Octets, octet 0 in bits 7..0, and which of them count (AXI4-Stream TDATA and TKEEP). */
export type OctetPayload = { readonly data: BitsShape<number>; readonly keep: BitsShape<number> };

/**
 * What a stream of octets carries: `data`, and `keep` with a bit for each octet that counts.
 * @param width bits of data, a multiple of 8
 */
export function octetPayload(width: number): OctetPayload {
  return { data: bits(width), keep: bits(width / 8) };
}

/**
 * Collects narrow beats into wide ones, the first in the lowest bits. A wide beat leaves when it is complete or with the
 * last narrow one of a packet; the places that stayed empty have data and keep 0. A narrow beat every cycle.
 * @param from bits of data that enter, a multiple of 8
 * @param to bits of data that leave, a multiple of `from`
 * @throws BadSize
 * @function
 */
export const upsizer = parametric((from: number, to: number): Module<StreamPorts<OctetPayload>> => {
  const parts = ratio(from, to);
  const keepBits = from / 8;
  const countBits = bitsToCount(parts - 1);
  return module(
    `upsizer_${from}_${to}`,
    { from: input(stream(octetPayload(from))), to: output(stream(octetPayload(to))) },
    (io, m) => {
      const r = m.registers({ full: bits(1), last: bits(1), part: bits(countBits) });
      const collected = Array.from({ length: parts }, (_, part) => m.registers({ data: bits(from), keep: bits(keepBits) }, `_${part}`));
      io.to.valid.set(r.full);
      io.to.last.set(r.last);
      io.to.data.set(joined(collected.map(({ data }) => data)));
      io.to.keep.set(joined(collected.map(({ keep }) => keep)));
      io.from.ready.set(r.full.not().or(io.to.ready));

      const { completes } = m.let({ completes: io.from.last.or(r.part.eq(parts - 1)) });
      // a wide beat that leaves makes room for the next at the same edge
      m.when(io.to.fire, () => {
        r.full.next(0);
        for (const { data, keep } of collected) {
          data.next(0);
          keep.next(0);
        }
      });
      m.when(io.from.fire, () => {
        r.full.next(completes);
        r.last.next(io.from.last);
        r.part.next(mux(completes, u(countBits, 0), r.part.add(1)));
        collected.forEach(({ data, keep }, part) =>
          m.when(r.part.eq(part), () => {
            data.next(io.from.data);
            keep.next(io.from.keep);
          }),
        );
      });

      m.assert('parts_counted', isBelow(r.part, parts));
      m.assert('complete_or_begun_anew', r.full.not().or(r.part.eq(0)));
      collected.forEach(({ data, keep }, part) => {
        const filled = part === parts - 1 ? r.full : r.full.or(r.part.gt(part));
        m.assert(`place_${part}_is_empty_before_its_turn`, filled.or(cat(data, keep).any().not()));
      });
    },
    `Octets, ${from} bits a beat, collected into ${to} bits.`,
  );
});

/**
 * Takes wide beats apart, the lowest bits first. The places above the highest octet that counts are left out; of a beat in
 * which none counts, one place is sent. `last` goes with the last place of the last beat. A narrow beat every cycle; nothing
 * is stored: a wide beat is taken together with its last place.
 * @param from bits of data that enter, a multiple of `to`
 * @param to bits of data that leave, a multiple of 8
 * @throws BadSize
 * @function
 */
export const downsizer = parametric((from: number, to: number): Module<StreamPorts<OctetPayload>> => {
  const parts = ratio(to, from);
  const countBits = bitsToCount(parts - 1);
  return module(
    `downsizer_${from}_${to}`,
    { from: input(stream(octetPayload(from))), to: output(stream(octetPayload(to))) },
    (io, m) => {
      const r = m.registers({ part: bits(countBits) });
      const data = (part: number): Bits<number> => io.from.data.bits(to * part, to);
      const keep = (part: number): Bits<number> => io.from.keep.bits((to / 8) * part, to / 8);
      const places = Array.from({ length: parts }, (_, part) => part);
      const higher = places.slice(1).map((part) => r.part.lt(part).and(keep(part).any()));
      const { final } = m.let({ final: higher.reduce((a, b) => a.or(b)).not() });
      const chosen = (of: (part: number) => Bits<number>): Bits<number> =>
        places.slice(0, -1).reduceRight((rest, part) => mux(r.part.eq(part), of(part), rest), of(parts - 1));
      io.to.valid.set(io.from.valid);
      io.to.data.set(chosen(data));
      io.to.keep.set(chosen(keep));
      io.to.last.set(io.from.last.and(final));
      io.from.ready.set(io.to.ready.and(final));
      m.when(io.to.fire, () => r.part.next(mux(final, u(countBits, 0), r.part.add(1))));

      m.assert('parts_counted', isBelow(r.part, parts));
      m.assert('begins_with_the_lowest', m.past('taken', io.from.fire).not().or(r.part.eq(0)));
    },
    `Octets, ${from} bits a beat, taken apart into ${to} bits.`,
  );
});

function ratio(narrow: number, wide: number): number {
  if (!Number.isInteger(narrow) || narrow < 8 || narrow % 8 !== 0)
    throw new BadSize('narrow side of a width converter', narrow, 'a multiple of 8');
  if (!Number.isInteger(wide) || wide <= narrow || wide % narrow !== 0)
    throw new BadSize('wide side of a width converter', wide, `a multiple of ${narrow}, the narrow side, and more than it`);
  return wide / narrow;
}

/** Concatenation with the first part lowest. */
function joined(parts: readonly Bits<number>[]): Bits<number> {
  return cat(...parts.toReversed());
}
