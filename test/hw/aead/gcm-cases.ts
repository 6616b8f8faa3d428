/**
 * Test cases of GCM, from "The Galois/Counter Mode of Operation (GCM)" by McGrew and Viega (submission to NIST, revised), appendix B:
 * those with nonces of 96 bits and keys of 128 and 256 bits. The others (5 to 12, 17 and 18) are for other lengths.
 */
export interface GcmCase {
  readonly number: number;
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly text: string;
  readonly enciphered: string;
  readonly icv: string;
}

const ZERO_16 = '00'.repeat(16);
const KEY = 'feffe9928665731c6d6a8f9467308308';
const NONCE = 'cafebabefacedbaddecaf888';
const AAD = 'feedfacedeadbeeffeedfacedeadbeefabaddad2';
const TEXT =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' + '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const ENCIPHERED_128 =
  '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e' + '21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985';
const ENCIPHERED_256 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' + '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
const WITHOUT = { nonce: '00'.repeat(12), aad: '' };
/** 60 octets. */
const cut = (octets: string): string => octets.slice(0, 120);

export const GCM_CASES: readonly GcmCase[] = [
  { number: 1, key: ZERO_16, ...WITHOUT, text: '', enciphered: '', icv: '58e2fccefa7e3061367f1d57a4e7455a' },
  {
    number: 2,
    key: ZERO_16,
    ...WITHOUT,
    text: ZERO_16,
    enciphered: '0388dace60b6a392f328c2b971b2fe78',
    icv: 'ab6e47d42cec13bdf53a67b21257bddf',
  },
  { number: 3, key: KEY, nonce: NONCE, aad: '', text: TEXT, enciphered: ENCIPHERED_128, icv: '4d5c2af327cd64a62cf35abd2ba6fab4' },
  {
    number: 4,
    key: KEY,
    nonce: NONCE,
    aad: AAD,
    text: cut(TEXT),
    enciphered: cut(ENCIPHERED_128),
    icv: '5bc94fbc3221a5db94fae95ae7121a47',
  },
  { number: 13, key: ZERO_16 + ZERO_16, ...WITHOUT, text: '', enciphered: '', icv: '530f8afbc74536b9a963b4f1c4cb738b' },
  {
    number: 14,
    key: ZERO_16 + ZERO_16,
    ...WITHOUT,
    text: ZERO_16,
    enciphered: 'cea7403d4d606b6e074ec5d3baf39d18',
    icv: 'd0d1c8a799996bf0265b98b5d48ab919',
  },
  {
    number: 15,
    key: KEY + KEY,
    nonce: NONCE,
    aad: '',
    text: TEXT,
    enciphered: ENCIPHERED_256,
    icv: 'b094dac5d93471bdec1a502270e3cc6c',
  },
  {
    number: 16,
    key: KEY + KEY,
    nonce: NONCE,
    aad: AAD,
    text: cut(TEXT),
    enciphered: cut(ENCIPHERED_256),
    icv: '76fc6ece0f4e1768cddf8853bb2d551b',
  },
];
