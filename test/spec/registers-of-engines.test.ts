/** What the register map says of the AEAD engines, and how much of it there is with each: in full, as written out by hand. */
import { expect, it } from 'vitest';
import { REGISTERS, wordsOf } from '../../spec/registers.ts';

it('says which number in capabilities is which engine', () => {
  expect(REGISTERS.capabilities.fields.find(({ name }) => name === 'engine')?.description).toBe(
    'AEAD engine: 0 xor, 1 aes-128-gcm, 2 aes-256-gcm, 3 ascon-aead128',
  );
});

it('says what stands in the words of a key', () => {
  expect(REGISTERS.transmitKey.description).toBe(
    'staging of the provider key, octet 0 in bits 7..0 of the first word: 4 words for xor; 4 words, then 4 of H = E_K(0^128) for aes-128-gcm; 8 words, then 4 of H = E_K(0^128) for aes-256-gcm; 4 words for ascon-aead128',
  );
});

it.each([
  ['xor', 4],
  ['aes-128-gcm', 8],
  ['aes-256-gcm', 12],
  ['ascon-aead128', 4],
] as const)('with %s a key takes %i words, and an IV three', (engine, words) => {
  expect([REGISTERS.transmitKey, REGISTERS.receiveKey].map((register) => wordsOf(register, engine))).toEqual([words, words]);
  expect([REGISTERS.transmitIv, REGISTERS.receiveIv, REGISTERS.status].map((register) => wordsOf(register, engine))).toEqual([3, 3, 1]);
});
