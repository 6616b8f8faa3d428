/** Key files: made whole, private and only once; refused wherever somebody else may have had a hand in them. */

import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyFileError } from '../../../sw/key-files/errors.ts';
import { KEY_FILE_KINDS, newKeyFile, readKeyFile } from '../../../sw/key-files/key-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const path = (): string => join(folder, `key ${++count}`);

function made(kind: 'identity' | 'psk' = 'identity'): string {
  const file = path();
  newKeyFile(file, kind);
  return file;
}

const refusal = (file: string): string => {
  try {
    readKeyFile(file);
  } catch (error) {
    expect(error).toBeInstanceOf(KeyFileError);
    return String(error);
  }
  return expect.fail('it was taken');
};

describe('a new key file', () => {
  it.each(KEY_FILE_KINDS)('of kind %s has mode 0600, whatever the umask, and is read back', (kind) => {
    const umask = process.umask(0);
    try {
      const file = path();
      const { publicPart } = newKeyFile(file, kind);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const read = readKeyFile(file, kind);
      expect([read.kind, read.publicPart]).toEqual([kind, publicPart]);
      expect(readFileSync(file, 'latin1')).toContain(`secret ${Buffer.from(read.secret).toString('hex')}`);
    } finally {
      process.umask(umask);
    }
  });

  it('holds the public key that OpenSSL makes of its secret (RFC 8410)', () => {
    const { secret, publicPart } = readKeyFile(made());
    const der = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), secret]);
    const spki = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({ format: 'der', type: 'spki' });
    expect(Buffer.from(publicPart)).toEqual(spki.subarray(-32));
  });

  it('holds the SHA-256 of its label and its secret, so that two stations can compare PSKs', () => {
    const { secret, publicPart } = readKeyFile(made('psk'));
    expect(Buffer.from(publicPart)).toEqual(createHash('sha256').update('keyturn 1 psk check').update(secret).digest());
  });

  it('is another one each time', () => {
    expect(readFileSync(made())).not.toEqual(readFileSync(made()));
  });

  it('takes no other file’s place, and leaves nothing beside it', () => {
    const file = made();
    const before = readFileSync(file);
    expect(() => newKeyFile(file, 'psk')).toThrow(`${file}: exists already, expected a name that is free`);
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    const nowhere = join(folder, 'none', 'key');
    expect(() => newKeyFile(nowhere, 'psk')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('a key file is refused', () => {
  it.each(['640', '604', '620', '602', '660', '644', '700'])('of mode %s', (digits) => {
    const mode = Number.parseInt(digits, 8);
    const file = made();
    chmodSync(file, mode);
    expect(refusal(file)).toContain(`of mode 0${mode.toString(8)}, expected 0600: others may have read it`);
  });

  it.skipIf(process.geteuid?.() !== 0)('of another user (only root can make one)', () => {
    const file = made();
    chownSync(file, 12_345, 12_345);
    expect(refusal(file)).toContain('a file of user 12345, expected one of user 0');
  });

  it('that is none, without a word of what is in it', () => {
    const file = path();
    writeFileSync(file, 'a password', { mode: 0o600 });
    expect(refusal(file)).toBe(`KeyFileError: ${file}: no key file, expected one that keyturn keys new has made: check the name`);
    expect(refusal(folder)).toContain('no plain file');
  });

  it('of the other kind', () => {
    expect(() => readKeyFile(made('psk'), 'identity')).toThrow('a file of kind psk, expected identity');
  });

  it('with any octet changed, in every place, and without its secret in the message', () => {
    for (const kind of KEY_FILE_KINDS) {
      const whole = readFileSync(made(kind));
      const secret = whole.toString('latin1').slice(-65, -1);
      const file = path();
      for (let at = 0; at < whole.length; at++) {
        const octets = Buffer.from(whole);
        octets[at] = octets[at] === 0x30 ? 0x31 : 0x30;
        writeFileSync(file, octets, { mode: 0o600 });
        // RFC 7748 sets 5 bits of a secret, in its first and its last octet, whatever they were
        const place = kind === 'identity' ? at - (whole.length - 65) : -1;
        if ([0, 1, 62, 63].includes(place)) continue;
        const message = refusal(file);
        expect(message).toMatch(/damaged|no key file/);
        expect(message).not.toContain(secret.slice(0, 16));
      }
      writeFileSync(file, whole.subarray(0, -1), { mode: 0o600 });
      expect(refusal(file)).toContain('no key file');
    }
  });

  it('a copy of mode 0600 is as good', () => {
    const [file, copy] = [made(), path()];
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    expect(readKeyFile(copy).publicPart).toEqual(readKeyFile(file).publicPart);
  });
});
