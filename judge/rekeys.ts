/** The rekeys of a run as the frames on the wire show them. */
import type { Delivery } from './receiving.ts';
import type { SentFrame } from './sending.ts';

export interface SeenRekey {
  /** absolute KeyIds: `0|3` */
  readonly from: string;
  readonly to: string;
  /** first octet of the first frame that announces the key */
  readonly announcedNs: number;
  /** first frames under the new key; null where none was sent */
  readonly initiatorSendsNs: number | null;
  readonly followerSendsNs: number | null;
  /** the initiator handed up a frame of the follower under the new key: both use it; null where the run ended before */
  readonly finishedNs: number | null;
}

/** @param back what was delivered of what the follower sent */
export function seenRekeys(
  initiator: readonly SentFrame[],
  follower: readonly SentFrame[],
  back: readonly Delivery[],
): readonly SeenRekey[] {
  const firstUnder = (frames: readonly SentFrame[]): ReadonlyMap<number, number> => {
    const first = new Map<number, number>();
    for (const { opened, atNs } of frames)
      if (opened !== undefined && !first.has(opened.with.ordinal)) first.set(opened.with.ordinal, atNs);
    return first;
  };
  const initiatorFirst = firstUnder(initiator);
  const followerFirst = firstUnder(follower);
  const seenBack = new Map<number, number>();
  for (const { frame, atNs } of back) {
    const ordinal = frame.opened?.with.ordinal;
    if (ordinal !== undefined && !seenBack.has(ordinal)) seenBack.set(ordinal, atNs);
  }
  const rekeys: SeenRekey[] = [];
  const announced = new Set<number>();
  for (const { opened, atNs } of initiator) {
    if (opened === undefined || opened.nextKeyId === opened.currentKeyId) continue;
    const { keyId: from, ordinal } = opened.with;
    if (announced.has(ordinal)) continue;
    announced.add(ordinal);
    const to = successor(from, opened.nextKeyId);
    if (to === undefined) continue;
    // what is announced is installed, right after the key before
    const next = ordinal + 1;
    rekeys.push({
      from,
      to,
      announcedNs: atNs,
      initiatorSendsNs: initiatorFirst.get(next) ?? null,
      followerSendsNs: followerFirst.get(next) ?? null,
      finishedNs: seenBack.get(next) ?? null,
    });
  }
  return rekeys;
}

/** The KeyId that a wire KeyId announces: one more of the communication index, or of the master index (paper, section VI). */
function successor(keyId: string, wire: number): string | undefined {
  const [master = 0, communication = 0] = keyId.split('|').map(Number);
  if (wire === (master % 4) * 4 + ((communication + 1) % 4)) return `${master}|${communication + 1}`;
  if (wire === ((master + 1) % 4) * 4) return `${master + 1}|0`;
  return undefined;
}
