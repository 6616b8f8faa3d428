/** The rules M1 to M13 that complete the paper: what each says, where it comes from, and what goes wrong without it. */
export type RuleId = 'M1' | 'M2' | 'M3' | 'M4' | 'M5' | 'M6' | 'M7' | 'M8' | 'M9' | 'M10' | 'M11' | 'M12' | 'M13';

/** What can be done without, to find what it prevents: a rule, or the part of one that a naive reading leaves out. */
export type RuleSwitch =
  | RuleId
  | 'M2: one Active key'
  | 'M3: KeyId held once'
  | 'M3: erased when Unused in both views'
  | 'M5: Active key'
  | 'M9: from the Switch'
  | 'M9: a timer for each key'
  | 'M11: absolute indices'
  | 'M11: new keys after a restart'
  | 'M12: KeyId not given again'
  | 'M12: one withdrawal'
  | 'M12: the follower drops'
  | 'M12: newest frame'
  | 'M13: a window for each key';

export interface Rule {
  readonly id: RuleId;
  readonly title: string;
  readonly text: string;
  /** the section or the standard that it comes from, or `ours` where the paper is silent */
  readonly source: string;
  /** the counterexamples that appear without the rule (`formal/explore/configurations.ts`) */
  readonly prevents: readonly string[];
  /** where it is kept: by `step` (which can do without it, see `StepOptions.disabled`), by the verdict on a frame, by the agreement, or by the key schedule */
  readonly keptBy: 'peer' | 'delivery' | 'agreement' | 'keys';
}

/** The rules that complete the paper; each one is necessary. */
export const RULES: Readonly<Record<RuleId, Rule>> = {
  M1: {
    id: 'M1',
    title: 'verify first',
    text: 'A header has no effect before the ICV of its frame is verified.',
    source: 'RFC 5116, section 2.2: a frame that fails to open gives nothing; paper, section V, has the header as associated data',
    prevents: ['C11', 'C30'],
    keptBy: 'peer',
  },
  M2: {
    id: 'M2',
    title: 'open with every key in use',
    text: 'Encrypt with the one Active key only; decrypt with Pending, Active and Obsolete keys.',
    source: 'paper, section IV.B (slot states) and VI (KeyIds valid for the provider and for the consumer)',
    prevents: ['C15', 'C19'],
    keptBy: 'peer',
  },
  M3: {
    id: 'M3',
    title: 'Push into a free slot',
    text: 'Push only into a slot that is Unused in both views, never while a view has a Pending key, and never a KeyId that a slot still holds; erase a slot only when it is Unused in both views.',
    source: 'paper, section IV.B, has Push load an unused slot; that both views count, since they share the key, is ours',
    prevents: ['C3', 'C9', 'C14', 'C21'],
    keptBy: 'peer',
  },
  M4: {
    id: 'M4',
    title: 'an announcement stands',
    text: 'An announced nextKeyId stays as it is until both peers have switched to it, or until it is withdrawn (M12); no Push replaces it.',
    source: 'ours: the paper does not say what two triggers at once do',
    prevents: ['C10'],
    keptBy: 'peer',
  },
  M5: {
    id: 'M5',
    title: 'obey only valid requests',
    text: 'A follower obeys a request only from a frame under its Active key, and only for a successor of that key. The request is a level: it waits while no slot is free, and the newest frame decides.',
    source:
      'paper, section V (nextKeyId announces) and VI (the next KeyId, by 0-RTT or n-RTT); which frame may ask, and for how long, is ours',
    prevents: ['C7', 'C8', 'C14'],
    keptBy: 'peer',
  },
  M6: {
    id: 'M6',
    title: 'the initiator waits for ready',
    text: 'The provider of the initiator switches only when its own key is Pending and an authentic frame of the follower names it as nextKeyId.',
    source: 'paper, section IV.D: a switch is valid when both peers are ready',
    prevents: ['C5'],
    keptBy: 'peer',
  },
  M7: {
    id: 'M7',
    title: 'the follower follows',
    text: 'The provider of the follower switches together with its consumer, not before.',
    source: "paper, Fig. 7; WireGuard's responder, which waits for a packet under the new key",
    prevents: ['C4'],
    keptBy: 'peer',
  },
  M8: {
    id: 'M8',
    title: 'one rekey at a time',
    text: 'A rekey starts only when neither own view has a Pending key: the peer was seen under the current key.',
    source: 'RFC 9001, section 6.1; RFC 9147, section 8',
    prevents: ['C6'],
    keptBy: 'peer',
  },
  M9: {
    id: 'M9',
    title: 'the Obsolete timer runs once',
    text: 'Each Obsolete key has a timer of its own, which starts at the switch and is long enough for the channel (E1); no frame and no later switch restarts it.',
    source: 'paper, section IV.B: a timeout after a specified amount of time; how long, and that it runs once, is ours (E1)',
    prevents: ['C1', 'C2', 'C18', 'C20', 'C23'],
    keptBy: 'peer',
  },
  M10: {
    id: 'M10',
    title: 'the initiator commits first',
    text: 'In an n-RTT agreement the initiator installs its key first and for good; the follower pushes after its confirmation. A KeyId is given to one agreed key only.',
    source: 'ours: the paper, section IV.D, leaves open what a lost last message of an agreement does',
    prevents: ['C12'],
    keptBy: 'agreement',
  },
  M11: {
    id: 'M11',
    title: 'directions and generations are apart',
    text: 'Each direction has its own key and IV, derived from absolute indices; installing a key again never resets a counter.',
    source: 'SP 800-38D, section 8: no IV twice under a key; the installation attacks on WPA2 (KRACK, CCS 2017)',
    prevents: ['C13', 'C17', 'C22'],
    keptBy: 'keys',
  },
  M12: {
    id: 'M12',
    title: 'a withdrawn key is gone',
    text: 'An initiator may withdraw a Pending key that its provider has not switched to, once under each Active key; it gives the KeyId to no key again before its provider switches. A follower drops its Pending key when the newest frame under its Active key does not announce it.',
    source:
      'ours: the paper has no way back from Pending. A ready signal for the withdrawn key may still be on its way, and names the same KeyId',
    prevents: ['C24', 'C25', 'C26', 'C27'],
    keptBy: 'peer',
  },
  M13: {
    id: 'M13',
    title: 'delivered once',
    text: 'A payload is delivered if its frame is newer than all before it; where late ones are wanted, also if it was not delivered before and its counter is within 64 of the newest of its key. Each key that opens has such a window, which moves by authentic frames alone and goes with the key. The header is obeyed of the newest frame only.',
    source: 'RFC 4303, section 3.4.3 (anti-replay window); that each key of a relation has one, across the switch, is ours',
    prevents: ['C28', 'C29'],
    keptBy: 'delivery',
  },
};
