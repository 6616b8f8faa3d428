/** What is mutated of a text, and what is prose. */
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { expect, it } from 'vitest';
import { strykerPlugins } from './prose.js';

const silent = new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) });

/** The texts of which a mutant is judged. */
async function judged(content: string): Promise<readonly string[]> {
  const { mutants } = await new Instrumenter(silent as ConstructorParameters<typeof Instrumenter>[0]).instrument(
    [{ name: 'a.ts', content, mutate: true }],
    { plugins: null, excludedMutations: [], ignorers: strykerPlugins.map(({ value }) => value), noHeader: false },
  );
  return mutants
    .filter(({ mutatorName, status }) => mutatorName === 'StringLiteral' && status !== 'Ignored')
    .map(({ location: { start, end } }) => content.slice(start.column + 1, end.column - 1));
}

it('descriptions are prose, of settings, fields, commands and their options', async () => {
  expect(await judged("const a = [{ text: 'prose', of: 'judged' }, schema.describe('prose'), field('judged', 0, 1, 'prose')];")).toEqual([
    'judged',
    'judged',
  ]);
  expect(
    await judged("new Command('judged').description('prose').argument('judged', 'prose').option('judged', 'prose', 'judged');"),
  ).toEqual(['judged', 'judged', 'judged', 'judged']);
  expect(await judged("c.requiredOption('judged', 'prose').addOption(new Option('judged', 'prose').default('judged'));")).toEqual([
    'judged',
    'judged',
    'judged',
  ]);
});

it('what else a call is given is judged', async () => {
  expect(await judged("call('judged', other('judged'), new Other('judged', 'judged'));")).toEqual(['judged', 'judged', 'judged', 'judged']);
});
