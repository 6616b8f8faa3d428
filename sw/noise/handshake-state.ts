/**
 * HandshakeState (Noise Protocol Framework, revision 34, section 5.3) for patterns whose static keys are known beforehand, with
 * 25519, SHA256 and either cipher, and for `hfs` with MLKEM768.
 *
 * Secrets are zeroed by `erase`, and what a message makes on its way as soon as it is used. What JavaScript does not let one do: the
 * engine may have copied octets before (a moving garbage collector, registers, swapped memory), and the libraries keep
 * temporaries of their own (numbers of arbitrary length in the field arithmetic, key schedules of AES), which are collected, not
 * zeroed. Nor does it promise that anything takes constant time.
 */
import { type NoiseCipher, TAG_OCTETS } from './ciphers.ts';
import { DH_OCTETS, diffieHellman, expectKey, type KeyPair, keyPairOf } from './diffie-hellman.ts';
import { NoiseMessageLength, NoiseUsage } from './errors.ts';
import {
  decapsulate,
  encapsulate,
  KEM_CIPHERTEXT_OCTETS,
  KEM_KEY_OCTETS,
  KEM_MESSAGE_OCTETS,
  KEM_SEED_OCTETS,
  type KemKeyPair,
  kemKeyPairOf,
} from './key-encapsulation.ts';
import { type Pattern, type Token, usesKem, usesPsk } from './patterns.ts';
import { type Split, SymmetricState } from './symmetric-state.ts';

export const PSK_OCTETS = 32;
/** No message is longer (section 3). */
const MESSAGE_MAX = 65535;
const NOTHING = new Uint8Array();

export interface HandshakeOptions {
  readonly pattern: Pattern;
  readonly cipher: NoiseCipher;
  readonly initiator: boolean;
  readonly prologue: Uint8Array;
  /** own static keys; they stay the caller's and are not erased here */
  readonly staticKeys: KeyPair;
  readonly remoteStatic: Uint8Array;
  /** 32 octets, for the patterns with `psk`; copied */
  readonly psk?: Uint8Array;
}

/** `Noise_KKpsk0_25519_AESGCM_SHA256` (section 8), `Noise_KKhfs+psk0_25519+MLKEM768_AESGCM_SHA256` (`hfs`, section 5) */
export function protocolName(pattern: Pattern, cipher: NoiseCipher): string {
  return `Noise_${pattern.name}_25519${usesKem(pattern) ? '+MLKEM768' : ''}_${cipher.name}_SHA256`;
}

/** Octets that a token sends; whatever is no ephemeral key is enciphered, since `psk` or `es` has been before. */
const SENT: Readonly<Partial<Record<Token, number>>> = {
  e: DH_OCTETS,
  e1: KEM_KEY_OCTETS + TAG_OCTETS,
  ekem1: KEM_CIPHERTEXT_OCTETS + TAG_OCTETS,
};
/** Random octets that it takes to write a token. */
const RANDOM: Readonly<Partial<Record<Token, number>>> = { e: DH_OCTETS, e1: KEM_SEED_OCTETS, ekem1: KEM_MESSAGE_OCTETS };

function total(octets: typeof SENT, tokens: readonly Token[]): number {
  return tokens.reduce((sum, token) => sum + (octets[token] ?? 0), 0);
}

/** Octets of a message without payload. @param message 0: the initiator's, 1: the responder's */
export function messageOctets({ messages }: Pattern, message: 0 | 1): number {
  return total(SENT, messages[message] ?? []) + TAG_OCTETS;
}

/** Random octets that `writeMessage` takes. @param message 0: the initiator's, 1: the responder's */
export function randomOctets({ messages }: Pattern, message: 0 | 1): number {
  return total(RANDOM, messages[message] ?? []);
}

export class HandshakeState {
  readonly #options: HandshakeOptions;
  readonly #symmetric: SymmetricState;
  readonly #psk: Uint8Array;
  /** without octets, which is no key, until the token `e` */
  #ephemeral: KeyPair = { privateKey: NOTHING, publicKey: NOTHING };
  #remoteEphemeral = NOTHING;
  /** without octets until the token `e1` */
  #kem: KemKeyPair = { decapsulationKey: NOTHING, encapsulationKey: NOTHING };
  #remoteKem: Uint8Array = NOTHING;
  /** messages done */
  #done = 0;

  private constructor(options: HandshakeOptions, symmetric: SymmetricState, psk: Uint8Array) {
    this.#options = options;
    this.#symmetric = symmetric;
    this.#psk = psk;
  }

  /** Initialize. @throws NoiseUsage where a key is missing, or of the wrong length */
  static initialize(options: HandshakeOptions): HandshakeState {
    const { pattern, cipher, initiator, prologue, staticKeys, remoteStatic, psk = NOTHING } = options;
    expectKey('static key of the peer', remoteStatic);
    const expected = usesPsk(pattern) ? PSK_OCTETS : 0;
    if (psk.length !== expected) throw new NoiseUsage(`a pre-shared key of ${psk.length} octets, expected ${expected} for ${pattern.name}`);
    const symmetric = SymmetricState.initialize(protocolName(pattern, cipher), cipher);
    symmetric.mixHash(prologue);
    // the pre-messages of KK: the initiator's static key, then the responder's
    symmetric.mixHash(initiator ? staticKeys.publicKey : remoteStatic);
    symmetric.mixHash(initiator ? remoteStatic : staticKeys.publicKey);
    return new HandshakeState(options, symmetric, Uint8Array.from(psk));
  }

