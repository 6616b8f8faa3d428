/** An engine that protects nothing is generated for those alone who say that they know. */
import type { HardwareConfiguration } from './build.ts';

/** Hardware whose engine protects nothing, outside of a simulation. */
export class InsecureEngine extends Error {
  constructor(engine: string) {
    super(
      `the engine ${engine} protects nothing: whoever sees one known frame has the key; for a demonstration, and nothing else, give --insecure`,
    );
    this.name = 'InsecureEngine';
  }
}

/** Every engine that there is protects nothing. @throws InsecureEngine unless that is allowed */
export function checkEngine(engine: HardwareConfiguration['engine'], allowInsecure: boolean): void {
  if (!allowInsecure) throw new InsecureEngine(engine);
}
