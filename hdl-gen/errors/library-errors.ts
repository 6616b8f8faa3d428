/** Mistakes in what a part of the library is made from. */
import { SourceLocation } from '../ir/location.ts';
import { HdlError } from './hdl-error.ts';

/** A register of a map that no bus could reach, or that is described against itself. */
export class BadRegister extends HdlError {
  override readonly code = 'HG030';
  constructor(name: string, problem: string, advice: string) {
    super(`register ${name} ${problem}`, [{ what: 'register block', at: SourceLocation.captureUser() }], advice);
  }
}
