/** The register map in SystemRDL 2.0 (Accellera, January 2018), which the PeakRDL tools turn into HTML, UVM, IP-XACT and more. */
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { type Access, MAP_VERSION, type Register, type RegisterField } from '../../spec/registers.ts';
import { hex } from './names.ts';

/** Software and hardware access of a field (clause 9.4), and what a write does (9.6). */
const PROPERTIES: Readonly<Record<Access, readonly string[]>> = {
  ro: ['sw = r', 'hw = w'],
  wo: ['sw = w', 'hw = r'],
  rw: ['sw = rw', 'hw = r'],
  w1c: ['sw = rw', 'hw = r', 'hwset', 'onwrite = woclr'],
};

export function systemRdl({ name, title, source, registers }: RegisterMapDescription = REGISTER_MAPS.station): string {
  return [
    `// Registers of ${title}, map version ${MAP_VERSION.major}.${MAP_VERSION.minor}. Made from ${source}.`,
    `addrmap ${name} {`,
    `  name = "${title.replace(/^a /, '')}";`,
    `  desc = "Map version ${MAP_VERSION.major}.${MAP_VERSION.minor}. Every other access answers SLVERR and changes nothing.";`,
    '  default regwidth = 32;',
    '  default accesswidth = 32;',
    '  lsb0;',
    ...registers.flatMap((register) => ['', ...registerLines(register)]),
    '};',
    '',
  ].join('\n');
}

function registerLines(register: Register): string[] {
  const { name, offset, description, words, fields, bits = 32 } = register;
  const whole: RegisterField = { name: 'value', low: 0, bits, description };
  return [
    '  reg {',
    `    name = ${quoted(name)};`,
    `    desc = ${quoted(description)};`,
    ...(fields ?? [whole]).flatMap((field) => fieldLines(register, field)),
    `  } ${name}${words === undefined ? '' : `[${words}]`} @ ${hex(offset, 3)}${words === undefined ? '' : ' += 4'};`,
  ];
}

function fieldLines({ access, afterReset = 0, constant, pops }: Register, { name, low, bits, description }: RegisterField): string[] {
  // hardware drives what is read-only, a wire to SystemRDL, which has no reset; a known constant is the exception
  const fixed = constant === true && afterReset !== 'generated';
  const properties = fixed ? ['sw = r', 'hw = na'] : [...PROPERTIES[access], ...(pops ? ['onread = ruser'] : [])];
  const reset =
    afterReset === 'generated' || (access === 'ro' && !fixed)
      ? ''
      : ` = ${hex(Math.floor(afterReset / 2 ** low) % 2 ** bits, Math.ceil(bits / 4))}`;
  return [
    '    field {',
    `      desc = ${quoted(description)};`,
    ...properties.map((property) => `      ${property};`),
    `    } ${name}[${low + bits - 1}:${low}]${reset};`,
  ];
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
