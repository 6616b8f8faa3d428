/**
 * Vectors of the Noise handshakes in use, computed by a second implementation: node:crypto, and the operations of each pattern written
 * out in their order as revision 34 has them. Nothing of ours is imported. Node 20 has no ML-KEM: its values are those of
 * ml-kem-768.json, which noise.test.ts compares with another implementation. `npx tsx test/vectors/make-noise.ts` prints them into noise.json.
 */
import { createCipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Cipher = 'AESGCM' | 'ChaChaPoly';
const CIPHERS: readonly Cipher[] = ['AESGCM', 'ChaChaPoly'];
const NAMES = ['KK', 'KKpsk0', 'KKpsk2', 'KKhfs+psk0'] as const;

export const hex = (octets: Buffer): string => octets.toString('hex');
export const counting = (from: number): Buffer => Buffer.from(Array.from({ length: 32 }, (_, index) => (from + 11 * index) & 0xff));
const sha256 = (...parts: readonly Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
export const hmac = (key: Buffer, ...parts: readonly Buffer[]): Buffer => createHmac('sha256', key).update(Buffer.concat(parts)).digest();

// DER around raw keys: RFC 8410
const privateKeyOf = (raw: Buffer) =>
  createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw]), format: 'der', type: 'pkcs8' });
const publicKeyOf = (raw: Buffer) =>
  createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), raw]), format: 'der', type: 'spki' });
export const publicOf = (raw: Buffer): Buffer => createPublicKey(privateKeyOf(raw)).export({ format: 'der', type: 'spki' }).subarray(-32);
const dh = (own: Buffer, remote: Buffer): Buffer => diffieHellman({ privateKey: privateKeyOf(own), publicKey: publicKeyOf(remote) });

function seal(cipher: Cipher, key: Buffer, n: number, ad: Buffer, text: Buffer): Buffer {
  const nonce = Buffer.alloc(12);
  if (cipher === 'AESGCM') nonce.writeBigUInt64BE(BigInt(n), 4);
  else nonce.writeBigUInt64LE(BigInt(n), 4);
  const aead =
    cipher === 'AESGCM'
      ? createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
      : createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  aead.setAAD(ad, { plaintextLength: text.length });
  return Buffer.concat([aead.update(text), aead.final(), aead.getAuthTag()]);
}

/** What both ends of a handshake have; private keys are raw. */
export interface Handshake {
  readonly name: (typeof NAMES)[number];
  readonly cipher: Cipher;
  readonly prologue: Buffer;
  readonly psk: Buffer;
  readonly statics: Readonly<Record<'initiator' | 'responder', Buffer>>;
  readonly ephemerals: Readonly<Record<'initiator' | 'responder', Buffer>>;
  /** of both messages, and of one transport message of the initiator */
  readonly payloads: readonly [Buffer, Buffer, Buffer];
}

const PROLOGUE = Buffer.from('a prologue');
const PSK = counting(0x50);
const STATIC = { initiator: counting(1), responder: counting(2) };
const EPHEMERAL = { initiator: counting(3), responder: counting(4) };
const PAYLOADS = [Buffer.alloc(0), Buffer.from('payload two'), Buffer.from('confirmed')] as const;

/** ML-KEM-768: seed (d, then z), m, and what comes of them. */
type Kem = Readonly<Record<'seed' | 'message' | 'encapsulationKey' | 'ciphertext' | 'secret', Buffer>>;
const KEM = JSON.parse(readFileSync(new URL('ml-kem-768.json', import.meta.url), 'utf8'), (name, value) =>
  name === '' ? value : Buffer.from(value, 'hex'),
) as Kem;

