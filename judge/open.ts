/** Opens a frame with a key of the key log: by node:crypto, by js-ascon, and for the dummy engine of the paper (section VII) by hand. */
import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import JsAscon from 'js-ascon';
import type { Secured } from './frame.ts';
import type { Connection } from './key-log.ts';

/** C_SDU and APDU status, or undefined where the ICV does not match. */
export function open(frame: Secured, key: Uint8Array, iv: Uint8Array, { engine, protection }: Connection): Buffer | undefined {
  const nonce = Buffer.from(iv);
  // static IV XOR counter, as in TLS 1.3 (RFC 8446, section 5.3)
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ frame.counter) >>> 0, 8);
  const text = openWith(engine, frame, key, nonce, protection);
  return text && Buffer.concat([text, frame.clear]);
}

function openWith(
  engine: Connection['engine'],
  frame: Secured,
  key: Uint8Array,
  nonce: Buffer,
  protection: Connection['protection'],
): Buffer | undefined {
  if (engine === 'xor') return openXor(frame, key, nonce, protection);
  if (engine === 'ascon-aead128') return openAscon(frame, key, nonce, protection);
  return openGcm(engine, frame, key, nonce, protection);
}

function openXor({ aad, text, icv }: Secured, key: Uint8Array, nonce: Buffer, protection: Connection['protection']): Buffer | undefined {
  const sum = Buffer.from(key);
  const add = (octets: Buffer): void => {
    for (let at = 0; at < octets.length; at++) sum.writeUInt8(sum.readUInt8(at % 16) ^ octets.readUInt8(at), at % 16);
  };
  for (const part of [nonce, aad, text]) add(part);
  if (!timingSafeEqual(sum, icv)) return undefined;
  return protection === 'encryption' ? Buffer.from(text.map((octet, at) => octet ^ (key[at % 16] ?? 0))) : text;
}

function openGcm(
  engine: 'aes-128-gcm' | 'aes-256-gcm',
  { aad, text, icv }: Secured,
  key: Uint8Array,
  nonce: Buffer,
  protection: Connection['protection'],
): Buffer | undefined {
  const decipher = createDecipheriv(engine, key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(icv);
  const encrypted = protection === 'encryption';
  decipher.setAAD(encrypted ? aad : Buffer.concat([aad, text]));
  try {
    const plain = Buffer.concat([decipher.update(encrypted ? text : Buffer.alloc(0)), decipher.final()]);
    return encrypted ? plain : text;
  } catch {
    return undefined;
  }
}

/** Ascon-AEAD128 (SP 800-232), whose nonce has 16 octets: here the last 4 are zero. */
function openAscon({ aad, text, icv }: Secured, key: Uint8Array, nonce: Buffer, protection: Connection['protection']): Buffer | undefined {
  const encrypted = protection === 'encryption';
  const nothing = Buffer.alloc(0);
  const plain = JsAscon.decrypt(
    key,
    Buffer.concat([nonce], 16),
    encrypted ? aad : Buffer.concat([aad, text]),
    Buffer.concat([encrypted ? text : nothing, icv]),
  );
  if (plain === null) return undefined;
  return encrypted ? Buffer.from(plain) : text;
}
