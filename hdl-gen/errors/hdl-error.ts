import { SourceLocation } from '../ir/location.ts';

/** A place that a message names: what stands there, and where it is in the user's source. */
export interface Place {
  readonly what: string;
  readonly at: SourceLocation | string;
}

/** The user's line that runs, for a mistake that is seen while the body runs. */
export function here(what: string): readonly Place[] {
  return [{ what, at: SourceLocation.captureUser() }];
}

/**
 * Base of every mistake that hdl-gen reports. `code` is stable (`HG0xx`), the message names the signal, the
 * source lines and the mend; each rule has a class of its own beside this one, and says about itself what the
 * catalogue (`hdl-gen/docs/errors.md`) prints.
 */
export abstract class HdlError extends Error {
  declare static readonly code: string;
  /** what is wrong, in general */
  declare static readonly meaning: string;
  /** a program whose `design` makes this mistake and no other */
  declare static readonly example: string;
  /** what to write in it instead of what: then it makes none */
  declare static readonly mended: readonly [wrong: string, right: string];

  readonly code: string;
  readonly places: readonly Place[];
  readonly advice: string;

  constructor(problem: string, places: readonly Place[], advice: string) {
    // at once: asked for while the engine prints the stack, source lines would be those of the JavaScript
    const lines = places.map((place) => `\n  ${place.what}: ${place.at.toString()}`).join('');
    super(`${new.target.code} ${problem}${lines}\n  advice: ${advice}`);
    this.code = new.target.code;
    this.places = places;
    this.advice = advice;
    this.name = new.target.name;
  }
}
