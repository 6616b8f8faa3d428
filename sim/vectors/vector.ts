/** Published test vectors of an AEAD (RFC 5116), whatever format they came in. */

export interface AeadVector {
  /** its number as the file has it: `tcId 12`, `Count = 3 (line 40)` */
  readonly where: string;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** undefined where the file does not say it, which it need not of a vector to be rejected */
  readonly text: Uint8Array | undefined;
  readonly enciphered: Uint8Array;
  readonly icv: Uint8Array;
  /** `valid`: sealing gives this, and opening accepts it; `invalid`: opening rejects it; `acceptable`: the file leaves it open */
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

/** `AES-GMAC`: the whole message is in `aad`. */
export type VectorAlgorithm = 'AES-GCM' | 'AES-GMAC' | 'Ascon-AEAD128';

export interface VectorFile {
  readonly file: string;
  readonly algorithm: VectorAlgorithm;
  readonly vectors: readonly AeadVector[];
}

/** There is no such file. */
export class VectorFileMissing extends Error {
  constructor(file: string) {
    super(`${file}: no such file of vectors; check the name`);
    this.name = 'VectorFileMissing';
  }
}

/** A file in no format, or of no algorithm, that is known here. */
export class UnknownVectorFormat extends Error {
  constructor(file: string, found: string) {
    super(
      `${file}: ${found}; expected NIST CAVP of GCM (.rsp), Wycheproof JSON of AES-GCM, AES-GMAC or ASCON-AEAD128, or LWC KAT of Ascon-AEAD128 (text)`,
    );
    this.name = 'UnknownVectorFormat';
  }
}

/** A file whose format is known, and that breaks off or contradicts itself. */
export class VectorFileDamaged extends Error {
  /** @param fault where, what was found, and what was expected */
  constructor(file: string, fault: string) {
    super(`${file}: ${fault}; fetch the file anew`);
    this.name = 'VectorFileDamaged';
  }
}
