/**
 * Mutants of the slot manager, one small fault each, against its proof: `npx tsx formal/rtl/mutation.ts`. A mutant that
 * the proof accepts is listed: it is equivalent, or a property is missing.
 */
import { ProofFailure, prove } from '../../hdl-gen/formal/prove.ts';
import type { Expression, ModuleIr, Statement } from '../../hdl-gen/ir/module.ts';
import { slotManager } from '../../hw/slot-manager.ts';
import { slotContents } from './slot-contents.ts';
import { slotRefinement } from './slot-refinement.ts';

const SWAPPED = { and: 'or', or: 'and', eq: 'ne', ne: 'eq', lt: 'le', le: 'lt', add: 'sub', sub: 'add' } as const;

export interface Mutant {
  readonly fault: string;
  readonly module: ModuleIr;
}

/** Every operator of the module's logic swapped once, every mux turned round, every condition negated. */
export function mutantsOf(module: ModuleIr): Mutant[] {
  const mutants: Mutant[] = [];
  const places = countPlaces(module);
  for (let place = 0; place < places; place++) {
    let at = 0;
    let fault = '';
    const change = (expression: Expression, near: string): Expression => {
      const here = mutation(expression);
      if (here !== undefined && at++ === place) {
        fault = `${near}: ${here.fault}`;
        return here.expression;
      }
      return mapArguments(expression, (argument) => change(argument, near));
    };
    const statements = module.statements.map((statement) => mapStatement(statement, change));
    mutants.push({ fault, module: { ...module, statements } });
  }
  return mutants;
}

function countPlaces(module: ModuleIr): number {
  let count = 0;
  const visit = (expression: Expression): Expression => {
    if (mutation(expression) !== undefined) count++;
    return mapArguments(expression, visit);
  };
  for (const statement of module.statements) mapStatement(statement, visit);
  return count;
}

function mutation(expression: Expression): { readonly fault: string; readonly expression: Expression } | undefined {
  if (expression.kind === 'mux') return { fault: 'mux turned round', expression: { ...expression, a: expression.b, b: expression.a } };
  if (expression.kind !== 'binary' || !(expression.op in SWAPPED)) return undefined;
  const op = SWAPPED[expression.op as keyof typeof SWAPPED];
  return { fault: `${expression.op} became ${op}`, expression: { ...expression, op } };
}

function mapArguments(expression: Expression, map: (argument: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'unary':
    case 'slice':
      return { ...expression, a: map(expression.a) };
    case 'binary':
      return { ...expression, a: map(expression.a), b: map(expression.b) };
    case 'mux':
      return { ...expression, select: map(expression.select), a: map(expression.a), b: map(expression.b) };
    case 'concat':
      return { ...expression, parts: expression.parts.map(map) };
    default:
      return expression;
  }
}

function mapStatement(statement: Statement, change: (expression: Expression, near: string) => Expression): Statement {
  const inside = (body: readonly Statement[]): Statement[] => body.map((inner) => mapStatement(inner, change));
  switch (statement.kind) {
    case 'assign':
      return { ...statement, value: change(statement.value, statement.target.name) };
    case 'if': {
      const arms = statement.arms.map((arm) => ({ ...arm, condition: change(arm.condition, 'when'), body: inside(arm.body) }));
      return { ...statement, arms, otherwise: statement.otherwise && inside(statement.otherwise) };
    }
    case 'switch':
      return {
        ...statement,
        arms: statement.arms.map((arm) => ({ ...arm, body: inside(arm.body) })),
        otherwise: statement.otherwise && inside(statement.otherwise),
      };
    case 'write':
      return statement;
  }
}

/** Whether a proof of the slot manager refuses a mutant. */
export async function isKilled({ module }: Mutant, slots: number): Promise<boolean> {
  const inside = (wrapper: ModuleIr): ModuleIr => ({
    ...wrapper,
    instances: wrapper.instances.map((instance) => ({ ...instance, module })),
  });
  try {
    await prove(inside(slotRefinement(slots).elaborate()), { mode: 'induction', depth: 2 });
    await prove(inside(slotContents(slots).elaborate()), { mode: 'bounded', depth: 7 });
    return false;
  } catch (error) {
    if (error instanceof ProofFailure) return true;
    throw error;
  }
}

if (process.argv[1]?.endsWith('mutation.ts') === true) {
  const mutants = mutantsOf(slotManager(2).elaborate());
  let killed = 0;
  for (const mutant of mutants) {
    if (await isKilled(mutant, 2)) killed++;
    else process.stdout.write(`survives  ${mutant.fault}\n`);
  }
  process.stdout.write(`slot manager, 2 slots: ${killed} of ${mutants.length} mutants killed by the proofs\n`);
}
