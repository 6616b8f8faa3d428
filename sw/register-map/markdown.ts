/** The register map as a page. */
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { MAP_VERSION } from '../../spec/registers.ts';
import { hex } from './names.ts';

export function registerPage({ title, source, registers }: RegisterMapDescription = REGISTER_MAPS.station): string {
  const rows = registers.flatMap(({ name, offset, access, description, fields = [] }) => [
    `| ${hex(offset, 3)} | ${name} | ${access} | | ${description} |`,
    ...fields.map(
      (field) =>
        `| | | | ${field.bits === 1 ? field.low : `${field.low + field.bits - 1}..${field.low}`} | **${field.name}**: ${field.description} |`,
    ),
  ]);
  return [
    `# Registers of ${title}`,
    '',
    `Map version ${MAP_VERSION.major}.${MAP_VERSION.minor}, made from \`${source}\`. 32-bit words at byte offsets, behind AXI4-Lite. \`ro\` read-only, \`wo\` write-only,`,
    '`rw` both, `w1c` cleared by writing ones. Any other access answers SLVERR and changes nothing.',
    '',
    '| offset | register | access | bits | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
