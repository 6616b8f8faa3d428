import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import { PAGE_REGISTERS } from '../../../spec/station-registers.ts';
import { registerPage } from '../../../sw/register-map/markdown.ts';

const PAGE = fileURLToPath(new URL('../../../docs/registers.md', import.meta.url));

it('docs/registers.md is what the map says (renew it with `npx vitest run register-map -u`)', async () => {
  await expect(registerPage()).toMatchFileSnapshot(PAGE);
});

it('the page has every register and field, each row with five cells', () => {
  const rows = registerPage()
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows.every((cells) => cells.length === 7)).toBe(true);
  for (const { name, fields = [] } of PAGE_REGISTERS) {
    const at = rows.findIndex(([, , cell]) => cell === name);
    expect(at, name).toBeGreaterThan(0);
    fields.forEach((field, index) => expect(rows[at + 1 + index]?.[5]).toContain(`**${field.name}**: `));
  }
});

it.each([
  ['mailbox-registers.md', REGISTER_MAPS.mailbox],
  ['mac-registers.md', REGISTER_MAPS.mac],
] as const)('docs/%s is what its map says', async (file, map) => {
  await expect(registerPage(map)).toMatchFileSnapshot(fileURLToPath(new URL(`../../../docs/${file}`, import.meta.url)));
});
