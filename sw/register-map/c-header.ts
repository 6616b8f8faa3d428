/** The register map as a C header (C99): offsets, masks, shifts, values after reset, and a structure to lay over the registers. */
import { ADDRESS_BITS, IDENTIFICATION, MAP_VERSION, REGISTER_LIST, type Register } from '../../spec/registers.ts';
import { hex, screamingCase, snakeCase } from './names.ts';

/** The whole header; `struct keyturn_registers` has its own offsets asserted. */
export function cHeader(): string {
  return [
    `/* Registers of one Keyturn relation, map version ${MAP_VERSION.major}.${MAP_VERSION.minor}. Made from spec/registers.ts. */`,
    '#ifndef KEYTURN_REGISTERS_H',
    '#define KEYTURN_REGISTERS_H',
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    `#define KEYTURN_IDENTIFICATION ${word(IDENTIFICATION)}`,
    `#define KEYTURN_MAP_MAJOR ${MAP_VERSION.major}u`,
    `#define KEYTURN_MAP_MINOR ${MAP_VERSION.minor}u`,
    `#define KEYTURN_WINDOW_SIZE ${hex(2 ** ADDRESS_BITS, 3)}u`,
    '',
    ...REGISTER_LIST.flatMap((register) => [...definitions(register), '']),
    '/* 32-bit accesses only; what is read-only is const, what is write-only must not be read */',
    'struct keyturn_registers {',
    ...members(),
    '};',
    '',
    '/* C99 has no static assertion: an array of negative size stops the compiler */',
    ...REGISTER_LIST.map(
      ({ name }) =>
        `typedef char keyturn_${snakeCase(name)}_is_in_place[offsetof(struct keyturn_registers, ${snakeCase(name)}) == KEYTURN_${screamingCase(name)}_OFFSET ? 1 : -1];`,
    ),
    '',
    '#endif',
    '',
  ].join('\n');
}

function definitions({ name, offset, access, description, fields = [], afterReset = 0, words, pops }: Register): string[] {
  const prefix = `#define KEYTURN_${screamingCase(name)}`;
  return [
    `/* ${name} (${access}${pops ? ', a read takes the value away' : ''}): ${description} */`,
    `${prefix}_OFFSET ${hex(offset, 3)}u`,
    ...(words === undefined ? [] : [`${prefix}_WORDS ${words}u`]),
    ...(access === 'wo' || afterReset === 'generated' ? [] : [`${prefix}_RESET ${word(afterReset)}`]),
    ...fields.flatMap((field) => [
      `${prefix}_${screamingCase(field.name)}_SHIFT ${field.low}`,
      `${prefix}_${screamingCase(field.name)}_MASK ${word((2 ** field.bits - 1) * 2 ** field.low)} /* ${field.description} */`,
    ]),
  ];
}

function members(): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { name, offset, access, words } of REGISTER_LIST) {
    if (offset > at) lines.push(`  uint32_t reserved_${at.toString(16).padStart(3, '0')}[${(offset - at) / 4}];`);
    lines.push(`  ${access === 'ro' ? 'const ' : ''}volatile uint32_t ${snakeCase(name)}${words === undefined ? '' : `[${words}]`};`);
    at = offset + 4 * (words ?? 1);
  }
  return lines;
}

function word(value: number): string {
  return `${hex(value, 8)}u`;
}
