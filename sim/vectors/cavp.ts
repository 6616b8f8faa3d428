/** NIST CAVP response files of GCM: `gcmEncryptExtIV128.rsp`, `gcmDecrypt256.rsp` (The GCM Validation System, section 6). */
import { recordsOf, type VectorRecord } from './records.ts';
import type { AeadVector, VectorFile } from './vector.ts';

export function isCavp(text: string): boolean {
  return /^\[Keylen = \d+\]\s+\[IVlen = /m.test(text);
}

/** @throws VectorFileDamaged */
export function parseCavp(file: string, text: string): VectorFile {
  return { file, algorithm: 'AES-GCM', vectors: recordsOf(file, text).map(vectorOf) };
}

function vectorOf(record: VectorRecord): AeadVector {
  const octets = (name: string, size: string): Uint8Array => record.octets(name, record.group.get(size));
  const rejected = record.words.has('FAIL');
  return {
    where: record.where,
    key: octets('Key', 'Keylen'),
    nonce: octets('IV', 'IVlen'),
    aad: octets('AAD', 'AADlen'),
    text: rejected ? undefined : octets('PT', 'PTlen'),
    enciphered: octets('CT', 'PTlen'),
    icv: octets('Tag', 'Taglen'),
    result: rejected ? 'invalid' : 'valid',
  };
}
