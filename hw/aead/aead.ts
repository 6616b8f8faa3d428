import { bits, bool, input, output, stream } from '../../hdl-gen/index.ts';
import { ICV_OCTETS, NONCE_OCTETS } from '../../spec/header.ts';

/** Octets of a key of the engines so far. */
export const KEY_OCTETS = 16;
export const KEY_BITS = 8 * KEY_OCTETS;
export const NONCE_BITS = 8 * NONCE_OCTETS;
export const ICV_BITS = 8 * ICV_OCTETS;

/** One octet of AAD (`text` 0) or of text (`text` 1). */
export const AeadInput = stream({ data: bits(8), text: bits(1) });
export const AeadOutput = stream({ data: bits(8) });

/**
 * The interface of every AEAD engine (RFC 5116), for one frame after another, each under a key of its own.
 *
 * `start` takes key, nonce and direction for the frame that follows; it may come again once `icvValid` was
 * seen. The octets follow on `in`, first all AAD, then the text, at least one octet of each, `last` with the
 * last octet of the text. The text comes out on `out`, enciphered when `open` is 0, deciphered when it is 1;
 * with `encrypt` 0 it is authenticated only and passes unchanged. `icvValid` is 1 for one cycle after the last
 * octet of text has left, with the computed ICV on `icv`. An engine may let the other side wait (`ready`), and
 * the key that it copied is gone once `icvValid` was.
 *
 * Vectors keep octet 0 in bits 7..0.
 */
export const AEAD_PORTS = {
  start: input(bool),
  key: input(bits(KEY_BITS)),
  nonce: input(bits(NONCE_BITS)),
  encrypt: input(bool),
  open: input(bool),
  in: input(AeadInput),
  out: output(AeadOutput),
  icv: output(bits(ICV_BITS)),
  icvValid: output(bool),
} as const;
