/** Faults in what is done about the failure cases of the protocol, where no other list has them. */
import type { Fault } from './fault.ts';

const MODEL = 'sw/reference-model/peer.ts';
const RULES = 'spec/peer-rules.ts';
const PEER_TEST = 'test/sw/reference-model/peer.test.ts';
const RULES_TEST = 'test/spec/peer-rules.test.ts';

export const CASE_FAULTS: readonly Fault[] = [
  {
    id: 'case-1',
    what: 'a frame is opened with the key that the receiver sends with, whatever it names',
    file: MODEL,
    find: 'openingSlot(this.#state, frame.currentKeyId)',
    replace: 'openingSlot(this.#state, currentKeyId(this.#state) ?? frame.currentKeyId)',
    seenBy: { file: 'test/sw/reference-model/lossy-channel.test.ts', test: 'every frame that arrives opens' },
  },
  {
    id: 'case-4',
    what: 'M1: the header of a frame that is not authentic acts',
    file: RULES,
    find: "  if (event.authentic === false && !disabled.has('M1')) return state;\n",
    replace: '',
    seenBy: { file: RULES_TEST, test: 'M1: a frame that is not authentic changes nothing' },
  },
  {
    id: 'case-5',
    what: 'a frame under an unknown KeyId is tried with the Active key',
    file: MODEL,
    find: 'openingSlot(this.#state, frame.currentKeyId);',
    replace: "openingSlot(this.#state, frame.currentKeyId) ?? this.#state.slots.findIndex(({ consumer }) => consumer === 'Active');",
    seenBy: { file: PEER_TEST, test: 'a replay is stale under the Active key and under the Obsolete one, and unknown when that is erased' },
  },
  {
    id: 'case-10',
    what: 'ephemeral keys are the same each time',
    file: 'sw/noise/handshake-state.ts',
    find: 'keyPairOf(own);',
    replace: 'keyPairOf(new Uint8Array(DH_OCTETS).fill(1));',
    seenBy: { file: 'test/sw/agreement/rules.test.ts', test: 'R9, R10: ends that restart' },
  },
  {
    id: 'case-11',
    what: 'the model goes on sending after the last counter',
    file: MODEL,
    find: ' || this.#sent === COUNTER_LAST) return undefined;',
    replace: ') return undefined;',
    seenBy: { file: 'test/sw/reference-model/last-counter.test.ts', test: 'sending stops at the last counter' },
  },
  {
    id: 'case-12',
    what: 'the counter goes on where a new key begins',
    file: MODEL,
    find: '    if (activeSlot(next) !== activeSlot(this.#state)) this.#sent = 0;\n',
    replace: '',
    seenBy: { file: PEER_TEST, test: 'counters begin at 1 with every key' },
  },
  {
    id: 'case-19',
    what: 'M8: the next rekey does not wait until the follower was seen on the key',
    file: RULES,
    find: "=== 'Pending') && !disabled.has('M8')) return undefined;",
    replace: "=== 'Pending') && disabled.has('M8')) return undefined;",
    seenBy: { file: RULES_TEST, test: 'M8: the next rekey waits until the peer was seen on the current key' },
  },
  {
    id: 'case-24',
    what: 'M7: a follower says ready when it is asked, before the key is installed',
    file: RULES,
    find: '    ) ?? currentKeyId(state)\n',
    replace: '    ) ??\n    state.request ??\n    currentKeyId(state)\n',
    seenBy: { file: RULES_TEST, test: 'signals ready from the installed slot' },
  },
];
