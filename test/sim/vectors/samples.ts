/** Small files of vectors in each format: what is in them is from node:crypto and js-ascon. */
import { createCipheriv } from 'node:crypto';
import JsAscon from 'js-ascon';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
/** Octets that count up. */
export const counting = (length: number, from: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (from + index) & 0xff);

export interface Sample {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly text: Uint8Array;
  readonly enciphered: Uint8Array;
  readonly icv: Uint8Array;
}

export function gcmSample(keyOctets: 16 | 32, aadOctets: number, textOctets: number): Sample {
  const [key, nonce, aad, text] = [counting(keyOctets, 1), counting(12, 0x40), counting(aadOctets, 0x80), counting(textOctets, 0xc0)];
  const cipher = createCipheriv(keyOctets === 16 ? 'aes-128-gcm' : 'aes-256-gcm', key, nonce).setAAD(aad);
  const enciphered = Buffer.concat([cipher.update(text), cipher.final()]);
  return { key, nonce, aad, text, enciphered, icv: cipher.getAuthTag() };
}

export function asconSample(aadOctets: number, textOctets: number): Sample {
  const [key, nonce, aad, text] = [counting(16, 1), counting(16, 0x40), counting(aadOctets, 0x80), counting(textOctets, 0xc0)];
  const both = JsAscon.encrypt(key, nonce, aad, text);
  return { key, nonce, aad, text, enciphered: both.slice(0, -16), icv: both.slice(-16) };
}

/** With the bit of the ICV flipped. */
export function forged(sample: Sample, bit: number): Sample {
  return { ...sample, icv: sample.icv.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet)) };
}

export function cavpEncrypt(samples: readonly Sample[]): string {
  return cavp(samples, ({ key, nonce, aad, text, enciphered, icv }) => [
    ['Key', key],
    ['IV', nonce],
    ['PT', text],
    ['AAD', aad],
    ['CT', enciphered],
    ['Tag', icv],
  ]);
}

/** @param rejected by index */
export function cavpDecrypt(samples: readonly Sample[], rejected: ReadonlySet<number>): string {
  return cavp(samples, ({ key, nonce, aad, text, enciphered, icv }, index) => [
    ['Key', key],
    ['IV', nonce],
    ['CT', enciphered],
    ['AAD', aad],
    ['Tag', icv],
    rejected.has(index) ? 'FAIL' : ['PT', text],
  ]);
}

function cavp(samples: readonly Sample[], linesOf: (sample: Sample, index: number) => (readonly [string, Uint8Array] | string)[]): string {
  const records = samples.map((sample, index) => {
    const bits = { Keylen: sample.key, IVlen: sample.nonce, PTlen: sample.text, AADlen: sample.aad, Taglen: sample.icv };
    const group = Object.entries(bits).map(([name, { length }]) => `[${name} = ${8 * length}]`);
    const fields = linesOf(sample, index).map((line) => (typeof line === 'string' ? line : `${line[0]} = ${hex(line[1])}`));
    return [...group, '', `Count = 0`, ...fields, ''].join('\r\n');
  });
  return `# CAVS 14.0\r\n# GCM Encrypt test information\r\n\r\n${records.join('\r\n')}`;
}

export function lwcKat(samples: readonly Sample[]): string {
  const records = samples.map(({ key, nonce, aad, text, enciphered, icv }, index) => {
    const fields = { Key: key, Nonce: nonce, PT: text, AD: aad, CT: Uint8Array.of(...enciphered, ...icv) };
    const lines = Object.entries(fields).map(([name, octets]) => `${name} = ${hex(octets).toUpperCase()}`);
    return [`Count = ${index + 1}`, ...lines, ''].join('\n');
  });
  return records.join('\n');
}

type Result = 'valid' | 'invalid' | 'acceptable';

export function wycheproof(algorithm: string, samples: readonly (Sample & { readonly result: Result })[]): string {
  const tests = samples.map(({ key, nonce, aad, text, enciphered, icv, result }, index) => {
    const both = { tcId: index + 1, comment: '', flags: [], key: hex(key), iv: hex(nonce), tag: hex(icv), result };
    return algorithm === 'AES-GMAC' ? { ...both, msg: hex(aad) } : { ...both, aad: hex(aad), msg: hex(text), ct: hex(enciphered) };
  });
  return JSON.stringify({ algorithm, numberOfTests: tests.length, testGroups: [{ type: 'AeadTest', tests }] });
}
