/** The bus side of AXI4-Lite registers. */
import { type Bit, type Bits, type BitsShape, type Build, bits, bool, cat, type Inside, input, output, type Wire } from '../index.ts';

/** AXI4-Lite with 32-bit data (ARM IHI 0022, B1), without the protection bits. */
export function axiLitePorts(addressBits: number) {
  const address: BitsShape<number> = bits(addressBits);
  return {
    sAxiAwaddr: input(address),
    sAxiAwvalid: input(bool),
    sAxiAwready: output(bool),
    sAxiWdata: input(bits(32)),
    sAxiWstrb: input(bits(4)),
    sAxiWvalid: input(bool),
    sAxiWready: output(bool),
    sAxiBresp: output(bits(2)),
    sAxiBvalid: output(bool),
    sAxiBready: input(bool),
    sAxiAraddr: input(address),
    sAxiArvalid: input(bool),
    sAxiArready: output(bool),
    sAxiRdata: output(bits(32)),
    sAxiRresp: output(bits(2)),
    sAxiRvalid: output(bool),
    sAxiRready: input(bool),
  };
}

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

/**
 * Answers every request once. One write and one read can be under way at a time; a write waits for its address and its
 * data, in whichever order they come. What was written does not stay.
 */
export function buildAxiLiteBus(
  m: Build,
  io: Inside<ReturnType<typeof axiLitePorts>>,
  { nothingThere }: { readonly nothingThere: number },
): RegisterAccess {
  const address: BitsShape<number> = bits(io.sAxiAwaddr.width);
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

  io.sAxiAwready.set(r.hasAddress.not());
  io.sAxiWready.set(r.hasData.not());
  io.sAxiBvalid.set(r.bvalid);
  io.sAxiBresp.set(r.bresp);
  m.when(io.sAxiAwvalid.and(io.sAxiAwready), () => {
    r.hasAddress.next(1);
    r.awaddr.next(io.sAxiAwaddr);
  });
  m.when(io.sAxiWvalid.and(io.sAxiWready), () => {
    r.hasData.next(1);
    r.wdata.next(io.sAxiWdata);
    r.wstrb.next(io.sAxiWstrb);
  });
  const { write } = m.let({ write: r.hasAddress.and(r.hasData).and(r.bvalid.not()) });
  m.when(write, () => {
    r.hasAddress.next(0);
    r.hasData.next(0);
    r.wdata.next(0);
    r.bvalid.next(1);
    r.bresp.next(answer.writeResponse);
  }).elseWhen(io.sAxiBready, () => r.bvalid.next(0));

  io.sAxiArready.set(r.rvalid.not());
  io.sAxiRvalid.set(r.rvalid);
  io.sAxiRdata.set(r.rdata);
  io.sAxiRresp.set(r.rresp);
  const { read } = m.let({ read: io.sAxiArvalid.and(io.sAxiArready) });
  m.when(read, () => {
    r.rvalid.next(1);
    r.rdata.next(answer.readData);
    r.rresp.next(answer.readResponse);
  }).elseWhen(io.sAxiRready, () => r.rvalid.next(0));

  const b = m.past('b', cat(r.bresp, io.sAxiBvalid.and(io.sAxiBready.not())));
  m.assert(
    'answer_stays_until_taken',
    b
      .bit(0)
      .not()
      .or(r.bvalid.and(r.bresp.eq(b.bits(1, 2)))),
  );
  const d = m.past('r', cat(r.rdata, r.rresp, io.sAxiRvalid.and(io.sAxiRready.not())));
  m.assert(
    'data_stay_until_taken',
    d
      .bit(0)
      .not()
      .or(r.rvalid.and(cat(r.rdata, r.rresp).eq(d.bits(1, 34)))),
  );
  m.assert('nothing_written_stays', r.hasData.or(r.wdata.eq(0)));

  const octets = [3, 2, 1, 0].map((octet) => r.wstrb.bit(octet).sext(8));
  const { strobed } = m.let({ strobed: cat(...octets) as Bits<number> as unknown as Bits<32> });
  const { writeData } = m.let({ writeData: r.wdata.and(strobed) });
  return { ...answer, write, writeAddress: r.awaddr, writeData, strobed, read, readAddress: io.sAxiAraddr };
}
