/** What is checked of a vector, by an engine of node:crypto, whole and with faults. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { faultOf, framesOf, type Process } from '../../../sim/vectors/check.ts';
import type { AeadVector } from '../../../sim/vectors/vector.ts';
import { forged, gcmSample } from './samples.ts';

/** AES-128-GCM, keys as a slot holds them; text that is authenticated only counts as AAD. */
const gcm: Process = ({ material, nonce, aad, text, encrypt, open }) => {
  const key = Buffer.from(material).subarray(0, 16);
  const make = () => (open && encrypt ? createDecipheriv('aes-128-gcm', key, nonce) : createCipheriv('aes-128-gcm', key, nonce));
  const cipher = make().setAAD(encrypt ? aad : Buffer.concat([aad, text]));
  const out = encrypt ? cipher.update(text) : text;
  // the ICV over what was enciphered, whatever was to be done
  const sealing = createCipheriv('aes-128-gcm', key, nonce).setAAD(encrypt ? aad : Buffer.concat([aad, text]));
  if (encrypt) sealing.update(open ? out : text);
  sealing.final();
  return { text: out, icv: sealing.getAuthTag() };
};

const whole = gcmSample(16, 20, 33);
const vector = (changes: Partial<AeadVector> = {}): AeadVector => ({ ...whole, where: 'here', result: 'valid', ...changes });
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const bad = Uint8Array.of(0xab, ...whole.text.slice(1));
const check = (changes: Partial<AeadVector>, process: Process = gcm): string | undefined =>
  faultOf(process, 'aes-128-gcm', 'AES-GCM', vector(changes));

describe('a valid vector', () => {
  it('is opened and sealed', () => {
    const seen: boolean[] = [];
    const spy: Process = (frame) => {
      seen.push(frame.open);
      expect({ nonce: frame.nonce, aad: frame.aad, encrypt: frame.encrypt }).toEqual({ nonce: whole.nonce, aad: whole.aad, encrypt: true });
      return gcm(frame);
    };
    expect(check({}, spy)).toBeUndefined();
    expect(seen).toEqual([true, false]);
    expect(framesOf(vector())).toBe(2);
  });

  it('fails by the tag, the text, and either of them sealed', () => {
    const other = forged(whole, 3).icv;
    expect(check({ icv: other })).toBe(`opened, the tag is ${hex(whole.icv)}, expected ${hex(other)}`);
    expect(check({ text: bad })).toBe(`opened, the text is ${hex(whole.text)}, expected ${hex(bad)}`);
    const sealing =
      (broken: Partial<ReturnType<Process>>): Process =>
      (frame) => ({ ...gcm(frame), ...(frame.open ? {} : broken) });
    expect(check({}, sealing({ text: bad }))).toBe(`sealed, the text is ${hex(bad)}, expected ${hex(whole.enciphered)}`);
    expect(check({}, sealing({ icv: other }))).toBe(`sealed, the tag is ${hex(other)}, expected ${hex(whole.icv)}`);
  });

  it('without a text is opened alone', () => {
    let frames = 0;
    const counted: Process = (frame) => {
      frames++;
      return gcm(frame);
    };
    expect(check({ text: undefined }, counted)).toBeUndefined();
    expect(frames).toBe(1);
  });
});

it('one to be rejected is, or that is its fault; it takes a frame', () => {
  expect(check({ result: 'invalid', icv: forged(whole, 127).icv })).toBeUndefined();
  expect(check({ result: 'invalid' })).toBe('accepted, expected it to be rejected');
  expect(framesOf(vector({ result: 'invalid' }))).toBe(1);
});

it('of AES-GMAC the message is text that is authenticated only', () => {
  const mac = gcmSample(16, 33, 0);
  const process: Process = (frame) => {
    expect({ aad: frame.aad.length, text: hex(frame.text), encrypt: frame.encrypt }).toEqual({
      aad: 0,
      text: hex(mac.aad),
      encrypt: false,
    });
    return gcm(frame);
  };
  expect(faultOf(process, 'aes-128-gcm', 'AES-GMAC', { ...mac, where: 'here', result: 'valid' })).toBeUndefined();
});
