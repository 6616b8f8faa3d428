/** The tests of the area that is mutated, in one thread: Stryker starts it once and runs the tests that reach a mutant. */
import { defineConfig } from 'vitest/config';
import { AREAS, isAreaName } from './areas.ts';

const name = process.env['KEYTURN_MUTATED_AREA'] ?? '';
if (!isAreaName(name)) throw new RangeError(`KEYTURN_MUTATED_AREA is "${name}", expected one of ${Object.keys(AREAS).join(', ')}`);
const { tests, without } = AREAS[name];

export default defineConfig({ test: { include: [...tests], exclude: [...without], testTimeout: 120_000 } });
