import { C_SDU_MAX, C_SDU_MIN, COUNTER_LAST, PROFILES, type ProfileName } from './header.ts';

/**
 * How many frames one key may protect, and how many forgeries may be tried against it (draft-irtf-cfrg-aead-limits, section 5.1; Luykx and Paterson, the
 * paper's [4]). The formulas are those of AES-GCM with 96-bit nonces and a 128-bit ICV.
 */
export type Protection = 'authentication' | 'encryption';

const BLOCK_OCTETS = 16;
const blocks = (octets: number): number => Math.ceil(octets / BLOCK_OCTETS);

export interface FrameSize {
  readonly protection: Protection;
  /** octets of the C_SDU */
  readonly cSduOctets: number;
  /** default `paper` */
  readonly profile?: ProfileName;
}

/** Octets of AAD and of text. */
function octetsOf({ cSduOctets, profile = 'paper' }: FrameSize): { readonly aad: number; readonly text: number } {
  const { aadOctets, textBehindOctets } = PROFILES[profile];
  return { aad: aadOctets, text: cSduOctets + textBehindOctets };
}

/**
 * Blocks that the block cipher processes for one frame: AAD and text blocks count with encryption, with
 * authentication only nothing but the nonce is enciphered.
 */
export function blocksPerFrame(size: FrameSize): number {
  const { aad, text } = octetsOf(size);
  return size.protection === 'authentication' ? 0 : blocks(aad) + blocks(text);
}

/**
 * Frames under one key so that an attacker's advantage against confidentiality (CA) stays below 2^-marginBits:
 * q ≤ (√p · 2^64.5 − 1) / (L + 1), from CA ≤ (s + q + 1)² / 2^129.
 * @param marginBits 57 is the margin of TLS 1.3 (RFC 8446, section 5.5), 60 that of DTLS 1.3 and QUIC
 */
export function aesGcmFramesPerKey(size: FrameSize, marginBits: number): number {
  return Math.floor((2 ** (64.5 - marginBits / 2) - 1) / (blocksPerFrame(size) + 1));
}

/**
 * Failed attempts to forge a frame under one key so that an attacker's advantage against integrity (IA) stays below 2^-marginBits:
 * v ≤ p · 2^127 / (L + 1), from IA ≤ 2 v (L + 1) / 2^128, where L counts the blocks of AAD and text that GHASH takes; with
 * authentication only, all of a frame is AAD.
 */
export function aesGcmForgeriesPerKey(size: FrameSize, marginBits: number): number {
  const { aad, text } = octetsOf(size);
  const length = size.protection === 'authentication' ? blocks(aad + text) : blocksPerFrame(size);
  return Math.floor(2 ** (127 - marginBits) / (length + 1));
}

/** Whose bound limits the frames of a key; `none` for an engine that is linear, where nothing but the counter ends. */
export type AeadBound = 'AES-GCM' | 'none';

/** What ends a key first: the AEAD bound, or the 32-bit counter, which never wraps (SP 800-38D, section 8.3). */
export function framesPerKey(size: FrameSize, marginBits: number, bound: AeadBound = 'AES-GCM'): number {
  return bound === 'AES-GCM' ? Math.min(COUNTER_LAST, aesGcmFramesPerKey(size, marginBits)) : COUNTER_LAST;
}

/** What bounds the frames of a key with each engine, for tables. */
export interface EngineLimit {
  readonly engine: string;
  readonly protection: Protection;
  /** frames that one key may protect */
  readonly frames: number;
  /** what ends the key first */
  readonly boundBy: 'AEAD bound' | '32-bit counter';
  /** failed attempts to forge a frame that a key may see; 0: the first may succeed */
  readonly forgeries: number;
}

/** Every engine and protection; `xor` is linear and protects nothing, so only its counter counts, and no forgery fails. */
export function engineLimits(size: Omit<FrameSize, 'protection'>, marginBits: number): readonly EngineLimit[] {
  const gcm = (['encryption', 'authentication'] as const).map((protection): EngineLimit => {
    const frames = framesPerKey({ ...size, protection }, marginBits);
    return {
      engine: 'AES-GCM',
      protection,
      frames,
      boundBy: frames < COUNTER_LAST ? 'AEAD bound' : '32-bit counter',
      forgeries: aesGcmForgeriesPerKey({ ...size, protection }, marginBits),
    };
  });
  const xor = gcm.map(
    ({ protection }): EngineLimit => ({ engine: 'xor', protection, frames: COUNTER_LAST, boundBy: '32-bit counter', forgeries: 0 }),
  );
  return [...gcm, ...xor];
}

/** What is usual on a real network, for figures beside those of a simulation, whose time is compressed. */
export const REAL_NETWORK = {
  /** ns from one frame of a provider to its next */
  sendInterval: 1_000_000,
  /** shortest and longest C_SDU (IEC 61158-6-10, Table 163) */
  cSduOctets: [C_SDU_MIN, C_SDU_MAX],
} as const;
