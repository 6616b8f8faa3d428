/** What an attacker can do with a frame that passes. */
import { ConfigurationError } from '../../spec/configuration.ts';

/**
 * `swapped`: two frames have changed their ICVs. `old-key`: sealed under a key that was replaced or erased, with a counter that was never used.
 * `crossed`: sent under the FrameID of another relation.
 */
export const ATTACKS = ['forged', 'flipped', 'replayed', 'reflected', 'swapped', 'old-key', 'crossed'] as const;
export type Attack = (typeof ATTACKS)[number];

/**
 * `swapped,old-key`: the kinds that are wanted.
 * @param source for messages
 * @throws ConfigurationError where one is none
 */
export function parseAttacks(text: string, source: string): ReadonlySet<Attack> {
  return new Set(
    text.split(',').map((one) => {
      const attack = ATTACKS.find((name) => name === one.trim());
      if (attack !== undefined) return attack;
      throw new ConfigurationError(source, [
        `attackKinds: expected one or more of ${ATTACKS.join(', ')} with commas between them, found ${JSON.stringify(one)}`,
      ]);
    }),
  );
}
