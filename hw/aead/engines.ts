import type { RelationConfiguration } from '../../spec/configuration.ts';
import type { AeadModule } from './aead.ts';
import { aesGcm } from './aes-gcm.ts';
import { asconAead128 } from './ascon.ts';
import { xorEngine } from './xor.ts';

/** The engines that a peer can be generated with, by the names of `spec/aead-engines.ts`. */
export const ENGINES: Readonly<Record<RelationConfiguration['engine'], AeadModule>> = {
  xor: xorEngine,
  'aes-128-gcm': aesGcm(128),
  'aes-256-gcm': aesGcm(256),
  'ascon-aead128': asconAead128(),
};
