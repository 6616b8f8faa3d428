import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { errorsOf, marks } from './expectations.ts';

const at = marks(import.meta.url);

describe('an assignment without effect', () => {
  it('is refused, with both places', () => {
    const bad = module('bad', { y: output(bits(8)) }, (io) => {
      io.y.set(1); // first
      io.y.set(2); // second
    });
    expect(errorsOf(bad)).toEqual([
      `HG023 an assignment to y has no effect, since a later one always overrules it
  without effect: ${at('first')}
  overruled: ${at('second')}
  advice: remove the first, or put a condition around the second`,
    ]);
  });

  it('is found inside a branch, and when the first one has a condition', () => {
    const bad = module('bad', { go: input(bool), y: output(bits(8)) }, (io, m) => {
      const r = m.registers({ count: bits(8) });
      m.when(io.go, () => {
        m.when(r.count.eq(1), () => r.count.next(4)); // conditional
        r.count.next(5); // always
      });
      io.y.set(r.count);
    });
    const [message = ''] = errorsOf(bad);
    expect(message).toContain(`without effect: ${at('conditional')}\n  overruled: ${at('always')}`);
  });

  it('passes where the later one has a condition', () => {
    const good = module('good', { go: input(bool), y: output(bits(8)) }, (io, m) => {
      io.y.set(1);
      m.when(io.go, () => io.y.set(2)).otherwise(() => io.y.set(3));
    });
    expect(errorsOf(good)).toEqual([]);
  });
});
