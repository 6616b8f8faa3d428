/** SystemRDL, read back by a reader of its own: the PeakRDL tools are on PyPI alone. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import type { Register } from '../../../spec/registers.ts';
import { PAGE_REGISTERS } from '../../../spec/station-registers.ts';
import { systemRdl } from '../../../sw/register-map/systemrdl.ts';
import { readSystemRdl } from './read-systemrdl.ts';

const GOLDEN = fileURLToPath(new URL('golden/keyturn_registers.rdl', import.meta.url));
const root = readSystemRdl(systemRdl());

describe('the SystemRDL of the registers', () => {
  it('is the golden file (renew it with `npx vitest run register-map -u`)', async () => {
    await expect(systemRdl()).toMatchFileSnapshot(GOLDEN);
  });

  it('has every register at its place, with its words and its text, 32 bits wide', () => {
    expect(root).toMatchObject({ kind: 'addrmap', name: 'keyturn', properties: { 'default regwidth': '32' } });
    expect(
      root.children.map(({ name, address, count, stride, properties }) => ({ name, address, count, stride, text: properties['desc'] })),
    ).toEqual(
      PAGE_REGISTERS.map(({ name, offset, words, description }) => ({
        name,
        address: offset,
        count: words ?? 1,
        stride: words === undefined ? undefined : 4,
        text: description,
      })),
    );
  });

  it('has every field in its bits, and the value after reset where one is stored', () => {
    for (const { name, fields, bits = 32, access, afterReset = 0, constant } of PAGE_REGISTERS) {
      const read = root.children.find((register) => register.name === name)?.children ?? [];
      const expected = fields ?? [{ name: 'value', low: 0, bits }];
      expect(read.map((field) => ({ name: field.name, ...field.range }))).toEqual(
        expected.map((field) => ({ name: field.name, high: field.low + field.bits - 1, low: field.low })),
      );
      const stored = access !== 'ro' || (constant === true && afterReset !== 'generated');
      const word = read.reduce((sum, { reset = 0, range }) => sum + reset * 2 ** (range?.low ?? 0), 0);
      if (stored) expect(word, name).toBe(afterReset);
      else
        expect(
          read.every(({ reset }) => reset === undefined),
          name,
        ).toBe(true);
    }
  });

  it('says what software may do with each field', () => {
    const software = { ro: 'r', wo: 'w', rw: 'rw', w1c: 'rw' } as const;
    for (const { name, access, pops = false } of PAGE_REGISTERS) {
      const { children = [] } = root.children.find((register) => register.name === name) ?? {};
      for (const { properties } of children) {
        expect(properties['sw'], name).toBe(software[access]);
        expect(properties['onwrite'] === 'woclr', name).toBe(access === 'w1c');
        expect(properties['onread'] === 'ruser', name).toBe(pops);
      }
    }
  });
});

it.each([REGISTER_MAPS.mailbox, REGISTER_MAPS.mac])('the SystemRDL of $title has its registers at their places', (map) => {
  const read = readSystemRdl(systemRdl(map));
  expect(read.name).toBe(map.name);
  expect(read.children.map(({ name, address }) => ({ name, address }))).toEqual(
    map.registers.map(({ name, offset }) => ({ name, address: offset })),
  );
});

it('takes an article off the front of the title, and no other', () => {
  const named = (title: string): unknown => readSystemRdl(systemRdl({ ...REGISTER_MAPS.mac, title })).properties['name'];
  expect(named('a MAC')).toBe('MAC');
  expect(named('the peer of a relation')).toBe('the peer of a relation');
});

it('gives no value after reset where it depends on what the hardware was generated for, whoever may write it', () => {
  const register: Register = { name: 'build', offset: 0, access: 'rw', afterReset: 'generated', description: 'of the build' };
  const [read] = readSystemRdl(systemRdl({ ...REGISTER_MAPS.mac, registers: [register] })).children;
  expect(read?.children.map(({ reset }) => reset)).toEqual([undefined]);
});

it.each([
  ['a keyword as a name', 'addrmap reg {};', 'found reg, expected a name'],
  ['a text that ends early', 'addrmap a { reg { field { sw = r; } b[3:0]', 'found the end'],
  ['a mark that is none', 'addrmap a { % };', 'no token of SystemRDL at "% };"'],
])('the reader refuses %s', (_, text, message) => {
  expect(() => readSystemRdl(text)).toThrow(message);
});
