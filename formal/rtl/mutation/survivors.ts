/**
 * Mutants that nothing sees, by hand, with the reason why that is right; whatever else survives fails the run. A mutant is
 * named by its module and its fault, without the line, which moves.
 */
export interface Survivor {
  /** the module, or how its name begins */
  readonly module: string;
  /** as `mutantsOf` says it, from the signal or the `when` on */
  readonly fault: string;
  /** how many mutants of that name may survive; 1 unless given */
  readonly times?: number;
  readonly reason: string;
}

/** Faults in the arm that a state machine has for codes that are no state. */
const NO_ILLEGAL_CODE = 'no run has a code that is no state: the arm stands for a bit that a particle turns over';
/** Of `hw/receive-path.ts` and `hw/transmit-path.ts`. */
const OF_THE_PEER = 'the same line is judged in the peer, whose bench fills every store to its last octets and sees it';

/** Of an engine with lengths, which opener and generator are not mutated with. */
const LENGTHS =
  'the XOR engine makes nothing of lengths; under AES-GCM, whose ICV has them, no frame would be authentic (test/sim/engines)';
const AAD_LENGTH = ['stuck at 0', 'zext became sext', 'mux turned round', '24 became 25', '24 became 23', '25 became 26', '25 became 24'];
const TEXT_LENGTH = {
  frame_opener_: ['stuck at 0', 'zext became sext'],
  packet_generator_: [
    ...['stuck at 0', 'zext became sext', 'mux turned round', 'add became sub', 'slice from 0 became from 1'],
    ...['4 became 5', '4 became 3', '0 became 1', '0 became 2047'],
  ],
};

