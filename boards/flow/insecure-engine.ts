/** An engine that protects nothing is generated for those alone who say that they know. */
import { AEAD_ENGINES } from '../../spec/aead-engines.ts';
import type { HardwareConfiguration } from './build.ts';

/** Hardware whose engine protects nothing, outside of a simulation. */
export class InsecureEngine extends Error {
  constructor(engine: string) {
    super(
      `the engine ${engine} protects nothing: whoever sees one known frame has the key; take another (--engine aes-256-gcm), or, for a demonstration and nothing else, give --insecure`,
    );
    this.name = 'InsecureEngine';
  }
}

/** @throws InsecureEngine for an engine that protects nothing, unless that is allowed */
export function checkEngine(engine: HardwareConfiguration['engine'], allowInsecure: boolean): void {
  if (AEAD_ENGINES[engine].insecure && !allowInsecure) throw new InsecureEngine(engine);
}
