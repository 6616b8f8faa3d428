/** Registers that a command can reach: a simulated design, a file, or the hardware of the board. */
import type { RegisterSpace } from '../control-plane/register-space.ts';

export interface RegisterTarget extends RegisterSpace {
  /** for messages: `keyturn at 0x43c00000 through /dev/uio0` */
  readonly description: string;
  /**
   * Waits for an interrupt, so many ms at most; where a target has no interrupts, all of them.
   * @returns whether an interrupt came
   */
  waitForInterrupt(milliseconds: number, signal?: AbortSignal): Promise<boolean>;
  close(): void;
}

/** What was named can't hold the registers. */
export class WindowError extends Error {
  constructor(path: string, problem: string, mend: string) {
    super(`${path} ${problem}: ${mend}`);
    this.name = 'WindowError';
  }
}

/** The hardware is not there, or not ready to be touched. */
export class TargetUnavailable extends Error {
  constructor(what: string, mend: string) {
    super(`${what}: ${mend}`);
    this.name = 'TargetUnavailable';
  }
}

/** The system keeps us from the registers. */
export class NoPermission extends Error {
  constructor(path: string, mend: string) {
    super(`no permission for ${path}: ${mend}`);
    this.name = 'NoPermission';
  }
}

/** Polling: the time passes, unless it is cut short. */
export function passTime(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve(false);
    };
    const timer = setTimeout(end, milliseconds);
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
  });
}
