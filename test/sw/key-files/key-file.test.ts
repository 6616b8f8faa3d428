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
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
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
    expect(() => newKeyFile(file, 'psk')).toThrow(
      `${file}: exists already, expected a name that is free: choose another name, or remove it if nobody needs its secret`,
    );
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
    const nowhere = join(folder, 'none', 'key');
    expect(() => newKeyFile(nowhere, 'psk')).toThrow(expect.objectContaining({ code: 'ENOENT', syscall: 'open' }));
    expect(existsSync(nowhere)).toBe(false);
  });
});

describe('of a key file', () => {
  /** Descriptors that are open here, by what they lead to. */
  const open = (): readonly string[] =>
    readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${descriptor}`);
        return target.startsWith(folder) ? [target] : [];
      } catch {
        // that of the list itself
        return [];
      }
    });

  it('nothing stays open or in the buffers, whether it is made, taken or refused', () => {
    const alloc = vi.spyOn(Buffer, 'alloc');
    try {
      const file = made();
      readKeyFile(file).secret.fill(0);
      chmodSync(file, 0o644);
      refusal(file);
      const damaged = made('psk');
      writeFileSync(damaged, readFileSync(damaged, 'latin1').replace(/secret .../, 'secret xyz'));
      refusal(damaged);
      const buffers = alloc.mock.results.map(({ value }) => value as Buffer);
      expect(buffers.length).toBeGreaterThanOrEqual(4);
      for (const buffer of buffers) expect(buffer.equals(new Uint8Array(buffer.length))).toBe(true);
    } finally {
      alloc.mockRestore();
    }
    expect(open()).toEqual([]);
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
    expect(refusal(file)).toContain('a file of user 12345, expected one of user 0: run as the user whose it is, or make one of your own');
  });

  it('of whoever started the program, where that is not the user whose rights it has; where there are no users, of none', () => {
    const file = made();
    const { uid } = statSync(file);
    const geteuid = vi.spyOn(process, 'geteuid').mockReturnValue(uid + 1);
    try {
      expect(refusal(file)).toContain(`a file of user ${uid}, expected one of user ${uid + 1}`);
    } finally {
      geteuid.mockRestore();
    }
    vi.stubGlobal('process', { ...process, geteuid: undefined });
    try {
      expect(readKeyFile(file).kind).toBe('identity');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('that is none, without a word of what is in it', () => {
    const file = path();
    writeFileSync(file, 'a password', { mode: 0o600 });
    expect(refusal(file)).toBe(`KeyFileError: ${file}: no key file, expected one that keyturn keys new has made: check the name`);
    expect(refusal(folder)).toContain('no plain file, expected one: check the name');
  });

  it('of the other kind', () => {
    expect(() => readKeyFile(made('psk'), 'identity')).toThrow(
      'a file of kind psk, expected identity: name the file that keyturn keys new --kind identity has made',
    );
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
      for (const other of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('\n')])]) {
        writeFileSync(file, other, { mode: 0o600 });
        expect(refusal(file)).toContain('no key file');
      }
    }
  });

  it('where a digit is none: those of A to F are small', () => {
    const whole = readFileSync(made('psk'));
    const [publicAt, secretAt] = ['check ', 'secret '].map((label) => whole.indexOf(label) + label.length);
    const file = path();
    for (const at of [publicAt, secretAt].flatMap((first = 0) => [first, first + 1, first + 62, first + 63])) {
      for (const digit of ['g', 'F', '/', '\0']) {
        const octets = Buffer.from(whole);
        octets.write(digit, at);
        writeFileSync(file, octets, { mode: 0o600 });
        expect(refusal(file)).toContain('damaged, expected a public part that fits its secret: bring back a copy of it, or make a new one');
      }
    }
  });

  it('where what is no digit would be the one below 0', () => {
    const secret = Buffer.concat([Buffer.of(0xf5, 0x1f), Buffer.alloc(30, 7)]);
    const check = createHash('sha256').update('keyturn 1 psk check').update(secret).digest('hex');
    const written = (digits: string): string => {
      const file = path();
      writeFileSync(file, `keyturn psk 1\ncheck ${check}\nsecret ${digits}${'07'.repeat(30)}\n`, { mode: 0o600 });
      return file;
    };
    expect(Buffer.from(readKeyFile(written('f51f')).secret)).toEqual(secret);
    // -16 + 5 is 0xf5 in an octet, and 2 · 16 - 1 is 0x1f
    for (const digits of ['g51f', 'f52g']) expect(refusal(written(digits))).toContain('damaged');
  });

  it('a copy of mode 0600 is as good', () => {
    const [file, copy] = [made(), path()];
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    expect(readKeyFile(copy).publicPart).toEqual(readKeyFile(file).publicPart);
  });
});
