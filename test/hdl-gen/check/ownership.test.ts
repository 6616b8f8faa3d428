/** What belongs to which module: names, signals, memories; and that a module has an end. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { type Bits, bits, bool, input, type Module, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);
const ROOT = resolve(import.meta.dirname, '../../..');
const Y = { y: output(bits(4)) };

describe('two modules of one name', () => {
  const child = (value: number, name: string) => module(name, Y, (io) => io.y.set(value)); // child
  const wrap = (value: number, name: string) => module('wrap', Y, (io, m) => io.y.set(m.instance('inner', child(value, name)).y));
  const top = (one: Module<typeof Y>, two: Module<typeof Y>) =>
    module('top', { a: output(bits(4)), b: output(bits(4)) }, (io, m) => {
      io.a.set(m.instance('one', one).y);
      io.b.set(m.instance('two', two).y);
    }).elaborate();

  it.each([
    ['printed', verilogText],
    ['simulated', lower],
  ])('are refused where they differ only inside, whether the design is %s', (_, use) => {
    const line = at('child');
    expect(() => use(top(wrap(1, 'child'), wrap(2, 'child')))).toThrow(
      `HG011 two different modules are called child\n  one: ${line}\n  the other: ${line}`,
    );
  });

  it('are one where they are the same all the way down', () => {
    const text = verilogText(top(wrap(1, 'child'), wrap(1, 'child')));
    expect(text.match(/^module \w+/gm)).toEqual(['module child', 'module wrap', 'module top']);
  });
});

describe('a signal or a memory of another module, brought in by a closure', () => {
  it('is refused where it is read, in whatever statement', () => {
    let leaked: Bits<4> | undefined;
    const owner = module('owner', { x: input(bits(4)), ...Y }, (io, m) => {
      const { sum } = m.let({ sum: io.x.add(1) }); // leaked
      leaked = sum;
      io.y.set(sum);
    });
    const reader = module('reader', { go: input(bool), ...Y }, (io, m) => {
      const { sum } = m.let({ sum: io.go.zext(4) });
      io.y.set(sum);
      m.when((leaked ?? sum).any(), () => io.y.set(3)); // read
    });
    owner.elaborate();
    expect(errorsOf(reader)).toEqual([
      `HG029 module reader reads sum, which belongs to another module\n  read: ${at('read')}\n  declaration: ${at('leaked')}\n  advice: pass the value through a port; a property may look inside an instance with m.observe()`,
    ]);
  });

  it('is refused of a memory too', () => {
    let read: ((address: Bits<2>) => Bits<4>) | undefined;
    const owner = module('owner', { at: input(bits(2)), ...Y }, (io, m) => {
      const words = m.memory('words', bits(4), 4, { init: [1, 2, 3, 4] });
      read = (address) => words.read(address);
      io.y.set(words.read(io.at));
    });
    owner.elaborate();
    const reader = module('reader', { at: input(bits(2)), ...Y }, (io) => io.y.set(read?.(io.at) ?? 0));
    expect(errorsOf(reader)).toEqual([expect.stringMatching(/^HG029 module reader reads words,/)]);
  });
});

describe('a module inside itself', () => {
  it('is refused, with the way from it to itself', () => {
    const inner: Module<typeof Y> = module('inner', Y, (io, m) => io.y.set(m.instance('again', outer).y)); // instance
    const outer: Module<typeof Y> = module('outer', Y, (io, m) => io.y.set(m.instance('inner', inner).y));
    expect(() => outer.elaborate()).toThrow(
      `HG031 module outer is inside itself: outer instantiates inner instantiates outer\n  instance: ${at('instance')}`,
    );
  });

  it('is refused where each is another object of the same name', () => {
    const endless = (): Module<typeof Y> => module('endless', Y, (io, m) => io.y.set(m.instance('inner', endless()).y));
    expect(() => endless().elaborate()).toThrow('HG031 module endless is inside itself: endless instantiates endless');
  });

  it('leaves others alone afterwards', () => {
    const good = module('outer', Y, (io) => io.y.set(1));
    expect(errorsOf(good)).toEqual([]);
  });
});

describe('a branch behind the otherwise of its when', () => {
  it.each(['elseWhen', 'otherwise'] as const)('is refused: %s', (branch) => {
    const late = module('late', { go: input(bool), ...Y }, (io, m) => {
      const chain = m.when(io.go, () => io.y.set(1));
      chain.otherwise(() => io.y.set(2));
      if (branch === 'otherwise') chain.otherwise(() => io.y.set(3));
      else chain.elseWhen(io.go.not(), () => io.y.set(3));
    });
    expect(() => late.elaborate()).toThrow(`HG019 ${branch} stands behind the otherwise of its when`);
  });
});

it('the message names the line of the source, whoever reads first: here the runtime, at the end of a program', () => {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'build/uncaught-'));
  try {
    const file = join(folder, 'program.ts');
    const lines = [
      'interface Unused {',
      '  readonly nothing: string;',
      '}',
      `import { bits, module, output } from '${ROOT}/hdl-gen/index.ts';`,
      "module('limit', { y: output(bits(8)) }, (io) => {",
      '  io.y.set(256);',
      '}).elaborate();',
    ];
    writeFileSync(file, lines.join('\n'));
    const { stderr } = execaSync('node', ['--import', 'tsx', file], { cwd: ROOT, reject: false });
    expect(stderr).toMatch(/LiteralDoesNotFit: HG002 .*\n {2}literal: build\/uncaught-\w+\/program\.ts:6\n/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
