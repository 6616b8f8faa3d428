import { expect, it } from 'vitest';
import type { SlotState } from '../../../spec/slot-machine.ts';
import { KeyInUse } from '../../../sw/agent/key-in-use.ts';

const [FIRST, SECOND, NEW_MASTER] = [
  { master: 0, communication: 0 },
  { master: 0, communication: 1 },
  { master: 1, communication: 0 },
];
/** A status whose KeyId on the wire is that one (two bits each). */
const status = (currentKeyId: number, ...provider: readonly SlotState[]) => ({
  provider,
  consumer: provider,
  currentKeyId,
  nextKeyId: currentKeyId,
  pushReady: true,
});

it('a key is in use once no slot is Pending and its KeyId is on the wire, and is told once', () => {
  const key = new KeyInUse();
  expect(key.looked(status(0, 'Active', 'Unused'), 1)).toBeUndefined();
  key.installed(FIRST);
  expect(key.looked(status(0, 'Active', 'Pending'), 2)).toBeUndefined();
  expect(key.looked(status(1, 'Active', 'Unused'), 3)).toBeUndefined();
  expect(key.current).toBeUndefined();
  expect(key.looked(status(0, 'Active', 'Unused'), 4)).toEqual(FIRST);
  expect(key.looked(status(0, 'Active', 'Unused'), 5)).toBeUndefined();
  expect(key.current).toEqual({ keyId: FIRST, since: 4 });
});

it('rekeys are counted by their kind; a first key is none', () => {
  const key = new KeyInUse();
  for (const [keyId, wire] of [
    [FIRST, 0],
    [SECOND, 1],
    [NEW_MASTER, 4],
    [{ master: 1, communication: 1 }, 5],
  ] as const) {
    key.installed(keyId);
    key.looked(status(wire, 'Active', 'Unused'), 0);
  }
  expect(key.rekeys).toEqual({ '0-RTT': 2, 'n-RTT': 1 });
  key.associated();
  expect(key.current).toBeUndefined();
  key.installed({ ...FIRST });
  expect(key.looked(status(0, 'Active', 'Unused'), 9)).toEqual(FIRST);
  expect(key.rekeys).toEqual({ '0-RTT': 2, 'n-RTT': 1 });
});

it('what was given up comes into use no more, and the key before stays; what is forgotten is not known again', () => {
  const key = new KeyInUse();
  key.givenUp();
  key.installed(FIRST);
  key.looked(status(0, 'Active', 'Unused'), 1);
  key.installed(SECOND);
  key.givenUp();
  expect(key.looked(status(1, 'Active', 'Unused'), 2)).toBeUndefined();
  expect(key.current).toEqual({ keyId: FIRST, since: 1 });
  key.forget();
  expect(key.current).toBeUndefined();
  expect(key.looked(status(0, 'Active', 'Unused'), 3)).toBeUndefined();
});
