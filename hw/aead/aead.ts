import { type Bit, type Bits, bits, bool, input, type Module, output, stream } from '../../hdl-gen/index.ts';
import { ICV_OCTETS, NONCE_OCTETS } from '../../spec/header.ts';

export const NONCE_BITS = 8 * NONCE_OCTETS;
export const ICV_BITS = 8 * ICV_OCTETS;
/** Of a number of octets: AAD and text have 8191 together at most, whose length in bits fills two octets. */
export const LENGTH_BITS = 13;

/** One octet of AAD (`text` 0) or of text (`text` 1). */
export const AeadInput = stream({ data: bits(8), text: bits(1) });
export const AeadOutput = stream({ data: bits(8) });

/**
 * The interface of every AEAD engine (RFC 5116), for one frame after another, each under a key of its own.
 *
 * `start` takes material, nonce and direction for the frame that follows, and how many octets of AAD and of text it has. They follow on
 * `in`, first all AAD, then all text, either of which may have none, `last` with the last octet of all. A frame may end in its text
 * before it has as many: then its ICV says nothing, and all else holds.
 * The text comes out on `out`, enciphered when `open` is 0, deciphered when it is 1, `last` with its last octet. With `encrypt` 0
 * the frame is authenticated only: the text passes unchanged, and for a real AEAD all of the frame is AAD, with no padding in its
 * middle. `icvValid` is 1 for one cycle after the last octet of text has left, with the computed ICV on `icv`; in the next cycle
 * `start` may come again.
 *
 * An engine may let the other side wait (`in.ready`). What it copied of the material, and all that it made of it, is as it was at
 * reset from the cycle after `icvValid` on. How long it takes depends on lengths, and on nothing that is secret.
 *
 * Every engine takes nonces of 96 bits; one whose standard has longer ones can be made with those, too, to be judged by its vectors.
 *
 * Vectors keep octet 0 in bits 7..0; the parts of the material are those of `spec/aead-engines.ts`, the first lowest.
 */
export function aeadPorts(materialBits: number, nonceBits: number = NONCE_BITS) {
  return {
    start: input(bool),
    material: input(bits(materialBits)),
    nonce: input(bits(nonceBits)),
    encrypt: input(bool),
    open: input(bool),
    aadOctets: input(bits(LENGTH_BITS)),
    textOctets: input(bits(LENGTH_BITS)),
    in: input(AeadInput),
    out: output(AeadOutput),
    icv: output(bits(ICV_BITS)),
    icvValid: output(bool),
  } as const;
}

/** With `start`: the frame has no octet. */
export function isEmpty({ aadOctets, textOctets }: Record<'aadOctets' | 'textOctets', Bits<typeof LENGTH_BITS>>): Bit {
  return aadOctets.any().or(textOctets.any()).not();
}

export type AeadPorts = ReturnType<typeof aeadPorts>;
export type AeadModule = Module<AeadPorts>;

/** Bits of the material that an engine takes. */
export function materialBitsOf(engine: AeadModule): number {
  return engine.ports.material.shape.width;
}
