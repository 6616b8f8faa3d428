/** `keyturn vectors` on small files, whole and wrong, and on the published ones where they are. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../hdl-gen/sim/random.ts';
import { readVectors } from '../../sim/vectors/read.ts';
import { runVectors } from '../../sim/vectors/run.ts';
import type { VectorFile } from '../../sim/vectors/vector.ts';
import { asconSample, cavpDecrypt, cavpEncrypt, counting, forged, gcmSample, lwcKat, wycheproof } from '../sim/vectors/samples.ts';
import { keyturn } from './in-process.ts';

const PUBLISHED = fileURLToPath(new URL('../../../shared/data/vectors', import.meta.url));
const SEED = Number(process.env['VECTORS_SEED'] ?? Date.now() % 2 ** 31);
const folder = mkdtempSync(join(tmpdir(), 'keyturn-vectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const gcm = [gcmSample(16, 20, 0), gcmSample(16, 0, 13), gcmSample(32, 5, 32)];
const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1);

describe('keyturn vectors', () => {
  it('seals, opens and rejects what the files say, says how many of each, and why others were skipped', async () => {
    const { exitCode, stdout, stderr } = await keyturn(
      'vectors',
      file('encrypt.rsp', cavpEncrypt([...gcm, { ...gcmSample(16, 0, 0), nonce: counting(8, 0) }])),
      file('decrypt.rsp', cavpDecrypt([...gcm, forged(gcmSample(32, 1, 1), 77)], new Set([3]))),
      file('kat.txt', lwcKat([asconSample(0, 0), asconSample(40, 40)])),
      file('gmac.json', wycheproof('AES-GMAC', [{ ...gcmSample(16, 33, 0), result: 'valid' }])),
      file('ascon.json', wycheproof('ASCON-AEAD128', [{ ...forged(asconSample(1, 2), 5), result: 'invalid' }])),
    );
    expect(stderr).toMatch(/^vectors of 5 files, wasm\n/);
    expect(stderr).toMatch(/\n100 % {2}20 of 20 frames, 0 failed, \d+ frames a second\n/);
    expect(stdout).toMatch(/^aes-128-gcm: 5 vectors, 10 frames in \d+ cycles, \d+ frames a second$/m);
    expect(stdout).toMatch(/^ascon-aead128: 3 vectors, 5 frames in /m);
    expect(lastLine(stdout)).toBe('11 passed, 0 failed, 1 skipped (IV not of 12 octets: 1)');
    expect(exitCode).toBe(0);
  });

  it('names each vector that fails by file and number, and ends with 1', async () => {
    const [one, two, three] = [gcmSample(16, 20, 16), gcmSample(32, 0, 16), asconSample(1, 16)] as const;
    const other = counting(16, 0);
    const json = file(
      'wrong.json',
      wycheproof('AES-GCM', [
        { ...one, result: 'valid' },
        { ...one, text: other, result: 'valid' },
        { ...forged(two, 127), result: 'valid' },
        { ...two, result: 'invalid' },
      ]),
    );
    const kat = file('wrong.txt', lwcKat([three, { ...three, enciphered: other }]));
    const { exitCode, stdout } = await keyturn('vectors', json, kat);
    const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
    expect(stdout).toContain(`FAILED ${json}, tcId 2 (aes-128-gcm): opened, the text is ${hex(one.text)}, expected ${hex(other)}\n`);
    const [is, was] = [hex(two.icv), hex(forged(two, 127).icv)];
    expect(stdout).toContain(`FAILED ${json}, tcId 3 (aes-256-gcm): opened, the tag is ${is}, expected ${was}\n`);
    expect(stdout).toContain(`FAILED ${json}, tcId 4 (aes-256-gcm): accepted, expected it to be rejected\n`);
    expect(stdout).toMatch(/^FAILED .*wrong\.txt, Count = 2 \(line 8\) \(ascon-aead128\): opened, the tag is /m);
    expect(lastLine(stdout)).toBe('2 passed, 4 failed, 0 skipped');
    expect(exitCode).toBe(1);
  });

  it('ends with 2 before anything runs where a file is missing, unknown or cut off', async () => {
    const good = file('good.txt', lwcKat([asconSample(0, 0)]));
    const whole = cavpEncrypt(gcm);
    const bad = [
      [join(folder, 'none.rsp'), 'none.rsp: no such file of vectors; check the name'],
      [file('notes.txt', 'notes'), 'notes.txt: a text of another format; expected NIST CAVP of GCM (.rsp), '],
      [
        file('cut.rsp', whole.slice(0, -8)),
        'Tag has 104 bits, expected 128 as its group says; the file may be cut off; fetch the file anew',
      ],
      [folder, 'is a folder, expected a file'],
    ] as const;
    for (const [name, message] of bad) {
      const { exitCode, stdout, stderr } = await keyturn('vectors', good, name);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    }
    expect((await keyturn('vectors')).exitCode).toBe(2);
  });
});

it('every single flipped bit of an ICV is rejected, by each engine', async () => {
  const bits = Array.from({ length: 128 }, (_, bit) => bit);
  const files: VectorFile[] = [
    { file: 'gcm', algorithm: 'AES-GCM', vectors: [gcmSample(16, 9, 20), gcmSample(32, 9, 20)].flatMap(everyFlip) },
    { file: 'ascon', algorithm: 'Ascon-AEAD128', vectors: everyFlip(asconSample(9, 20)) },
  ];
  function everyFlip(sample: ReturnType<typeof asconSample>): VectorFile['vectors'] {
    const flips = bits.map((bit) => ({ ...forged(sample, bit), where: `bit ${bit}`, result: 'invalid' as const }));
    return [{ ...sample, where: 'whole', result: 'valid' }, ...flips];
  }
  const { passed, failed } = await runVectors({ files, simulator: 'wasm' });
  expect({ passed, failed }).toEqual({ passed: 3 * 129, failed: [] });
});

describe.skipIf(!existsSync(PUBLISHED))(`published vectors (skipped where ${PUBLISHED} is absent); again: VECTORS_SEED=${SEED}`, () => {
  it.each([
    ['LWC_AEAD_KAT_128_128.txt', 1089],
    ['ascon_sp800_232_aead128_test.json', 252],
    ['aes_gcm_test.json', 316],
    ['aes_gmac_test.json', 414],
  ] as const)('a sample of %s passes in the hardware', async (name, count) => {
    const whole = await readVectors(join(PUBLISHED, name));
    expect(whole.vectors).toHaveLength(count);
    const random = new Random(SEED);
    const vectors = whole.vectors.filter(() => random.chance(1 / 4));
    const { passed, failed, skipped } = await runVectors({ files: [{ ...whole, vectors }], simulator: 'wasm' });
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(count / 20);
    expect([...skipped.keys()].filter((why) => !['IV not of 12 octets', 'key of 24 octets'].includes(why))).toEqual([]);
  });

  it('the frames of MACsec (IEEE 802.1AE, annex C) pass in the hardware, sealed and opened', async () => {
    const text = readFileSync(join(PUBLISHED, 'ieee8021ae_gcm_aes.json'), 'utf8');
    const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
    const { tests } = JSON.parse(text) as {
      readonly tests: readonly Record<'name' | 'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag', string>[];
    };
    const vectors = tests.map(({ name, key, iv, aad, msg, ct, tag }) => ({
      where: name,
      key: octets(key),
      nonce: octets(iv),
      aad: octets(aad),
      text: octets(msg),
      enciphered: octets(ct),
      icv: octets(tag),
      result: 'valid' as const,
    }));
    const { passed, failed } = await runVectors({ files: [{ file: 'ieee8021ae', algorithm: 'AES-GCM', vectors }], simulator: 'wasm' });
    expect({ passed, failed }).toEqual({ passed: tests.length, failed: [] });
    expect(tests.length).toBeGreaterThan(7);
  });

  it('those of other algorithms are refused, and named', async () => {
    await expect(readVectors(join(PUBLISHED, 'x25519_test.json'))).rejects.toThrow('x25519_test.json: Wycheproof vectors of XDH; expected');
  });
});
