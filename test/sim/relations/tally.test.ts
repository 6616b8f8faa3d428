/** What becomes of frames one by one, those among them that no run that is right has. */
import { beforeEach, describe, expect, it } from 'vitest';
import { putNumber, type Receiving, RelationsTally, type Sent } from '../../../sim/relations/tally.ts';
import type { Outcome } from '../../../sw/reference-model/peer.ts';

const OWN = 4;
const sent = (number: number, association = OWN): Sent => ({ number, association, here: false, delivered: false });
const delivered = (number: number, communication = 0, length = 2): Outcome => {
  const cSdu = new Uint8Array(length);
  putNumber(cSdu, number);
  return { kind: 'delivered', cSdu, apduStatus: new Uint8Array(4), keyId: { master: 0, communication } };
};

let direction: Receiving;
beforeEach(() => {
  direction = { newest: -1, keyId: undefined };
});
/** What was counted, without what was not. */
const countsOf = (tally: RelationsTally): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(tally.counts).filter(([, count]) => count > 0));

describe.each(['newest', 'window'] as const)('with delivery of %s', (delivery) => {
  let tally: RelationsTally;
  beforeEach(() => {
    tally = new RelationsTally(delivery);
  });
  const receive = (frame: Sent, outcome: Outcome): void => tally.received(frame, outcome, direction, OWN);

  it('a frame is sent, and lost where no copy arrives; a payload may wait', () => {
    tally.sent(0);
    tally.sent(2);
    tally.waited();
    expect(countsOf(tally)).toEqual({ sent: 2, lost: 1, waited: 1 });
  });

  it('what is dropped is a duplicate, stale, of another association, or a fault', () => {
    const one = sent(1);
    receive(one, { kind: 'stale' });
    receive(one, { kind: 'unknownKey' });
    receive(sent(2, 3), { kind: 'unknownKey' });
    receive(sent(3), { kind: 'icvFailed' });
    receive({ ...sent(4), association: undefined }, { kind: 'icvFailed' });
    expect(countsOf(tally)).toEqual({ stale: 1, duplicates: 1, outside: 2, undecryptable: 1 });
  });

  it('what is delivered again, behind a newer one or with another payload is told apart', () => {
    const first = sent(0);
    receive(first, delivered(0));
    receive(first, delivered(0));
    receive(sent(5), delivered(5));
    receive(sent(3), delivered(3));
    receive(sent(4), delivered(4, 1));
    receive(sent(7), delivered(6));
    const late = { deliveredLate: 2, deliveredUnderOldKey: 1, altered: 1 };
    expect(countsOf(tally)).toEqual(
      delivery === 'newest' ? { ...late, delivered: 2, replayed: 3 } : { ...late, delivered: 4, replayed: 1 },
    );
    expect(direction).toEqual({ newest: 7, keyId: { master: 0, communication: 0 } });
  });
});

it('a late frame under another master key is one under an old key', () => {
  const tally = new RelationsTally('window');
  tally.received(sent(1), { ...delivered(1), keyId: { master: 1, communication: 0 } } as Outcome, direction, OWN);
  tally.received(sent(0), delivered(0), direction, OWN);
  expect(tally.counts).toMatchObject({ deliveredLate: 1, deliveredUnderOldKey: 1 });
});

it('a C_SDU holds four octets of its number, the lowest first, or as many as it has', () => {
  const [long, short] = [new Uint8Array(5), new Uint8Array(2)];
  for (const cSdu of [long, short]) putNumber(cSdu, 0x8a6b_4c2d);
  expect([long, short]).toEqual([Uint8Array.of(0x2d, 0x4c, 0x6b, 0x8a, 0), Uint8Array.of(0x2d, 0x4c)]);
  const tally = new RelationsTally('newest');
  tally.received(sent(0x1_0003), delivered(3), direction, OWN);
  tally.received(sent(0x8a6b_4c2d), delivered(0x8a6b_4c2d, 0, 5), direction, OWN);
  tally.received(sent(0x8b6b_4c2d), delivered(0x8a6b_4c2d, 0, 5), direction, OWN);
  expect(countsOf(tally)).toEqual({ delivered: 2, altered: 1 });
});
