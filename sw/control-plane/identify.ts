/** Which registers are behind a space: each map has an identification and a version of its own. */
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { fieldOf, fieldValue, MAP_VERSION, MAP_VERSION_REGISTER } from '../../spec/registers.ts';
import type { RegisterSpace } from './register-space.ts';

/** The registers do not belong to hardware that this software can drive. */
export class HardwareMismatch extends Error {
  constructor(what: string, found: string, expected: string, mend: string) {
    super(`${what} is ${found}, expected ${expected}: ${mend}`);
    this.name = 'HardwareMismatch';
  }
}

export interface MapVersion {
  readonly major: number;
  readonly minor: number;
}

/** Whether software for one version of a map can drive hardware that has another: a higher minor number only adds to it. */
export function serves(hardware: MapVersion, software: MapVersion): boolean {
  return hardware.major === software.major && hardware.minor >= software.minor;
}

/**
 * Makes sure that the registers are those of a map. Reads nothing beyond the identification until that is right.
 * @throws HardwareMismatch
 */
export async function identifyMap(space: RegisterSpace, { identification }: RegisterMapDescription): Promise<MapVersion> {
  // at the same offset in every map
  const found = await space.read32(0);
  if (found !== identification)
    throw new HardwareMismatch(
      'identification register',
      withTitle(found),
      hex(identification),
      'check the base address, and that the bitstream is loaded',
    );
  const word = await space.read32(MAP_VERSION_REGISTER.offset);
  const part = (name: string): number => fieldValue(fieldOf(MAP_VERSION_REGISTER, name), word);
  const version = { major: part('major'), minor: part('minor') };
  if (!serves(version, MAP_VERSION))
    throw new HardwareMismatch(
      'register map of the hardware',
      `version ${version.major}.${version.minor}`,
      `version ${MAP_VERSION.major}.${MAP_VERSION.minor} or a later minor one`,
      'use the software that the bitstream was generated with, or generate and flash it anew',
    );
  return version;
}

/** An identification, and whose it is where it is one of ours. */
function withTitle(identification: number): string {
  const map = Object.values(REGISTER_MAPS).find((other) => other.identification === identification);
  return map === undefined ? hex(identification) : `${hex(identification)} (${map.title})`;
}

export function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
