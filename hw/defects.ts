/**
 * Ways to break the hardware on purpose, each one a reading of the paper that has a counterexample. Only tests
 * build with them: they show that the scoreboard sees what it is there to see.
 */
export type Defect =
  /** the follower signals ready when it is asked, before its key is installed (R24) */
  | 'announceBeforeInstalled'
  /** the initiator's provider switches as soon as its own key is Pending (C5) */
  | 'switchWithoutReady'
  /** the header takes effect whether or not the ICV matches (C11) */
  | 'actBeforeIcv';

export interface PeerOptions {
  readonly role: 'initiator' | 'follower';
  /** key slots, 2 to 4 */
  readonly slots: number;
  readonly defect?: Defect;
  /** what the `buildId` register reads, 32 bits; default 0 */
  readonly buildId?: number;
}

/** Two variants of one module need two names. */
export function variantName(base: string, options: PeerOptions): string {
  const defect = options.defect === undefined ? '' : `_broken_${options.defect.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
  return `${base}_${options.role}_${options.slots}${defect}`;
}
