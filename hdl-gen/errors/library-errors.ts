/** Mistakes in what a part of the library is made from. */
import { SourceLocation } from '../ir/location.ts';
import { HdlError } from './hdl-error.ts';

/** A register of a map that no bus could reach, or whose description contradicts itself. */
export class BadRegister extends HdlError {
  static override readonly code = 'HG030';
  static override readonly meaning = 'A register of a map has an offset, a field or a reset value that can not be.';
  static override readonly example = `
const design = axiLiteRegisterBlock('settings', {
  limit: { offset: 0x0, access: 'rw' },
  mode: { offset: 0x2, access: 'rw' },
});
`;
  static override readonly mended = ['0x2', '0x4'] as const;

  constructor(name: string, problem: string, advice: string) {
    super(`register ${name} ${problem}`, [{ what: 'register block', at: SourceLocation.captureUser() }], advice);
  }
}
