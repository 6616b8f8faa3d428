/**
 * Files that hold a secret of a station: its identity (an X25519 key pair) or the secret of an association. Text of fixed places, so that
 * the secret can be read and zeroed without ever being a string:
 *
 *   keyturn identity 1              keyturn psk 1
 *   public <64 hexadecimal digits>  check <64 hexadecimal digits>
 *   secret <64 hexadecimal digits>  secret <64 hexadecimal digits>
 *
 * The public part is made of the secret, and must fit it: the public key, or a digest by which two stations can compare what they have.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, linkSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { equalTags } from '../aead/aead.ts';
import { DH_OCTETS, keyPairOf } from '../noise/diffie-hellman.ts';
import { KeyFileError } from './errors.ts';

export const KEY_FILE_KINDS = ['identity', 'psk'] as const;
export type KeyFileKind = (typeof KEY_FILE_KINDS)[number];

/** What may be seen of a key file. */
export interface KeyFileFacts {
  readonly kind: KeyFileKind;
  /** 32 octets: the public key of an identity, a digest of a PSK */
  readonly publicPart: Uint8Array;
}

export interface KeyFile extends KeyFileFacts {
  /** 32 octets; whoever takes it zeroes it */
  readonly secret: Uint8Array;
}

const MODE = 0o600;
const SECRET_OCTETS = DH_OCTETS;
const PUBLIC_LABEL = { identity: 'public', psk: 'check' } as const;
const CHECK_LABEL = 'keyturn 1 psk check';
const SECRET_LABEL = '\nsecret ';

function frontOf(kind: KeyFileKind): string {
  return `keyturn ${kind} 1\n${PUBLIC_LABEL[kind]} `;
}

function sizeOf(kind: KeyFileKind): number {
  return frontOf(kind).length + SECRET_LABEL.length + 4 * SECRET_OCTETS + 1;
}

function publicPartOf(kind: KeyFileKind, secret: Uint8Array): Uint8Array {
  if (kind === 'psk') return sha256.create().update(new TextEncoder().encode(CHECK_LABEL)).update(secret).digest();
  const { privateKey, publicKey } = keyPairOf(secret);
  privateKey.fill(0);
  return publicKey;
}

/**
 * Makes a secret and a file for it, of mode 0600, which is there whole or not at all. What has that name already stays as it is.
 * @throws KeyFileError where something has the name; what the file system says otherwise, with its code
 */
export function newKeyFile(path: string, kind: KeyFileKind): KeyFileFacts {
  const secret = randomBytes(SECRET_OCTETS);
  const publicPart = publicPartOf(kind, secret);
  const text = Buffer.alloc(sizeOf(kind));
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    let at = text.write(frontOf(kind));
    at = writeHex(publicPart, text, at);
    at += text.write(SECRET_LABEL, at);
    text.write('\n', writeHex(secret, text, at));
    writeWhole(part, text);
    // unlike a rename, it takes no other file's place
    linkSync(part, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new KeyFileError(path, 'exists already', 'a name that is free', 'choose another name, or remove it if nobody needs its secret');
    throw error;
  } finally {
    text.fill(0);
    secret.fill(0);
    rmSync(part, { force: true });
  }
  return { kind, publicPart };
}

function writeWhole(path: string, octets: Uint8Array): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, MODE);
  try {
    fchmodSync(descriptor, MODE);
    for (let at = 0; at < octets.length; ) at += writeSync(descriptor, octets, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads a key file that nobody else can read or has written.
 * @param expected the kind that is wanted; default: any
 * @throws KeyFileError; what the file system says where there is none
 */
export function readKeyFile(path: string, expected?: KeyFileKind): KeyFile {
  const text = readGuarded(path);
  try {
    const kind = KEY_FILE_KINDS.find(
      (one) => text.length === sizeOf(one) && text.toString('latin1', 0, frontOf(one).length) === frontOf(one),
    );
    if (kind === undefined) throw new KeyFileError(path, 'no key file', 'one that keyturn keys new has made', 'check the name');
    if (expected !== undefined && kind !== expected)
      throw new KeyFileError(path, `a file of kind ${kind}`, expected, `name the file that keyturn keys new --kind ${expected} has made`);
    const publicAt = frontOf(kind).length;
    const labelAt = publicAt + 2 * SECRET_OCTETS;
    const secretAt = labelAt + SECRET_LABEL.length;
    const publicPart = readHex(text, publicAt);
    const secret = readHex(text, secretAt);
    const isWhole = text.toString('latin1', labelAt, secretAt) === SECRET_LABEL && text[text.length - 1] === 0x0a;
    if (publicPart === undefined || secret === undefined || !isWhole || !equalTags(publicPartOf(kind, secret), publicPart)) {
      secret?.fill(0);
      throw new KeyFileError(path, 'damaged', 'a public part that fits its secret', 'bring back a copy of it, or make a new one');
    }
    return { kind, publicPart, secret };
  } finally {
    text.fill(0);
  }
}

/** The octets of a plain file of one's own, of mode 0600 or less: as many as a key file may have, and one more. */
function readGuarded(path: string): Buffer {
  // not to be kept waiting by a pipe
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { mode, uid } = fstatSync(descriptor);
    const own = process.geteuid?.() ?? uid;
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new KeyFileError(path, 'no plain file', 'one', 'check the name');
    if (uid !== own)
      throw new KeyFileError(path, `a file of user ${uid}`, `one of user ${own}`, 'run as the user whose it is, or make one of your own');
    if ((mode & 0o177) !== 0)
      throw new KeyFileError(
        path,
        `of mode 0${(mode & 0o777).toString(8)}`,
        '0600',
        `others may have read it: make a new one, or chmod 600 ${path} if they have not`,
      );
    const octets = Buffer.alloc(1 + Math.max(...KEY_FILE_KINDS.map(sizeOf)));
    return octets.subarray(0, readSync(descriptor, octets));
  } finally {
    closeSync(descriptor);
  }
}

const DIGITS = '0123456789abcdef';

/** @returns where the next octet goes */
function writeHex(octets: Uint8Array, to: Buffer, at: number): number {
  octets.forEach((octet, index) => {
    to[at + 2 * index] = DIGITS.charCodeAt(octet >> 4);
    to[at + 2 * index + 1] = DIGITS.charCodeAt(octet & 15);
  });
  return at + 2 * octets.length;
}

/** Undefined where there are no digits; what was read until then is zeroed. */
function readHex(from: Buffer, at: number): Uint8Array | undefined {
  const octets = new Uint8Array(SECRET_OCTETS);
  const digit = (place: number): number => DIGITS.indexOf(String.fromCharCode(from.readUInt8(place)));
  for (let index = 0; index < octets.length; index++) {
    const [high, low] = [digit(at + 2 * index), digit(at + 2 * index + 1)];
    if (high < 0 || low < 0) {
      octets.fill(0);
      return undefined;
    }
    octets[index] = high * 16 + low;
  }
  return octets;
}
