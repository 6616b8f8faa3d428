/**
 * The frame check sequence of IEEE 802.3 (3.2.9) as matrices: a step over several octets is linear over GF(2), so each bit
 * of the next state is the parity of some bits of the state and some of the data.
 */

/** x^32 + x^26 + x^23 + … + 1, the coefficient of x^31 in bit 0: octets go least significant bit first. */
export const POLYNOMIAL = 0xedb88320;

/** One bit of the next state: the parity of the chosen bits of the state and of the octets, octet 0 in bits 7..0. */
export interface Row {
  readonly state: number;
  readonly data: bigint;
}

/** The 32 rows, bit 0 first, of the step over `octets` octets: the images of the single bits, transposed. */
export function crc32Matrix(octets: number): readonly Row[] {
  const ofState = Array.from({ length: 32 }, (_, bit) => shifted((1 << bit) >>> 0, 8 * octets));
  // a data bit joins bit 0 of the state when its turn comes
  const ofData = Array.from({ length: 8 * octets }, (_, bit) => shifted(1, 8 * octets - bit));
  return Array.from({ length: 32 }, (_, row) => ({
    state: ofState.reduce((mask, image, bit) => mask + ((image >>> row) & 1) * 2 ** bit, 0),
    data: ofData.reduce((mask, image, bit) => mask | (BigInt((image >>> row) & 1) << BigInt(bit)), 0n),
  }));
}

/** The state after `times` shifts without data. */
function shifted(state: number, times: number): number {
  let value = state;
  for (let time = 0; time < times; time++) value = (value >>> 1) ^ ((value & 1) === 1 ? POLYNOMIAL : 0);
  return value >>> 0;
}
