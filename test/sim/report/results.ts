/** Results of runs that did not happen: every figure is another number, so that none can stand for another one. */
import type { Figures, Verdict } from '../../../judge/judge.ts';
import type { Lateness } from '../../../judge/lateness.ts';
import type { Counts, FrameRecord, RekeyRecord, SimulationResult, SlotMoment } from '../../../sim/report/result.ts';

/** What the judge is told of a connection. */
export const CONNECTION = {
  profile: 'paper',
  engine: 'xor',
  protection: 'encryption',
  delivery: 'newest',
  frameId: { initiator: 0x8000, follower: 0x8001 },
  address: { initiator: '020000000001', follower: '020000000002' },
  knownBy: { initiator: 'frame-id', follower: 'frame-id' },
  sendIntervalNs: 1000,
  obsoleteTimeoutNs: 6000,
  longestDelayNs: 4000,
} as const;

/** A run that went well, of 1000 frames. */
export const TOTAL: Counts = {
  framesSent: 1000,
  framesDelivered: 900,
  deliveredLate: 0,
  deliveredUnderOldKey: 0,
  framesLostByChannel: 70,
  undecryptable: 0,
  outsideAssociation: 0,
  staleDropped: 30,
  duplicatesDropped: 11,
  forgedAccepted: 0,
  replayedAccepted: 0,
  forgedRejected: 12,
  replayedRejected: 13,
  reflectedRejected: 14,
  swappedRejected: 16,
  oldKeyRejected: 17,
  oldKeyDelivered: 0,
  hostFrames: 15,
  dedicatedMessages: 0,
  associationMessages: 0,
  agreementMessages: 0,
  stalledCycles: 0,
  unassociatedCycles: 0,
};

const NONE = Object.fromEntries(Object.keys(TOTAL).map((name) => [name, 0])) as unknown as Counts;

export const REKEY: RekeyRecord = {
  number: 1,
  kind: '0-RTT',
  fromKeyId: '0|0',
  toKeyId: '0|1',
  announcedAtNs: 8000,
  steps: {
    followerInstalled: 10,
    initiatorProviderSwitch: 20,
    followerSwitch: 30,
    initiatorConsumerSwitch: 40,
    followerTimeout: 50,
    initiatorTimeout: null,
  },
  dedicatedMessages: 0,
  agreementMessages: 0,
  stalledCycles: 0,
  finished: true,
  alarmed: false,
};

const LATENESS: Lateness = {
  near: { frames: 101, min: 102, median: 103, p99: 104, max: 105 },
  away: { frames: 201, min: 202, median: 203, p99: 204, max: null },
  stalledFrames: 0,
  stalledNs: 0,
  withoutYardstick: 0,
  sendInterval: { min: 301, max: 302 },
};

/** What the judge says of the same run. */
export const FIGURES: Figures = {
  given: 1000,
  sent: 1000,
  hostFrames: 15,
  dedicated: 0,
  association: 0,
  agreement: 0,
  withheld: 0,
  unopened: 0,
  inTheClear: 0,
  nonceRepeats: 0,
  hostFramesSpoilt: 0,
  delivered: 900,
  late: 0,
  underOldKey: 0,
  lost: 70,
  overtaken: 30,
  // 11 duplicates and 13 replays
  repeated: 24,
  undecryptable: 0,
  outsideAssociation: 0,
  // 12 forged, 14 reflected, 16 with swapped ICVs, 17 under old keys
  forged: 59,
  forgedAccepted: 0,
  underHeldKey: 0,
  replayedAccepted: 0,
  keysDiffering: 0,
  keysInstalledAgain: 0,
};

export function verdictOf(changes: Partial<Figures> = {}): Verdict {
  const total = { ...FIGURES, ...changes };
  return {
    direction: { initiator: total, follower: total },
    total,
    lateness: { initiator: LATENESS, follower: LATENESS },
    overtaken: { near: { frames: 40, overtaken: 3 }, away: { frames: 960, overtaken: 27 } },
    rekeys: [{ from: '0|0', to: '0|1', announcedNs: 8000, initiatorSendsNs: 8500, followerSendsNs: 8600, finishedNs: 9000 }],
    finishedRekeys: 1,
  };
}

export function resultOf(total: Partial<Counts> = {}, changes: Partial<SimulationResult> = {}): SimulationResult {
  const compared = { slotChanges: 1000, framesSent: 500, verdicts: 600, payloads: 450, pushes: 2, hostFrames: 7 };
  return {
    seed: 1,
    simulator: 'wasm',
    settings: { delivery: 'newest' },
    cycleNs: 8,
    durationNs: 1e6,
    total: { ...TOTAL, ...total },
    direction: { initiator: { ...TOTAL, ...total }, follower: NONE },
    compared: { initiator: compared, follower: { ...compared, slotChanges: 1234, hostFrames: 8 } },
    associations: [{ cause: 'start', begunAtNs: 0, madeAtNs: 2000, messages: 0 }],
    rekeys: [REKEY],
    lanes: { initiator: [], follower: [] },
    frames: [],
    failedAgreements: [],
    caveats: [],
    ...changes,
  };
}

const moment = (atNs: number, ...slots: readonly (readonly [string, string | null])[]): SlotMoment => ({
  atNs,
  slots: slots.map(([views, keyId]) => ({ provider: views.charAt(0), consumer: views.charAt(1), keyId })),
});

/** Three rekeys, 1 ms apart: of both kinds, the last one unfinished. */
export const REKEYS: readonly RekeyRecord[] = [
  REKEY,
  {
    ...REKEY,
    number: 2,
    kind: 'n-RTT',
    fromKeyId: '0|1',
    toKeyId: '1|0',
    announcedAtNs: 1_008_000,
    steps: { ...REKEY.steps, followerInstalled: 12, initiatorProviderSwitch: 24, followerTimeout: 70, initiatorTimeout: 60 },
    agreementMessages: 3,
    dedicatedMessages: 1,
    stalledCycles: 4,
    alarmed: true,
  },
  {
    ...REKEY,
    number: 3,
    fromKeyId: '1|0',
    toKeyId: '1|1',
    announcedAtNs: 2_008_000,
    steps: {
      followerInstalled: 11,
      initiatorProviderSwitch: null,
      followerSwitch: null,
      initiatorConsumerSwitch: null,
      followerTimeout: null,
      initiatorTimeout: null,
    },
    finished: false,
  },
];

/** The slots around the first of them (paper, Fig. 7). */
export const LANES: SimulationResult['lanes'] = {
  initiator: [
    moment(800, ['AA', '0|0'], ['UU', null]),
    moment(7900, ['AA', '0|0'], ['PP', '0|1']),
    moment(8168, ['UA', '0|0'], ['AP', '0|1']),
    moment(8328, ['UO', '0|0'], ['AA', '0|1']),
  ],
  follower: [
    moment(900, ['AA', '0|0'], ['UU', null]),
    moment(8088, ['AA', '0|0'], ['PP', '0|1']),
    moment(8248, ['UO', '0|0'], ['AA', '0|1']),
    moment(8408, ['UU', null], ['AA', '0|1']),
  ],
};

/** A frame of the initiator, or of the other one. */
export function frameOf(fate: FrameRecord['fate'], changes: Partial<FrameRecord> = {}): FrameRecord {
  const { from = 'initiator' } = changes;
  const shared = { from, to: from === 'initiator' ? 'follower' : 'initiator', currentKeyId: '0|0', nextKeyId: '0|0' } as const;
  return { ...shared, sentAtNs: 8040, arrivedAtNs: fate === 'lost' ? null : 8120, fate, ...changes };
}
