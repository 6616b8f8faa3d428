/** Files of vectors, whole and damaged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitOf } from '../../../sim/vectors/fit.ts';
import { parseVectors } from '../../../sim/vectors/read.ts';
import { type AeadVector, UnknownVectorFormat, VectorFileDamaged } from '../../../sim/vectors/vector.ts';
import { asconSample, cavpDecrypt, cavpEncrypt, counting, forged, gcmSample, lwcKat, type Sample, wycheproof } from './samples.ts';

const gcm = [gcmSample(16, 0, 0), gcmSample(32, 20, 0), gcmSample(16, 0, 13), gcmSample(32, 5, 32)];
const ascon = [asconSample(0, 0), asconSample(3, 0), asconSample(0, 17), asconSample(16, 16)];
const rejected = new Set([1, 3]);
const FILES = {
  'CAVP, encryption': cavpEncrypt(gcm),
  'CAVP, decryption': cavpDecrypt(gcm, rejected),
  LWC: lwcKat(ascon),
  Wycheproof: wycheproof('AES-GCM', [...gcm.map((sample) => ({ ...sample, result: 'valid' as const }))]),
} as const;

/** In plain octets, whatever class of array they came in. */
function plain(vector: Sample | AeadVector) {
  const { key, nonce, aad, text, enciphered, icv } = vector;
  return [key, nonce, aad, text, enciphered, icv].map((octets) => octets && [...octets]);
}

const parsed = (text: string) => parseVectors('file', text);

