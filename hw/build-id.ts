/** The build id of a design: what the `buildId` register reads, and what the folder of a build says. */
import { sha256 } from '@noble/hashes/sha2.js';

/**
 * First 32 bits of SHA-256 over the configuration and the Verilog that it gives with build id 0, which follows every change of the
 * sources. Never 0: that is hardware of a simulation.
 * @param configuration as it stands in the file of the build, in the order of the schema
 */
export function buildIdOf(configuration: object, verilog: readonly string[]): number {
  const digest = sha256(new TextEncoder().encode(JSON.stringify([configuration, verilog])));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0) || 1;
}
