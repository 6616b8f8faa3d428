/** The C header, judged by a C compiler: it must compile without a warning, and a program made with it must know the map. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import { IDENTIFICATION, MAP_VERSION } from '../../../spec/registers.ts';
import { PAGE_REGISTERS } from '../../../spec/station-registers.ts';
import { cHeader } from '../../../sw/register-map/c-header.ts';

const GOLDEN = fileURLToPath(new URL('golden/keyturn_registers.h', import.meta.url));
const STRICT = ['-Wall', '-Wextra', '-Werror', '-pedantic', '-std=c99'];

const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a program with the header prints; the C names are derived here once more, on purpose. */
function printedBy(header: string, lines: readonly string[]): string[] {
  writeFileSync(join(folder, 'keyturn_registers.h'), header);
  writeFileSync(
    join(folder, 'program.c'),
    `#include "keyturn_registers.h"\n#include "keyturn_registers.h"\n#include <stdio.h>\nint main(void)\n{\n${lines.join('\n')}\nreturn 0;\n}\n`,
  );
  execFileSync('gcc', [...STRICT, '-o', join(folder, 'program'), join(folder, 'program.c')], { stdio: 'pipe' });
  return execFileSync(join(folder, 'program'), { encoding: 'utf8' }).trim().split('\n');
}
const cName = (name: string): string =>
  [...name]
    .map((letter) => (letter === letter.toUpperCase() ? `_${letter}` : letter))
    .join('')
    .toLowerCase();

it('is the golden file (renew it with `npx vitest run register-map -u`)', async () => {
  await expect(cHeader()).toMatchFileSnapshot(GOLDEN);
});

it('compiles without a warning, and offsets, sizes, masks and values are those of the map', () => {
  const expected: string[] = [];
  const lines: string[] = [];
  const print = (label: string, expression: string, value: number): void => {
    lines.push(`printf("${label} %lu\\n", (unsigned long)(${expression}));`);
    expected.push(`${label} ${value}`);
  };
  print('identification', 'KEYTURN_IDENTIFICATION', IDENTIFICATION);
  print('erase all', 'KEYTURN_ERASE_ALL_VALUE', 0x4552_4153);
  print('major', 'KEYTURN_MAP_MAJOR', MAP_VERSION.major);
  for (const { name, offset, words = 1, fields = [], access, afterReset = 0 } of PAGE_REGISTERS) {
    const [member, macro] = [cName(name), `KEYTURN_${cName(name).toUpperCase()}`];
    print(`${name} stands`, `offsetof(struct keyturn_registers, ${member})`, offset);
    print(`${name} OFFSET`, `${macro}_OFFSET`, offset);
    print(`${name} octets`, `sizeof ((struct keyturn_registers *)0)->${member}`, 4 * words);
    if (access !== 'wo' && afterReset !== 'generated') print(`${name} RESET`, `${macro}_RESET`, afterReset);
    for (const { name: field, low, bits } of fields) {
      const of = `${macro}_${cName(field).toUpperCase()}`;
      print(`${name}.${field} mask`, `${of}_MASK`, Number(((1n << BigInt(bits)) - 1n) << BigInt(low)));
      print(`${name}.${field} width`, `(${of}_MASK >> ${of}_SHIFT) + 1ul`, 2 ** bits);
    }
  }
  expect(printedBy(cHeader(), lines)).toEqual(expected);
});

it('stops the compiler where the structure and an offset disagree', () => {
  const moved = cHeader().replace(/KEYTURN_STATUS_OFFSET 0x00c/, 'KEYTURN_STATUS_OFFSET 0x010');
  expect(() => printedBy(moved, [])).toThrow('keyturn_status_is_in_place');
});

it('lets nobody write what is read-only', () => {
  const write = (member: string): string => `struct keyturn_registers *registers = 0; if (registers) registers->${member} = 1;`;
  expect(() => printedBy(cHeader(), [write('status')])).toThrow('read-only');
  expect(() => printedBy(cHeader(), [write('control')])).not.toThrow();
});

it.each([REGISTER_MAPS.mailbox, REGISTER_MAPS.mac])('that of $title compiles, beside the others, with the offsets of its map', (map) => {
  writeFileSync(join(folder, 'other.h'), cHeader(map));
  const lines = map.registers.map(({ name }) => `printf("%lu\\n", (unsigned long)offsetof(struct ${map.name}_registers, ${cName(name)}));`);
  const header = `${cHeader()}\n#include "other.h"\n`;
  expect(printedBy(header, lines)).toEqual(map.registers.map(({ offset }) => String(offset)));
});
