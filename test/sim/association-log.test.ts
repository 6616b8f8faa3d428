/** Which association each station has, and the record of each. */
import { expect, it } from 'vitest';
import { AssociationLog } from '../../sim/association-log.ts';

const material = (octet: number) => {
  const direction = (of: number) => ({ key: new Uint8Array(16).fill(of), iv: new Uint8Array(12).fill(of) });
  return { transmit: direction(octet), receive: direction(octet + 1) };
};
const swapped = (octet: number) => {
  const { transmit, receive } = material(octet);
  return { transmit: receive, receive: transmit };
};
const FIRST = { master: 0, communication: 0 };

it('both stations know one by the same name, which the first key of one way makes', () => {
  const log = new AssociationLog(8);
  log.installed('initiator', FIRST, material(1));
  expect(log.of('follower')).toBeUndefined();
  log.installed('follower', FIRST, swapped(1));
  expect(log.of('initiator')).toBeDefined();
  expect(log.of('follower')).toBe(log.of('initiator'));
  const before = log.of('initiator');
  // a rekey is none
  log.installed('initiator', { master: 0, communication: 1 }, material(7));
  log.installed('initiator', { master: 1, communication: 0 }, material(7));
  expect(log.of('initiator')).toBe(before);
  log.installed('initiator', FIRST, material(3));
  expect(log.of('initiator')).not.toBe(before);
  const { transmit, receive } = material(3);
  log.installed('follower', FIRST, { transmit, receive: { ...receive, iv: receive.iv.with(0, 99) } });
  const named = log.of('follower');
  log.installed('follower', FIRST, { transmit, receive });
  expect(log.of('follower')).not.toBe(named);
  log.erased('follower');
  expect(log.of('follower')).toBeUndefined();
  expect(log.of('initiator')).toBeDefined();
});

it('a frame is of the association under which it was begun, in their order, of each side by itself', () => {
  const log = new AssociationLog(8);
  log.transmits('initiator');
  log.installed('initiator', FIRST, material(1));
  log.transmits('initiator');
  const name = log.of('initiator');
  log.erased('initiator');
  log.transmits('follower');
  expect([log.sent('initiator'), log.sent('initiator'), log.sent('follower')]).toEqual([undefined, name, undefined]);
});

it('an association has its cause, its times and its messages; while one is asked for, no other begins', () => {
  const log = new AssociationLog(8);
  log.message();
  log.made(3);
  expect(log.records).toEqual([]);
  log.begins('start', 5);
  log.begins('silence', 6);
  log.message();
  log.message();
  expect(log.records).toEqual([{ cause: 'start', begunAtNs: 40, madeAtNs: null, messages: 2 }]);
  log.made(10);
  log.made(11);
  log.begins('restart', 20);
  log.message();
  expect(log.records).toEqual([
    { cause: 'start', begunAtNs: 40, madeAtNs: 80, messages: 2 },
    { cause: 'restart', begunAtNs: 160, madeAtNs: null, messages: 1 },
  ]);
});
