import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CipherState } from '../../../sw/noise/cipher-state.ts';
import { AESGCM, CHACHAPOLY, type NoiseCipher } from '../../../sw/noise/ciphers.ts';
import { diffieHellman, keyPairOf } from '../../../sw/noise/diffie-hellman.ts';
import { NoiseAuthenticationFailed, NoiseKemKey, NoiseMessageLength, NoiseUsage, NoiseZeroSecret } from '../../../sw/noise/errors.ts';
import { HandshakeState, protocolName } from '../../../sw/noise/handshake-state.ts';
import { encapsulate, KEM_CIPHERTEXT_OCTETS, KEM_KEY_OCTETS } from '../../../sw/noise/key-encapsulation.ts';
import { PATTERNS, type Pattern, type PatternName } from '../../../sw/noise/patterns.ts';
import { noiseVectors } from '../../vectors/make-noise.ts';

const SHARED = fileURLToPath(new URL('../../../../shared/data/vectors/', import.meta.url));
const NOT_HERE = '../shared/data is not here: the public test vectors are not part of the project';
const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const NOTHING = new Uint8Array();
const usage = (message: RegExp): unknown => expect.objectContaining({ name: NoiseUsage.name, message: expect.stringMatching(message) });

const field = z.string().transform(octets);
const vectors = z.object({
  vectors: z.array(
    z.object({
      protocol_name: z.string(),
      init_prologue: field,
      init_psks: z.array(field).default([]),
      init_static: field,
      init_ephemeral: field,
      init_remote_static: field.optional(),
      resp_prologue: field,
      resp_psks: z.array(field).default([]),
      resp_static: field,
      resp_ephemeral: field,
      resp_remote_static: field.optional(),
      handshake_hash: z.string(),
      additional: z.string().optional(),
      messages: z.array(z.object({ payload: field, ciphertext: z.string() })),
    }),
  ),
});
type Vector = z.infer<typeof vectors>['vectors'][number];

const CIPHERS: Readonly<Record<string, NoiseCipher>> = { AESGCM, ChaChaPoly: CHACHAPOLY };
const patternOf = (name: string): Pattern | undefined => PATTERNS[name as PatternName];

function peersOf(vector: Vector): { readonly initiator: HandshakeState; readonly responder: HandshakeState; readonly cipher: NoiseCipher } {
  const [, pattern = '', , cipherName = ''] = vector.protocol_name.split('_');
  const [used, cipher] = [patternOf(pattern), CIPHERS[cipherName]];
  if (used === undefined || cipher === undefined) throw new RangeError(vector.protocol_name);
  const peer = (initiator: boolean): HandshakeState => {
    const [psk] = initiator ? vector.init_psks : vector.resp_psks;
    return HandshakeState.initialize({
      pattern: used,
      cipher,
      initiator,
      prologue: initiator ? vector.init_prologue : vector.resp_prologue,
      staticKeys: keyPairOf(initiator ? vector.init_static : vector.resp_static),
      remoteStatic: (initiator ? vector.init_remote_static : vector.resp_remote_static) ?? NOTHING,
      ...(psk === undefined ? {} : { psk }),
    });
  };
  return { initiator: peer(true), responder: peer(false), cipher };
}

/** Both peers, message by message. */
function expectVector(vector: Vector): void {
  const { initiator, responder, cipher } = peersOf(vector);
  const [first, second, ...transport] = vector.messages;
  if (first === undefined || second === undefined) throw new RangeError('a vector without both messages of KK');
  expect(hex(initiator.writeMessage(first.payload, vector.init_ephemeral))).toBe(first.ciphertext);
  expect(responder.readMessage(octets(first.ciphertext))).toEqual(first.payload);
  expect(hex(responder.writeMessage(second.payload, vector.resp_ephemeral))).toBe(second.ciphertext);
  expect(initiator.readMessage(octets(second.ciphertext))).toEqual(second.payload);
  for (const peer of [initiator, responder]) {
    expect(hex(peer.handshakeHash)).toBe(vector.handshake_hash);
    if (vector.additional !== undefined) expect(hex(peer.split().additional)).toBe(vector.additional);
  }
  const states = (peer: HandshakeState): readonly CipherState[] => {
    const { fromInitiator, fromResponder } = peer.split();
    return [fromInitiator, fromResponder].map((key) => {
      const state = new CipherState(cipher);
      state.initializeKey(key);
      return state;
    });
  };
  const [sender, receiver] = [states(initiator), states(responder)];
  expect(transport.length).toBeGreaterThan(0);
  transport.forEach(({ payload, ciphertext }, index) => {
    expect(hex(sender[index % 2]?.encryptWithAd(NOTHING, payload) ?? NOTHING)).toBe(ciphertext);
    expect(receiver[index % 2]?.decryptWithAd(NOTHING, octets(ciphertext))).toEqual(payload);
  });
}

