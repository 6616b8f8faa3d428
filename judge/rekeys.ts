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
  const firstUnder = (frames: readonly SentFrame[]): ReadonlyMap<string, number> => {
    const first = new Map<string, number>();
    for (const { opened, atNs } of frames) if (opened !== undefined && !first.has(opened.with.keyId)) first.set(opened.with.keyId, atNs);
    return first;
  };
  const initiatorFirst = firstUnder(initiator);
  const followerFirst = firstUnder(follower);
  const seenBack = new Map<string, number>();
  for (const { frame, atNs } of back) {
    const keyId = frame.opened?.with.keyId;
    if (keyId !== undefined && !seenBack.has(keyId)) seenBack.set(keyId, atNs);
  }
  const rekeys: SeenRekey[] = [];
  const announced = new Set<string>();
  for (const { opened, atNs } of initiator) {
    if (opened === undefined || opened.nextKeyId === opened.currentKeyId) continue;
    const from = opened.with.keyId;
    if (announced.has(from)) continue;
    announced.add(from);
    const to = successor(from, opened.nextKeyId);
    if (to === undefined) continue;
    rekeys.push({
      from,
      to,
      announcedNs: atNs,
      initiatorSendsNs: initiatorFirst.get(to) ?? null,
      followerSendsNs: followerFirst.get(to) ?? null,
      finishedNs: seenBack.get(to) ?? null,
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
