/** From AXI3, as the processing system of a Zynq-7000 has it, to AXI4-Lite. */
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
import { type Axi3, type AxiLite, axi3, axiLite, type Manager, type Subordinate } from './buses.ts';

/** Widths of the two buses. */
export interface Axi3BridgeOptions {
  /** bits of an address, on both sides; more than 6 */
  readonly addressBits: number;
  /** bits of an identifier; 12 at M_AXI_GP0 (UG585, 5.6) */
  readonly idBits: number;
}

type Axi3BridgePorts = { readonly sAxi: PortShape<'in', Axi3>; readonly mAxi: PortShape<'out', AxiLite> };

export interface Axi3BridgeSides {
  readonly sAxi: Subordinate<Axi3>;
  readonly mAxi: Manager<AxiLite>;
}

/** AxBURST (ARM IHI 0022, A3.4.1); 3 is reserved. */
export const BURST = { FIXED: 0, INCR: 1, WRAP: 2 } as const;
/** Octets of the longest burst that wraps, 16 words of 4, need so many bits of an address. */
const WRAP_BITS = 6;

/**
 * Splits each burst of a manager that speaks AXI3 with 32-bit data into single accesses of AXI4-Lite, one after the other, and
 * answers the burst once, under its identifier: a write with the worst of the responses, a read with the response of each beat
 * and RLAST with the last one. One write and one read are under way at a time.
 *
 * Narrow beats reach AXI4-Lite as the word that they lie in, so a read of an octet reads its whole word, and takes it away
 * where a read does; the lanes of a write follow its strobes. Nothing is waited for but the two neighbours, and each beat has
 * the cycles that it needs there and at most three of its own. What AXI3 does not allow never hangs, and answers SLVERR: a reserved
 * type of burst, beats wider than a word and a burst that wraps after a number of beats that is no power of two reach nobody;
 * WLAST at another beat than AWLEN says ends the burst at the first of both; data under another identifier than their
 * address are written. Locks, caches and protection bits are not looked at: an exclusive access answers OKAY, which
 * says that it was none (A7.2). What was written does not stay.
 */
export function axi3Bridge(options: Axi3BridgeOptions): Module<Axi3BridgePorts> {
  return module(
    `axi3_bridge_${options.addressBits}_id${options.idBits}`,
    axi3BridgePorts(options),
    (io, m) => {
      buildAxi3Bridge(m, io, options);
    },
    'AXI3 to AXI4-Lite: bursts become single accesses, answered under their identifiers.',
  );
}

export function axi3BridgePorts({ addressBits, idBits }: Axi3BridgeOptions): Axi3BridgePorts {
  return { sAxi: input(axi3({ addressBits, dataBits: 32, idBits })), mAxi: output(axiLite(addressBits)) };
}

/** The body apart, for the proof that looks inside. */
export function buildAxi3Bridge(m: Build, { sAxi, mAxi }: Axi3BridgeSides, options: Axi3BridgeOptions) {
  m.unused(sAxi.aw.lock, sAxi.aw.cache, sAxi.aw.prot, sAxi.ar.lock, sAxi.ar.cache, sAxi.ar.prot);
  return { write: buildWrites(m, sAxi, mAxi, options), read: buildReads(m, sAxi, mAxi, options) };
}

function buildWrites(m: Build, { aw, w, b }: Axi3BridgeSides['sAxi'], lite: Axi3BridgeSides['mAxi'], options: Axi3BridgeOptions) {
  const burst = burstRegisters(m, 'write', options);
  const r = m.registers({
    writeData: bits(32),
    writeStrobe: bits(4),
    addressDue: bits(1),
    dataDue: bits(1),
    writeEnds: bits(1),
    writeResponse: bits(2),
  });
  const worse = (response: Bits<2>): Bits<2> => mux(response.gt(r.writeResponse), response, r.writeResponse);
  const { asBurstSays } = m.let({ asBurstSays: w.last.eq(burst.isLast).and(w.id.eq(burst.id)) });
  const { ends } = m.let({ ends: w.last.or(burst.isLast) });
  const state = m.fsm('write_state', {
    reset: 'free',
    states: {
      free: (f) =>
        m.when(aw.fire, () => {
          burst.begin(aw);
          r.writeResponse.next(mux(isRefused(aw), u(2, RESPONSE.SLVERR), RESPONSE.OKAY));
          f.goto('data');
        }),
      data: (f) =>
        m.when(w.fire, () => {
          m.when(asBurstSays.not(), () => r.writeResponse.next(worse(u(2, RESPONSE.SLVERR))));
          m.when(burst.refused, () => {
            burst.advance();
            m.when(ends, () => f.goto('respond'));
          }).otherwise(() => {
            r.writeData.next(w.data);
            r.writeStrobe.next(w.strb);
            r.writeEnds.next(ends);
            r.addressDue.next(1);
            r.dataDue.next(1);
            f.goto('access');
          });
        }),
      access: (f) => {
        m.when(lite.aw.ready, () => r.addressDue.next(0));
        m.when(lite.w.ready, () => {
          r.dataDue.next(0);
          r.writeData.next(0);
        });
        m.when(r.addressDue.not().or(lite.aw.ready).and(r.dataDue.not().or(lite.w.ready)), () => f.goto('answer'));
      },
      answer: (f) =>
        m.when(lite.b.valid, () => {
          r.writeResponse.next(worse(lite.b.resp));
          burst.advance();
          m.when(r.writeEnds, () => f.goto('respond')).otherwise(() => f.goto('data'));
        }),
      respond: (f) => m.when(b.ready, () => f.goto('free')),
    },
  });
  aw.ready.set(state.is('free'));
  w.ready.set(state.is('data'));
  lite.aw.valid.set(r.addressDue);
  lite.aw.addr.set(burst.word);
  lite.w.valid.set(r.dataDue);
  lite.w.data.set(r.writeData);
  lite.w.strb.set(r.writeStrobe);
  lite.b.ready.set(state.is('answer'));
  b.valid.set(state.is('respond'));
  b.id.set(burst.id);
  b.resp.set(r.writeResponse);
  m.assert('nothing_written_stays', r.dataDue.or(r.writeData.eq(0)));
  m.assert('due_only_in_an_access', r.addressDue.or(r.dataDue).eq(state.is('access')));
  return { state, burst, ends: r.writeEnds, response: r.writeResponse, addressDue: r.addressDue, dataDue: r.dataDue };
}

