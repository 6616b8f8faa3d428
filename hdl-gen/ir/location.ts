/**
 * Where in the user's source a thing was declared.
 *
 * Capturing a stack is cheap (about 3 µs), formatting it is dear (50 µs and more), so the Error object is
 * kept and its text is read only when a message or a comment in the Verilog needs it.
 */
export class SourceLocation {
  readonly #stack: Error;
  readonly #ofUser: boolean;
  #text: string | undefined;
  /** what the text is relative to */
  #base: string | undefined;

  private constructor(stack: Error, ofUser: boolean) {
    this.#stack = stack;
    this.#ofUser = ofUser;
  }

  static #standIn: SourceLocation | undefined;
  static #within: string | undefined;

  /** Captures the caller's location; frames inside hdl-gen, its library of parts and its examples apart, are skipped when the text is read. */
  static capture(): SourceLocation {
    return SourceLocation.#capture(false);
  }

  /** The same, with the frames of the library skipped too: where its user did something wrong. */
  static captureUser(): SourceLocation {
    return SourceLocation.#capture(true);
  }

  static #capture(ofUser: boolean): SourceLocation {
    if (SourceLocation.#standIn !== undefined) return SourceLocation.#standIn;
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 20;
    const stack = new Error('location');
    Error.stackTraceLimit = limit;
    return new SourceLocation(stack, ofUser);
  }

  /** Runs `body`, with `location` for every capture in it: for what was written there and is looked at only now. */
  static standingFor<T>(location: SourceLocation, body: () => T): T {
    const before = SourceLocation.#standIn;
    SourceLocation.#standIn = location;
    try {
      return body();
    } finally {
      SourceLocation.#standIn = before;
    }
  }

  /** Runs `body` with locations relative to `folder`: what it prints is the same wherever it is run. */
  static within<T>(folder: string, body: () => T): T {
    const before = SourceLocation.#within;
    SourceLocation.#within = folder;
    try {
      return body();
    } finally {
      SourceLocation.#within = before;
    }
  }

  /** Whether somebody has said what locations are relative to. */
  static get isWithin(): boolean {
    return SourceLocation.#within !== undefined;
  }

  /** `path/file.ts:line`, relative to the working directory (`within`: to that folder); `(unknown)` where the stack has no user frame. */
  toString(): string {
    const base = SourceLocation.#within ?? workingDirectory();
    if (this.#text === undefined || this.#base !== base) this.#text = firstUserFrame(this.#stack.stack ?? '', this.#ofUser, `${base}/`);
    this.#base = base;
    return this.#text;
  }

  /** The same in two parts; undefined where the stack has no user frame. */
  position(): { readonly path: string; readonly line: number } | undefined {
    const [, path, line] = /^(.*):(\d+)$/.exec(this.toString()) ?? [];
    return path === undefined ? undefined : { path, line: Number(line) };
  }
}

/** As stacks write it: a path in Node, an address in a browser. */
const LIBRARY = new URL('..', import.meta.url).href.replace('file://', '');

function workingDirectory(): string {
  return typeof process === 'undefined' ? new URL(import.meta.url).origin : process.cwd();
}

function firstUserFrame(stack: string, ofUser: boolean, base: string): string {
  for (const line of stack.split('\n').slice(1)) {
    const match = /(?:\(|at )(?:file:\/\/)?([^()\s]+):(\d+):\d+\)?$/.exec(line);
    if (match === null) continue;
    const [, path = '', row = ''] = match;
    const isOurs = path.startsWith(LIBRARY) && !path.startsWith(`${LIBRARY}examples/`);
    const isSkipped = isOurs && (ofUser || !path.startsWith(`${LIBRARY}library/`));
    if (isSkipped || path.startsWith('node:') || path.includes('/node_modules/')) continue;
    return `${path.startsWith(base) ? path.slice(base.length) : path}:${row}`;
  }
  return '(unknown)';
}
