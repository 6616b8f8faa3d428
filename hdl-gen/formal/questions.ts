/**
 * Bounded proof and induction as questions to a solver, in SMT-LIB 2.6, over the functions that `write_smt2` of
 * Yosys makes of a design: _is initial state, _i initial values, _t transition, _u assumptions, _h hierarchy, _a assertions.
 */

/** Runs of `depth` cycles from the reset state that meet all assumptions. */
export function runsFromReset(top: string, depth: number): string {
  return [...states(top, depth), `(assert (|${top}_is| s0))`, `(assert (|${top}_i| s0))`, ...steps(top, depth)].join('\n');
}

/** Runs of `depth` good cycles from any state, and one more cycle: the step of an induction. */
export function goodRun(top: string, assertions: readonly number[], depth: number): string {
  const good = range(0, depth).flatMap((at) => assertions.map((number) => `(assert (|${top}_a ${number}| s${at}))`));
  return [...states(top, depth + 1), `(assert (not (|${top}_is| s0)))`, ...steps(top, depth + 1), ...good].join('\n');
}

/** Some cycle from `from` to before `end` breaks an assertion; the model says which ones (`isBroken`). */
export function breaksOne(top: string, assertions: readonly number[], from: number, end: number): string {
  const broken = assertions.map((number) => {
    const holds = range(from, end).map((at) => `(|${top}_a ${number}| s${at})`);
    return `(declare-const broken_${number} Bool)\n(assert (= broken_${number} (not (and true ${holds.join(' ')}))))`;
  });
  return [...broken, `(assert (or false ${assertions.map((number) => `broken_${number}`).join(' ')}))`].join('\n');
}

export function isBroken(model: string, assertion: number): boolean {
  return new RegExp(`\\bbroken_${assertion} \\(\\) Bool\\s+true`).test(model) || new RegExp(`\\bbroken_${assertion} -> true`).test(model);
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
