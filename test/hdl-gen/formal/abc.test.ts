import { describe, expect, it } from 'vitest';
import { withAssertions } from '../../../hdl-gen/formal/abc.ts';

/** Two registers, an output, three bad states, a constraint, and gates whose octets look like lines. */
const GATES = Buffer.from([0x0a, 0x02, 0x0a, 0x0a]);
const graph = (bad: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from(`${[`aig 5 1 2 1 2 ${bad.length} 1`, '2 0', '10 1', '7', ...bad.map(String), '9'].join('\n')}\n`), GATES]);

describe('a graph with some of its assertions', () => {
  it('keeps those in their order, and everything else', () => {
    expect(withAssertions(graph([4, 6, 8]), [0, 2])).toEqual(graph([4, 8]));
    expect(withAssertions(graph([4, 6, 8]), [1])).toEqual(graph([6]));
  });

  it('is the same with all, and has none left with none', () => {
    expect(withAssertions(graph([4, 6, 8]), [0, 1, 2])).toEqual(graph([4, 6, 8]));
    expect(withAssertions(graph([4, 6, 8]), [])).toEqual(graph([]));
  });
});
