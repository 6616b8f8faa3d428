/** A realistic fault, as a small change of text, and the test that must fail while it is in. */
export interface Fault {
  /** `J6`, or `J14b` where a row of the list has several; others by the area: `parser-1` */
  readonly id: string;
  /** what is wrong with it in */
  readonly what: string;
  /** path from the root of the project */
  readonly file: string;
  /** stands in the file exactly once: a fault that no longer applies is an error, not a pass */
  readonly find: string;
  readonly replace: string;
  /** the test file that is run, and what the full name of the test that fails contains */
  readonly seenBy: { readonly file: string; readonly test: string };
}

/** A fault that does not fit the text that it was written for. */
export class FaultDoesNotApply extends Error {
  constructor({ id, file }: Fault, found: number) {
    super(`fault ${id} does not apply: its text stands ${found} times in ${file}, expected once; write it anew for what stands there now`);
    this.name = 'FaultDoesNotApply';
  }
}

/** The text with the fault in. @throws FaultDoesNotApply */
export function withFault(fault: Fault, text: string): string {
  const parts = text.split(fault.find);
  if (parts.length !== 2) throw new FaultDoesNotApply(fault, parts.length - 1);
  return parts.join(fault.replace);
}
