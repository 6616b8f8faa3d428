/** Something that can't be written: a file, a folder, standard output. */
export class OutputError extends Error {
  /** of the operating system: `ENOSPC` */
  readonly code: string;

  /** @param what its path, or `standard output` */
  constructor(what: string, cause: NodeJS.ErrnoException) {
    const { code = '' } = cause;
    super(`${what}: ${REASONS[code] ?? cause.message}${code === '' ? '' : ` (${code})`}`, { cause });
    this.name = 'OutputError';
    this.code = code;
  }

  /** Nothing is wrong with the command: the disk was full, the reader of a pipe ended. */
  get isFault(): boolean {
    return FAULTS.has(this.code);
  }
}

const FULL = 'no space is left; free some, or write to another disk';
const FORBIDDEN = 'must not be written; choose another place, or change its permissions';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EPIPE: 'the program that reads it has ended',
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: 'the file system is read-only; choose another place',
  ENOENT: "can't be made there; choose another place",
  ENOTDIR: 'a file stands where a folder is expected; choose another place',
  EEXIST: 'a file stands where a folder is expected; choose another place',
  EISDIR: 'a folder stands where a file is expected; choose another place',
  ENAMETOOLONG: 'the name is too long; choose another',
};

const FAULTS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EPIPE', 'EIO']);
