/** A file of keys that is refused. The message says nothing of what is in it. */
export class KeyFileError extends Error {
  constructor(path: string, found: string, expected: string, mend: string) {
    super(`${path}: ${found}, expected ${expected}: ${mend}`);
    this.name = 'KeyFileError';
  }
}
