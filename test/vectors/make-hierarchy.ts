/**
 * The worked example of docs/key-hierarchy.md, computed by a second implementation: node:crypto and octets by hand, nothing of ours
 * but the Noise script beside this one. `npx tsx test/vectors/make-hierarchy.ts` prints it.
 */
import { fileURLToPath } from 'node:url';
import { counting, hex, hmac, noiseHandshake, publicOf } from './make-noise.ts';

const VERSION = 'keyturn 1';
const CONTEXT = `${VERSION} paper aes-256-gcm 3`;

/** What is given. */
export const EXAMPLE = {
  profile: 'paper',
  engine: 'aes-256-gcm',
  relation: 3,
  initiatorAddress: Buffer.from('02000000000a', 'hex'),
  followerAddress: Buffer.from('02000000000b', 'hex'),
  attempt: 2,
  master0: counting(0x21),
  statics: { initiator: counting(0x31), responder: counting(0x41) },
  ephemerals: { initiator: counting(0x51), responder: counting(0x61) },
} as const;

const unsigned = (value: number): Buffer => {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
};
const withLength = (part: Buffer): Buffer => Buffer.concat([Buffer.of(0, part.length), part]);
const expand = (key: Buffer, info: Buffer | string, length: number): Buffer =>
  hmac(key, Buffer.from(info), Buffer.of(1)).subarray(0, length);
const extract = (master: Buffer): Buffer => hmac(Buffer.from(VERSION), master);

/** Name and value of everything, in the order in which it is made. */
export function exampleLines(): readonly string[] {
  const { statics, ephemerals, initiatorAddress, followerAddress, attempt, master0, relation } = EXAMPLE;
  const psk = expand(extract(master0), `${CONTEXT} agreement 0|0`, 32);
  const prologue = Buffer.concat(
    [
      Buffer.from(`${VERSION} agreement`),
      Buffer.from('initiator'),
      initiatorAddress,
      Buffer.from('follower'),
      followerAddress,
      Buffer.from('paper'),
      Buffer.from('aes-256-gcm'),
      Buffer.from('classic'),
      ...[relation, 1, 0, attempt].map(unsigned),
    ].map(withLength),
  );
  const nothing = Buffer.alloc(0);
  const { messages, handshakeHash, additional } = noiseHandshake({
    name: 'KKpsk0',
    cipher: 'ChaChaPoly',
    prologue,
    psk,
    statics,
    ephemerals,
    payloads: [nothing, nothing, nothing],
  });
  const [request = nothing, answer = nothing, confirmation = nothing] = messages;
  const master1 = expand(additional, Buffer.concat([Buffer.from(`${VERSION} master`), handshakeHash]), 32);
  const chain0 = extract(master1);
  const chain1 = expand(chain0, `${CONTEXT} chain 1|1`, 32);
  const keys = (chain: Buffer, keyId: string): readonly (readonly [string, Buffer])[] =>
    ['IOC>IOD', 'IOD>IOC'].flatMap((direction) => [
      [`key ${keyId} ${direction}`, expand(chain, `${CONTEXT} key ${keyId} ${direction}`, 32)] as const,
      [`iv ${keyId} ${direction}`, expand(chain, `${CONTEXT} iv ${keyId} ${direction}`, 12)] as const,
    ]);
  const values: readonly (readonly [string, Buffer])[] = [
    ['initiator, static key', statics.initiator],
    ['  public', publicOf(statics.initiator)],
    ['follower, static key', statics.responder],
    ['  public', publicOf(statics.responder)],
    ['master key 0', master0],
    ['agreement 0|0 (PSK)', psk],
    ['prologue', prologue],
    ['initiator, ephemeral', ephemerals.initiator],
    ['request', request],
    ['follower, ephemeral', ephemerals.responder],
    ['answer', answer],
    ['confirmation', confirmation],
    ['handshake hash', handshakeHash],
    ['master key 1', master1],
    ['agreement 1|0 (PSK)', expand(chain0, `${CONTEXT} agreement 1|0`, 32)],
    ...keys(chain0, '1|0'),
    ...keys(chain1, '1|1'),
  ];
  return values.map(([name, value]) => `${name.padEnd(22)} ${hex(value)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${exampleLines().join('\n')}\n`);
