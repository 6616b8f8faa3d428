/** Registers as tables for people and as objects for programs. */
import { table } from '../judge/table.ts';
import { REGISTER_MAPS, type RegisterMapDescription } from '../spec/register-maps.ts';
import { fieldValue, type Register } from '../spec/registers.ts';
import type { Capabilities } from '../sw/control-plane/driver.ts';
import type { MapVersion } from '../sw/control-plane/identify.ts';
import { type Named, nameOf } from '../sw/control-plane/named-registers.ts';
import { hex } from '../sw/register-map/names.ts';

/** The whole map, without any hardware. */
export function listText({ registers }: RegisterMapDescription = REGISTER_MAPS.station): string {
  const rows = registers.flatMap(({ name, offset, access, words = 1, description, fields = [] }) => [
    [hex(offset, 3), words === 1 ? name : `${name} (${words} words)`, access, '', description],
    ...fields.map((field) => [
      '',
      `  .${field.name}`,
      '',
      field.bits === 1 ? `${field.low}` : `${field.low + field.bits - 1}..${field.low}`,
      field.description,
    ]),
  ]);
  return table([['offset', 'register', 'access', 'bits', ''], ...rows], 'text');
}

/** One line a register or field. */
export function valueRows(values: ReadonlyMap<Register, number>): string[][] {
  return [...values].flatMap(([register, word]) => [
    [hex(register.offset, 3), register.name, hex(word, 8), register.fields === undefined ? String(word) : ''],
    ...(register.fields ?? []).map((field) => ['', `  .${field.name}`, '', String(fieldValue(field, word))]),
  ]);
}

export function valuesJson(values: ReadonlyMap<Register, number>): object {
  return Object.fromEntries(
    [...values].map(([register, word]) => [
      register.name,
      {
        offset: register.offset,
        value: word,
        ...(register.fields === undefined
          ? {}
          : { fields: Object.fromEntries(register.fields.map((field) => [field.name, fieldValue(field, word)])) }),
      },
    ]),
  );
}

/** Registers in hexadecimal and decimal, fields in decimal. */
export function readText(values: readonly (readonly [Named, number])[]): string {
  return table(
    values.map(([named, value]) => [nameOf(named), named.field === undefined ? hex(value, 8) : '', String(value)]),
    'text',
  );
}

export function pageText({ title }: RegisterMapDescription, { mapVersion }: { readonly mapVersion: MapVersion }): string {
  return `${title}; map ${mapVersion.major}.${mapVersion.minor}`;
}

export function hardwareText({ role, slots, engine, insecure, windows, mapVersion, buildId }: Capabilities): string {
  return `${role}, ${slots} slots, ${engine}${insecure ? ' (protects nothing)' : ''}${windows ? ', windows' : ''}; map ${mapVersion.major}.${mapVersion.minor}, build ${hex(buildId, 8)}`;
}
