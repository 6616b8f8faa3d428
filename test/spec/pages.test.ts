/** Pages and register maps of a board, against the addresses that boards/tops/README.md and the overlay give. */

import { describe, expect, it } from 'vitest';
import { MAC_REGISTERS } from '../../spec/mac-registers.ts';
import { MAILBOX_REGISTERS } from '../../spec/mailbox-registers.ts';
import { lineOf, pageBase, pagesOf, RELATIONS_OCTETS } from '../../spec/pages.ts';
import { PAGE_MAPS, REGISTER_MAPS } from '../../spec/register-maps.ts';

describe('the pages of a board', () => {
  it.each([
    ['fifo', ['peer', 'host', 'network']],
    ['gmii', ['peer', 'host', 'mac']],
    ['rmii', ['peer', 'host', 'mac']],
  ] as const)('with %s as the way to the wire are these', (wire, pages) => {
    expect(pagesOf(wire)).toEqual(pages);
  });

  it.each([
    ['peer', 0x43c00000],
    ['host', 0x43d00000],
    ['network', 0x43d01000],
    ['mac', 0x43d02000],
  ] as const)('have 4096 octets each, the others behind 256 of relations: %s', (page, address) => {
    expect(pageBase(0x43c00000, page)).toBe(address);
  });

  it('have their interrupts on the first lines of IRQ_F2P, but for the counters of a MAC, which have none', () => {
    expect((['peer', 'host', 'network', 'mac'] as const).map(lineOf)).toEqual([0, 1, 2, undefined]);
  });

  it('of relations lie in 1 MiB', () => {
    expect(RELATIONS_OCTETS).toBe(0x10_0000);
  });
});

describe('every register map', () => {
  it.each(Object.values(REGISTER_MAPS))('of $title has whole words in the order of their offsets, each once', ({ registers }) => {
    const offsets = registers.map(({ offset }) => offset);
    expect(registers.length).toBeGreaterThan(8);
    for (const [index, offset] of offsets.entries()) {
      expect(offset % 4).toBe(0);
      if (index > 0) expect(offset).toBeGreaterThan(offsets[index - 1] ?? 0);
    }
  });

  it('is put in that order, however it was written', () => {
    for (const { registers } of Object.values(REGISTER_MAPS))
      expect(registers.map(({ name }) => name)).toEqual(registers.toSorted((a, b) => a.offset - b.offset).map(({ name }) => name));
    expect(REGISTER_MAPS.mailbox.registers).toHaveLength(Object.keys(MAILBOX_REGISTERS).length);
  });

  it('names the counters of a MAC as IEEE 802.3 and the RMII specification have their causes, read only', () => {
    expect(MAC_REGISTERS.fcsError).toEqual({
      name: 'fcsError',
      offset: 0x028,
      access: 'ro',
      description: 'frames with a wrong FCS: dropped',
    });
  });

  it('says in which bits a mailbox tells that there is a frame, and room for one', () => {
    for (const { fields } of [MAILBOX_REGISTERS.interruptStatus, MAILBOX_REGISTERS.interruptEnable])
      expect(fields.map(({ name, low, bits }) => ({ name, low, bits }))).toEqual([
        { name: 'received', low: 0, bits: 1 },
        { name: 'space', low: 1, bits: 1 },
      ]);
  });
});

it('each page has the registers of what stands behind it', () => {
  const names = Object.entries(PAGE_MAPS).map(([page, { name }]) => `${page} ${name}`);
  expect(names).toEqual(['peer keyturn', 'host keyturn_mailbox', 'network keyturn_mailbox', 'mac keyturn_mac']);
});
