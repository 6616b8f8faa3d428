/** The frame check sequence of Ethernet. */
import { BadSize } from '../errors/width-errors.ts';
import { type Bits, type BitsShape, bits, bool, cat, input, type Module, module, mux, output, parametric, u } from '../index.ts';
import { bitsToCount, isBelow } from './counting.ts';
import { crc32Matrix } from './crc32-matrix.ts';

/** What the register holds before the first octet of a frame. */
const START = 0xffff_ffff;
/** What it holds after a frame and its FCS. */
const RESIDUE = 0xdebb20e3;

export const CRC32_WIDTHS = [8, 16, 32, 64] as const;

function ports(width: number) {
  const data: BitsShape<number> = bits(width);
  const octets: BitsShape<number> = bits(bitsToCount(width / 8));
  return {
    /** the octets now begin a frame */
    first: input(bool),
    /** octet 0 in bits 7..0 */
    data: input(data),
    /** how many of the octets count, from octet 0 upwards; 0: nothing is taken */
    octets: input(octets),
    /** FCS of what was taken up to the cycle before; its octet 0, in bits 7..0, is sent first */
    fcs: output(bits(32)),
    /** what was taken up to the cycle before ends with its own FCS */
    intact: output(bool),
  };
}

/**
 * CRC-32 of IEEE 802.3 (3.2.9), up to `width` bits a cycle, any number of whole octets in each cycle. `first` alone, with
 * no octets, begins a frame too.
 * @param width bits of data: 8, 16, 32 or 64
 * @throws BadSize
 * @function
 */
export const crc32 = parametric((width: (typeof CRC32_WIDTHS)[number]): Module<ReturnType<typeof ports>> => {
  if (!CRC32_WIDTHS.includes(width)) throw new BadSize('width of a CRC-32', width, CRC32_WIDTHS.join(', '));
  const most = width / 8;
  return module(
    `crc32_${width}`,
    ports(width),
    (io, m) => {
      const r = m.registers({ state: bits(32, { init: START }) });
      const { before } = m.let({ before: mux(io.first, u(32, START), r.state) });
      const steps = Array.from({ length: most }, (_, index) => {
        const octets = index + 1;
        const { after } = m.let({ after: crc32Step(before, io.data.take(8 * octets)) }, `_${octets}`);
        return [octets, () => r.state.next(after)] as const;
      });
      m.switch(io.octets, { 0: () => r.state.next(before), ...Object.fromEntries(steps) });
      io.fcs.set(r.state.not());
      io.intact.set(r.state.eq(RESIDUE));
      m.assume('octets_fit', isBelow(io.octets, most + 1));
      const nothing = m.past('nothing', io.octets.eq(0).and(io.first.not()));
      m.assert('nothing_taken_nothing_changed', nothing.not().or(r.state.eq(m.past('state', r.state))));
    },
    `FCS of IEEE 802.3, up to ${most === 1 ? 'one octet' : `${most} octets`} a cycle.`,
  );
});

/** The state after the octets of `data`, octet 0 in bits 7..0, have gone through; all at once. */
export function crc32Step(state: Bits<32>, data: Bits<number>): Bits<32> {
  const rows = crc32Matrix(data.width / 8).map((row) => state.and(row.state).parity().xor(data.and(row.data).parity()));
  return cat(...rows.reverse()).as(bits(32));
}
