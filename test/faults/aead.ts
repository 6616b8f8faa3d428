/** Faults of the AEAD engines: a wrong constant, one too few, something that is left behind. */
import type { Fault } from './fault.ts';

const GCM = 'test/hw/aead/aes-gcm.test.ts';
const CIPHER = 'test/hw/aead/aes-cipher.test.ts';

export const AEAD_FAULTS: readonly Fault[] = [
  {
    id: 'aead-1',
    what: 'GHASH is reduced by another polynomial',
    file: 'hw/aead/gf128.ts',
    find: 'wide.shl(7).xor(wide.shl(6)).xor(wide.shl(5)).xor(wide)',
    replace: 'wide.shl(7).xor(wide.shl(6)).xor(wide.shl(4)).xor(wide)',
    seenBy: { file: 'test/hw/aead/ghash.test.ts', test: 'is what McGrew and Viega give in test case 2' },
  },
  {
    id: 'aead-2',
    what: 'the same, in a whole run: hardware and reference model differ',
    file: 'hw/aead/gf128.ts',
    find: 'wide.shl(7).xor(wide.shl(6)).xor(wide.shl(5)).xor(wide)',
    replace: 'wide.shl(7).xor(wide.shl(6)).xor(wide.shl(4)).xor(wide)',
    seenBy: { file: 'test/sim/engines.test.ts', test: 'rekeys seamlessly, as the reference model says' },
  },
  {
    id: 'aead-3',
    what: 'the first counter block is that of the text',
    file: 'hw/aead/gcm-keystream.ts',
    find: 'r.counter.next(1);',
    replace: 'r.counter.next(2);',
    seenBy: { file: GCM, test: 'seals and opens test case 1 of McGrew and Viega' },
  },
  {
    id: 'aead-4',
    what: 'the counter block repeats: two blocks of text get one keystream',
    file: 'hw/aead/gcm-keystream.ts',
    find: 'r.counter.next(r.counter.add(1));',
    replace: 'm.when(r.counter.ne(3), () => r.counter.next(r.counter.add(1)));',
    seenBy: { file: GCM, test: 'seals and opens test case 3 of McGrew and Viega' },
  },
  {
    id: 'aead-5',
    what: 'GHASH takes the text before it is enciphered',
    file: 'hw/aead/aes-gcm.ts',
    find: 'wire: mux(r.opening, io.in.data, result)',
    replace: 'wire: mux(r.opening, result, io.in.data)',
    seenBy: { file: GCM, test: 'seals and opens test case 2 of McGrew and Viega' },
  },
  {
    id: 'aead-6',
    what: 'with authentication only, the text is padded from the AAD before it',
    file: 'hw/aead/aes-gcm.ts',
    find: 'elseWhen(io.in.valid.and(enciphered).and(aligned.not())',
    replace: 'elseWhen(io.in.valid.and(io.in.text).and(aligned.not())',
    seenBy: { file: GCM, test: 'seals and opens as OpenSSL does' },
  },
  {
    id: 'aead-7',
    what: 'the hash subkey stays in the engine',
    file: 'hw/aead/ghash.ts',
    find: 'for (const secret of [r.subkeyNow, r.power,',
    replace: 'for (const secret of [r.power,',
    seenBy: { file: GCM, test: 'keeps nothing of a key' },
  },
  {
    id: 'aead-8',
    what: 'a frame ends later where some bits of its hash are 0',
    file: 'hw/aead/aes-gcm.ts',
    find: 'm.when(r.lane.eq(15), () =>',
    replace: 'm.when(r.lane.eq(15).and(hash.hash.take(2).any()), () =>',
    seenBy: { file: GCM, test: 'moves in time with the lengths alone' },
  },
  {
    id: 'aead-9',
    what: 'the last round mixes columns too',
    file: 'hw/aead/aes-cipher.ts',
    find: 'mux(last, shifted, mixed)',
    replace: 'mux(last, mixed, mixed)',
    seenBy: { file: CIPHER, test: 'enciphers the example of FIPS 197, appendix C' },
  },
  {
    id: 'aead-10',
    what: 'every second word of a 256-bit key is rotated as well',
    file: 'hw/aead/aes-cipher.ts',
    find: 'looked: mux(r.plain, lastWord, rotWord(lastWord))',
    replace: 'looked: rotWord(lastWord)',
    seenBy: { file: CIPHER, test: 'AES-256 expands the key of FIPS 197' },
  },
  {
    id: 'aead-11',
    what: 'the octets of H go to the hardware where the key should be',
    file: 'sw/aead/material.ts',
    find: '    at += part.length;\n',
    replace: '',
    seenBy: { file: 'test/sw/aead/aes-gcm.test.ts', test: 'the key, then its hash subkey' },
  },
  {
    id: 'aead-12',
    what: 'keys of all engines are derived alike',
    file: 'sw/keys/key-schedule.ts',
    find: 'LABELS.key(this.#keyId, direction, this.#engine)',
    replace: "LABELS.key(this.#keyId, direction, 'xor')",
    seenBy: { file: 'test/sw/keys/key-schedule.test.ts', test: 'gives the keys and IVs that node:crypto gives' },
  },
];
