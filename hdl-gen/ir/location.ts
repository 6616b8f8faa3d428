import { userFrame } from './user-frame.ts';

/** Frames that are captured: some of ours, and the user's behind them. Behind those of the library there are more. */
const FRAMES = 12;
const FRAMES_OF_USER = 20;

/**
 * Where in the user's source a thing was declared.
 *
 * Capturing a stack is cheap (about 3 µs), looking into it is dear, so the Error object is kept and read only when a message or
 * a comment in the Verilog needs it.
 */
export class SourceLocation {
  readonly #ofUser: boolean;
  /** until it has been read */
  #stack: Error | undefined;
  #place: ReturnType<typeof userFrame>;

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
    Error.stackTraceLimit = ofUser ? FRAMES_OF_USER : FRAMES;
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

  /** What somebody has said that locations are relative to. */
  static get folder(): string | undefined {
    return SourceLocation.#within;
  }

  /** `path/file.ts:line`, relative to the working directory (`within`: to that folder); `(unknown)` where the stack has no user frame. */
  toString(): string {
    const position = this.position();
    return position === undefined ? '(unknown)' : `${position.path}:${position.line}`;
  }

  /** The same in two parts; undefined where the stack has no user frame. */
  position(): { readonly path: string; readonly line: number } | undefined {
    if (this.#stack !== undefined) this.#place = userFrame(this.#stack, this.#ofUser);
    this.#stack = undefined;
    if (this.#place === undefined) return undefined;
    const { path, line } = this.#place;
    const base = `${SourceLocation.#within ?? workingDirectory()}/`;
    return { path: path.startsWith(base) ? path.slice(base.length) : path, line };
  }
}

function workingDirectory(): string {
  return typeof process === 'undefined' ? new URL(import.meta.url).origin : process.cwd();
}
