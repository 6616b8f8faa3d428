/** Buses that others have agreed on, as bundles: `output` on the side that begins, `input` on the other. */
import { type BundleShape, type BundleSink, type BundleSource, bits, bool, bundle, input, output, stream } from '../index.ts';

/** AXI writes a channel and its signal in one word: `awvalid`. */
const CHANNEL = { last: false, isJoined: true } as const;
const PACKETS = { isJoined: true } as const;

/** A bus as the side sees it that begins. */
export type Manager<S> = S extends BundleShape<infer B> ? BundleSource<B> : never;
/** A bus as the side sees it that answers. */
export type Subordinate<S> = S extends BundleShape<infer B> ? BundleSink<B> : never;
/** The bundle that `axiLite` makes. */
export type AxiLite = ReturnType<typeof axiLite>;
/** The bundle that `axi3` makes. */
export type Axi3 = ReturnType<typeof axi3>;

/** AXI4-Lite with 32-bit data (ARM IHI 0022, B1), without the protection bits; an output of the manager. */
export function axiLite(addressBits: number) {
  const address = stream({ addr: bits(addressBits) }, CHANNEL);
  return bundle({
    aw: output(address),
    w: output(stream({ data: bits(32), strb: bits(4) }, CHANNEL)),
    b: input(stream({ resp: bits(2) }, CHANNEL)),
    ar: output(address),
    r: input(stream({ data: bits(32), resp: bits(2) }, CHANNEL)),
  });
}

/**
 * AXI3 (ARM IHI 0022, A2), as the processing system of a Zynq-7000 has it; an output of the manager. Write data carry an
 * identifier of their own, and a burst has up to 16 beats.
 */
export function axi3({
  addressBits,
  dataBits,
  idBits,
}: {
  readonly addressBits: number;
  readonly dataBits: number;
  readonly idBits: number;
}) {
  const id = bits(idBits);
  const address = stream(
    { id, addr: bits(addressBits), len: bits(4), size: bits(3), burst: bits(2), lock: bits(2), cache: bits(4), prot: bits(3) },
    CHANNEL,
  );
  return bundle({
    aw: output(address),
    w: output(stream({ id, data: bits(dataBits), strb: bits(dataBits / 8) }, PACKETS)),
    b: input(stream({ id, resp: bits(2) }, CHANNEL)),
    ar: output(address),
    r: input(stream({ id, data: bits(dataBits), resp: bits(2) }, PACKETS)),
  });
}

/** GMII (IEEE 802.3, 35.2.2) without its clocks and the collision signals; an output of the MAC. */
export const gmii = bundle({
  txd: output(bits(8)),
  txEn: output(bool),
  txEr: output(bool),
  rxd: input(bits(8)),
  rxDv: input(bool),
  rxEr: input(bool),
});

/** RMII (RMII Consortium, revision 1.2) without its clock; an output of the MAC. */
export const rmii = bundle({ txd: output(bits(2)), txEn: output(bool), rxd: input(bits(2)), crsDv: input(bool), rxEr: input(bool) });