describe('a file of vectors', () => {
  it('of CAVP encryption has all of them, each valid', () => {
    const { algorithm, vectors } = parsed(FILES['CAVP, encryption']);
    expect(algorithm).toBe('AES-GCM');
    expect(vectors.map(plain)).toEqual(gcm.map(plain));
    expect(vectors.every(({ result }) => result === 'valid')).toBe(true);
    expect(vectors.map(({ where }) => where)).toContain('Count = 0 (line 10)');
  });

  it('of CAVP decryption has those to be rejected as such, their text unknown', () => {
    const { vectors } = parsed(FILES['CAVP, decryption']);
    expect(vectors.map(({ result }) => result)).toEqual(['valid', 'invalid', 'valid', 'invalid']);
    expect(vectors.map(plain)).toEqual(
      gcm.map((sample, index) => plain({ ...sample, text: index % 2 ? undefined : sample.text } as Sample)),
    );
  });

  it('of CAVP takes the octet that stands for no bits for none', () => {
    const text = FILES['CAVP, encryption'].replace(/AAD = \r/, 'AAD = 00\r').replace(/PT = \r/, 'PT = 00\r');
    expect(parsed(text).vectors.map(plain)).toEqual(gcm.map(plain));
  });

  it('of LWC has text and tag apart', () => {
    const { algorithm, vectors } = parsed(FILES.LWC);
    expect(algorithm).toBe('Ascon-AEAD128');
    expect(vectors.map(plain)).toEqual(ascon.map(plain));
    expect(vectors.map(({ where }) => where)).toEqual([1, 2, 3, 4].map((count) => `Count = ${count} (line ${1 + 7 * (count - 1)})`));
  });

  it('of Wycheproof has each result, for each algorithm', () => {
    const [first, second, third] = ['valid', 'invalid', 'acceptable'] as const;
    const results = (algorithm: string) =>
      parsed(
        wycheproof(
          algorithm,
          [first, second, third].map((result) => ({ ...gcmSample(16, 4, 0), result })),
        ),
      ).vectors;
    for (const algorithm of ['AES-GCM', 'AES-GMAC', 'ASCON-AEAD128'])
      expect(results(algorithm).map(({ where, result }) => [where, result])).toEqual([
        ['tcId 1', 'valid'],
        ['tcId 2', 'invalid'],
        ['tcId 3', 'acceptable'],
      ]);
    expect(
      ['AES-GCM', 'AES-GMAC', 'ASCON-AEAD128'].map(
        (name) => parsed(wycheproof(name, [{ ...gcmSample(16, 4, 0), result: first }])).algorithm,
      ),
    ).toEqual([...['AES-GCM', 'AES-GMAC', 'Ascon-AEAD128']]);
    expect(results('AES-GMAC').map(plain)).toEqual([1, 2, 3].map(() => plain(gcmSample(16, 4, 0))));
  });

  it.each(Object.entries(FILES))('of %s, cut off anywhere, is refused, or has the first vectors whole', (_, text) => {
    const whole = parsed(text).vectors.map(plain);
    fc.assert(
      fc.property(fc.nat(text.length - 1), (end) => {
        try {
          const found = parsed(text.slice(0, end)).vectors.map(plain);
          expect(found).toEqual(whole.slice(0, found.length));
        } catch (error) {
          if (!(error instanceof VectorFileDamaged || error instanceof UnknownVectorFormat)) throw error;
          expect(error.message).toMatch(/^file: .*expected|^file: JSON that can not be read to its end/);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['', UnknownVectorFormat, 'file: an empty file; expected NIST CAVP'],
    ['Hello', UnknownVectorFormat, 'file: a text of another format; expected NIST CAVP'],
    ['{"a": 1}', UnknownVectorFormat, 'file: JSON without algorithm and testGroups; expected'],
    [wycheproof('ML-KEM', []), UnknownVectorFormat, 'file: Wycheproof vectors of ML-KEM; expected'],
    ['{"algorithm": ', VectorFileDamaged, 'file: JSON that can not be read to its end'],
    [wycheproof('AES-GCM', []), VectorFileDamaged, 'file: no vector in it, expected at least one'],
    [
      FILES.Wycheproof.replace('"numberOfTests":4', '"numberOfTests":5'),
      VectorFileDamaged,
      'file: 4 tests, expected 5 as numberOfTests says',
    ],
    [
      FILES.Wycheproof.replace('"iv":"', '"iv":"0'),
      VectorFileDamaged,
      'file: testGroups.0.tests.0.iv: expected whole octets in hexadecimal',
    ],
    [
      FILES.LWC.replace('Nonce = 4', 'Nonce = '),
      VectorFileDamaged,
      'file: Count = 1 (line 1): Nonce is "04142434445464748494A4B4C4D4E4F", expected whole',
    ],
    [FILES.LWC.replace('Nonce = ', 'IV = '), VectorFileDamaged, 'file: Count = 1 (line 1): no Nonce, expected one in each record'],
    [FILES.LWC.replace('Count = 2', ''), VectorFileDamaged, 'file: Count = 1 (line 1): Key stands there twice, expected Count = number'],
    [`${FILES.LWC}\nAD = 00 11`, VectorFileDamaged, 'file: line 29 is "AD = 00 11", expected Name = value'],
    [`${FILES.LWC}\n<html>`, VectorFileDamaged, 'file: line 29 is "<html>", expected Name = value'],
    [
      FILES['CAVP, encryption'].replace('[PTlen = 104]', '[PTlen = 112]'),
      VectorFileDamaged,
      ': PT has 104 bits, expected 112 as its group says',
    ],
  ] as const)('that is not whole or not known is refused: %.20s', (text, kind, message) => {
    expect(() => parsed(text)).toThrow(kind);
    expect(() => parsed(text)).toThrow(message);
  });
});

describe('an engine', () => {
  const [vector] = parsed(FILES['CAVP, encryption']).vectors as [AeadVector, ...AeadVector[]];
  it.each([
    [{}, { engine: 'aes-128-gcm', nonceOctets: 12 }],
    [{ key: counting(32, 0) }, { engine: 'aes-256-gcm', nonceOctets: 12 }],
    [{ key: counting(24, 0) }, { misfit: 'key of 24 octets' }],
    [{ nonce: counting(16, 0) }, { misfit: 'IV not of 12 octets' }],
    [{ icv: counting(15, 0) }, { misfit: 'tag not of 16 octets' }],
    [{ aad: new Uint8Array(8192) }, { misfit: 'more than 8191 octets' }],
    [{ result: 'acceptable' }, { misfit: 'neither valid nor invalid' }],
  ] as const)('is found for what fits: %j', (changes, expected) => {
    expect(fitOf('AES-GCM', { ...vector, ...changes })).toEqual(expected);
  });

  it('of Ascon takes the nonces of 16 octets that its vectors have', () => {
    expect(fitOf('Ascon-AEAD128', { ...vector, nonce: counting(16, 0) })).toEqual({ engine: 'ascon-aead128', nonceOctets: 16 });
    expect(fitOf('Ascon-AEAD128', vector)).toEqual({ misfit: 'IV not of 16 octets' });
    expect(fitOf('Ascon-AEAD128', { ...vector, ...forged(gcmSample(32, 0, 0), 3) })).toEqual({ misfit: 'key of 32 octets' });
  });
});
