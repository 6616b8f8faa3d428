import { bits, bool, bundle, input, module, mux, output, u } from '../hdl-gen/index.ts';
import { axiLite, buildAxiLiteBus, RESPONSE } from '../hdl-gen/library/index.ts';
import { ADDRESS_BITS } from '../spec/registers.ts';

/** The registers of a peer from outside. */
export const registerBus = axiLite(ADDRESS_BITS);

/** Register accesses of one cycle each; an output of the bus. */
export const registerAccess = bundle({
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
});

/**
 * AXI4-Lite on one side, one-cycle register accesses on the other. Every request is answered once; one write
 * and one read can be under way at a time. A write waits for its address and its data, in whichever order they
 * come. Whole words only: a write with another strobe than 1111, like one that `writeError` refuses, changes
 * nothing and answers SLVERR.
 */
export const axiLiteSlave = module(
  'axi_lite_slave',
  {
    sAxi: input(registerBus),
    access: output(registerAccess),
  },
  (io, m) => {
    const { access } = io;
    const bus = buildAxiLiteBus(m, io.sAxi, { nothingThere: RESPONSE.SLVERR });
    const { wholeWord } = m.let({ wholeWord: bus.strobed.allOnes() });
    access.write.set(bus.write.and(wholeWord));
    access.writeAddress.set(bus.writeAddress);
    access.writeData.set(bus.writeData);
    bus.writeResponse.set(mux(access.writeError.or(wholeWord.not()), u(2, RESPONSE.SLVERR), RESPONSE.OKAY));
    access.read.set(bus.read);
    access.readAddress.set(bus.readAddress);
    bus.readData.set(mux(access.readError, u(32, 0), access.readData));
    bus.readResponse.set(mux(access.readError, u(2, RESPONSE.SLVERR), RESPONSE.OKAY));
  },
  'AXI4-Lite slave: every request is answered once.',
);