const OURS = vectors.parse(JSON.parse(noiseVectors())).vectors;

describe('Noise, revision 34', () => {
  it('noise.json is what the script prints (renew it with `npx tsx test/vectors/make-noise.ts`), which imports Node and nothing else', () => {
    const here = (name: string): string => readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8');
    expect(here('noise.json')).toBe(noiseVectors());
    const imported = [...here('make-noise.ts').matchAll(/from\s*'([^']+)'/g)].map(([, name]) => name);
    expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual([]);
  });

  it.each(OURS)('$protocol_name gives what node:crypto gives', expectVector);

  it('gives every message of the public vectors of KK, KKpsk0 and KKpsk2; IK and XX send static keys, which known devices do not', ({
    skip,
  }) => {
    const file = `${SHARED}noise_25519_sha256.json`;
    if (!existsSync(file)) skip(NOT_HERE);
    const all = vectors.parse(JSON.parse(readFileSync(file, 'utf8'))).vectors;
    const fits = ({ protocol_name }: Vector): boolean => patternOf(protocol_name.split('_')[1] ?? '') !== undefined;
    expect(all.filter(fits)).toHaveLength(6);
    expect(new Set(all.filter((vector) => !fits(vector)).map(({ protocol_name }) => protocol_name.split('_')[1]))).toEqual(
      new Set(['IK', 'IKpsk2', 'XX', 'XXpsk3']),
    );
    for (const vector of all.filter(fits)) expectVector(vector);
  });

  it.each(OURS)('$protocol_name: the ends of every part of a message count, and so do prologue, keys and PSK', (vector) => {
    const [first, second] = vector.messages.map(({ ciphertext }) => octets(ciphertext));
    if (first === undefined || second === undefined) throw new RangeError('a vector without both messages of KK');
    const changed = (message: Uint8Array, at: number): Uint8Array => message.map((octet, index) => (index === at ? octet ^ 0x40 : octet));
    const fails = (read: () => void): void => expect(read).toThrow(NoiseAuthenticationFailed);
    const { initiator, responder } = peersOf(vector);
    const ends = ({ length }: Uint8Array): readonly number[] => [0, 30, 32, length - 1];
    for (const at of ends(first)) fails(() => responder.clone().readMessage(changed(first, at)));
    initiator.writeMessage(vector.messages[0]?.payload ?? NOTHING, vector.init_ephemeral);
    for (const at of ends(second)) fails(() => initiator.clone().readMessage(changed(second, at)));
    const others: readonly Partial<Vector>[] = [
      { resp_prologue: octets('00') },
      { resp_static: new Uint8Array(32).fill(9) },
      { resp_remote_static: keyPairOf(new Uint8Array(32).fill(9)).publicKey },
    ];
    for (const other of others) fails(() => peersOf({ ...vector, ...other }).responder.readMessage(first));
    if (vector.resp_psks.length === 0) return;
    const wrong = { ...vector, resp_psks: [new Uint8Array(32).fill(9)] };
    if (vector.protocol_name.includes('psk0')) fails(() => peersOf(wrong).responder.readMessage(first));
    else {
      const { responder: other } = peersOf(wrong);
      other.readMessage(first);
      const answer = other.writeMessage(NOTHING, vector.resp_ephemeral);
      fails(() => initiator.clone().readMessage(answer));
    }
  });

  it('refuses an ephemeral key of small order: the shared secret would be zeros, whatever the own key', () => {
    const { responder } = peersOf(OURS[0] as Vector);
    const smallOrder = [
      new Uint8Array(32),
      octets(`01${'00'.repeat(31)}`),
      octets(`e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800`),
    ];
    for (const key of smallOrder)
      expect(() => responder.clone().readMessage(Uint8Array.from([...key, ...new Uint8Array(16)]))).toThrow(NoiseZeroSecret);
  });

  it('agrees with Wycheproof on X25519, and refuses those of its cases whose secret is zeros', ({ skip }) => {
    const file = `${SHARED}x25519_test.json`;
    if (!existsSync(file)) skip(NOT_HERE);
    const shape = z.object({
      testGroups: z.array(z.object({ tests: z.array(z.object({ private: field, public: field, shared: z.string() })) })),
    });
    const cases = shape.parse(JSON.parse(readFileSync(file, 'utf8'))).testGroups.flatMap(({ tests }) => tests);
    expect(cases.length).toBeGreaterThan(400);
    let refused = 0;
    for (const { private: own, public: remote, shared } of cases) {
      if (/^0+$/.test(shared)) {
        refused++;
        expect(() => diffieHellman(own, remote)).toThrow(NoiseZeroSecret);
      } else expect(hex(diffieHellman(own, remote))).toBe(shared);
    }
    expect(refused).toBeGreaterThan(10);
  });

  it('a clone goes on by itself, and an erased state tells nothing any more', () => {
    // the PSK comes last, when the state that had it first is erased
    const vector = OURS.find(({ protocol_name }) => protocol_name === protocolName(PATTERNS.KKpsk2, AESGCM)) as Vector;
    const [first, second] = vector.messages;
    const { initiator, responder } = peersOf(vector);
    initiator.writeMessage(first?.payload ?? NOTHING, vector.init_ephemeral);
    const copy = initiator.clone();
    initiator.erase();
    expect(() => initiator.readMessage(octets(second?.ciphertext ?? ''))).toThrow(NoiseAuthenticationFailed);
    expect(copy.readMessage(octets(second?.ciphertext ?? ''))).toEqual(second?.payload);
    expect(copy.split().additional).toEqual(octets(vector.additional ?? ''));
    copy.erase();
    expect(hex(copy.split().additional)).not.toBe(vector.additional);
    copy.handshakeHash.fill(0);
    expect(hex(copy.handshakeHash)).toBe(vector.handshake_hash);
    expect(() => responder.split()).toThrow(usage(/Split before the last message/));
  });

  it('copies what it is given, also where that is a Buffer: erasing takes nothing from the caller', () => {
    const vector = OURS.find(({ protocol_name }) => protocol_name === protocolName(PATTERNS.KKpsk0, AESGCM)) as Vector;
    const given = { init_psks: [Buffer.from(vector.init_psks[0] ?? [])], init_ephemeral: Buffer.from(vector.init_ephemeral) };
    const { initiator } = peersOf({ ...vector, ...given });
    initiator.writeMessage(NOTHING, given.init_ephemeral);
    initiator.erase();
    expect(given.init_psks.map(hex)).toEqual(vector.init_psks.map(hex));
    expect(hex(given.init_ephemeral)).toBe(hex(vector.init_ephemeral));
  });

  it('refuses what a caller must not do, and says what it found and what it expected', () => {
    const vector = OURS[2] as Vector;
    const { initiator, responder } = peersOf(vector);
    const refuses = (call: () => void, message: RegExp): void => expect(call).toThrow(usage(message));
    refuses(() => initiator.clone().readMessage(new Uint8Array(48)), /it is the own turn/);
    refuses(() => responder.clone().writeMessage(NOTHING, new Uint8Array(32)), /it is the peer's turn/);
    refuses(() => initiator.clone().writeMessage(NOTHING, new Uint8Array(31)), /31 random octets, expected 32/);
    refuses(() => peersOf({ ...vector, init_psks: [] }), /pre-shared key of 0 octets, expected 32 for KKpsk0/);
    refuses(() => peersOf({ ...vector, init_remote_static: new Uint8Array(31) }), /static key of the peer of 31 octets, expected 32/);
    refuses(() => diffieHellman(new Uint8Array(31), new Uint8Array(32)), /private key of 31 octets, expected 32/);
    refuses(() => diffieHellman(new Uint8Array(32), new Uint8Array(33)), /public key of 33 octets, expected 32/);
    refuses(() => new CipherState(AESGCM).initializeKey(new Uint8Array(16)), /cipher key of 16 octets, expected 32/);
    responder.readMessage(initiator.writeMessage(NOTHING, vector.init_ephemeral));
    responder.writeMessage(NOTHING, vector.resp_ephemeral);
    refuses(() => responder.writeMessage(NOTHING, vector.resp_ephemeral), /the handshake is over/);
  });

  it('hybrid: an encapsulation key that is none is refused by its name, before a secret comes of it (FIPS 203, section 7.2)', () => {
    const vector = OURS.find(({ protocol_name }) => protocol_name.startsWith('Noise_KKhfs')) as Vector;
    const { initiator, responder } = peersOf(vector);
    const [first] = vector.messages;
    responder.readMessage(octets(first?.ciphertext ?? ''));
    expect(() => initiator.clone().writeMessage(NOTHING, vector.init_ephemeral.slice(0, 32))).toThrow(
      usage(/32 random octets, expected 96/),
    );
    // the key of a valid request has coefficients below 3329; 4095 is none
    const message = vector.resp_ephemeral.slice(32);
    expect(() => encapsulate(new Uint8Array(KEM_KEY_OCTETS).fill(0xff), message)).toThrow(NoiseKemKey);
    expect(encapsulate(new Uint8Array(KEM_KEY_OCTETS), message).ciphertext).toHaveLength(KEM_CIPHERTEXT_OCTETS);
  });

  it('a message has 48 octets at least, which are a key and a tag, and 65535 at most (section 3)', () => {
    const vector = OURS[1] as Vector;
    const { initiator, responder } = peersOf(vector);
    const refuses = (call: () => void, found: number): void =>
      expect(call).toThrow(
        expect.objectContaining({
          name: NoiseMessageLength.name,
          message: expect.stringContaining(`${found} octets, expected 48 to 65535`),
        }),
      );
    for (const length of [47, 65536]) refuses(() => responder.clone().readMessage(new Uint8Array(length)), length);
    refuses(() => initiator.clone().writeMessage(new Uint8Array(65536 - 48), vector.init_ephemeral), 65536);
    const longest = initiator.writeMessage(new Uint8Array(65535 - 48), vector.init_ephemeral);
    expect(responder.clone().readMessage(longest)).toEqual(new Uint8Array(65535 - 48));
    for (const length of [48, 65535])
      expect(() => responder.clone().readMessage(new Uint8Array(length).fill(9))).toThrow(NoiseAuthenticationFailed);
  });

  it('what a peer did wrong has a name, and what to do about it', () => {
    const { responder } = peersOf(OURS[0] as Vector);
    const dropped = (octet: number, { name }: { readonly name: string }): void =>
      expect(() => responder.clone().readMessage(new Uint8Array(48).fill(octet))).toThrow(
        expect.objectContaining({ name, message: expect.stringMatching(/drop the message$/) }),
      );
    dropped(9, NoiseAuthenticationFailed);
    dropped(0, NoiseZeroSecret);
  });

  it.each([AESGCM, CHACHAPOLY])(
    'a CipherState of $name counts its nonces; one that failed to decrypt has not moved on (section 5.1)',
    (cipher) => {
      const [sender, receiver] = [new CipherState(cipher), new CipherState(cipher)];
      for (const state of [sender, receiver]) state.initializeKey(new Uint8Array(32).fill(3));
      const [one, two] = [sender.encryptWithAd(NOTHING, octets('01')), sender.encryptWithAd(NOTHING, octets('01'))];
      expect(hex(one)).not.toBe(hex(two));
      for (const wrong of [two, octets('01')]) expect(() => receiver.decryptWithAd(NOTHING, wrong)).toThrow(NoiseAuthenticationFailed);
      expect(receiver.decryptWithAd(NOTHING, one)).toEqual(octets('01'));
      expect(receiver.decryptWithAd(NOTHING, two)).toEqual(octets('01'));
    },
  );

  it('a CipherState without a key, or whose key was erased, hands nothing on', () => {
    const [fresh, erased] = [new CipherState(CHACHAPOLY), new CipherState(CHACHAPOLY)];
    erased.initializeKey(new Uint8Array(32).fill(3));
    erased.erase();
    for (const state of [fresh, erased]) {
      expect(() => state.encryptWithAd(NOTHING, octets('01'))).toThrow(usage(/without a key/));
      expect(() => state.decryptWithAd(NOTHING, new Uint8Array(17))).toThrow(usage(/without a key/));
    }
  });
});
