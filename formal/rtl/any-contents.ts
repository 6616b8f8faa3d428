/**
 * A design whose frame FIFOs show any words at all, whatever was written: what is proved of it holds for the real ones, and
 * the solver is spared their memories. What comes out of a FIFO is its own proof's concern (`frame-fifo-integrity.ts`).
 */
import { Value } from '../../hdl-gen/build/value.ts';
import { mux, u } from '../../hdl-gen/index.ts';
import type { ModuleIr, Signal, Statement } from '../../hdl-gen/ir/module.ts';
import { withAssigned } from './mutation/mutants.ts';

/** Cycles until the words of the solver's choice come again; more than the step of an induction looks at. */
const CYCLES = 4;

export function withAnyContents(design: ModuleIr): ModuleIr {
  if (design.name.startsWith('frame_fifo_')) return forgetful(design);
  return { ...design, instances: design.instances.map((instance) => ({ ...instance, module: withAnyContents(instance.module) })) };
}

function forgetful(fifo: ModuleIr): ModuleIr {
  const shown = fifo.signals.find(({ name }) => name === 'shown');
  const like = fifo.signals.find(({ kind }) => kind === 'register');
  if (shown === undefined || like === undefined) throw new RangeError(`${fifo.name} is no frame FIFO`);
  const { width } = shown;
  // without reset: the solver chooses it
  const any: Signal = { ...like, name: 'any_words', width: CYCLES * width, init: null };
  const words = new Value<number>({ kind: 'signal', width: any.width, signal: any });
  const turned = words.shr(width).or(words.shl((CYCLES - 1) * width));
  const changed = withAssigned(fifo, 'shown', (_, of) => mux(of('valid').bit(0), words.take(width), u(width, 0)));
  return {
    ...changed,
    signals: [...fifo.signals.filter(({ kind }) => kind !== 'memoryOutput'), any],
    memories: [],
    reads: [],
    statements: [...withoutWrites(changed.statements), { kind: 'assign', target: any, value: turned.expression, location: fifo.location }],
  };
}

function withoutWrites(statements: readonly Statement[]): Statement[] {
  return statements.flatMap((statement): Statement[] => {
    if (statement.kind === 'write') return [];
    if (statement.kind !== 'if') return [statement];
    const arms = statement.arms.map((arm) => ({ ...arm, body: withoutWrites(arm.body) }));
    return arms.every(({ body }) => body.length === 0) ? [] : [{ ...statement, arms }];
  });
}
