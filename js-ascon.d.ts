/** What is used of js-ascon, which has no types of its own. */
declare module 'js-ascon' {
  const JsAscon: {
    /** The text enciphered, and the tag behind it. */
    encrypt(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, plaintext: Uint8Array): Uint8Array;
    /** null when the tag does not match */
    decrypt(key: Uint8Array, nonce: Uint8Array, associatedData: Uint8Array, ciphertextAndTag: Uint8Array): Uint8Array | null;
  };
  export default JsAscon;
}
