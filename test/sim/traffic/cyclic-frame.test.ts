/** What a captured frame is, whole and cut off anywhere. */
import { expect, it } from 'vitest';
import { classify } from '../../../sim/traffic/cyclic-frame.ts';

const ADDRESSES = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const classified = (...octets: readonly number[]) => {
  const data = Uint8Array.of(...ADDRESSES, ...octets);
  return classify({ data, originalLength: data.length } as Parameters<typeof classify>[0]);
};
const VLAN = [0x81, 0, 0xc0, 5];
const PROVIDER = [0x88, 0xa8, 0x60, 9];
/** IEC 62439-3: path and size, sequence number */
const HSR = [0x89, 0x2f, 0, 46, 0, 1];
const CYCLIC = [0x88, 0x92, 0x80, 1, 0x80, 7, 0x12, 0x34, 0x35, 1];

it('a cyclic frame is taken apart behind whatever tags it has', () => {
  const application = { cSdu: Uint8Array.of(0x80, 7), cycleCounter: 0x1234, dataStatus: 0x35, transferStatus: 1 };
  const stream = { destination: Uint8Array.of(...ADDRESSES.slice(0, 6)), source: Uint8Array.of(...ADDRESSES.slice(6)), frameId: 0x8001 };
  const shared = { kind: 'cyclic', stream, application };
  expect(classified(...CYCLIC)).toEqual({ ...shared, vlanTci: undefined, outerTags: 0 });
  expect(classified(...VLAN, ...CYCLIC)).toEqual({ ...shared, vlanTci: 0xc005, outerTags: 0 });
  expect(classified(...PROVIDER, ...VLAN, ...CYCLIC)).toEqual({ ...shared, vlanTci: 0xc005, outerTags: 1 });
  expect(classified(...HSR, ...CYCLIC)).toEqual({ ...shared, vlanTci: undefined, outerTags: 1 });
  expect(classified(...VLAN, ...HSR, ...CYCLIC)).toEqual({ ...shared, vlanTci: 0xc005, outerTags: 1 });
});

it('the shortest one has a C_SDU of one octet', () => {
  expect(classified(0x88, 0x92, 0x80, 1, 9, 0, 0, 0x35, 0)).toMatchObject({ kind: 'cyclic', application: { cSdu: Uint8Array.of(9) } });
  expect(classified(0x88, 0x92, 0x80, 1, 0, 0, 0x35, 0)).toEqual({ kind: 'unusable', what: 'cyclic frames without a C_SDU' });
});

it('one that is cut off anywhere is another one, by what is left of it', () => {
  const whole = [...PROVIDER, ...VLAN, ...HSR, ...CYCLIC];
  const kinds = whole.map((_, length) => classified(...whole.slice(0, length)));
  // no EtherType; then that of the innermost tag that is whole, or has begun: behind it there is none
  const types = kinds.slice(0, 18).map((found) => found.kind === 'other' && found.etherType);
  const none = undefined;
  expect(types).toEqual([
    none,
    none,
    0x88a8,
    0x88a8,
    none,
    none,
    0x8100,
    0x8100,
    none,
    none,
    ...Array(4).fill(0x892f),
    none,
    none,
    0x8892,
    0x8892,
  ]);
  expect(kinds.slice(18).map(({ kind }) => kind)).toEqual(['unusable', 'unusable', 'unusable', 'unusable', 'unusable', 'cyclic']);
});