export const SURVIVORS: readonly Survivor[] = [
  ...Object.entries(TEXT_LENGTH).flatMap(([module, text]) => [
    ...AAD_LENGTH.map((fault) => ({ module, fault: `aead_aad_octets: ${fault}`, reason: LENGTHS })),
    ...text.map((fault) => ({ module, fault: `aead_text_octets: ${fault}`, reason: LENGTHS })),
  ]),
  {
    module: 'sync_fifo_descriptor',
    fault: 'to_descriptor_relation: stuck at 0',
    reason: 'of one relation its number is 0',
  },
  ...['stalled', 'trace_stalled'].map((signal) => ({
    module: 'keyturn_station_',
    fault: `${signal}: stuck at 0`,
    reason: 'no record waits longer for its key than others do, and that is what it says',
  })),
  ...[
    ...['key_memory_', 'frame_id_table_', 'event_queue_', 'relation_parameters_', 'relation_statistics_'],
    ...['scheduler_', 'provider_images_', 'consumer_images_'],
  ].map((module) => ({
    module,
    fault: 'when: condition stuck at 1',
    reason: 'the count of words that are made empty goes on when all of them are: nobody looks at it any more, and it costs current alone',
  })),
  ...['axi_lite_slave', 'station_registers_'].map((module) => ({
    module,
    fault: 'strobed: concatenation turned round',
    reason: 'a word counts with all its strobes alone, from whichever end they are taken',
  })),
  ...['keyturn_follower', 'keyturn_station_'].flatMap((module) =>
    ['opener_arrives: stuck at 0', 'opener_arrives_whole: stuck at 0', 'opened: dropped', 'opened: 0 became 63'].map((fault) => ({
      module,
      fault,
      reason: 'a verdict waits until the ICV was read, as it may: that it waits no longer is for test/sim/back-to-back.test.ts',
    })),
  ),
  ...['slice from 0 became from 1', 'slice from 2 became from 1'].map((fault) => ({
    module: 'keyturn_follower',
    fault: `keys_in_use: ${fault}`,
    times: 2,
    reason: 'only an assertion of the keys looks at it',
  })),
  {
    module: 'transmit_fifo_',
    fault: 'software_between: stuck at 0',
    reason: 'the registers of one relation do not look at it; those of a station do, on the bench of a station',
  },
  {
    module: 'frame_opener_',
    fault: 'last_octet: dropped',
    times: 4,
    reason: 'it is 0 there already: a part begins behind the last octet of another one, or where no frame is',
  },
  ...['1 became 2', '1 became 0'].map((fault) => ({
    module: 'frame_opener_',
    fault: `last_octet: ${fault}`,
    reason: 'behind the header of std there is more than one octet of text: it ends with the APDU status',
  })),
  ...['dropped', '0 became 1', '0 became 340282366920938463463374607431768211455'].map((fault) => ({
    module: 'frame_opener_',
    fault: `received: ${fault}`,
    reason: 'the 16 octets of the next ICV leave nothing of it: zeroed for tidiness',
  })),
  { module: 'frame_opener_', fault: 'verdict_relation: stuck at 0', reason: 'of one relation nobody asks whose a frame is' },
  {
    module: 'frame_opener_',
    fault: 'word: zext became sext',
    reason: 'the number of the one relation is 0: above it stand zeros, however it is extended',
  },
  ...['dropped', '0 became 1', '0 became 15'].map((fault) => ({
    module: 'frame_opener_',
    fault: `state: ${fault}`,
    reason: NO_ILLEGAL_CODE,
  })),
  ...['dropped', '0 became 1', '0 became 7'].map((fault) => ({
    module: 'scheduler_',
    fault: `state: ${fault}`,
    reason: NO_ILLEGAL_CODE,
  })),
  ...['provider_images_', 'consumer_images_'].flatMap((module) =>
    ['written: 0 became 1', 'read: 2 became 1'].map((fault) => ({
      module,
      fault: `changed_buffers_${fault}`,
      reason: 'a layout begins with any two of the three buffers, as long as they are not one',
    })),
  ),
  {
    module: 'process_images_',
    fault: 'ready: and became or',
    times: 2,
    reason: 'the memories of schedules and images have a word for each relation, and are empty in the same cycle',
  },
  ...['stuck at 0', 'dropped', '0 became 1'].map((fault) => ({
    module: 'provider_images_',
    fault: `changed_buffers_fresh: ${fault}`,
    reason: 'nobody asks before something is published, and each change from there on says it anew',
  })),
  ...['dropped', '0 became 1'].map((fault) => ({
    module: 'aead_xor',
    fault: `text_seen: ${fault}`,
    reason: 'every frame begins with AAD and ends with its APDU status, which is AAD too: it is 0 at the start of each, whoever sets it',
  })),
  ...['0 became 1', '0 became 4294967295'].map((fault) => ({
    module: 'frame_fifo_word32_nolast',
    fault: `shown: ${fault}`,
    reason: 'the registers read 0 while it shows nothing, whatever its data are',
  })),
  {
    module: 'packet_parser',
    fault: 'when: 16 became 15',
    reason: 'the octet too many is shifted out again before the metadata are asked for',
  },
  {
    module: 'frame_fifo_',
    fault: 'space: add became sub',
    reason: 'the depth is half of what the pointers count to: adding it and taking it away are one',
  },
  ...['0 became 1', '0 became 16777215'].map((fault) => ({
    module: 'packet_generator_',
    fault: `header: ${fault}`,
    reason: 'the header of paper is three octets shorter than that of std: what stands in their places is never sent',
  })),
  {
    module: 'packet_generator_',
    fault: 'header_octet: slice from 216 became from 215',
    reason: 'the first octet is taken with the header: no place behind it is the first',
  },
  { module: 'packet_generator_', fault: 'relation: 0 became 1', reason: 'a peer has one relation, and nobody looks at its number' },
  ...['dropped', '0 became 1', '0 became 7'].map((fault) => ({
    module: 'packet_generator_',
    fault: `state: ${fault}`,
    reason: NO_ILLEGAL_CODE,
  })),
  {
    module: 'gcm_keystream_',
    fault: 'cipher_block: zext became sext',
    reason: 'the low octet of the counter is no other: one of the two octets that are taken of it',
  },
  ...['1 became 2', '1 became 0'].map((fault) => ({
    module: 'gcm_keystream_',
    fault: `cipher_block: ${fault}`,
    reason: 'where the upper octet of the counter is taken, of which the counter of the mask has nothing',
  })),
  ...['dropped', '0 became 1'].map((fault) => ({
    module: 'gcm_keystream_',
    fault: `masked: ${fault}`,
    reason: 'a mask is begun 16 octets before the hash is through, and done by then; where a frame ends early its ICV means nothing',
  })),
  { module: 'aes_cipher_128', fault: 'constant: xor became or', reason: 'the ten constants have no bit in common with the reduction' },
  {
    module: 'aes_cipher_256',
    fault: 'plain: dropped',
    reason: 'it is turned round as often as makes an even number in each block, and every block goes to its end',
  },
  { module: 'aes_cipher_256', fault: 'changed: zext became sext', reason: 'the seven constants have no top bit' },
  ...['when: condition negated', 'when: not dropped'].map((fault) => ({
    module: 'aes_cipher_256',
    fault,
    reason: 'the constant may go on after the word that it was added to, or after the next, which takes none',
  })),
  {
    module: 'gcm_lengths',
    fault: 'sum: zext became sext',
    times: 2,
    reason: 'of the four terms of the reduction, that of x^7 is shifted out as far as it is extended',
  },
  {
    module: 'gcm_lengths',
    fault: 'sum: xor became or',
    times: 3,
    reason: 'the four terms of the reduction of one bit stand in places of their own',
  },
  {
    module: 'ghash',
    fault: 'hash_octet: slice from 120 became from 119',
    reason: 'the first octet of the hash is taken of the sum itself, where a block begins',
  },
  ...['added', 'power'].map((name) => ({
    module: 'ghash',
    fault: `${name}: zext became sext`,
    reason: 'of the four terms of the reduction, that of x^7 is shifted out as far as it is extended',
  })),
  ...['dropped', '0 became 1'].map((fault) => ({
    module: 'aead_ascon128',
    fault: `input_q: ${fault}`,
    reason: 'no code but those of the states is ever reached',
  })),
  {
    module: 'aead_ascon128',
    fault: 'input_q: 0 became 3',
    times: 2,
    reason: 'a code that no state has leads to idle, a cycle later, long before the next frame',
  },
  {
    module: 'relation_step_follower',
    fault: 'pushes: or became and',
    times: 3,
    reason: "a follower's key is Pending in both views or in none: for its Push either view says so; an initiator's need not be",
  },
  ...['gmii_mac', 'rmii_mac'].map((module) => ({
    module,
    fault: 'outcomes_from_last: 1 became 0',
    reason: 'each word of that FIFO is one outcome: nobody looks at its last',
  })),
  ...['alignment: stuck at 0', 'receive_octets_misaligned: stuck at 0'].map((fault) => ({
    module: 'gmii_mac',
    fault,
    reason: 'GMII has whole octets: no bits can be left over',
  })),
  ...['awaddr', 'wdata', 'wstrb'].map((signal) => ({
    module: 'mac_counters',
    fault: `registers_s_axi_${signal}: stuck at 0`,
    reason: 'it has no register that can be written: every write is answered with SLVERR, wherever it goes and whatever it says',
  })),
  {
    module: 'frame_mailbox',
    fault: 'lengths_from_length: zext became sext',
    reason: 'it holds half of the words that would set the top bit of their number, and keeps no length of a frame that did not fit',
  },
  ...['le became lt', '4 became 3'].map((fault) => ({
    module: 'frame_mailbox',
    fault: `left: ${fault}`,
    reason: 'four octets less four leave none either way',
  })),
  {
    module: 'frame_mailbox',
    fault: 'narrower_from_keep: 1 became 0',
    reason: 'the first octet of a word always goes: whether it counts would be told by the keep of the narrow side, which is not looked at',
  },
  {
    module: 'frame_mailbox',
    fault: 'registers_interrupt_status: zext became sext',
    reason: 'the register has the two bits alone, whatever stands above them',
  },
  ...['transmit', 'inspect'].map((event) => ({
    module: 'keyturn_follower',
    fault: `store_${event}_relation: 0 became 1`,
    reason: 'there is one context, whatever number is asked for; those of commands alone are compared with another',
  })),
  {
    module: 'keyturn_follower',
    fault: 'store_inspect_request: 0 became 1',
    reason: 'an inspection is a visit too, and of one relation nobody hears that it was one',
  },
  ...['newest', 'withdrawn_valid', 'withdrawn_key_id'].map((field) => ({
    module: 'keyturn_follower',
    fault: `view_context_${field}: stuck at 0`,
    reason: 'the view does not look at it',
  })),
  {
    module: 'keyturn_follower',
    fault: 'registers_transmit_between: stuck at 0',
    reason: 'the registers of one relation do not look at it: a record has no number to be given',
  },
  ...['opener_descriptor', ...['verdict', 'erase', 'cancel', 'push'].map((event) => `store_${event}`)].map((what) => ({
    module: 'keyturn_follower',
    fault: `${what}_relation: stuck at 0`,
    reason: 'the number of the one relation is 0',
  })),
  ...['keyturn_follower', 'keyturn_station_'].map((module) => ({
    module,
    fault: 'trailers_discard: 0 became 1',
    reason: 'every octet is committed as it is written: there is never one to discard',
  })),
  {
    module: 'keyturn_follower',
    fault: 'generator_refused: 0 became 1',
    reason: 'the generator of one relation does not look at it: its records wait',
  },
  {
    module: 'keyturn_follower',
    fault: 'trace_cancel_accepted: stuck at 0',
    reason: 'a follower refuses every cancel',
  },
  ...(['receive_gmii', 'receive_rmii'] as const).flatMap((module) => [
    { module, fault: 'state: dropped', reason: NO_ILLEGAL_CODE },
    { module, fault: 'state: 0 became 1', reason: NO_ILLEGAL_CODE },
    {
      module,
      fault: 'state: 0 became 3',
      times: module === 'receive_gmii' ? 3 : 2,
      reason: 'an illegal code is left for `search` in the next cycle, and frames are further apart than that',
    },
  ]),
  ...['state: dropped', 'state: 6 became 5', 'state: 6 became 7'].map((fault) => ({
    module: 'transmit_frame',
    fault,
    reason: NO_ILLEGAL_CODE,
  })),
  {
    module: 'receive_rmii',
    fault: 'when: condition stuck at 1',
    reason: 'without carrier RXD is 00 (RMII 1.2, 5.3), and a preamble that stops begins anew either way',
  },
  {
    module: 'receive_frame',
    fault: 'when: 1522 became 1523',
    reason: 'the count stops one later: the frame is too long either way',
  },
  {
    module: 'transmit_frame',
    fault: 'store_discard: and became or',
    times: 3,
    reason: 'of a frame that is too long all is thrown away sooner or later, and what is committed in the same cycle stays',
  },
  {
    module: 'transmit_frame',
    fault: 'frames_ready: 0 became 1',
    reason: 'the system waits while there is one place, so there is never none',
  },
  {
    module: 'transmit_frame',
    fault: 'refused: and became or',
    reason: 'within a frame that is too long the FIFO shows, while it is empty, the octet of eight before: no last one',
  },
  {
    module: 'transmit_frame',
    fault: 'crc_first: 2 became 1',
    reason: 'the preamble is no part of what the FCS is calculated of',
  },
  {
    module: 'transmit_frame',
    fault: 'sent: 3 became 2',
    reason: 'the pulse comes an octet time earlier, and is counted all the same',
  },
  ...[
    ...['1024 became 1023', '2464 became 2463'].map((fault) => ({ signal: 'when', fault })),
    ...['asks_image', 'images_which'].flatMap((signal) => ['2560 became 2559', '4000 became 3999'].map((fault) => ({ signal, fault }))),
    ...['1024 became 1023', '2560 became 2559'].map((fault) => ({ signal: 'images_word_number', fault })),
  ].map(({ signal, fault }) => ({
    module: 'station_registers_',
    fault: `${signal}: ${fault}`,
    reason: 'an access is of a word: the two lowest bits of its address are 0',
  })),
  ...['lt became le', '4000 became 4001'].map((fault) => ({
    module: 'station_registers_',
    fault: `images_which: ${fault}`,
    reason: 'behind the last word of an image nothing is asked for, whatever stands here',
  })),
  {
    module: 'station_registers_',
    fault: 'images_word_number: sub became add',
    reason: 'twice the offset of the words, 2,048 octets, is no number of a word: it has nine bits',
  },
  {
    module: 'station_registers_',
    fault: 'when: and became or',
    reason: 'whose the last record was is not asked between two, and within one it is the same page whose words are taken',
  },
  {
    module: 'station_registers_',
    fault: 'transmit_data: zext became sext',
    reason: 'of few relations no page has a number with the top bit set',
  },
  ...['mux turned round', 'and became or', 'eq became ne', '292 became 293', '292 became 291'].map((fault) => ({
    module: 'station_registers_',
    fault: `read_data: ${fault}`,
    reason: 'stalledCycles reads 0, as nothing does: whether it is chosen is not to be seen',
  })),
  {
    module: 'station_registers_',
    fault: 'read_data: zext became sext',
    reason: 'the length of a record is below half of what its 16 bits can say',
  },
  ...[
    ...['roomy: not dropped', 'roomy: le became lt', 'roomy: 2048 became 2049', 'roomy: 2048 became 2047'],
    ...['opener_arrives: and became or'],
    ...['passed_discard: stuck at 0', 'passed_discard: and became or', 'passed_discard: not dropped'],
    ...['le became lt', '2048 became 2049', '2048 became 2047'].map((fault) => `generator_store_ready: ${fault}`),
    ...['when: condition stuck at 0', 'host_busy: dropped', 'host_busy: not dropped', 'host_busy: and became or'],
  ].map((fault) => ({
    module: 'keyturn_station_',
    fault,
    times: fault === 'host_busy: and became or' ? 2 : 1,
    reason: OF_THE_PEER,
  })),
  {
    module: 'keyturn_station_',
    fault: 'is_empty: and became or',
    times: 2,
    reason: 'of few relations the table of FrameIDs is the last to be empty, by far: it alone decides',
  },
  {
    module: 'keyturn_station_',
    fault: 'relations_cancel_relation: stuck at 0',
    reason: 'a follower refuses every cancel, whoever is to be cancelled',
  },
  {
    module: 'keyturn_station_',
    fault: 'trace_cancel_accepted: stuck at 0',
    reason: 'a follower accepts none',
  },
  {
    module: 'keyturn_station_',
    fault: 'relations_reached: 0 became 4294967295',
    reason: 'that is the last counter of all, to which no run comes',
  },
  ...['opener_hold: stuck at 0', 'opener_hold: or became and'].map((fault) => ({
    module: 'keyturn_station_',
    fault,
    reason:
      'between two frames of a relation its look-up leaves time for a command, unless others are busy: the claim of the store asks for it',
  })),
  {
    module: 'keyturn_station_',
    fault: 'table_q_drop: 0 became 1',
    reason: 'what is none of ours is told by `ours` alone: the parser decides what becomes of it',
  },
  ...(['withdrawn', 'request'] as const).flatMap((field) =>
    [
      ...['context', 'step_context', 'current', 'next'].flatMap((place) => [
        `${place}_${field}_valid: stuck at 0`,
        `${place}_${field}_key_id: stuck at 0`,
      ]),
      ...(field === 'withdrawn' ? ['context_withdrawn_key_id: slice from 0 became from 1'] : []),
      ...(field === 'request' ? ['context_request_key_id: slice from 5 became from 6', 'requested: stuck at 0'] : []),
    ].map((fault) => ({
      module: field === 'withdrawn' ? 'context_store_follower' : 'context_store_initiator',
      fault,
      reason:
        field === 'withdrawn'
          ? 'a follower withdraws nothing: these bits of its contexts are always 0'
          : 'an initiator is asked for nothing: these bits of its contexts are always 0',
    })),
  ),
  ...['newest', 'withdrawn_valid', 'withdrawn_key_id'].map((field) => ({
    module: 'relations_',
    fault: `sealing_context_${field}: stuck at 0`,
    reason: 'the view does not look at it, or for what is not looked at here',
  })),
  ...[
    ...['newest', 'sent'].flatMap((counter) => [`${counter}: 0 became 1`, `${counter}: 0 became 4294967295`]),
    ...['request', 'withdrawn'].flatMap((keyId) => [
      `${keyId}_valid: 0 became 1`,
      `${keyId}_key_id: 0 became 1`,
      `${keyId}_key_id: 0 became 15`,
    ]),
    ...['slots_0_provider: stuck at 0', 'slots_1_provider: stuck at 0'],
    ...['slots_0_provider: slice from 2 became from 3', 'slots_1_provider: slice from 6 became from 5'],
  ].map((fault) => ({
    module: 'relations_',
    fault: `opening_context_${fault}`,
    reason: 'a look-up asks which key opens: the consumer, its KeyId and its time say that alone',
  })),
  ...['0 became 1', '0 became 15'].map((fault) => ({
    module: 'relations_',
    fault: `sealing_open_key_id: ${fault}`,
    reason: 'nobody looks at what the view that seals would open',
  })),
];

/** The fault without the place that it is in. */
export function faultName(fault: string): string {
  return fault.replace(/^\S+ /, '');
}

/** What stands in the list of a module for mutants of that name. */
export function explanation(module: string, fault: string, survivors = SURVIVORS): Survivor | undefined {
  return survivors.find((one) => module.startsWith(one.module) && one.fault === faultName(fault));
}

/** Faults that survive more often than the list allows. */
export function unexplained(module: string, faults: readonly string[], survivors = SURVIVORS): readonly string[] {
  const left = new Map<Survivor, number>(survivors.map((one) => [one, one.times ?? 1]));
  return faults.filter((fault) => {
    const known = explanation(module, fault, survivors);
    const times = known === undefined ? 0 : (left.get(known) ?? 0);
    if (known !== undefined) left.set(known, times - 1);
    return times <= 0;
  });
}

/** Entries of a module that no survivor needs: what they explain is seen by now. */
export function staleEntries(module: string, faults: readonly string[], survivors = SURVIVORS): readonly string[] {
  return survivors.flatMap((one) => {
    if (!module.startsWith(one.module)) return [];
    const found = faults.filter((fault) => faultName(fault) === one.fault).length;
    return found < (one.times ?? 1) ? [one.fault] : [];
  });
}
