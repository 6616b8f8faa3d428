/** The Noise handshake of one attempt: what it is bound to, and what comes of it. */
import { expand } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type AgreementName, PROTOCOL_VERSION } from '../../spec/agreement.ts';
import { MASTER_KEY_OCTETS } from '../keys/key-schedule.ts';
import { CipherState } from '../noise/cipher-state.ts';
import { CHACHAPOLY } from '../noise/ciphers.ts';
import { HandshakeState, randomOctets } from '../noise/handshake-state.ts';
import { PATTERNS, type Pattern } from '../noise/patterns.ts';
import type { Attempt, Parties } from './parties.ts';

const NOTHING = new Uint8Array();
const PATTERN_OF: Readonly<Record<AgreementName, Pattern>> = { classic: PATTERNS.KKpsk0, hybrid: PATTERNS['KKhfs+psk0'] };

/** Random octets, fresh each time, that a request or an answer takes. */
export function randomOctetsOf({ agreement }: Pick<Parties, 'agreement'>, kind: 'request' | 'answer'): number {
  return randomOctets(PATTERN_OF[agreement], kind === 'request' ? 0 : 1);
}

/**
 * Both ends must say the same: protocol version, who is initiator and who follower, relation, profile, engine, kind of agreement, KeyId
 * and attempt. Each part has its length in front (2 octets), so that no two prologues have the same octets.
 */
export function prologueOf(parties: Parties, { keyId, attempt }: Attempt): Uint8Array {
  const { relation, initiatorAddress, followerAddress, profile, engine, agreement } = parties;
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const parts = [
    text(`keyturn ${PROTOCOL_VERSION} agreement`),
    text('initiator'),
    initiatorAddress,
    text('follower'),
    followerAddress,
    text(profile),
    text(engine),
    text(agreement),
    unsigned(relation),
    unsigned(keyId.master),
    unsigned(keyId.communication),
    unsigned(attempt),
  ];
  return Uint8Array.from(parts.flatMap((part) => [part.length >> 8, part.length & 0xff, ...part]));
}

function unsigned(value: number): Uint8Array {
  const octets = new Uint8Array(4);
  new DataView(octets.buffer).setUint32(0, value);
  return octets;
}

/** @param psk 32 octets, from the master key before (`KeySchedule.agreementPsk`) */
export function handshakeOf(parties: Parties, attempt: Attempt, psk: Uint8Array): HandshakeState {
  const { role, agreement, staticKeys, remoteStatic } = parties;
  return HandshakeState.initialize({
    pattern: PATTERN_OF[agreement],
    cipher: CHACHAPOLY,
    initiator: role === 'initiator',
    prologue: prologueOf(parties, attempt),
    staticKeys,
    remoteStatic,
    psk,
  });
}

/** What a finished handshake gives. */
export interface Agreed {
  /** 32 octets; whoever takes it zeroes it */
  readonly masterKey: Uint8Array;
  /** Noise's first transport message of the initiator, without text: 16 octets, which none but the two ends can make */
  readonly confirmation: Uint8Array;
}

/**
 * Master key and confirmation. The master key is HKDF-Expand of the additional secret, with the handshake hash as channel binding
 * (Noise, section 11.2), so with everything that the prologue says; the confirmation is sealed with another output of Split. Since it has no
 * text, it is all tag: to open it is to compare it with the one that the follower makes itself. The handshake is erased.
 */
export function concluded(handshake: HandshakeState): Agreed {
  const { fromInitiator, fromResponder, additional } = handshake.split();
  const label = Uint8Array.from([...new TextEncoder().encode(`keyturn ${PROTOCOL_VERSION} master`), ...handshake.handshakeHash]);
  const masterKey = expand(sha256, additional, label, MASTER_KEY_OCTETS);
  const confirmation = initiatorCipher(fromInitiator).encryptWithAd(NOTHING, NOTHING);
  fromInitiator.fill(0);
  fromResponder.fill(0);
  additional.fill(0);
  handshake.erase();
  return { masterKey, confirmation };
}

function initiatorCipher(key: Uint8Array): CipherState {
  const state = new CipherState(CHACHAPOLY);
  state.initializeKey(key);
  return state;
}
