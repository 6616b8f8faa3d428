/** Known answers as the NIST lightweight cryptography project has them: `LWC_AEAD_KAT_128_128.txt` (its call for algorithms, section 3.5). */
import { recordsOf, type VectorRecord } from './records.ts';
import type { AeadVector, VectorFile } from './vector.ts';

const TAG_OCTETS = 16;

export function isLwcKat(text: string): boolean {
  return /^Count = \d+\s+Key = /m.test(text) && /^(Nonce|AD) =/m.test(text);
}

/** The file names no algorithm: Ascon-AEAD128 is what is asked of it. @throws VectorFileDamaged */
export function parseLwcKat(file: string, text: string): VectorFile {
  return { file, algorithm: 'Ascon-AEAD128', vectors: recordsOf(file, text).map(vectorOf) };
}

function vectorOf(record: VectorRecord): AeadVector {
  const plain = record.octets('PT');
  const both = record.octets('CT');
  const expected = plain.length + TAG_OCTETS;
  if (both.length !== expected)
    throw record.damaged(`CT has ${both.length} octets, expected ${expected} for this PT and its tag; the file may be cut off`);
  return {
    where: record.where,
    key: record.octets('Key'),
    nonce: record.octets('Nonce'),
    aad: record.octets('AD'),
    text: plain,
    enciphered: both.slice(0, -TAG_OCTETS),
    icv: both.slice(-TAG_OCTETS),
    result: 'valid',
  };
}
