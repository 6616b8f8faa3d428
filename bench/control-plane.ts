/**
 * What keys cost the control plane: `npx tsx bench/control-plane.ts`. 0-RTT derivations (a step of the chain and the keys of both
 * directions) and whole n-RTT agreements (both ends, three messages, both new schedules) a second of processor time, with node:crypto as
 * the yardstick: the same derivations, and the X25519 of the agreements, by OpenSSL, in turns with ours. Median of rounds. Processor time, since whatever else runs would
 * otherwise be measured too.
 */
import { createHmac, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto';
import { AGREEMENT_TIMING, type AgreementName } from '../spec/agreement.ts';
import { FIRST_KEY_ID, nextKeyId } from '../spec/key-id.ts';
import type { Role } from '../spec/peer-rules.ts';
import type { Parties } from '../sw/agreement/parties.ts';
import { FollowerAgreement, InitiatorAgreement } from '../sw/control-plane/agreement.ts';
import { KeySchedule } from '../sw/keys/key-schedule.ts';
import { zeroize } from '../sw/keys/material.ts';
import { keyPairOf } from '../sw/noise/diffie-hellman.ts';
import { median } from './median.ts';

const CONTEXT = { profile: 'paper', engine: 'aes-256-gcm', relation: 0 } as const;
const ROUNDS = 7;
/** ms of processor time that one round should take */
const ROUND_MS = 200;
/** What the share of a core is stated for. */
const RELATIONS = 128;

interface Contestant {
  readonly work: string;
  readonly by: string;
  readonly once: () => void;
  readonly rates: number[];
}

const random = (octets: number): Uint8Array => Uint8Array.from(randomBytes(octets));

/** A step of the chain; a new schedule before the old one ends. */
function derivation(): () => void {
  let schedule = new KeySchedule(random(32), CONTEXT);
  return () => {
    if (schedule.exhausted) schedule = new KeySchedule(random(32), CONTEXT);
    schedule.advance();
    zeroize(schedule.material('initiator'));
  };
}

function derivationByNode(): () => void {
  let chain: Buffer = randomBytes(32);
  let step = 0;
  const expand = (info: string): Buffer =>
    createHmac('sha256', chain).update(`keyturn 1 paper aes-256-gcm 0 ${info}`).update(Buffer.of(1)).digest();
  return () => {
    step++;
    chain = expand(`chain 0|${step}`);
    for (const direction of ['IOC>IOD', 'IOD>IOC']) for (const use of ['key', 'iv']) expand(`${use} 0|${step} ${direction}`);
  };
}

/** Both ends, from the request to the first keys. */
function agreement(kind: AgreementName): () => void {
  const keys = { initiator: keyPairOf(random(32)), follower: keyPairOf(random(32)) };
  const parties = (role: Role): Parties => ({
    role,
    ...CONTEXT,
    agreement: kind,
    initiatorAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
    followerAddress: Uint8Array.of(2, 0, 0, 0, 0, 2),
    staticKeys: keys[role],
    remoteStatic: keys[role === 'initiator' ? 'follower' : 'initiator'].publicKey,
  });
  const keyId = nextKeyId(FIRST_KEY_ID, 'n-RTT');
  return () => {
    const psk = random(32);
    const follower = new FollowerAgreement(parties('follower'), { now: () => 0, random, send: (frame) => initiator.receive(frame) });
    const initiator = new InitiatorAgreement(parties('initiator'), AGREEMENT_TIMING, {
      now: () => 0,
      random,
      send: (frame) => follower.receive(frame),
    });
    follower.expect(keyId, psk.slice());
    initiator.begin(keyId, psk);
    const own = initiator.takeMasterKey();
    initiator.installed();
    const other = follower.takeMasterKey();
    if (own === undefined || other === undefined) throw new Error('the agreement came to nothing');
    for (const [role, key] of [
      ['initiator', own],
      ['follower', other],
    ] as const)
      zeroize(new KeySchedule(key, CONTEXT).material(role));
  };
}

/** What X25519 takes of an agreement, which is most: at each end a key pair, the peer's public key read, and four secrets (es, ss, ee, se). */
function agreementByNode(): () => void {
  const [own, remote] = [generateKeyPairSync('x25519'), generateKeyPairSync('x25519')];
  const read = remote.publicKey.export({ format: 'der', type: 'spki' });
  const end = (): void => {
    const ephemeral = generateKeyPairSync('x25519');
    const remoteEphemeral = createPublicKey({ key: read, format: 'der', type: 'spki' });
    for (const { privateKey } of [own, ephemeral])
      for (const publicKey of [remote.publicKey, remoteEphemeral]) diffieHellman({ privateKey, publicKey });
  };
  return () => {
    end();
    end();
  };
}

function rate(once: () => void): number {
  const from = process.cpuUsage();
  const ms = (): number => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
  let times = 0;
  for (; ms() < ROUND_MS; times++) once();
  return (1000 * times) / ms();
}

const contestants: readonly Contestant[] = [
  { work: '0-RTT derivations', by: '@noble', once: derivation(), rates: [] },
  { work: '0-RTT derivations', by: 'node:crypto', once: derivationByNode(), rates: [] },
  { work: 'n-RTT agreements', by: '@noble', once: agreement('classic'), rates: [] },
  { work: '  hybrid', by: '@noble', once: agreement('hybrid'), rates: [] },
  { work: 'their X25519', by: 'node:crypto', once: agreementByNode(), rates: [] },
];
for (const { once } of contestants) rate(once);
for (let round = 0; round < ROUNDS; round++) for (const { once, rates } of contestants) rates.push(rate(once));
const lines = contestants.map(({ work, by, rates }) => `${work.padEnd(18)} ${by.padEnd(12)} ${median(rates).toFixed(0).padStart(8)} /s`);
const [derivations = 1, , agreements = 1] = contestants.map(({ rates }) => median(rates));
// of an agreement one end does half
const share = RELATIONS * (1 / 60 / derivations + 1 / 3600 / (2 * agreements));
process.stdout.write(
  `${lines.join('\n')}\n${RELATIONS} relations, a 0-RTT rekey a minute and an n-RTT rekey an hour: ${(100 * share).toFixed(3)} % of this core\n`,
);
