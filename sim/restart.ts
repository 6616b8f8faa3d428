/** Restarts of the software that drives a station's keys, while its hardware and its application go on. */
import { SIDES, type Side } from '../judge/points.ts';
import { ConfigurationError } from '../spec/configuration.ts';

export interface Restart {
  readonly side: Side;
  /** payloads that this station has sent by then */
  readonly frame: number;
}

const FORM = /^(initiator|follower)@(\d{1,9})$/;

/**
 * `follower@1000`; several with commas between them.
 * @param frames that each station sends
 * @param source for messages
 * @throws ConfigurationError
 */
export function parseRestarts(text: string, frames: number, source: string): readonly Restart[] {
  return text === '' ? [] : text.split(',').map((one) => parseRestart(one.trim(), frames, source));
}

function parseRestart(text: string, frames: number, source: string): Restart {
  const [, name, number = ''] = FORM.exec(text) ?? [];
  const side = SIDES.find((one) => one === name);
  const frame = Number(number);
  if (side === undefined || frame < 1 || frame >= frames)
    throw new ConfigurationError(source, [
      `restart: expected a station and a frame from 1 to ${frames - 1}, found ${JSON.stringify(text)}; for example follower@1000`,
    ]);
  return { side, frame };
}
