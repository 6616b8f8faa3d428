import type { SourceLocation } from '../ir/location.ts';

/** A place that a message names: what stands there, and where it is in the user's source. */
export interface Place {
  readonly what: string;
  readonly at: SourceLocation | string;
}

/**
 * Base of every mistake that hdl-gen reports. `code` is stable (`HG0xx`), the message names the signal, the
 * source lines and the mend; each rule has a class of its own beside this one.
 */
export abstract class HdlError extends Error {
  abstract readonly code: string;
  readonly places: readonly Place[];
  readonly advice: string;

  constructor(problem: string, places: readonly Place[], advice: string) {
    super(problem);
    this.places = places;
    this.advice = advice;
    this.name = new.target.name;
    Object.defineProperty(this, 'message', { enumerable: false, get: () => this.#format(problem) });
  }

  #format(problem: string): string {
    const lines = this.places.map((place) => `\n  ${place.what}: ${place.at.toString()}`).join('');
    return `${this.code} ${problem}${lines}\n  advice: ${this.advice}`;
  }
}
