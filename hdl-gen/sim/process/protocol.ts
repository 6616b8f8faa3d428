/** What we and a simulator in a process of its own say to each other, in 32-bit words, little endian. */

/** Commands: three words: the command, the index of a clock, a count of cycles. */
export const COMMAND = {
  /** inputs; then that many cycles of the clock with them; answers the outputs sampled at the last edge */
  run: 1,
  /** for each cycle the index of its clock and the inputs; answers the sampled outputs of each */
  vectors: 2,
  /** inputs; answers the settled outputs, without an edge (the clock and the count are 0) */
  settle: 3,
} as const;

/** Words before the inputs of a message. */
export const HEAD_WORDS = 3;

/** Words that a port takes in a message, least significant first. */
export function wordsOf(width: number): number {
  return Math.ceil(width / 32);
}

export function wordsOfAll(ports: readonly { readonly width: number }[]): number {
  return ports.reduce((sum, { width }) => sum + wordsOf(width), 0);
}
