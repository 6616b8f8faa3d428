/** What frames want of the contexts and keys of their relations, and what they bring them. */
import { bits, bool, bundle, input, output, struct } from '../../hdl-gen/index.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { NONCE_BITS } from '../aead/aead.ts';
import { COUNTER_BITS } from './context.ts';

/** A received frame with its verdict: whether its ICV matched, and what stands in its header. */
export const OpenedFrame = struct({
  authentic: bool,
  keyId: bits(KEY_ID_BITS),
  nextKeyId: bits(KEY_ID_BITS),
  counter: bits(COUNTER_BITS),
});

/** With what a frame is sealed, and what its header says of it. @param materialBits what the engine takes for one direction */
export function sealingKey(materialBits: number) {
  return struct({
    material: bits(materialBits),
    iv: bits(NONCE_BITS),
    keyId: bits(KEY_ID_BITS),
    nextKeyId: bits(KEY_ID_BITS),
    counter: bits(COUNTER_BITS),
  });
}

/** The look-up of a key by the KeyId of a received frame; an output of the opener. @param materialBits as of `sealingKey` */
export function keyLookUp(materialBits: number) {
  return bundle({
    keyId: output(bits(KEY_ID_BITS)),
    /** the KeyId names a key that opens frames now */
    hit: input(bool),
    material: input(bits(materialBits)),
    iv: input(bits(NONCE_BITS)),
  });
}
