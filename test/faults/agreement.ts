/** Faults in Noise, in the n-RTT agreement and in the agents that run it. */
import type { Fault } from './fault.ts';

const NOISE = 'test/sw/noise/noise.test.ts';
const RULES = 'test/sw/agreement/rules.test.ts';
const CHANNEL = 'test/sw/agreement/lossy-channel.test.ts';
const AGENTS = 'test/sw/control-plane/agreement.test.ts';
const KEYS = 'test/sw/keys/key-schedule.test.ts';

export const AGREEMENT_FAULTS: readonly Fault[] = [
  {
    id: 'noise-1',
    what: 'with a PSK, ephemeral keys stay out of the chaining key',
    file: 'sw/noise/handshake-state.ts',
    find: '    if (usesPsk(this.#options.pattern)) this.#symmetric.mixKey(publicKey);\n',
    replace: '',
    seenBy: { file: NOISE, test: 'gives what node:crypto gives' },
  },
  {
    id: 'noise-2',
    what: 'the nonce of AESGCM is little endian',
    file: 'sw/noise/ciphers.ts',
    find: 'gcm(key, nonceOf(n, false), ad).encrypt(plaintext)',
    replace: 'gcm(key, nonceOf(n, true), ad).encrypt(plaintext)',
    seenBy: { file: NOISE, test: 'gives every message of the public vectors' },
  },
  {
    id: 'noise-3',
    what: 'a nonce is used twice',
    file: 'sw/noise/cipher-state.ts',
    find: '    this.#n++;\n    return ciphertext;',
    replace: '    return ciphertext;',
    seenBy: { file: NOISE, test: 'a CipherState counts its nonces' },
  },
  {
    id: 'noise-4',
    what: 'a shared secret of zeros is taken',
    file: 'sw/noise/diffie-hellman.ts',
    find: '    throw new NoiseZeroSecret();\n  }\n  if (secret.every((octet) => octet === 0)) throw new NoiseZeroSecret();',
    replace: '    secret = new Uint8Array(DH_OCTETS);\n  }',
    seenBy: { file: NOISE, test: 'refuses an ephemeral key of small order' },
  },
  {
    id: 'agreement-1',
    what: 'M10: the follower gives its key away with its answer, before the confirmation',
    file: 'sw/agreement/follower.ts',
    find: "actions: [{ kind: 'send', frame: answer }, erasing(...before)],",
    replace: "actions: [{ kind: 'send', frame: answer }, { kind: 'confirmed', keyId, masterKey: concluded(handshake.clone()).masterKey }],",
    seenBy: { file: RULES, test: 'the follower gives no key to be pushed before the confirmation' },
  },
  {
    id: 'agreement-2',
    what: 'M10: any confirmation will do',
    file: 'sw/agreement/follower.ts',
    find: "  if (!equalTags(noise, answered.confirmation)) return dropping(state, 'forged');\n",
    replace: '  void noise;\n',
    seenBy: { file: RULES, test: 'the follower gives no key to be pushed before the confirmation' },
  },
  {
    id: 'agreement-3',
    what: 'M10: the initiator confirms as soon as it is answered, before its hardware has the key',
    file: 'sw/agreement/initiator.ts',
    find: "actions: [{ kind: 'install', keyId, masterKey }, erasing(phase.handshake)],",
    replace: "actions: [{ kind: 'install', keyId, masterKey }, erasing(phase.handshake), { kind: 'send', frame }],",
    seenBy: { file: CHANNEL, test: 'both ends come to the same keys, each KeyId has one, and the initiator always has it first' },
  },
  {
    id: 'agreement-4',
    what: 'C12: a request replayed from an earlier attempt replaces what was answered since',
    file: 'sw/agreement/follower.ts',
    find: 'attempt <= answered.attempt) {',
    replace: 'attempt === answered.attempt) {',
    seenBy: { file: RULES, test: 'R3: a request of an earlier attempt, replayed, does not replace what the follower answered since' },
  },
  {
    id: 'agreement-5',
    what: 'a forged answer spoils the handshake',
    file: 'sw/agreement/initiator.ts',
    find: 'const handshake = phase.handshake.clone();',
    replace: 'const { handshake } = phase;',
    seenBy: { file: RULES, test: 'a step leaves the state before it as it was' },
  },
  {
    id: 'agreement-6',
    what: 'an installed key is confirmed once only',
    file: 'sw/agreement/initiator.ts',
    find: "return phase.kind === 'confirming' ? phase.confirmation.againAt : undefined;",
    replace: 'return undefined;',
    seenBy: { file: AGENTS, test: 'the initiator confirms again and again, until its provider uses the key' },
  },
  {
    id: 'agreement-7',
    what: 'R7: the prologue does not say who is who',
    file: 'sw/agreement/handshake.ts',
    find: '    initiatorAddress,\n    text',
    replace: '    text',
    seenBy: { file: RULES, test: "does not answer an initiator that says otherwise about the address of the initiator's" },
  },
  {
    id: 'agreement-8',
    what: 'R21: the key of an attempt that is over stays in memory',
    file: 'sw/agreement/follower.ts',
    find: 'const before = answered === undefined ? [] : [answered.masterKey, answered.confirmation];',
    replace: 'const before: readonly Uint8Array[] = [];',
    seenBy: { file: RULES, test: 'every secret that a state no longer has is asked to be zeroed' },
  },
  {
    id: 'agreement-9',
    what: 'a second request begins while the first is under way',
    file: 'sw/agreement/initiator.ts',
    find: "return phase.kind === 'idle' ? begin(state, event) : unchanged(state);",
    replace: 'return begin(state, event);',
    seenBy: { file: RULES, test: 'R17: what was begun is not replaced' },
  },
  {
    id: 'agreement-10',
    what: 'the agent has its agreement confirm a key that the hardware refused',
    file: 'sw/control-plane/initiator.ts',
    find: '    await this.#install();\n    this.#nRtt?.agreement.installed();',
    replace: '    this.#nRtt?.agreement.installed();\n    await this.#install();',
    seenBy: { file: AGENTS, test: 'a key that the hardware refuses is not confirmed' },
  },
  {
    id: 'agreement-11',
    what: 'the follower pushes whatever master key is asked for',
    file: 'sw/control-plane/follower.ts',
    find: '    if (masterKey === undefined) return false;\n    this.#keys.replaceMaster(masterKey);\n    masterKey.fill(0);',
    replace: '    this.#keys.replaceMaster(masterKey ?? new Uint8Array(32));',
    seenBy: { file: AGENTS, test: 'the follower pushes when it is confirmed and asked for' },
  },
  {
    id: 'agreement-12',
    what: 'a rekey for which the agreement fails is left out',
    file: 'sw/control-plane/initiator.ts',
    find: '      this.#failed = true;\n',
    replace: '',
    seenBy: { file: AGENTS, test: 'a 0-RTT rekey takes its place at once' },
  },
  {
    id: 'keys-1',
    what: 'a chain has no end',
    file: 'sw/keys/key-schedule.ts',
    find: 'return this.#keyId.communication >= ZERO_RTT_MAX;',
    replace: 'return this.#keyId.communication >= 2 * ZERO_RTT_MAX;',
    seenBy: { file: KEYS, test: 'a new master key is due: no more are derived' },
  },
  {
    id: 'keys-2',
    what: 'the labels do not name the relation',
    file: 'sw/keys/key-schedule.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file
    find: '${profile} ${engine} ${relation}`;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file
    replace: '${profile} ${engine} ${relation & 0}`;',
    seenBy: { file: KEYS, test: 'has no key in common with one of another' },
  },
];
