/** An AEAD (RFC 5116) as the reference model uses it: whole frames, plain octets. */
export interface Aead {
  readonly id: string;
  seal(input: AeadInput): { readonly text: Uint8Array; readonly icv: Uint8Array };
  /** The text, or undefined when the ICV does not match. */
  open(input: AeadInput & { readonly icv: Uint8Array }): Uint8Array | undefined;
}

export interface AeadInput {
  /** as many octets as the engine's keys have (`spec/aead-engines.ts`) */
  readonly key: Uint8Array;
  /** 12 octets */
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly text: Uint8Array;
  /** false: the text is authenticated only, and stays in the clear */
  readonly encrypt: boolean;
}

/** Compares without stopping early. JavaScript promises no constant time; this at least does not branch on the octets. */
export function equalTags(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  return a.reduce((difference, octet, index) => difference | (octet ^ (b[index] ?? 0)), 0) === 0;
}
