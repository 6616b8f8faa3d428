import { expect, it } from 'vitest';
import { AgreementPlaces } from '../../../sw/control-plane/agreement-places.ts';

it('holds no more than its bound, and gives a place that is free to who has waited longest', () => {
  const places = new AgreementPlaces(2);
  expect([3, 1, 4, 0, 4].map((relation) => places.take(relation))).toEqual([true, true, false, false, false]);
  expect(places.take(3)).toBe(true);
  expect(places.release(1)).toBe(4);
  expect(places.take(5)).toBe(false);
  expect(places.take(4)).toBe(true);
  expect(places.release(3)).toBe(0);
  expect(places.release(4)).toBe(5);
  expect(places.release(0)).toBeUndefined();
  expect(places.take(6)).toBe(true);
  expect(places.most).toBe(2);
});

it('who has none gives none up, and stays in the queue', () => {
  const places = new AgreementPlaces(1);
  places.take(0);
  places.take(1);
  expect(places.release(1)).toBeUndefined();
  expect(places.release(0)).toBe(1);
});
