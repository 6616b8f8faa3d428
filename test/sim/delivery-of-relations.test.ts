import { expect, it } from 'vitest';
import { deliveryOf, parseWindowRelations } from '../../sim/delivery-of-relations.ts';
import { optionsSchema, parseOptions } from '../../sim/options.ts';
import { ConfigurationError } from '../../spec/configuration.ts';

it.each([
  ['', []],
  ['0', [0]],
  ['1, 3', [1, 3]],
  ['2,2,0', [2, 0]],
])('takes %j', (text, relations) => {
  expect([...parseWindowRelations(text, 4, 'the test')]).toEqual(relations);
});

it.each(['4', '-1', '1,', 'one', '1;2', '1.5'])('refuses %j of four relations', (text) => {
  expect(() => parseWindowRelations(text, 4, 'the test')).toThrow(ConfigurationError);
  expect(() => parseWindowRelations(text, 4, 'the test')).toThrow(
    /^ {2}windowRelations: expected relations from 0 to 3 .* for example 1,3$/m,
  );
});

it('is delivery window where the relation is named, else that of all', () => {
  const options = optionsSchema.parse({ relations: 4, rtlDevices: 4, windowRelations: '1,3' });
  expect([0, 1, 2, 3].map((relation) => deliveryOf(options, relation))).toEqual(['newest', 'window', 'newest', 'window']);
  expect(deliveryOf({ ...options, delivery: 'window' }, 0)).toBe('window');
});

it('wants a controller with devices, whose relations are named', () => {
  expect(() => parseOptions({ windowRelations: '0' }, 'the test')).toThrow(/windowRelations: expected rtlDevices beside it/);
  const four = { relations: 4, rtlDevices: 4, sendInterval: 20_480, obsoleteTimeout: 192_000 };
  expect(() => parseOptions({ ...four, windowRelations: '7' }, 'the test')).toThrow(/from 0 to 3/);
  expect(parseOptions({ ...four, windowRelations: '0,2' }, 'the test').windowRelations).toBe('0,2');
});
