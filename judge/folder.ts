/** Judges what a run left in its folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CapturedPacket } from '../capture/capture.ts';
import { captureFile } from '../capture/read.ts';
import { judgeRelations, type Verdict } from './judge.ts';
import { parseKeyLog } from './key-log.ts';
import { ObservationError, observe } from './observation.ts';

export const CAPTURE_FILE = 'capture.pcapng';
export const KEY_LOG_FILE = 'keys.log';

/** A folder without a key log: nothing in its capture can be opened. */
export class KeyLogMissing extends Error {
  constructor(folder: string) {
    super(`${folder} has no ${KEY_LOG_FILE}: a run leaves its keys only when it is asked to; make it again with --key-log`);
    this.name = 'KeyLogMissing';
  }
}

/** Returns the verdict on each relation. @throws KeyLogMissing, KeyLogError, CaptureError, ObservationError, and what reading files throws */
export async function judgeFolder(folder: string): Promise<readonly Verdict[]> {
  const keyLogPath = join(folder, KEY_LOG_FILE);
  const text = await readFile(keyLogPath, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new KeyLogMissing(folder) : error;
  });
  const logs = parseKeyLog(text, keyLogPath);
  const capturePath = join(folder, CAPTURE_FILE);
  const packets: CapturedPacket[] = [];
  const capture = captureFile(capturePath);
  for await (const packet of capture) packets.push(packet);
  const leftOut = capture.leftOut.toString();
  if (leftOut !== '') throw new ObservationError(capturePath, `holds what can't be judged (${leftOut})`);
  return judgeRelations(observe(packets, logs, capturePath));
}
