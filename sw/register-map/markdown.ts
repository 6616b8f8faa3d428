/** The register map as a page. */
import { MAP_VERSION, REGISTER_LIST } from '../../spec/registers.ts';
import { hex } from './names.ts';

export function registerPage(): string {
  const rows = REGISTER_LIST.flatMap(({ name, offset, access, description, fields = [] }) => [
    `| ${hex(offset, 3)} | ${name} | ${access} | | ${description} |`,
    ...fields.map(
      (field) =>
        `| | | | ${field.bits === 1 ? field.low : `${field.low + field.bits - 1}..${field.low}`} | **${field.name}**: ${field.description} |`,
    ),
  ]);
  return [
    '# Registers of one relation',
    '',
    `Map version ${MAP_VERSION.major}.${MAP_VERSION.minor}, made from \`spec/registers.ts\`. 32-bit words at byte offsets, behind AXI4-Lite. \`ro\` read-only, \`wo\` write-only,`,
    '`rw` both, `w1c` cleared by writing ones. Any other access answers SLVERR and changes nothing.',
    '',
    '| offset | register | access | bits | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
