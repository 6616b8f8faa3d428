/**
 * Registers of both clock edges in the pads (UG471, OLOGIC and ILOGIC). Simulations look at ports once a cycle, just before
 * the rising edge; so the models speak of that moment: `Q` of an ODDR shows its second half there, the one with the clock
 * low, and the pad of an IDDR, `CE`, `R` and `S` are taken to be the same at both edges of a cycle.
 */
import {
  type AnyBits,
  bits,
  bool,
  clockDomain,
  clocked,
  clockInput,
  external,
  input,
  type Module,
  module,
  output,
  type Ports,
  u,
} from '../../index.ts';

/** The clock pin of both. */
const C = clockDomain('C', { clock: 'C', reset: 'none' });

const EDGES = ['OPPOSITE_EDGE', 'SAME_EDGE'] as const;
const RESETS = ['SYNC', 'ASYNC'] as const;

/**
 * What `SAME_EDGE` takes at the rising edge for the falling one, with set and reset at the edge. The reset is the stronger one.
 * @param init value at power-up
 */
function outputModel(init: number): Module<Ports> {
  const ports = { CE: input(bool, C), D1: input(bool, C), D2: input(bool, C), R: input(bool, C), S: input(bool, C), Q: output(bool, C) };
  return module(`oddr_model_init${init}`, ports, (io, m) => {
    const { low } = m.in(C, () => m.registers({ low: bits(1, { init }) }));
    m.when(io.R, () => low.next(0))
      .elseWhen(io.S, () => low.next(1))
      .elseWhen(io.CE, () => low.next(io.D2));
    m.unused(io.D1);
    io.Q.set(low);
  });
}

/**
 * A pad with a bit for each half of a cycle: `D1` while the clock is high, `D2` while it is low. With `D1` 1 and `D2` 0 it is
 * the clock itself. Modelled are SAME_EDGE with SYNC resets; OPPOSITE_EDGE takes `D2` at the falling edge, which a cycle does
 * not have.
 */
export const ODDR = external(
  'ODDR',
  {
    C: clockInput(),
    ...clocked('C', {
      CE: input(bits(1, { fallback: 1 })),
      D1: input(bool),
      D2: input(bool),
      R: input(bits(1, { fallback: 0 })),
      S: input(bits(1, { fallback: 0 })),
      Q: output(bool),
    }),
  },
  {
    parameters: { DDR_CLK_EDGE: EDGES, INIT: u(1, 0), SRTYPE: RESETS },
    model: ({ DDR_CLK_EDGE, INIT, SRTYPE }) =>
      DDR_CLK_EDGE === 'SAME_EDGE' && SRTYPE === 'SYNC' ? outputModel(constantOf(INIT)) : undefined,
  },
);

type Way = 'OPPOSITE_EDGE' | 'SAME_EDGE' | 'SAME_EDGE_PIPELINED';

/** @param inits of `Q1` and `Q2` at power-up */
function inputModel(way: Way, inits: readonly [number, number]): Module<Ports> {
  const pins = { CE: input(bool, C), D: input(bool, C), R: input(bool, C), S: input(bool, C), Q1: output(bool, C), Q2: output(bool, C) };
  return module(`iddr_model_${way.toLowerCase()}_init${inits.join('')}`, pins, (io, m) => {
    const [init1, init2] = inits;
    const r = m.in(C, () =>
      m.registers({ first: bits(1, { init: init1 }), before1: bits(1, { init: init1 }), before2: bits(1, { init: init2 }) }),
    );
    const all = [r.first, r.before1, r.before2];
    m.when(io.R, () => all.forEach((stage) => stage.next(0)))
      .elseWhen(io.S, () => all.forEach((stage) => stage.next(1)))
      .elseWhen(io.CE, () => {
        r.first.next(io.D);
        r.before1.next(r.first);
        r.before2.next(r.first);
      });
    io.Q1.set(way === 'SAME_EDGE_PIPELINED' ? r.before1 : r.first);
    io.Q2.set(way === 'OPPOSITE_EDGE' ? r.first : r.before2);
    m.unused(r.before1, r.before2);
  });
}

/**
 * A pad read at both edges: `Q1` at the rising one, `Q2` at the falling one. OPPOSITE_EDGE shows each at once, SAME_EDGE `Q2`
 * with the next rising edge, SAME_EDGE_PIPELINED both then. Modelled with SYNC resets.
 */
export const IDDR = external(
  'IDDR',
  {
    C: clockInput(),
    ...clocked('C', {
      CE: input(bits(1, { fallback: 1 })),
      D: input(bool),
      R: input(bits(1, { fallback: 0 })),
      S: input(bits(1, { fallback: 0 })),
      Q1: output(bool),
      Q2: output(bool),
    }),
  },
  {
    parameters: { DDR_CLK_EDGE: [...EDGES, 'SAME_EDGE_PIPELINED'], INIT_Q1: u(1, 0), INIT_Q2: u(1, 0), SRTYPE: RESETS },
    model: ({ DDR_CLK_EDGE, INIT_Q1, INIT_Q2, SRTYPE }) =>
      SRTYPE === 'SYNC' ? inputModel(DDR_CLK_EDGE, [constantOf(INIT_Q1), constantOf(INIT_Q2)]) : undefined,
  },
);

function constantOf({ expression }: AnyBits): number {
  return expression.kind === 'constant' ? Number(expression.value) : 0;
}
