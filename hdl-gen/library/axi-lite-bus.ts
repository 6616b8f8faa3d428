/** The bus side of AXI4-Lite registers. */
import { type Bit, type Bits, type Build, bits, cat, type Wire } from '../index.ts';
import type { AxiLite, Subordinate } from './buses.ts';

/** AXI responses (ARM IHI 0022, A3.4.4). */
export const RESPONSE = { OKAY: 0, SLVERR: 2, DECERR: 3 } as const;

/** Accesses of one cycle each, as the registers see them. */
export interface RegisterAccess {
  readonly write: Bit;
  readonly writeAddress: Bits<number>;
  /** octets whose strobe is 0 are 0 */
  readonly writeData: Bits<32>;
  /** ones where the byte strobes let the data through */
  readonly strobed: Bits<32>;
  /** to be set by the registers; without it, nothing is there */
  readonly writeResponse: Wire<2>;
  readonly read: Bit;
  readonly readAddress: Bits<number>;
  readonly readData: Wire<32>;
  readonly readResponse: Wire<2>;
}

/** The same, for registers that may take their time. */
export interface WaitingRegisterAccess extends RegisterAccess {
  /** a write is there, and stays until `write`, which is the cycle in which `writeDone` is set; likewise a read */
  readonly writing: Bit;
  readonly writeDone: Wire<1>;
  readonly reading: Bit;
  readonly readDone: Wire<1>;
}

/**
 * Answers every request once. One write and one read can be under way at a time; a write waits for its address and its
 * data, in whichever order they come. What was written does not stay.
 */
export function buildAxiLiteBus(m: Build, bus: Subordinate<AxiLite>, { nothingThere }: { readonly nothingThere: number }): RegisterAccess {
  return build(m, bus, nothingThere, undefined);
}

/**
 * Answers every request once too, when the registers say so: until then the request waits, and nothing of it changes. The address of a read is
 * taken before it is looked at, which is a cycle more: registers that take their time have much to look at.
 */
export function buildWaitingAxiLiteBus(
  m: Build,
  bus: Subordinate<AxiLite>,
  { nothingThere }: { readonly nothingThere: number },
): WaitingRegisterAccess {
  const done = m.wires({ writeDone: bits(1, { fallback: 0 }), readDone: bits(1, { fallback: 0 }) });
  const access = build(m, bus, nothingThere, done);
  return { ...access, ...done };
}

function build(
  m: Build,
  { aw, w, b, ar, r: answers }: Subordinate<AxiLite>,
  nothingThere: number,
  done: { readonly writeDone: Bit; readonly readDone: Bit } | undefined,
): RegisterAccess & Pick<WaitingRegisterAccess, 'writing' | 'reading'> {
  const address = bits(aw.addr.width);
  const r = m.registers({
    hasAddress: bits(1),
    hasData: bits(1),
    awaddr: address,
    wdata: bits(32),
    wstrb: bits(4),
    bvalid: bits(1),
    bresp: bits(2),
    rvalid: bits(1),
    rresp: bits(2),
    rdata: bits(32),
  });
  const answer = m.wires({
    writeResponse: bits(2, { fallback: nothingThere }),
    readResponse: bits(2, { fallback: nothingThere }),
    readData: bits(32, { fallback: 0 }),
  });

  aw.ready.set(r.hasAddress.not());
  w.ready.set(r.hasData.not());
  b.valid.set(r.bvalid);
  b.resp.set(r.bresp);
  m.when(aw.fire, () => {
    r.hasAddress.next(1);
    r.awaddr.next(aw.addr);
  });
  m.when(w.fire, () => {
    r.hasData.next(1);
    r.wdata.next(w.data);
    r.wstrb.next(w.strb);
  });
  const writing = r.hasAddress.and(r.hasData).and(r.bvalid.not());
  const { write } = m.let({ write: done === undefined ? writing : writing.and(done.writeDone) });
  m.when(write, () => {
    r.hasAddress.next(0);
    r.hasData.next(0);
    r.wdata.next(0);
    r.bvalid.next(1);
    r.bresp.next(answer.writeResponse);
  }).elseWhen(b.ready, () => r.bvalid.next(0));

  answers.valid.set(r.rvalid);
  answers.data.set(r.rdata);
  answers.resp.set(r.rresp);
  const { reading, read, readAddress } = done === undefined ? readAtOnce(m, ar, r.rvalid) : readLater(m, ar, r.rvalid, done.readDone);
  m.when(read, () => {
    r.rvalid.next(1);
    r.rdata.next(answer.readData);
    r.rresp.next(answer.readResponse);
  }).elseWhen(answers.ready, () => r.rvalid.next(0));

  const bBefore = m.past('b', cat(r.bresp, b.valid.and(b.ready.not())));
  m.assert(
    'answer_stays_until_taken',
    bBefore
      .bit(0)
      .not()
      .or(r.bvalid.and(r.bresp.eq(bBefore.bits(1, 2)))),
  );
  const rBefore = m.past('r', cat(r.rdata, r.rresp, answers.valid.and(answers.ready.not())));
  m.assert(
    'data_stay_until_taken',
    rBefore
      .bit(0)
      .not()
      .or(r.rvalid.and(cat(r.rdata, r.rresp).eq(rBefore.bits(1, 34)))),
  );
  m.assert('nothing_written_stays', r.hasData.or(r.wdata.eq(0)));

  const octets = [3, 2, 1, 0].map((octet) => r.wstrb.bit(octet).sext(8));
  const { strobed } = m.let({ strobed: cat(...octets).as(bits(32)) });
  const { writeData } = m.let({ writeData: r.wdata.and(strobed) });
  return { ...answer, write, writing, writeAddress: r.awaddr, writeData, strobed, read, reading, readAddress };
}

type ReadAccess = Pick<WaitingRegisterAccess, 'reading' | 'read' | 'readAddress'>;

function readAtOnce(m: Build, ar: Subordinate<AxiLite>['ar'], answered: Bit): ReadAccess {
  ar.ready.set(answered.not());
  const { read } = m.let({ read: ar.fire });
  return { reading: ar.valid.and(answered.not()), read, readAddress: ar.addr };
}

function readLater(m: Build, ar: Subordinate<AxiLite>['ar'], answered: Bit, done: Bit): ReadAccess {
  const r = m.registers({ hasReadAddress: bits(1), araddr: bits(ar.addr.width) });
  ar.ready.set(r.hasReadAddress.not());
  m.when(ar.fire, () => {
    r.hasReadAddress.next(1);
    r.araddr.next(ar.addr);
  });
  const reading = r.hasReadAddress.and(answered.not());
  const { read } = m.let({ read: reading.and(done) });
  m.when(read, () => r.hasReadAddress.next(0));
  return { reading, read, readAddress: r.araddr };
}
