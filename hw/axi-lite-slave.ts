import { bits, bool, input, module, mux, output, u } from '../hdl-gen/index.ts';
import { ADDRESS_BITS } from '../spec/registers.ts';

const OKAY = 0;
const SLVERR = 2;

/** The ports of an AXI4-Lite slave with 32-bit data (ARM IHI 0022, B1), without the protection bits, which we do not look at. */
export const AXI_LITE_PORTS = {
  sAxiAwaddr: input(bits(ADDRESS_BITS)),
  sAxiAwvalid: input(bool),
  sAxiAwready: output(bool),
  sAxiWdata: input(bits(32)),
  sAxiWstrb: input(bits(4)),
  sAxiWvalid: input(bool),
  sAxiWready: output(bool),
  sAxiBresp: output(bits(2)),
  sAxiBvalid: output(bool),
  sAxiBready: input(bool),
  sAxiAraddr: input(bits(ADDRESS_BITS)),
  sAxiArvalid: input(bool),
  sAxiArready: output(bool),
  sAxiRdata: output(bits(32)),
  sAxiRresp: output(bits(2)),
  sAxiRvalid: output(bool),
  sAxiRready: input(bool),
} as const;

/**
 * AXI4-Lite on one side, one-cycle register accesses on the other. Every request is answered once; one write
 * and one read can be under way at a time. A write waits for its address and its data, in whichever order they
 * come. Whole words only: a write with another strobe than 1111, like one that `writeError` refuses, changes
 * nothing and answers SLVERR.
 */
export const axiLiteSlave = module(
  'axi_lite_slave',
  {
    ...AXI_LITE_PORTS,
    writeAddress: output(bits(ADDRESS_BITS)),
    writeData: output(bits(32)),
    /** one cycle; the register takes `writeData` unless it answers `writeError` in the same cycle */
    write: output(bool),
    writeError: input(bool),
    readAddress: output(bits(ADDRESS_BITS)),
    /** one cycle; `readData` and `readError` answer in the same cycle */
    read: output(bool),
    readData: input(bits(32)),
    readError: input(bool),
  },
  (io, m) => {
    const r = m.registers({
      hasAddress: bits(1),
      hasData: bits(1),
      awaddr: bits(ADDRESS_BITS),
      wdata: bits(32),
      wholeWord: bits(1),
      bvalid: bits(1),
      bresp: bits(2),
      rvalid: bits(1),
      rresp: bits(2),
      rdata: bits(32),
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
      r.wholeWord.next(io.sAxiWstrb.allOnes());
    });
    const { execute } = m.let({ execute: r.hasAddress.and(r.hasData).and(r.bvalid.not()) });
    io.write.set(execute.and(r.wholeWord));
    io.writeAddress.set(r.awaddr);
    io.writeData.set(r.wdata);
    m.when(execute, () => {
      r.hasAddress.next(0);
      r.hasData.next(0);
      r.wdata.next(0);
      r.bvalid.next(1);
      r.bresp.next(mux(io.writeError.or(r.wholeWord.not()), u(2, SLVERR), OKAY));
    }).elseWhen(io.sAxiBready, () => r.bvalid.next(0));

    io.sAxiArready.set(r.rvalid.not());
    io.sAxiRvalid.set(r.rvalid);
    io.sAxiRdata.set(r.rdata);
    io.sAxiRresp.set(r.rresp);
    io.read.set(io.sAxiArvalid.and(io.sAxiArready));
    io.readAddress.set(io.sAxiAraddr);
    m.when(io.read, () => {
      r.rvalid.next(1);
      r.rdata.next(mux(io.readError, u(32, 0), io.readData));
      r.rresp.next(mux(io.readError, u(2, SLVERR), OKAY));
    }).elseWhen(io.sAxiRready, () => r.rvalid.next(0));

    m.assert('answer_stays_until_taken', m.past('b_waits', io.sAxiBvalid.and(io.sAxiBready.not())).not().or(io.sAxiBvalid));
    m.assert('data_stay_until_taken', m.past('r_waits', io.sAxiRvalid.and(io.sAxiRready.not())).not().or(io.sAxiRvalid));
  },
  'AXI4-Lite slave: every request is answered once.',
);
