/**
 * The AEAD engines as data: what a slot holds for each, and what the hardware says of itself. Which of them the hardware can be
 * generated with is the table of `hw/aead/engines.ts`.
 */
import { ICV_OCTETS } from './header.ts';

/** A part of what a slot holds for one direction, the IV apart. */
export interface MaterialPart {
  /** `key`: the secret key K of the AEAD; `hashSubkey`: H = E_K(0^128) of GCM (SP 800-38D, section 7.1), which the software computes */
  readonly name: 'key' | 'hashSubkey';
  readonly octets: number;
}

export interface AeadEngineFacts {
  /** in the field `engine` of the register `capabilities` */
  readonly number: number;
  readonly title: string;
  /** protects nothing: for simulation only */
  readonly insecure: boolean;
  readonly keyOctets: 16 | 32;
  /** from bit 0 upwards; octet 0 of each part in its bits 7..0 */
  readonly material: readonly MaterialPart[];
  /** whose bound limits the frames of a key; `none`: nothing but the counter ends */
  readonly bound: 'AES-GCM' | 'none';
}

const HASH_SUBKEY: MaterialPart = { name: 'hashSubkey', octets: ICV_OCTETS };

export const AEAD_ENGINES = {
  xor: {
    number: 0,
    title: 'XOR, the dummy of the paper (section VII)',
    insecure: true,
    keyOctets: 16,
    material: [{ name: 'key', octets: 16 }],
    bound: 'none',
  },
  'aes-128-gcm': {
    number: 1,
    title: 'AES-128-GCM (SP 800-38D)',
    insecure: false,
    keyOctets: 16,
    material: [{ name: 'key', octets: 16 }, HASH_SUBKEY],
    bound: 'AES-GCM',
  },
  'aes-256-gcm': {
    number: 2,
    title: 'AES-256-GCM (SP 800-38D)',
    insecure: false,
    keyOctets: 32,
    material: [{ name: 'key', octets: 32 }, HASH_SUBKEY],
    bound: 'AES-GCM',
  },
  // 2^54 octets of data under one key (SP 800-232, section 4.2): the counter ends long before
  'ascon-aead128': {
    number: 3,
    title: 'Ascon-AEAD128 (SP 800-232)',
    insecure: false,
    keyOctets: 16,
    material: [{ name: 'key', octets: 16 }],
    bound: 'none',
  },
} as const satisfies Record<string, AeadEngineFacts>;

export type EngineName = keyof typeof AEAD_ENGINES;

/** Octets that a slot holds for one direction, the IV apart. */
export function materialOctets(engine: EngineName): number {
  return AEAD_ENGINES[engine].material.reduce((sum, { octets }) => sum + octets, 0);
}

/** Of the engine that takes most: so much room the register map has. */
export const MATERIAL_OCTETS_MAX = Math.max(...(Object.keys(AEAD_ENGINES) as EngineName[]).map(materialOctets));

/** The engine that the hardware says it has; undefined for a number that no engine has. */
export function engineOfNumber(number: number): EngineName | undefined {
  return (Object.keys(AEAD_ENGINES) as EngineName[]).find((name) => AEAD_ENGINES[name].number === number);
}
