/** Opening what holds registers, with the reason in words where it can't be opened. */
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { NoPermission, TargetUnavailable, WindowError } from './target.ts';

export interface OpenedFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/**
 * @param kind whether somebody named it, or the system must have it
 * @param flags added to O_RDWR
 * @param advice how to get at the file
 * @throws WindowError, NoPermission, TargetUnavailable
 */
export function openRegisters(kind: 'file' | 'device', path: string, flags: number, advice: string): OpenedFile {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDWR | flags);
  } catch (error) {
    throw refusal(kind, path, (error as NodeJS.ErrnoException).code ?? String(error), advice);
  }
  return { descriptor, stats: fstatSync(descriptor) };
}

/** @param code why it can't be opened: the name of an error of open(2) */
export function refusal(
  kind: 'file' | 'device',
  path: string,
  code: string,
  advice: string,
): WindowError | NoPermission | TargetUnavailable {
  switch (code) {
    case 'ENOENT':
      return kind === 'file' ? new WindowError(path, 'does not exist', advice) : new TargetUnavailable(`${path} does not exist`, advice);
    case 'EISDIR':
      return new WindowError(path, 'is a folder', advice);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new NoPermission(path, advice);
    default:
      return new TargetUnavailable(`${path} can't be opened (${code})`, advice);
  }
}

/** Runs a check; where it throws, the file is closed again. */
export function orClose<T>({ descriptor }: OpenedFile, check: () => T): T {
  try {
    return check();
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
