import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostDecisions } from '../../../hdl-gen/lint/host-decisions.ts';
import { programOf } from '../../../hdl-gen/lint/program.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const folder = join(ROOT, 'build', `host-decisions-${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each line that ends with `// found` is one. */
const PROGRAM = `
import { type Bit, bits, bool, enumeration, input, module, output, signed, struct, u } from '${ROOT}/hdl-gen/index.ts';
const Mode = enumeration('mode', ['idle', 'busy']);
const ports = { a: input(bool), b: input(bool), n: input(signed(4)), c: input(bits(4)), mode: input(Mode), pair: input(struct({ x: bits(2) })), y: output(bits(4)) };
export const design = module('design', ports, (io, m) => {
  const more = (extra: Bit | undefined, isWide: boolean): number => {
    if (extra) return 1;
    if (extra !== undefined && isWide) return 2;
    return isWide ? 3 : 4;
  };
  if (io.a) io.y.set(more(io.a, true)); // found
  if (io.a && io.b) io.y.set(1); // found
  const either = io.a || io.b; // found
  m.unused(either);
  io.y.set(io.c ? 1 : 2); // found
  const none = !io.c; // found
  if (io.c === u(4, 3) || none) io.y.set(3); // found
  if (io.n < io.n) io.y.set(3); // found
  if (io.mode) io.y.set(3); // found
  while (io.pair) io.y.set(3); // found
  switch (io.c) { // found
    default:
      io.y.set(4);
  }
  const generic = <B extends Bit>(bit: B): number => (bit ? 1 : 2); // found
  io.y.set(generic(io.b));
});
`;

const isHardware = (file: string): boolean =>
  ['hw', 'boards', 'hdl-gen/library', 'hdl-gen/formal/library'].some((name) => file.startsWith(`${join(ROOT, name)}/`));

describe('what the program decides about signals', () => {
  const example = join(folder, 'design.ts');
  mkdirSync(folder, { recursive: true });
  writeFileSync(example, PROGRAM);
  // one for both, since most of the time goes into its types
  const program = programOf(join(ROOT, 'tsconfig.json'), isHardware, [example]);

  it('is found by the types, and a question whether a port is there is not', () => {
    const found = hostDecisions(program, (file) => file === example);
    const marked = PROGRAM.split('\n').flatMap((line, index) => (line.endsWith('// found') ? [index + 1] : []));
    expect([...new Set(found.map(({ line }) => line))]).toEqual(marked);
    expect(found.map(({ text, advice }) => `${text}: ${advice}`)).toContain('io.c === u(4, 3): to compare values, use eq()');
  });

  it('stands nowhere in the hardware of this project', () => {
    expect(program.getSourceFiles().filter(({ fileName }) => isHardware(fileName)).length).toBeGreaterThan(50);
    expect(hostDecisions(program, isHardware)).toEqual([]);
  });
});
