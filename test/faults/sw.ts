/** Faults in the software: keys, AEAD, frames, reference model, control plane. */
import type { Fault } from './fault.ts';

const KEY_FILES = 'test/sw/key-files/key-file.test.ts';
const WORDS = 'test/sw/control-plane/driver-words.test.ts';
const AGENTS = 'test/sw/control-plane/control-plane.test.ts';
const KEYS = 'test/sw/keys/key-schedule.test.ts';
const PEER = 'test/sw/reference-model/peer.test.ts';
const BY_CRYPTO = 'gives the keys and IVs that node:crypto gives';

export const SW_FAULTS: readonly Fault[] = [
  {
    id: 'J11',
    what: 'the label of a key has no master index',
    file: 'sw/keys/key-schedule.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file
    find: '`key ${formatKeyId(keyId)} ${direction}`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: text of a source file
    replace: '`key ${keyId.communication} ${direction}`',
    seenBy: { file: KEYS, test: BY_CRYPTO },
  },
  {
    id: 'J11b',
    what: 'another text in the label of an IV',
    file: 'sw/keys/key-schedule.ts',
    find: '`iv ',
    replace: '`nonce ',
    seenBy: { file: KEYS, test: BY_CRYPTO },
  },
  {
    id: 'J12',
    what: 'the driver asks for one word of room too few',
    file: 'sw/control-plane/driver.ts',
    find: 'const words = 2 + Math.ceil(cSdu.length / 4);',
    replace: 'const words = 1 + Math.ceil(cSdu.length / 4);',
    seenBy: { file: WORDS, test: 'one word too few is too few' },
  },
  {
    id: 'J13',
    what: 'the model does not zero the keys of an erased slot',
    file: 'sw/reference-model/peer.ts',
    find: '      zeroize(material);\n      this.#material[index] = undefined;',
    replace: '      this.#material[index] = undefined;',
    seenBy: { file: PEER, test: 'are zeroed when their slot is Unused in both views' },
  },
  {
    id: 'J13b',
    what: 'tags are compared up to the first difference',
    file: 'sw/aead/aead.ts',
    find: 'return a.reduce((difference, octet, index) => difference | (octet ^ (b[index] ?? 0)), 0) === 0;',
    replace: 'return a.every((octet, index) => octet === b[index]);',
    seenBy: { file: 'test/sw/aead/xor.test.ts', test: 'are compared to their ends' },
  },
  {
    id: 'P3',
    what: 'the agent takes the counter of the old key for that of the new one',
    file: 'sw/control-plane/initiator.ts',
    find: '    if (!late && (await this.#driver.transmitCounter()) < this.#share * (frames ?? 0)) return;\n',
    replace: '',
    seenBy: { file: AGENTS, test: 'with both triggers, the old key reaching its counter' },
  },
  {
    id: 'P8',
    what: 'an agent that is stopped keeps its chain key',
    file: 'sw/keys/key-schedule.ts',
    find: '    this.settle();\n    this.#chain.fill(0);',
    replace: '    this.settle();',
    seenBy: { file: KEYS, test: 'after erase() what it derives' },
  },
  {
    id: 'agents-1',
    what: 'the follower derives the key after the one that it has not installed yet',
    file: 'sw/control-plane/follower.ts',
    find: "      this.#stage = 'derived';\n",
    replace: '',
    seenBy: { file: AGENTS, test: 'puts a request off while no slot is free' },
  },
  {
    id: 'agents-2',
    what: 'the follower never reports that its counter runs out',
    file: 'sw/control-plane/follower.ts',
    find: 'const runsOut = counter >= this.#counterAlarm;',
    replace: 'const runsOut = counter > 0xffff_ffff;',
    seenBy: { file: AGENTS, test: 'reports once that its counter runs out' },
  },
  {
    id: 'agents-3',
    what: 'the initiator leaves what it derived in memory',
    file: 'sw/control-plane/initiator.ts',
    find: '      zeroize(material);',
    replace: '',
    seenBy: { file: AGENTS, test: 'and zeroes what it derived' },
  },
  {
    id: 'driver-1',
    what: 'the driver enables the relation before the timeout is written',
    file: 'sw/control-plane/driver.ts',
    find: "    await this.#write('interruptEnable', interruptBits(",
    replace: "    await this.#write('control', 1);\n    await this.#write('interruptEnable', interruptBits(",
    seenBy: { file: WORDS, test: 'of the settings, enabled last' },
  },
  {
    id: 'driver-2',
    what: 'the IV of the receive direction is staged twice, for both',
    file: 'sw/control-plane/driver.ts',
    find: "'transmitIv', transmit.iv",
    replace: "'transmitIv', receive.iv",
    seenBy: { file: WORDS, test: 'of a key: both keys and IVs' },
  },
  {
    id: 'frame-1',
    what: 'the KeyIds change places in their octet, when sent and when read',
    file: 'sw/frame/secured-frame.ts',
    find: 'tail[keyIdsAt] = (currentKeyId << 4) | nextKeyId;',
    replace: 'tail[keyIdsAt] = (nextKeyId << 4) | currentKeyId;',
    seenBy: { file: 'test/sw/frame/secured-frame.test.ts', test: 'is encoded and parsed to the octet' },
  },
  {
    id: 'frame-2',
    what: 'the nonce takes the counter little endian, in both peers',
    file: 'sw/frame/secured-frame.ts',
    find: 'const at = NONCE_OCTETS - 1 - index;',
    replace: 'const at = NONCE_OCTETS - COUNTER_OCTETS + index;',
    seenBy: { file: PEER, test: 'is delivered by the other peer' },
  },
  {
    id: 'model-1',
    what: 'a frame under an Obsolete key is delivered',
    file: 'spec/delivery.ts',
    find: "const newest = consumer !== 'Obsolete';",
    replace: 'const newest = true;',
    seenBy: { file: 'test/spec/delivery.test.ts', test: 'delivers nothing under an Obsolete key' },
  },
  {
    id: 'key-file-1',
    what: 'a key file that its group can read is taken',
    file: 'sw/key-files/key-file.ts',
    find: '(mode & 0o177) !== 0',
    replace: '(mode & 0o137) !== 0',
    seenBy: { file: KEY_FILES, test: 'of mode 640' },
  },
  {
    id: 'key-file-2',
    what: 'a new key file takes the place of another',
    file: 'sw/key-files/key-file.ts',
    find: 'linkSync(part, path);',
    replace: 'rmSync(path, { force: true });\n    linkSync(part, path);',
    seenBy: { file: KEY_FILES, test: 'takes no other file’s place' },
  },
];
