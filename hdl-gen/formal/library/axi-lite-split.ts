/** The split of an AXI4-Lite bus seen from outside: each access goes to its page and to no other, and is answered once. */
import { type Bits, type BitsShape, bits, type Module, module, type Ports } from '../../index.ts';
import { RESPONSE } from '../../library/axi-lite-bus.ts';
import { axiLiteSplitPorts, buildAxiLiteSplit, type PageSpan } from '../../library/axi-lite-split.ts';
import type { AxiLite, Manager, Subordinate } from '../../library/buses.ts';

// one page is larger than the other
const options = { addressBits: 6, pages: { low: { base: 0x10, bits: 4 }, high: { base: 0x28, bits: 3 } } } as const;
const LARGEST = options.pages.low.bits;

export const eachAccessToItsPage: Module<Ports> = module('each_access_to_its_page', axiLiteSplitPorts(options), (io, m) => {
  const { sAxi, low, high } = io as unknown as { readonly sAxi: Subordinate<AxiLite> } & Readonly<Record<'low' | 'high', Manager<AxiLite>>>;
  const buses = { low, high };
  const pages = [
    { ...options.pages.low, bus: low },
    { ...options.pages.high, bus: high },
  ];
  const split = buildAxiLiteSplit(m, sAxi, pages, options.addressBits);
  const address: BitsShape<number> = bits(options.addressBits);
  const r = m.registers({ written: address, writes: bits(1), read: address, reads: bits(1) }, '_seen');
  m.when(sAxi.aw.fire, () => {
    r.written.next(sAxi.aw.addr);
    r.writes.next(1);
  }).elseWhen(sAxi.b.fire, () => r.writes.next(0));
  m.when(sAxi.ar.fire, () => {
    r.read.next(sAxi.ar.addr);
    r.reads.next(1);
  }).elseWhen(sAxi.r.fire, () => r.reads.next(0));
  m.assert('one_write_at_a_time', sAxi.aw.ready.eq(r.writes.not()).and(split.writes.eq(r.writes)));
  m.assert('one_read_at_a_time', sAxi.ar.ready.eq(r.reads.not()).and(split.reads.eq(r.reads)));
  m.assert('no_answer_unasked', sAxi.b.valid.not().or(r.writes).and(sAxi.r.valid.not().or(r.reads)));
  const isIn = ({ base, bits: size }: PageSpan, at: Bits<number>) => at.shr(size).eq(base / 2 ** size);
  const anywhere = (at: Bits<number>) => pages.map((page) => isIn(page, at)).reduce((a, b) => a.or(b));
  m.when(anywhere(r.written).not(), () => m.assert('written_nowhere', sAxi.b.valid.not().or(sAxi.b.resp.eq(RESPONSE.DECERR))));
  m.when(anywhere(r.read).not(), () =>
    m.assert('read_nowhere', sAxi.r.valid.not().or(sAxi.r.resp.eq(RESPONSE.DECERR).and(sAxi.r.data.eq(0)))),
  );
  // nobody to wait for: the answer is there a cycle after address and data
  m.assert(
    'nowhere_is_answered_in_time',
    r.writes.and(anywhere(r.written).not()).and(split.addressDue.or(split.dataDue).not()).not().or(sAxi.b.valid),
  );

  for (const [name, bus] of Object.entries(buses)) {
    const span = options.pages[name as keyof typeof buses];
    // what this page has taken of the access under way, and what it owes
    const page = m.registers({ hasAddress: bits(1), hasData: bits(1), owes: bits(1) }, `_${name}`);
    m.when(bus.aw.fire, () => page.hasAddress.next(1));
    m.when(bus.w.fire, () => page.hasData.next(1));
    m.when(bus.b.fire, () => {
      page.hasAddress.next(0);
      page.hasData.next(0);
    });
    m.when(bus.ar.fire, () => page.owes.next(1)).elseWhen(bus.r.fire, () => page.owes.next(0));
    m.assume(`${name}_answers_what_it_has`, bus.b.valid.not().or(page.hasAddress.and(page.hasData)));
    m.assume(`${name}_answers_what_was_read`, bus.r.valid.not().or(page.owes));

    const [writeHere, readHere] = [r.writes.and(isIn(span, r.written)), r.reads.and(isIn(span, r.read))];
    m.assert(`address_of_its_own_${name}`, bus.aw.valid.not().or(writeHere.and(bus.aw.addr.eq(r.written.take(span.bits)))));
    m.assert(`data_of_its_own_${name}`, bus.w.valid.not().or(writeHere.and(bus.w.data.eq(sAxi.w.data)).and(bus.w.strb.eq(sAxi.w.strb))));
    m.assert(`read_of_its_own_${name}`, bus.ar.valid.not().or(readHere.and(bus.ar.addr.eq(r.read.take(span.bits)))));
    m.assert(`once_${name}`, bus.aw.valid.and(page.hasAddress).or(bus.w.valid.and(page.hasData)).or(bus.ar.valid.and(page.owes)).not());
    m.when(writeHere, () => m.assert(`answer_of_${name}`, sAxi.b.valid.not().or(bus.b.valid.and(sAxi.b.resp.eq(bus.b.resp)))));
    m.when(readHere, () =>
      m.assert(`data_from_${name}`, sAxi.r.valid.not().or(bus.r.valid.and(sAxi.r.data.eq(bus.r.data)).and(sAxi.r.resp.eq(bus.r.resp)))),
    );
    m.assert(
      `answers_pass_${name}`,
      bus.b.valid
        .not()
        .or(writeHere.and(sAxi.b.valid))
        .and(bus.r.valid.not().or(readHere.and(sAxi.r.valid))),
    );
    // why
    const index = Object.keys(buses).indexOf(name);
    m.assert(`write_goes_${name}`, r.writes.not().or(split.writeTo.bit(index).eq(isIn(span, r.written))));
    m.assert(`read_goes_${name}`, r.reads.not().or(split.readFrom.bit(index).eq(isIn(span, r.read))));
    m.assert(`has_address_${name}`, page.hasAddress.eq(writeHere.and(split.addressDue.not())));
    m.assert(`has_data_${name}`, page.hasData.eq(writeHere.and(split.dataDue.not())));
    m.assert(`owes_${name}`, page.owes.eq(readHere.and(split.readDue.not())));
  }
  m.assert('write_address_kept', r.writes.not().or(split.writeAddress.eq(r.written.take(LARGEST))));
  m.assert('read_address_kept', r.reads.not().or(split.readAddress.eq(r.read.take(LARGEST))));
  m.cover('a_write_to_a_page_answered', r.writes.and(anywhere(r.written)).and(sAxi.b.fire));
});