  /**
   * WriteMessage.
   * @param random `randomOctets` of them, never used before and never again: GENERATE_KEYPAIR() is the caller's affair; copied
   * @throws NoiseUsage when it is the peer's turn; NoiseMessageLength where the payload is too long; NoiseKemKey
   */
  writeMessage(payload: Uint8Array, random: Uint8Array): Uint8Array {
    const tokens = this.#turn(true);
    const expected = total(RANDOM, tokens);
    if (random.length !== expected) throw new NoiseUsage(`${random.length} random octets, expected ${expected}`);
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const token of tokens) {
      const own = random.subarray(at, at + (RANDOM[token] ?? 0));
      at += own.length;
      if (token === 'e') {
        this.#ephemeral = keyPairOf(own);
        parts.push(this.#ephemeral.publicKey);
        this.#mixEphemeral(this.#ephemeral.publicKey);
      } else if (token === 'e1') {
        this.#kem = kemKeyPairOf(own);
        parts.push(this.#symmetric.encryptAndHash(this.#kem.encapsulationKey));
      } else if (token === 'ekem1') {
        const { ciphertext, secret } = encapsulate(this.#remoteKem, own);
        parts.push(this.#symmetric.encryptAndHash(ciphertext));
        this.#mixSecret(secret);
      } else this.#mix(token);
    }
    parts.push(this.#symmetric.encryptAndHash(payload));
    this.#done++;
    return ofPossibleLength(Uint8Array.from(parts.flatMap((part) => [...part])), tokens);
  }

  /**
   * ReadMessage: the payload. After a failure the state is spoilt: use a clone where more messages may come.
   * @throws NoiseAuthenticationFailed, NoiseMessageLength, NoiseZeroSecret, NoiseUsage when it is the own turn
   */
  readMessage(message: Uint8Array): Uint8Array {
    const tokens = this.#turn(false);
    ofPossibleLength(message, tokens);
    let at = 0;
    for (const token of tokens) {
      const part = message.subarray(at, at + (SENT[token] ?? 0));
      at += part.length;
      if (token === 'e') {
        this.#remoteEphemeral = Uint8Array.from(part);
        this.#mixEphemeral(this.#remoteEphemeral);
      } else if (token === 'e1') this.#remoteKem = this.#symmetric.decryptAndHash(part);
      else if (token === 'ekem1') this.#mixSecret(decapsulate(this.#kem.decapsulationKey, this.#symmetric.decryptAndHash(part)));
      else this.#mix(token);
    }
    const payload = this.#symmetric.decryptAndHash(message.subarray(at));
    this.#done++;
    return payload;
  }

  get finished(): boolean {
    return this.#done === this.#options.pattern.messages.length;
  }

  /** Channel binding (section 11.2). */
  get handshakeHash(): Uint8Array {
    return this.#symmetric.handshakeHash;
  }

  /** Split; the caller zeroes what it gets. @throws NoiseUsage before the last message */
  split(): Split {
    if (!this.finished) throw new NoiseUsage('Split before the last message of the handshake');
    return this.#symmetric.split();
  }

  /** Another state that goes on from here. */
  clone(): HandshakeState {
    const copy = new HandshakeState(this.#options, this.#symmetric.clone(), this.#psk.slice());
    copy.#ephemeral = { ...this.#ephemeral, privateKey: this.#ephemeral.privateKey.slice() };
    copy.#remoteEphemeral = this.#remoteEphemeral;
    copy.#kem = { ...this.#kem, decapsulationKey: this.#kem.decapsulationKey.slice() };
    copy.#remoteKem = this.#remoteKem;
    copy.#done = this.#done;
    return copy;
  }

  /** Zeroes ephemeral keys, chaining key, cipher key and PSK; the state must not be used any more. */
  erase(): void {
    this.#symmetric.erase();
    this.#ephemeral.privateKey.fill(0);
    this.#kem.decapsulationKey.fill(0);
    this.#psk.fill(0);
  }

  /** The tokens of the message that is due, if to write it, or not, is what is due. */
  #turn(toWrite: boolean): readonly Token[] {
    const tokens = this.#options.pattern.messages[this.#done];
    if (tokens === undefined) throw new NoiseUsage('the handshake is over: Split');
    // there are two messages; the first is the initiator's
    const writes = (this.#done === 0) === this.#options.initiator;
    if (writes !== toWrite) throw new NoiseUsage(`it is the ${writes ? 'own' : "peer's"} turn`);
    return tokens;
  }

  /** With a PSK, ephemeral keys go into the chaining key too (section 9.2). */
  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey);
    if (usesPsk(this.#options.pattern)) this.#symmetric.mixKey(publicKey);
  }

  #mix(token: Exclude<Token, 'e' | 'e1' | 'ekem1'>): void {
    if (token === 'psk') return this.#symmetric.mixKeyAndHash(this.#psk);
    const { initiator, staticKeys, remoteStatic } = this.#options;
    // the first letter is the initiator's key, the second the responder's
    const [own, remote] = initiator ? [token[0], token[1]] : [token[1], token[0]];
    const ownKeys = own === 'e' ? this.#ephemeral : staticKeys;
    const remoteKey = remote === 'e' ? this.#remoteEphemeral : remoteStatic;
    this.#mixSecret(diffieHellman(ownKeys.privateKey, remoteKey));
  }

  /** MixKey of a secret that is of no use afterwards. */
  #mixSecret(secret: Uint8Array): void {
    this.#symmetric.mixKey(secret);
    secret.fill(0);
  }
}

/** Every message of these patterns ends enciphered. @throws NoiseMessageLength */
function ofPossibleLength(message: Uint8Array, tokens: readonly Token[]): Uint8Array {
  const shortest = total(SENT, tokens) + TAG_OCTETS;
  if (message.length < shortest || message.length > MESSAGE_MAX)
    throw new NoiseMessageLength(message.length, `${shortest} to ${MESSAGE_MAX}`);
  return message;
}
