/** Which registers are behind a space: their identification and version, as read from words that were made by hand. */
import { describe, expect, it } from 'vitest';
import { REGISTER_MAPS } from '../../../spec/register-maps.ts';
import { MAP_VERSION } from '../../../spec/registers.ts';
import { HardwareMismatch, identifyMap, serves } from '../../../sw/control-plane/identify.ts';

const PEER = 0x4b54_5231;
const MAILBOX = 0x4b54_4d31;

/** Registers that have nothing but an identification and a version. */
function hardware(identification: number, { major, minor }: { readonly major: number; readonly minor: number } = MAP_VERSION) {
  const words = new Map([
    [0, identification],
    [0xf0, major * 2 ** 16 + minor],
  ]);
  return {
    read32: async (offset: number): Promise<number> => words.get(offset) ?? expect.fail(`a read of 0x${offset.toString(16)}`),
    write32: async (): Promise<void> => expect.fail('a write'),
  };
}

describe('a map', () => {
  it('is known by its identification and version, whatever the minor one adds', async () => {
    const later = { major: MAP_VERSION.major, minor: MAP_VERSION.minor + 1 };
    expect(await identifyMap(hardware(PEER), REGISTER_MAPS.station)).toEqual(MAP_VERSION);
    expect(await identifyMap(hardware(MAILBOX, later), REGISTER_MAPS.mailbox)).toEqual(later);
  });

  it('of another page is refused by its name, one of somebody else by its number', async () => {
    await expect(identifyMap(hardware(MAILBOX), REGISTER_MAPS.station)).rejects.toThrow(
      new HardwareMismatch(
        'identification register',
        '0x4b544d31 (a frame mailbox)',
        '0x4b545231',
        'check the base address, and that the bitstream is loaded',
      ),
    );
    await expect(identifyMap(hardware(0x12), REGISTER_MAPS.mailbox)).rejects.toThrow('is 0x00000012, expected 0x4b544d31: check');
  });

  it('of another version is refused with both, and what to do', async () => {
    const { major, minor } = MAP_VERSION;
    await expect(identifyMap(hardware(PEER, { major: major + 1, minor }), REGISTER_MAPS.station)).rejects.toThrow(
      new HardwareMismatch(
        'register map of the hardware',
        `version ${major + 1}.${minor}`,
        `version ${major}.${minor} or a later minor one`,
        'use the software that the bitstream was generated with, or generate and flash it anew',
      ),
    );
  });
});

it.each([
  ['2.9', '3.1', false],
  ['3.0', '3.1', false],
  ['3.1', '3.1', true],
  ['3.7', '3.1', true],
  ['4.0', '3.1', false],
  ['4.1', '3.1', false],
])('hardware with map %s under software for %s: %s', (hardwareHas, softwareFor, expected) => {
  const version = (text: string) => {
    const [major = 0, minor = 0] = text.split('.').map(Number);
    return { major, minor };
  };
  expect(serves(version(hardwareHas), version(softwareFor))).toBe(expected);
});
