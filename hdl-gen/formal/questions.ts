/**
 * Bounded proof, induction and covers as questions to a solver, in SMT-LIB 2.6, over the functions that `write_smt2` of
 * Yosys makes of a design: _is initial state, _i initial values, _t transition, _u assumptions, _h hierarchy, _a assertions.
 */

/** Runs of `depth` cycles from the reset state that meet all assumptions. */
export function runsFromReset(top: string, depth: number): string {
  return [...states(top, depth), `(assert (|${top}_is| s0))`, `(assert (|${top}_i| s0))`, ...steps(top, depth)].join('\n');
}

/** Runs of `depth` good cycles from any state, and one more that breaks an assertion. */
export function inductionStep(top: string, depth: number): string {
  const good = range(0, depth).map((at) => `(assert (|${top}_a| s${at}))`);
  const first = `(assert (not (|${top}_is| s0)))`;
  return [...states(top, depth + 1), first, ...steps(top, depth + 1), ...good, `(assert (not (|${top}_a| s${depth})))`].join('\n');
}

/** Some cycle from `from` to before `depth` breaks an assertion. */
export function breaksAssertion(top: string, from: number, depth: number): string {
  return `(assert (or false ${range(from, depth)
    .map((at) => `(not (|${top}_a| s${at}))`)
    .join(' ')}))`;
}

/** Some cycle reaches a cover. */
export function reaches(top: string, cover: number, depth: number): string {
  return `(assert (or false ${range(0, depth)
    .map((at) => `(|${top}_c ${cover}| s${at})`)
    .join(' ')}))`;
}

/** Whether assertion `number` holds in cycle `at` of the run that was found. */
export function assertionAt(top: string, number: number, at: number): string {
  return `(|${top}_a ${number}| s${at})`;
}

function states(top: string, count: number): string[] {
  return range(0, count).flatMap((at) => [
    `(declare-const s${at} |${top}_s|)`,
    `(assert (|${top}_u| s${at}))`,
    `(assert (|${top}_h| s${at}))`,
  ]);
}

function steps(top: string, count: number): string[] {
  return range(1, count).flatMap((at) => [`(assert (|${top}_t| s${at - 1} s${at}))`, `(assert (not (|${top}_is| s${at})))`]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}
