/**
 * Recursion of any depth: a function that calls itself over a design is a generator that yields its inner calls
 * (`yield* call(inner(…))`), and those that wait for them stand in a list instead of on the stack.
 */
export type Deep<T> = Generator<Deep<unknown>, T, unknown>;

export function* call<T>(inner: Deep<T>): Deep<T> {
  return (yield inner) as T;
}

/** What the function comes to, with all that it calls. */
export function run<T>(outer: Deep<T>): T {
  const waiting: Deep<unknown>[] = [];
  let running: Deep<unknown> = outer;
  let result: unknown;
  for (;;) {
    const step = running.next(result);
    if (step.done !== true) {
      waiting.push(running);
      running = step.value;
      result = undefined;
      continue;
    }
    result = step.value;
    const caller = waiting.pop();
    if (caller === undefined) return result as T;
    running = caller;
  }
}
