/** What the capture says of a frame beside its octets. */
import { describe, expect, it } from 'vitest';
import { agreementRemark, originRemark, RekeyRemarks } from '../../sim/remarks.ts';
import type { Origin } from '../../sim/tally.ts';
import type { parseMessage } from '../../sw/agreement/message.ts';
import { blankFrame } from './blank-frame.ts';

describe('a frame that arrives', () => {
  const origin = (kind: Origin['kind'], more: Partial<Origin> = {}): Origin => ({
    from: 'initiator',
    kind,
    sentAt: 1,
    genuineSentAt: 1,
    number: 1,
    ...more,
  });

  it('says what an attacker did, of a host’s frame too, and that it is a second copy', () => {
    expect(originRemark(undefined)).toBeUndefined();
    expect(originRemark(origin('genuine'))).toBeUndefined();
    expect(originRemark(origin('host'))).toBeUndefined();
    expect(originRemark(origin('duplicate'))).toBe('second copy');
    expect(originRemark(origin('forged'))).toBe('attacker: forged');
    expect(originRemark(origin('crossed'))).toBe('attacker: crossed');
    for (const kind of ['genuine', 'host', 'duplicate'] as const)
      expect(originRemark(origin(kind, { tampered: 'flipped' }))).toBe('attacker: flipped');
    expect(originRemark(origin('replayed', { tampered: 'flipped' }))).toBe('attacker: replayed');
  });
});

it('a message of an agreement says which, which attempt, and which message', () => {
  const message = (master: number) => ({ master, attempt: 3, kind: 'offer' }) as unknown as NonNullable<ReturnType<typeof parseMessage>>;
  expect(agreementRemark(undefined)).toBeUndefined();
  expect(agreementRemark(message(0))).toBe('association, attempt 3: offer');
  expect(agreementRemark(message(2))).toBe('n-RTT agreement on KeyId 2|0, attempt 3: offer');
});

describe('a frame that is sent', () => {
  const KIND = {
    initiator: { profile: 'paper', frameId: 0x8000, encrypt: true },
    follower: { profile: 'paper', frameId: 0x8001, encrypt: true },
  } as const;
  const frame = (side: 'initiator' | 'follower', currentKeyId: number, nextKeyId: number): Uint8Array =>
    blankFrame(KIND[side], currentKeyId, nextKeyId);

  it('says what step of a rekey it is: the announcement, the answer, and the first one under the new key', () => {
    const remarks = new RekeyRemarks(KIND);
    const on = (side: 'initiator' | 'follower', current: number, next: number) => remarks.on(side, frame(side, current, next));
    expect([on('initiator', 3, 3), on('follower', 3, 3)]).toEqual([undefined, undefined]);
    expect([on('initiator', 3, 4), on('initiator', 3, 4)]).toEqual(['announces KeyId 1|0', undefined]);
    expect([on('follower', 3, 4), on('follower', 3, 4)]).toEqual(['ready for KeyId 1|0', undefined]);
    expect([on('initiator', 4, 4), on('initiator', 4, 4)]).toEqual(['first frame of the initiator under KeyId 1|0', undefined]);
    expect(on('follower', 4, 4)).toBe('first frame of the follower under KeyId 1|0');
    // an announcement that is taken back says nothing
    expect([on('initiator', 4, 5), on('initiator', 4, 4)]).toEqual(['announces KeyId 1|1', undefined]);
  });

  it('says nothing of what is not of the connection', () => {
    const remarks = new RekeyRemarks(KIND);
    remarks.on('initiator', frame('initiator', 1, 1));
    expect(remarks.on('initiator', frame('follower', 2, 2))).toBeUndefined();
    expect(remarks.on('initiator', frame('initiator', 1, 1))).toBeUndefined();
  });
});
