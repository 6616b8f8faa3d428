/** The register map as a C header (C99): offsets, masks, shifts, values after reset, and a structure to lay over the registers. */
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { ADDRESS_BITS, MAP_VERSION, type Register } from '../../spec/registers.ts';
import { hex, screamingCase, snakeCase } from './names.ts';

/** The whole header; `struct <name>_registers` has its own offsets asserted. */
export function cHeader(map: RegisterMapDescription = REGISTER_MAPS.station): string {
  const { name: prefix, registers } = map;
  const macro = prefix.toUpperCase();
  return [
    `/* Registers of ${map.title}, map version ${MAP_VERSION.major}.${MAP_VERSION.minor}. Made from ${map.source}. */`,
    `#ifndef ${macro}_REGISTERS_H`,
    `#define ${macro}_REGISTERS_H`,
    '',
    '#include <stddef.h>',
    '#include <stdint.h>',
    '',
    `#define ${macro}_IDENTIFICATION ${word(map.identification)}`,
    `#define ${macro}_MAP_MAJOR ${MAP_VERSION.major}u`,
    `#define ${macro}_MAP_MINOR ${MAP_VERSION.minor}u`,
    `#define ${macro}_WINDOW_SIZE ${hex(2 ** ADDRESS_BITS, 3)}u`,
    '',
    ...registers.flatMap((register) => [...definitions(macro, register), '']),
    '/* 32-bit accesses only; what is read-only is const, what is write-only must not be read */',
    `struct ${prefix}_registers {`,
    ...members(registers),
    '};',
    '',
    '/* C99 has no static assertion: an array of negative size stops the compiler */',
    ...registers.map(
      ({ name }) =>
        `typedef char ${prefix}_${snakeCase(name)}_is_in_place[offsetof(struct ${prefix}_registers, ${snakeCase(name)}) == ${macro}_${screamingCase(name)}_OFFSET ? 1 : -1];`,
    ),
    '',
    '#endif',
    '',
  ].join('\n');
}

function definitions(
  macro: string,
  { name, offset, access, description, fields = [], afterReset = 0, words, pops, only }: Register,
): string[] {
  const prefix = `#define ${macro}_${screamingCase(name)}`;
  return [
    `/* ${name} (${access}${pops ? ', a read takes the value away' : ''}): ${description} */`,
    `${prefix}_OFFSET ${hex(offset, 3)}u`,
    ...(words === undefined ? [] : [`${prefix}_WORDS ${words}u`]),
    ...(only === undefined ? [] : [`${prefix}_VALUE ${word(only)}`]),
    ...(access === 'wo' || afterReset === 'generated' ? [] : [`${prefix}_RESET ${word(afterReset)}`]),
    ...fields.flatMap((field) => [
      `${prefix}_${screamingCase(field.name)}_SHIFT ${field.low}`,
      `${prefix}_${screamingCase(field.name)}_MASK ${word((2 ** field.bits - 1) * 2 ** field.low)} /* ${field.description} */`,
    ]),
  ];
}

function members(registers: readonly Register[]): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { name, offset, access, words } of registers) {
    if (offset > at) lines.push(`  uint32_t reserved_${at.toString(16).padStart(3, '0')}[${(offset - at) / 4}];`);
    lines.push(`  ${access === 'ro' ? 'const ' : ''}volatile uint32_t ${snakeCase(name)}${words === undefined ? '' : `[${words}]`};`);
    at = offset + 4 * (words ?? 1);
  }
  return lines;
}

function word(value: number): string {
  return `${hex(value, 8)}u`;
}
