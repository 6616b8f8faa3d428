import { expect, it } from 'vitest';
import { RULES } from '../../spec/rules.ts';

// formal.md, section 4, and the counterexamples of section 3
const PREVENTS = {
  M1: ['peer', 'C11', 'C30'],
  M2: ['peer', 'C15', 'C19'],
  M3: ['peer', 'C3', 'C9', 'C14', 'C21'],
  M4: ['peer', 'C10'],
  M5: ['peer', 'C7', 'C8', 'C14'],
  M6: ['peer', 'C5'],
  M7: ['peer', 'C4'],
  M8: ['peer', 'C6'],
  M9: ['peer', 'C1', 'C2', 'C18', 'C20', 'C23'],
  M10: ['agreement', 'C12'],
  M11: ['keys', 'C13', 'C17', 'C22'],
  M12: ['peer', 'C24', 'C25', 'C26', 'C27'],
  M13: ['delivery', 'C28', 'C29'],
};

it('thirteen rules, who keeps each, and the counterexamples that each prevents', () => {
  expect(Object.fromEntries(Object.entries(RULES).map(([id, { keptBy, prevents }]) => [id, [keptBy, ...prevents]]))).toEqual(PREVENTS);
  for (const [key, { id, title, text, source }] of Object.entries(RULES)) {
    expect(id).toBe(key);
    for (const prose of [title, text, source]) expect(prose.length).toBeGreaterThan(3);
  }
});
