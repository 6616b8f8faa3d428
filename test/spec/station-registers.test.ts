/** What a station has beside the registers of one relation, written out again by hand. */
import { expect, it } from 'vitest';
import { IMAGE_REGISTERS } from '../../spec/image-registers.ts';
import { REGISTER_LIST, type Register } from '../../spec/registers.ts';
import { FRAME_IDS, PAGE_OCTETS, PAGE_REGISTERS, SHARED_REGISTERS, STATION_REGISTERS } from '../../spec/station-registers.ts';

it('has registers of its own: offset, access, value after reset and every field', () => {
  const found = Object.values(STATION_REGISTERS).map(({ name, offset, access, ...register }) => {
    const fields = 'fields' in register ? register.fields : [];
    return [
      name,
      {
        offset,
        access,
        ...('afterReset' in register ? { afterReset: register.afterReset, bits: register.bits } : {}),
        ...('pops' in register ? { pops: register.pops } : {}),
        fields: Object.fromEntries(fields.map((field) => [field.name, [field.low, field.bits]])),
      },
    ];
  });
  expect(Object.fromEntries(found)).toEqual({
    receiveRelation: { offset: 0xa8, access: 'ro', fields: { relation: [0, 8], valid: [16, 1] } },
    event: { offset: 0xac, access: 'ro', pops: true, fields: { relation: [0, 8], interrupts: [8, 4], valid: [16, 1] } },
    frameIdBase: { offset: 0xb0, access: 'rw', afterReset: 0x8000, bits: 16, fields: {} },
    framesRefused: { offset: 0x128, access: 'ro', fields: {} },
  });
});

it('has registers of process images: offset, access and every field', () => {
  const found = Object.values<Register>(IMAGE_REGISTERS).map(({ name, offset, access, bits, words, fields = [] }) => [
    name,
    [offset, access, { bits, words, ...Object.fromEntries(fields.map((field) => [field.name, [field.low, field.bits]])) }],
  ]);
  expect(Object.fromEntries(found)).toEqual({
    imageCapacity: [0x200, 'ro', { bits: 17 }],
    providerLayout: [0x204, 'rw', { offset: [0, 16], length: [16, 11], sending: [31, 1] }],
    sendSchedule: [0x208, 'rw', { phase: [0, 9], reductionExponent: [12, 4], sendClockExponent: [16, 3], sends: [31, 1] }],
    providerPublish: [0x20c, 'wo', { dataStatus: [0, 8] }],
    sendLate: [0x210, 'ro', {}],
    providerImage: [0x400, 'wo', { words: 360 }],
  });
});

it('has all of them in each page, in the order of the offsets, and none in the place of another', () => {
  const offsets = PAGE_REGISTERS.map(({ offset }) => offset);
  expect(PAGE_REGISTERS).toHaveLength(REGISTER_LIST.length + 4 + 6);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
  expect(new Set(PAGE_REGISTERS)).toEqual(
    new Set([...REGISTER_LIST, ...Object.values(STATION_REGISTERS), ...Object.values(IMAGE_REGISTERS)]),
  );
});

it('has pages of 4096 octets, 2048 FrameIDs, and registers that are the station’s', () => {
  expect([PAGE_OCTETS, FRAME_IDS]).toEqual([4096, 2048]);
  expect(SHARED_REGISTERS).toEqual([
    ...['identification', 'capabilities', 'interruptEnable', 'obsoleteTimeout', 'sourceHigh', 'sourceLow', 'transmitSpace'],
    ...['mapVersion', 'buildId', 'framesPassed', 'framesOverflowed', 'imageCapacity'],
  ]);
});
