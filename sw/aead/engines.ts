import type { RelationConfiguration } from '../../spec/configuration.ts';
import type { Aead } from './aead.ts';
import { aes128Gcm, aes256Gcm } from './aes-gcm.ts';
import { asconAead128 } from './ascon.ts';
import { xorAead } from './xor.ts';

/** The AEADs of the reference model, by the names of the engines that the hardware can be generated with. */
export const AEADS: Readonly<Record<RelationConfiguration['engine'], Aead>> = {
  xor: xorAead,
  'aes-128-gcm': aes128Gcm,
  'aes-256-gcm': aes256Gcm,
  'ascon-aead128': asconAead128,
};
