/** `docs/protocol.md` and its pictures are what the tables say (renew them with `npx vitest run test/formal/docs -u`). */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { counterexample } from '../../../formal/docs/counterexample.ts';
import { chartFile, protocolPage } from '../../../formal/docs/protocol-page.ts';
import { sequenceChartSvg } from '../../../formal/docs/sequence-chart.ts';
import { stateDiagramSvg } from '../../../formal/docs/state-diagram.ts';
import { NAIVE } from '../../../formal/explore/configurations.ts';
import { RULES } from '../../../spec/rules.ts';
import { INEQUALITIES } from '../../../spec/timing.ts';

const inDocs = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

describe('docs/protocol.md', () => {
  it('is made from the tables', async () => {
    await expect(protocolPage()).toMatchFileSnapshot(inDocs('protocol.md'));
  });

  it('has every rule and inequality, the counts of legal views of the paper and of its formula, and no picture that is not there', () => {
    const page = protocolPage();
    for (const id of Object.keys(RULES)) expect(page).toContain(`### ${id}: `);
    for (const { id } of INEQUALITIES) expect(page).toMatch(new RegExp(`^\\| ${id} \\|`, 'm'));
    // 1 + n (n + 1) 2^(n - 2)
    for (const [slots, legal] of [
      [2, 7],
      [3, 25],
      [4, 81],
    ])
      expect(page).toContain(`| ${slots} | ${4 ** (slots ?? 0)} | ${legal} | ${legal} |`);
    const pictures = [...page.matchAll(/\]\((.*?\.svg)\)/g)].map(([, path]) => path);
    expect(new Set(pictures)).toEqual(new Set(['slot-states.svg', ...NAIVE.map(({ id }) => chartFile(id))]));
  });
});

describe('pictures', () => {
  it('slot-states.svg is drawn from the transition table', async () => {
    await expect(stateDiagramSvg()).toMatchFileSnapshot(inDocs('slot-states.svg'));
  });

  it.each(NAIVE)('$id is drawn from its trace', async (naive) => {
    await expect(sequenceChartSvg(counterexample(naive))).toMatchFileSnapshot(inDocs(chartFile(naive.id)));
  });

  it('there is none of a counterexample that is gone', () => {
    const drawn = NAIVE.map(({ id }) => `${id.toLowerCase()}.svg`);
    expect(readdirSync(inDocs('counterexamples')).filter((name) => !drawn.includes(name))).toEqual([]);
  });
});
