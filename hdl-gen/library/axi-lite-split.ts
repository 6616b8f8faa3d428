/** One AXI4-Lite bus in front of several subordinates. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type Bit,
  type Bits,
  type BitsShape,
  type Build,
  bits,
  cat,
  input,
  type Module,
  module,
  mux,
  output,
  type PortShape,
  u,
} from '../index.ts';
import { RESPONSE } from './axi-lite-bus.ts';
import { type AxiLite, axiLite, type Manager, type Subordinate } from './buses.ts';

/** How the split is called, and where its pages begin. */
export interface AxiLiteSplitOptions<K extends string> {
  /** of the bus in front */
  readonly addressBits: number;
  /** by its name */
  readonly pages: Readonly<Record<K, PageSpan>>;
}

/** Where a page begins, a multiple of its size, which has so many bits of address. */
export interface PageSpan {
  readonly base: number;
  readonly bits: number;
}

export type AxiLiteSplitPorts<K extends string> = { readonly sAxi: PortShape<'in', AxiLite> } & {
  readonly [P in K]: PortShape<'out', AxiLite>;
};

/**
 * Hands each access to the page that its address lies in, with the address within the page, and answers DECERR where no page
 * is. One write and one read are under way at a time; data wait for their address. Of what is written, no other page has `valid`.
 * @param name of the module
 * @throws BadSize
 */
export function axiLiteSplit<const K extends string>(name: string, options: AxiLiteSplitOptions<K>): Module<AxiLiteSplitPorts<K>> {
  const { addressBits, pages } = options;
  const spans: readonly (readonly [string, PageSpan])[] = Object.entries(pages);
  for (const [page, span] of spans) {
    const { base, bits: pageBits } = span;
    if (!Number.isInteger(pageBits) || pageBits < 1 || pageBits >= addressBits)
      throw new BadSize(`bits of page ${page}`, pageBits, `1 to ${addressBits - 1}, fewer than those of the bus`);
    if (
      !Number.isInteger(base) ||
      base < 0 ||
      base % 2 ** pageBits !== 0 ||
      base >= 2 ** addressBits ||
      spans.some(([name, other]) => name !== page && overlap(span, other))
    )
      throw new BadSize(`base of page ${page}`, base, `a multiple of ${2 ** pageBits} within ${addressBits} bits that no other page has`);
  }
  return module(
    name,
    axiLiteSplitPorts(options),
    (io, m) => {
      const { sAxi } = io as unknown as { readonly sAxi: Subordinate<AxiLite> };
      const views = io as unknown as Readonly<Record<string, Manager<AxiLite>>>;
      buildAxiLiteSplit(
        m,
        sAxi,
        spans.map(([page, span]) => ({ ...span, bus: views[page] as Manager<AxiLite> })),
        addressBits,
      );
    },
    `AXI4-Lite in front of ${spans.length} pages.`,
  );
}

function overlap(a: PageSpan, b: PageSpan): boolean {
  return a.base < b.base + 2 ** b.bits && b.base < a.base + 2 ** a.bits;
}

export function axiLiteSplitPorts<const K extends string>({ addressBits, pages }: AxiLiteSplitOptions<K>): AxiLiteSplitPorts<K> {
  const spans: readonly (readonly [string, PageSpan])[] = Object.entries(pages);
  const ports = {
    sAxi: input(axiLite(addressBits)),
    ...Object.fromEntries(spans.map(([page, span]) => [page, output(axiLite(span.bits))])),
  };
  return ports as unknown as AxiLiteSplitPorts<K>;
}

export interface Page extends PageSpan {
  readonly bus: Manager<AxiLite>;
}

