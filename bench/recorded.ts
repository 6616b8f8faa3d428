/** A station of one relation under traffic that was recorded: its inputs come from a memory, cycle by cycle, so that every simulator does the same work. */
import { type AnyBits, type Bits, bits, module, output } from '../hdl-gen/index.ts';
import { STATION_ADDRESS_BITS } from '../hw/station/registers.ts';
import { station } from '../hw/station.ts';
import { backToBack } from '../sim/back-to-back.ts';
import type { EngineName } from '../spec/aead-engines.ts';

/** Cycles that are recorded and played again and again: set-up, frames back to back in both directions, a rekey among them. */
const CYCLES = 8192;
const FRAMES = { length: 40, octets: 64 };
const REKEY_AFTER = 4;

/** The inputs that a word of the recording has, the lowest first. */
const INPUTS: readonly (readonly [name: string, width: number])[] = [
  ['s_axi_awaddr', STATION_ADDRESS_BITS],
  ['s_axi_awvalid', 1],
  ['s_axi_wdata', 32],
  ['s_axi_wstrb', 4],
  ['s_axi_wvalid', 1],
  ['s_axi_bready', 1],
  ['s_axi_araddr', STATION_ADDRESS_BITS],
  ['s_axi_arvalid', 1],
  ['s_axi_rready', 1],
  ['rx_data', 8],
  ['rx_valid', 1],
  ['rx_last', 1],
  ['tx_ready', 1],
  ['host_rx_ready', 1],
];
const WORD_BITS = INPUTS.reduce((sum, [, width]) => sum + width, 0);

async function record(engine: EngineName): Promise<readonly bigint[]> {
  const words: bigint[] = [];
  const lengths = Array<number>(FRAMES.length).fill(FRAMES.octets);
  await backToBack({
    engine,
    profile: 'paper',
    tagged: false,
    lengths,
    rekeyAfter: REKEY_AFTER,
    onInputs: (role, { inputs }) => {
      if (role === 'follower' || words.length === CYCLES) return;
      words.push(INPUTS.reduceRight((word, [name, width]) => (word << BigInt(width)) | (inputs.get(name)?.big ?? 0n), 0n));
    },
  });
  return words;
}

export async function recordedStation(engine: EngineName) {
  const init = await record(engine);
  return module(`recorded_${engine.replaceAll('-', '_')}`, { digest: output(bits(32)) }, (io, m) => {
    const dut = m.instance('dut', station({ role: 'initiator', slots: 2, relations: 1, engine }));
    const traffic = m.memory('traffic', bits(WORD_BITS), CYCLES, { init });
    const r = m.registers({ cycle: bits(13), seen: bits(32) });
    r.cycle.next(r.cycle.add(1));
    const { word } = m.let({ word: traffic.read(r.cycle) });
    let low = 0;
    const next = <W extends number>(width: W): Bits<W> => {
      low += width;
      return word.bits(low - width, width) as AnyBits as Bits<W>;
    };
    dut.sAxi.aw.addr.set(next(STATION_ADDRESS_BITS));
    dut.sAxi.aw.valid.set(next(1));
    dut.sAxi.w.data.set(next(32));
    dut.sAxi.w.strb.set(next(4));
    dut.sAxi.w.valid.set(next(1));
    dut.sAxi.b.ready.set(next(1));
    dut.sAxi.ar.addr.set(next(STATION_ADDRESS_BITS));
    dut.sAxi.ar.valid.set(next(1));
    dut.sAxi.r.ready.set(next(1));
    dut.rx.data.set(next(8));
    dut.rx.valid.set(next(1));
    dut.rx.last.set(next(1));
    dut.tx.ready.set(next(1));
    dut.hostRx.ready.set(next(1));
    dut.hostTx.data.set(0);
    dut.hostTx.valid.set(0);
    dut.hostTx.last.set(0);
    // what comes out is looked at, so that no simulator leaves anything out
    m.when(dut.tx.valid, () => r.seen.next(r.seen.add(dut.tx.data.zext(32))));
    m.when(dut.sAxi.r.valid, () => r.seen.next(r.seen.xor(dut.sAxi.r.data)));
    io.digest.set(r.seen);
    for (const unused of [dut.rx.ready, dut.hostTx.ready, dut.hostRx.data, dut.hostRx.valid, dut.hostRx.last, dut.tx.last])
      m.unused(unused);
    for (const unused of [
      dut.irq,
      dut.sAxi.aw.ready,
      dut.sAxi.w.ready,
      dut.sAxi.b.resp,
      dut.sAxi.b.valid,
      dut.sAxi.ar.ready,
      dut.sAxi.r.resp,
    ])
      m.unused(unused);
    m.unused(dut.trace, dut.ready);
  });
}