function buildReads(m: Build, { ar, r: beats }: Axi3BridgeSides['sAxi'], lite: Axi3BridgeSides['mAxi'], options: Axi3BridgeOptions) {
  const burst = burstRegisters(m, 'read', options);
  const r = m.registers({ readData: bits(32), readResponse: bits(2) });
  const state = m.fsm('read_state', {
    reset: 'free',
    states: {
      free: (f) =>
        m.when(ar.fire, () => {
          burst.begin(ar);
          r.readData.next(0);
          r.readResponse.next(RESPONSE.SLVERR);
          m.when(isRefused(ar), () => f.goto('offer')).otherwise(() => f.goto('access'));
        }),
      access: (f) => m.when(lite.ar.ready, () => f.goto('answer')),
      answer: (f) =>
        m.when(lite.r.valid, () => {
          r.readData.next(lite.r.data);
          r.readResponse.next(lite.r.resp);
          f.goto('offer');
        }),
      offer: (f) =>
        m.when(beats.ready, () => {
          burst.advance();
          m.when(burst.isLast, () => f.goto('free')).elseWhen(burst.refused.not(), () => f.goto('access'));
        }),
    },
  });
  ar.ready.set(state.is('free'));
  lite.ar.valid.set(state.is('access'));
  lite.ar.addr.set(burst.word);
  lite.r.ready.set(state.is('answer'));
  beats.valid.set(state.is('offer'));
  beats.id.set(burst.id);
  beats.data.set(r.readData);
  beats.resp.set(r.readResponse);
  beats.last.set(burst.isLast);
  return { state, burst, response: r.readResponse };
}

type Request = Axi3BridgeSides['sAxi']['aw'];

/** What AXI3 does not allow: A3.4.1. */
function isRefused({ size, burst, len }: Request): Bit {
  const wrapsWell = [1, 3, 7, 15].map((most) => len.eq(most)).reduce((a, b) => a.or(b));
  return burst.eq(3).or(size.gt(2)).or(burst.eq(BURST.WRAP).and(wrapsWell.not()));
}

/**
 * The burst under way. Of the address of the next beat, the bits of `moving` are those of the sum, and the others stay: none
 * (INCR), those above the place that it wraps in (WRAP), all (FIXED).
 */
function burstRegisters(m: Build, name: 'read' | 'write', { addressBits, idBits }: Axi3BridgeOptions) {
  const address: BitsShape<number> = bits(addressBits);
  const r = m.registers(
    {
      id: bits(idBits),
      address,
      left: bits(4),
      size: bits(2),
      within: bits(WRAP_BITS),
      grows: bits(1),
      refused: bits(1),
    },
    `_${name}`,
  );
  /** octets of a beat, less one */
  const most = (size: Bits<2>): Bits<2> => cat(size.bit(1), size.any());
  const { moving } = m.let({ moving: cat(r.grows.sext(addressBits - WRAP_BITS), r.within) }, `_${name}`);
  const { next } = m.let({ next: r.address.or(most(r.size).zext(addressBits)).add(1) }, `_${name}`);
  return {
    id: r.id,
    address: r.address,
    size: r.size,
    moving,
    refused: r.refused,
    left: r.left,
    isLast: r.left.eq(0),
    /** address of the word that the beat lies in */
    word: r.address.and(2 ** addressBits - 4),
    begin: (request: Request): void => {
      const { id, addr, len, size, burst } = request;
      const step = size.take(2);
      r.id.next(id);
      r.address.next(addr);
      r.left.next(len);
      r.size.next(step);
      r.grows.next(burst.eq(BURST.INCR));
      const container = len.zext(WRAP_BITS).shl(step).or(most(step).zext(WRAP_BITS));
      r.within.next(mux(burst.eq(BURST.FIXED), u(WRAP_BITS, 0), mux(burst.eq(BURST.INCR), u(WRAP_BITS, 63), container)));
      r.refused.next(isRefused(request));
    },
    advance: (): void => {
      r.left.next(r.left.sub(1));
      r.address.next(r.address.and(moving.not()).or(next.and(moving)));
    },
  };
}
