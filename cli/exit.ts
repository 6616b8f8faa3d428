/** What an error means for the one who typed the command. */
import { UnknownBoard } from '../boards/board.ts';
import { InsecureEngine } from '../boards/flow/insecure-engine.ts';
import { NoSuchPin } from '../boards/flow/pins.ts';
import { CaptureError } from '../capture/capture.ts';
import { KeyLogMissing } from '../judge/folder.ts';
import { KeyLogError } from '../judge/key-log.ts';
import { ObservationError } from '../judge/observation.ts';
import { SimulationAborted } from '../sim/aborted.ts';
import { OutputError } from '../sim/output/output-error.ts';
import { ForeignFolder } from '../sim/output/replace-folder.ts';
import { TrafficError } from '../sim/traffic/traffic.ts';
import { UnknownVectorFormat, VectorFileDamaged, VectorFileMissing } from '../sim/vectors/vector.ts';
import { ConfigurationError } from '../spec/configuration.ts';
import { ControlError } from '../sw/agent/control-socket.ts';
import { HardwareLost } from '../sw/agent/guarded-registers.ts';
import { BitstreamError } from '../sw/bitstream/bit-file.ts';
import { RegisterError } from '../sw/control-plane/register-space.ts';
import { FrameIdError } from '../sw/control-plane/station-driver.ts';
import { KeyFileError } from '../sw/key-files/errors.ts';
import { WindowError } from '../sw/register-target/target.ts';

/** `unavailable`: what the command needs is not there now, and may come: the device of the hardware, the agent. */
export const EXIT = { done: 0, fault: 1, usage: 2, unavailable: 3, interrupted: 130 } as const;

/** What was given to a command can't be used. */
const INPUT_ERRORS: readonly (abstract new (...args: never[]) => Error)[] = [
  CaptureError,
  TrafficError,
  ConfigurationError,
  KeyLogMissing,
  KeyLogError,
  ObservationError,
  RegisterError,
  FrameIdError,
  KeyFileError,
  WindowError,
  UnknownBoard,
  BitstreamError,
  InsecureEngine,
  NoSuchPin,
  ForeignFolder,
  VectorFileMissing,
  UnknownVectorFormat,
  VectorFileDamaged,
];

/** The message and the exit code. Only a fault of our own shows its stack. */
export function explain(error: unknown): { readonly text: string; readonly exit: number } {
  if (!(error instanceof Error)) return { text: String(error), exit: EXIT.fault };
  if (error instanceof SimulationAborted) return { text: error.message, exit: EXIT.interrupted };
  if (error instanceof HardwareLost || error instanceof ControlError) return { text: error.message, exit: EXIT.unavailable };
  if (INPUT_ERRORS.some((kind) => error instanceof kind)) return { text: error.message, exit: EXIT.usage };
  if (error instanceof OutputError) return { text: error.message, exit: error.isFault ? EXIT.fault : EXIT.usage };
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return { text: `${path}: no such file or folder; check the name`, exit: EXIT.usage };
  if (code === 'EISDIR') return { text: `${path ?? 'the path'} is a folder, expected a file`, exit: EXIT.usage };
  if (code === 'EACCES' || code === 'ENOTDIR' || code === 'EEXIST')
    return { text: `${path}: can't be read (${code}); check the name and its permissions`, exit: EXIT.usage };
  // the operating system says what is wrong; a stack would say nothing more
  if (syscall !== undefined) return { text: path === undefined ? error.message : `${path}: ${error.message}`, exit: EXIT.fault };
  const known = error.name !== 'Error' && error.name !== 'TypeError' && error.name !== 'RangeError';
  return { text: known ? error.message : (error.stack ?? error.message), exit: EXIT.fault };
}
