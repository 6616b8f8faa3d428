/** What tshark shows of the vectors with our dissector: the values that were written down beside the frames, by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { pcapngHeader, pcapngPacket } from '../../../capture/write.ts';
import type { ProfileName } from '../../../spec/header.ts';
import { dissectorLua } from '../../../sw/frame/dissector.ts';
import { FRAME_VECTORS } from '../../vectors/vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-dissector-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const FIELDS = [
  'profile',
  'security_information',
  'protection_mode',
  'key_ids',
  'current_key_id',
  'next_key_id',
  'counter',
  'security_length',
  'c_sdu',
  'apdu_status',
  'icv',
];

/** The lines of tshark, a frame each, of frames that arrive at interfaces of these names. */
async function shown(
  profile: ProfileName,
  frames: readonly Uint8Array[],
  interfaces: readonly string[] = ['wire'],
  options: readonly string[] = [],
): Promise<string[]> {
  const [capture, script] = [join(folder, `${profile}.pcapng`), join(folder, `${profile}.lua`)];
  const packets = frames.map((frame, index) => pcapngPacket(Math.min(index, interfaces.length - 1), BigInt(index), frame));
  writeFileSync(capture, Buffer.concat([pcapngHeader('test', interfaces), ...packets]));
  writeFileSync(script, dissectorLua([0x8000, 0x8001], profile));
  const fields = FIELDS.flatMap((field) => ['-e', `keyturn.${field}`]);
  const { stdout } = await execa('tshark', ['-X', `lua_script:${script}`, '-r', capture, '-T', 'fields', ...fields, ...options]);
  return stdout.split('\n');
}

describe.each(['paper', 'std'] as const)('the dissector of profile %s', (profile) => {
  const vectors = FRAME_VECTORS.frames.filter((vector) => vector.profile === profile);

  it('shows every field of the vectors, tagged or not, enciphered or not', async () => {
    const expected = vectors.map(({ encrypt, currentKeyId, nextKeyId, counter, cSdu, text, icv, apduStatus }) => {
      const isStd = profile === 'std';
      const status = isStd ? text.subarray(cSdu.length) : apduStatus;
      const information = isStd ? [`0x0${Number(encrypt)}`, Number(encrypt)] : ['', ''];
      const keyIds = `0x${currentKeyId.toString(16)}${nextKeyId.toString(16)}`;
      const metadata = [...information, keyIds, currentKeyId, nextKeyId, counter, isStd ? cSdu.length + 4 : ''];
      return [profile, ...metadata, hex(text.subarray(0, cSdu.length)), hex(status), hex(icv)].join('\t');
    });
    expect(vectors.length).toBeGreaterThan(3);
    const frames = vectors.map(({ frame }) => frame);
    expect(await shown(profile, frames)).toEqual(expected);
  });

  it('shows nothing of other FrameIDs and EtherTypes and of what was given in the clear, and no field of what is too short', async () => {
    const { frame } = vectors.find(({ vlanTci }) => vlanTci === undefined) ?? { frame: new Uint8Array(60) };
    const others = [frame.with(15, 0x77), frame.with(12, 0x08), frame.subarray(0, 16)];
    expect((await shown(profile, others)).map((line) => line.replaceAll('\t', ''))).toEqual(['', '', profile]);
    expect((await shown(profile, [frame, frame], ['initiator given', 'initiator sent'])).map((line) => line.startsWith(profile))).toEqual([
      false,
      true,
    ]);
  });
});

it('takes a frame of std whose SecurityLength is another for a plain one', async () => {
  const { frame } = FRAME_VECTORS.frames.find(({ profile, vlanTci }) => profile === 'std' && vlanTci === undefined) ?? {};
  const lines = await shown('std', [frame ?? new Uint8Array(), (frame ?? new Uint8Array(60)).with(23, 0)]);
  expect(lines.map((line) => line.startsWith('std'))).toEqual([true, false]);
});

it('takes the profile and the FrameIDs of the preferences for those that it was made with', async () => {
  const { frame } = FRAME_VECTORS.frames.find(({ profile, vlanTci }) => profile === 'std' && vlanTci === undefined) ?? {};
  const options = ['-o', 'keyturn.profile:std', '-o', 'keyturn.frame_ids:0x77'];
  const lines = await shown(
    'paper',
    [frame ?? new Uint8Array(), (frame ?? new Uint8Array(60)).with(14, 0).with(15, 0x77)],
    ['wire'],
    options,
  );
  expect(lines.map((line) => line.startsWith('std'))).toEqual([false, true]);
});