/** The three messages, the handshake hash, and the third output of Split's HKDF. */
export function noiseHandshake({ name, cipher, prologue, psk, statics, ephemerals, payloads }: Handshake) {
  const hybrid = name === 'KKhfs+psk0';
  const protocolName = `Noise_${name}_25519${hybrid ? '+MLKEM768' : ''}_${cipher}_SHA256`;
  const usesPsk = name !== 'KK';
  let h =
    protocolName.length <= 32
      ? Buffer.concat([Buffer.from(protocolName), Buffer.alloc(32 - protocolName.length)])
      : sha256(Buffer.from(protocolName));
  let ck: Buffer = h;
  let k: Buffer = Buffer.alloc(32);
  let n = 0;
  const outputs = (material: Buffer): readonly [Buffer, Buffer, Buffer] => {
    const temporary = hmac(ck, material);
    const first = hmac(temporary, Buffer.of(1));
    const second = hmac(temporary, first, Buffer.of(2));
    return [first, second, hmac(temporary, second, Buffer.of(3))];
  };
  const mixHash = (data: Buffer): void => {
    h = sha256(h, data);
  };
  const mixKey = (material: Buffer): void => {
    const [first, second] = outputs(material);
    [ck, k, n] = [first, second, 0];
  };
  const mixPsk = (): void => {
    const [first, second, third] = outputs(psk);
    ck = first;
    mixHash(second);
    [k, n] = [third, 0];
  };
  const mixEphemeral = (key: Buffer): void => {
    mixHash(key);
    if (usesPsk) mixKey(key);
  };
  const encryptAndHash = (text: Buffer): Buffer => {
    const sealed = seal(cipher, k, n++, h, text);
    mixHash(sealed);
    return sealed;
  };
  const [s, e] = [
    { initiator: publicOf(statics.initiator), responder: publicOf(statics.responder) },
    { initiator: publicOf(ephemerals.initiator), responder: publicOf(ephemerals.responder) },
  ];
  mixHash(prologue);
  mixHash(s.initiator);
  mixHash(s.responder);
  if (name.endsWith('psk0')) mixPsk();
  mixEphemeral(e.initiator);
  mixKey(dh(ephemerals.initiator, s.responder)); // es
  const e1 = hybrid ? encryptAndHash(KEM.encapsulationKey) : Buffer.alloc(0);
  mixKey(dh(statics.initiator, s.responder)); // ss
  const first = Buffer.concat([e.initiator, e1, encryptAndHash(payloads[0])]);
  mixEphemeral(e.responder);
  mixKey(dh(ephemerals.initiator, e.responder)); // ee
  const ekem1 = hybrid ? encryptAndHash(KEM.ciphertext) : Buffer.alloc(0);
  if (hybrid) mixKey(KEM.secret);
  mixKey(dh(statics.initiator, e.responder)); // se
  if (name === 'KKpsk2') mixPsk();
  const second = Buffer.concat([e.responder, ekem1, encryptAndHash(payloads[1])]);
  const [fromInitiator, , additional] = outputs(Buffer.alloc(0));
  const third = seal(cipher, fromInitiator, 0, Buffer.alloc(0), payloads[2]);
  return { protocolName, publics: s, messages: [first, second, third], handshakeHash: h, additional };
}

function vector(name: (typeof NAMES)[number], cipher: Cipher): object {
  const handshake = { name, cipher, prologue: PROLOGUE, psk: PSK, statics: STATIC, ephemerals: EPHEMERAL, payloads: PAYLOADS };
  const { protocolName, publics, messages, handshakeHash, additional } = noiseHandshake(handshake);
  return {
    protocol_name: protocolName,
    init_prologue: hex(PROLOGUE),
    ...(name !== 'KK' ? { init_psks: [hex(PSK)], resp_psks: [hex(PSK)] } : {}),
    init_static: hex(STATIC.initiator),
    init_ephemeral: hex(EPHEMERAL.initiator) + (name.includes('hfs') ? hex(KEM.seed) : ''),
    init_remote_static: hex(publics.responder),
    resp_prologue: hex(PROLOGUE),
    resp_static: hex(STATIC.responder),
    resp_ephemeral: hex(EPHEMERAL.responder) + (name.includes('hfs') ? hex(KEM.message) : ''),
    resp_remote_static: hex(publics.initiator),
    handshake_hash: hex(handshakeHash),
    additional: hex(additional),
    messages: messages.map((ciphertext, index) => ({
      payload: hex(PAYLOADS[index] ?? Buffer.alloc(0)),
      ciphertext: hex(ciphertext),
    })),
  };
}

/** Contents of noise.json. */
export function noiseVectors(): string {
  const vectors = NAMES.flatMap((name) => CIPHERS.map((cipher) => vector(name, cipher)));
  return `${JSON.stringify({ vectors }, null, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(new URL('noise.json', import.meta.url), noiseVectors());
