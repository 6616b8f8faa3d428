import { describe, expect, it } from 'vitest';
import { OutputError } from '../../../sim/output/output-error.ts';

const of = (code?: string): OutputError =>
  new OutputError('out/x', Object.assign(new Error('as the system says'), code === undefined ? {} : { code }));

describe('an error of output', () => {
  it.each([
    ['ENOSPC', 'no space is left; free some, or write to another disk', true],
    ['EDQUOT', 'no space is left; free some, or write to another disk', true],
    ['EPIPE', 'the program that reads it has ended', true],
    ['EIO', 'as the system says', true],
    ['EACCES', 'must not be written; choose another place, or change its permissions', false],
    ['EPERM', 'must not be written; choose another place, or change its permissions', false],
    ['EROFS', 'the file system is read-only; choose another place', false],
    ['ENOENT', "can't be made there; choose another place", false],
    ['ENOTDIR', 'a file stands where a folder is expected; choose another place', false],
    ['EEXIST', 'a file stands where a folder is expected; choose another place', false],
    ['EISDIR', 'a folder stands where a file is expected; choose another place', false],
    ['ENAMETOOLONG', 'the name is too long; choose another', false],
    ['ELOOP', 'as the system says', false],
  ])('%s says what to do, and whether it is the fault of the place or of the command', (code, reason, isFault) => {
    const error = of(code);
    expect(error).toMatchObject({ name: 'OutputError', message: `out/x: ${reason} (${code})`, code, isFault });
    expect(error.cause).toMatchObject({ code });
  });

  it('without a code has none in its message', () => {
    expect(of()).toMatchObject({ message: 'out/x: as the system says', code: '', isFault: false });
  });
});
