/** The scoreboard and the erase of all keys: what the model has forgotten the hardware may not show any more. */
import { describe, expect, it } from 'vitest';
import { Scoreboard, ScoreboardMismatch, type Trace } from '../../sim/scoreboard.ts';
import { materialOf, peerOf } from '../sw/reference-model/peers.ts';

const KEY = { master: 0, communication: 0 };
const QUIET: Trace = {
  provider: 0,
  consumer: 0,
  transmit: false,
  receive: false,
  deliver: false,
  pushAccepted: false,
  pushRefused: false,
  cancelAccepted: false,
  cancelRefused: false,
  erased: false,
};
const ACTIVE = { provider: 0b10, consumer: 0b10 };

function withKey(): Scoreboard<string> {
  const nothing = (): void => {};
  const scoreboard = new Scoreboard<string>('initiator', peerOf('initiator', 2), 'again', {
    onTransmit: nothing,
    onOutcome: nothing,
    onSlots: nothing,
  });
  scoreboard.push(KEY, materialOf('initiator', KEY));
  scoreboard.cycle(1, { ...QUIET, pushAccepted: true });
  scoreboard.cycle(2, { ...QUIET, ...ACTIVE, erased: true });
  return scoreboard;
}

describe('after an erase', () => {
  it('a slot that is still in use is a difference', () => {
    const scoreboard = withKey();
    expect(() => scoreboard.cycle(3, { ...QUIET, ...ACTIVE })).toThrow(ScoreboardMismatch);
  });

  it('every slot is Unused, and a frame that begins is a difference', () => {
    const scoreboard = withKey();
    scoreboard.cycle(3, QUIET);
    scoreboard.payload({ cSdu: new Uint8Array(4), apduStatus: new Uint8Array(4) });
    expect(() => scoreboard.cycle(4, { ...QUIET, transmit: true })).toThrow(/no key is Active/);
  });
});
