/**
 * Where in the user's source a thing was declared.
 *
 * Capturing a stack is cheap (about 3 µs), formatting it is dear (50 µs and more), so the Error object is
 * kept and its text is read only when a message or a comment in the Verilog needs it.
 */
export class SourceLocation {
  readonly #stack: Error;
  #text: string | undefined;

  private constructor(stack: Error) {
    this.#stack = stack;
  }

  /** Captures the caller's location; frames inside hdl-gen itself are skipped when the text is read. */
  static capture(): SourceLocation {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 12;
    const stack = new Error('location');
    Error.stackTraceLimit = limit;
    return new SourceLocation(stack);
  }

  /** `path/file.ts:line`, relative to the working directory; `(unknown)` where the stack has no user frame. */
  toString(): string {
    this.#text ??= firstUserFrame(this.#stack.stack ?? '');
    return this.#text;
  }
}

const LIBRARY = new URL('..', import.meta.url).pathname;

function firstUserFrame(stack: string): string {
  for (const line of stack.split('\n').slice(1)) {
    const match = /(?:\(|at )(?:file:\/\/)?([^()\s]+):(\d+):\d+\)?$/.exec(line);
    if (match === null) continue;
    const [, path = '', row = ''] = match;
    const isLibrary = path.startsWith(LIBRARY) && !path.startsWith(`${LIBRARY}lib/`);
    if (isLibrary || path.startsWith('node:') || path.includes('/node_modules/')) continue;
    const base = `${process.cwd()}/`;
    return `${path.startsWith(base) ? path.slice(base.length) : path}:${row}`;
  }
  return '(unknown)';
}
