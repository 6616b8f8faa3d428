import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { REGISTERS, type Register } from '../../spec/registers.ts';

const PAGE = fileURLToPath(new URL('../../docs/registers.md', import.meta.url));

/** The register map as a page, from the table that hardware and driver use. */
function registerPage(): string {
  const hex = (offset: number): string => `0x${offset.toString(16).padStart(3, '0')}`;
  const registers: readonly Register[] = Object.values(REGISTERS);
  const rows = registers.flatMap(({ name, offset, access, description, fields = [] }) => [
    `| ${hex(offset)} | ${name} | ${access} | | ${description} |`,
    ...fields.map(
      (field) =>
        `| | | | ${field.bits === 1 ? field.low : `${field.low + field.bits - 1}..${field.low}`} | **${field.name}**: ${field.description} |`,
    ),
  ]);
  return [
    '# Registers of one relation',
    '',
    'Made from `spec/registers.ts` by a test. 32-bit words at byte offsets, behind AXI4-Lite. `ro` read-only, `wo` write-only,',
    '`rw` both, `w1c` cleared by writing ones. Any other access answers SLVERR and changes nothing.',
    '',
    '| offset | register | access | bits | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

it('docs/registers.md is what the table says (renew it with `npx vitest run registers -u`)', async () => {
  await expect(registerPage()).toMatchFileSnapshot(PAGE);
});