/** The body apart, for the proof that looks inside. */
export function buildAxiLiteSplit(
  m: Build,
  { aw, w, b, ar, r: answers }: Subordinate<AxiLite>,
  pages: readonly Page[],
  addressBits: number,
) {
  const page: BitsShape<number> = bits(pages.length);
  /** within the largest page */
  const kept = Math.max(...pages.map((each) => each.bits));
  const within: BitsShape<number> = bits(kept);
  const r = m.registers({
    writes: bits(1),
    addressDue: bits(1),
    dataDue: bits(1),
    writeTo: page,
    writeAddress: within,
    reads: bits(1),
    readDue: bits(1),
    readFrom: page,
    readAddress: within,
  });
  const chosen = (address: Bits<number>): Bits<number> =>
    cat(...pages.map((each) => address.bits(each.bits, addressBits - each.bits).eq(each.base / 2 ** each.bits)).toReversed());
  /** of the page that is chosen; 0 where none is */
  const ofPage = <W extends number>(to: Bits<number>, value: (bus: Manager<AxiLite>) => Bits<W>, nowhere: Bits<W>): Bits<W> =>
    pages.reduce((rest, { bus }, index) => mux(to.bit(index), value(bus), rest), nowhere);

  // ---- writes
  aw.ready.set(r.writes.not());
  m.when(aw.fire, () => {
    r.writes.next(1);
    r.addressDue.next(1);
    r.dataDue.next(1);
    r.writeTo.next(chosen(aw.addr));
    r.writeAddress.next(aw.addr.take(kept));
  });
  w.ready.set(r.dataDue.and(ofPage<1>(r.writeTo, ({ w: data }) => data.ready, u(1, 1))));
  m.when(w.fire, () => r.dataDue.next(0));
  m.when(r.addressDue.and(ofPage<1>(r.writeTo, ({ aw: address }) => address.ready, u(1, 1))), () => r.addressDue.next(0));
  const { sent } = m.let({ sent: r.writes.and(r.addressDue.not()).and(r.dataDue.not()) });
  b.valid.set(sent.and(ofPage<1>(r.writeTo, ({ b: response }) => response.valid, u(1, 1))));
  b.resp.set(ofPage<2>(r.writeTo, ({ b: response }) => response.resp, u(2, RESPONSE.DECERR)));
  m.when(b.fire, () => r.writes.next(0));

  // ---- reads
  ar.ready.set(r.reads.not());
  m.when(ar.fire, () => {
    r.reads.next(1);
    r.readDue.next(1);
    r.readFrom.next(chosen(ar.addr));
    r.readAddress.next(ar.addr.take(kept));
  });
  m.when(r.readDue.and(ofPage<1>(r.readFrom, ({ ar: address }) => address.ready, u(1, 1))), () => r.readDue.next(0));
  const { asked } = m.let({ asked: r.reads.and(r.readDue.not()) });
  answers.valid.set(asked.and(ofPage<1>(r.readFrom, ({ r: answer }) => answer.valid, u(1, 1))));
  answers.data.set(ofPage<32>(r.readFrom, ({ r: answer }) => answer.data, u(32, 0)));
  answers.resp.set(ofPage<2>(r.readFrom, ({ r: answer }) => answer.resp, u(2, RESPONSE.DECERR)));
  m.when(answers.fire, () => r.reads.next(0));

  pages.forEach(({ bus, bits: pageBits }, index) => {
    const [writeHere, readHere] = [r.writeTo.bit(index), r.readFrom.bit(index)];
    bus.aw.valid.set(r.addressDue.and(writeHere));
    bus.aw.addr.set(r.writeAddress.take(pageBits));
    bus.w.valid.set(r.dataDue.and(writeHere).and(w.valid));
    bus.w.data.set(w.data);
    bus.w.strb.set(w.strb);
    bus.b.ready.set(sent.and(writeHere).and(b.ready));
    bus.ar.valid.set(r.readDue.and(readHere));
    bus.ar.addr.set(r.readAddress.take(pageBits));
    bus.r.ready.set(asked.and(readHere).and(answers.ready));
  });
  m.assert('due_only_in_a_write', r.writes.or(r.addressDue.or(r.dataDue).not()));
  m.assert('due_only_in_a_read', r.reads.or(r.readDue.not()));
  m.assert('one_page_at_most', isOneAtMost(r.writeTo).and(isOneAtMost(r.readFrom)));
  return {
    writes: r.writes,
    reads: r.reads,
    writeTo: r.writeTo,
    readFrom: r.readFrom,
    addressDue: r.addressDue,
    dataDue: r.dataDue,
    readDue: r.readDue,
    writeAddress: r.writeAddress,
    readAddress: r.readAddress,
  };
}

function isOneAtMost(one: Bits<number>): Bit {
  return one.and(one.sub(1)).eq(0);
}
