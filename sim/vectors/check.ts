/** One vector on one engine: sealed and opened, or rejected, as its file says. */
import type { EngineName } from '../../spec/aead-engines.ts';
import { materialOf } from '../../sw/aead/material.ts';
import type { EngineFrame, EngineResult } from './engine-driver.ts';
import type { AeadVector, VectorAlgorithm } from './vector.ts';

/** An engine, whoever simulates it. */
export type Process = (frame: EngineFrame) => EngineResult;

/** Frames that the check of a vector takes. */
export function framesOf({ result }: AeadVector): number {
  return result === 'valid' ? 2 : 1;
}

/** What is wrong, or undefined. Of AES-GMAC the message goes in as text that is authenticated only. */
export function faultOf(process: Process, engine: EngineName, algorithm: VectorAlgorithm, vector: AeadVector): string | undefined {
  const { nonce, icv, text, enciphered } = vector;
  const mac = algorithm === 'AES-GMAC';
  const frame = { material: materialOf(engine, vector.key), nonce, aad: mac ? new Uint8Array(0) : vector.aad, encrypt: !mac };
  const sealedText = mac ? vector.aad : enciphered;
  const plain = mac ? vector.aad : text;
  const opened = process({ ...frame, text: sealedText, open: true });
  const accepted = Buffer.compare(opened.icv, icv) === 0;
  if (vector.result === 'invalid') return accepted ? 'accepted, expected it to be rejected' : undefined;
  if (!accepted) return `opened, the tag is ${hex(opened.icv)}, expected ${hex(icv)}`;
  if (plain === undefined) return undefined;
  if (Buffer.compare(opened.text, plain) !== 0) return `opened, the text is ${hex(opened.text)}, expected ${hex(plain)}`;
  const sealed = process({ ...frame, text: plain, open: false });
  if (Buffer.compare(sealed.text, sealedText) !== 0) return `sealed, the text is ${hex(sealed.text)}, expected ${hex(sealedText)}`;
  return Buffer.compare(sealed.icv, icv) === 0 ? undefined : `sealed, the tag is ${hex(sealed.icv)}, expected ${hex(icv)}`;
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
