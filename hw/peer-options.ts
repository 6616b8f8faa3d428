/** What a peer is generated for. */
export interface PeerOptions {
  readonly role: 'initiator' | 'follower';
  /** key slots, 2 to 4 */
  readonly slots: number;
  /** what the `buildId` register reads, 32 bits; default 0 */
  readonly buildId?: number;
}

/** Two variants of one module need two names. */
export function variantName(base: string, { role, slots }: PeerOptions): string {
  return `${base}_${role}_${slots}`;
}
