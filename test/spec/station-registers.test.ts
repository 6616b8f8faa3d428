/** What a station has beside the registers of one relation, written out again by hand. */
import { expect, it } from 'vitest';
import { IMAGE_REGISTERS } from '../../spec/image-registers.ts';
import { REGISTER_LIST, type Register } from '../../spec/registers.ts';
import { FRAME_IDS, PAGE_OCTETS, PAGE_REGISTERS, SHARED_REGISTERS, STATION_REGISTERS, WATCHDOG } from '../../spec/station-registers.ts';

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
    event: { offset: 0xac, access: 'ro', pops: true, fields: { relation: [0, 8], interrupts: [8, 5], valid: [16, 1] } },
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
    consumerLayout: [0x220, 'rw', { offset: [0, 16], length: [16, 11] }],
    dataHold: [0x224, 'rw', { bits: 16 }],
    consumerAcquire: [
      ...[0x228, 'ro'],
      { there: [0, 1], fresh: [1, 1], expired: [2, 1], transferFault: [3, 1], dataStatus: [8, 8], cycleCounter: [16, 16] },
    ],
    providerImage: [0x400, 'wo', { words: 360 }],
    consumerImage: [0xa00, 'ro', { words: 360 }],
  });
});

it('has all of them in each page, in the order of the offsets, and none in the place of another', () => {
  const offsets = PAGE_REGISTERS.map(({ offset }) => offset);
  expect(PAGE_REGISTERS).toHaveLength(REGISTER_LIST.length + 4 + 10);
  expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
  const all = [...REGISTER_LIST, ...Object.values<Register>(STATION_REGISTERS), ...Object.values<Register>(IMAGE_REGISTERS)];
  expect(new Set(PAGE_REGISTERS.map(({ name }) => name))).toEqual(new Set(all.map(({ name }) => name)));
  // an interrupt more, what the interrupts are, and that nothing waits for a key, is other than of a relation alone, and nothing else
  for (const register of PAGE_REGISTERS) {
    const { fields = [], ...plain } = all.find(({ name }) => name === register.name) ?? register;
    const isInterrupts = ['interruptStatus', 'interruptEnable'].includes(register.name);
    expect(register.description !== plain.description, register.name).toBe(isInterrupts || register.name === 'stalledCycles');
    expect({ ...register, description: '', fields: [] }).toEqual({ ...plain, description: '', fields: [] });
    expect(register.fields ?? []).toEqual(isInterrupts ? [...fields, WATCHDOG] : fields);
  }
  expect(WATCHDOG).toMatchObject({ name: 'watchdog', low: 4, bits: 1 });
});

it('has pages of 4096 octets, 2048 FrameIDs, and registers that are the station’s', () => {
  expect([PAGE_OCTETS, FRAME_IDS]).toEqual([4096, 2048]);
  expect(SHARED_REGISTERS).toEqual([
    ...['identification', 'capabilities', 'interruptEnable', 'obsoleteTimeout', 'sourceHigh', 'sourceLow', 'transmitSpace'],
    ...['mapVersion', 'buildId', 'framesPassed', 'framesOverflowed', 'imageCapacity'],
  ]);
});
