/** The modules that are mutated, what simulates them, and what their surroundings see of them. */
import { bits, mux, u } from '../../../hdl-gen/index.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { frameFifo } from '../../../hdl-gen/library/index.ts';
import type { WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import { aesGcm } from '../../../hw/aead/aes-gcm.ts';
import { asconAead128 } from '../../../hw/aead/ascon.ts';
import { LENGTH_BITS } from '../../../hw/frame-length.ts';
import { frameMailbox } from '../../../hw/frame-mailbox.ts';
import { frameOpener } from '../../../hw/frame-opener.ts';
import { macCounters } from '../../../hw/mac/mac-counters.ts';
import { packetGenerator } from '../../../hw/packet-generator.ts';
import { packetParser } from '../../../hw/packet-parser.ts';
import { peer } from '../../../hw/peer.ts';
import { relationRegisters } from '../../../hw/relation-registers.ts';
import { consumerImages } from '../../../hw/station/consumer-images.ts';
import { eventQueue } from '../../../hw/station/event-queue.ts';
import { frameIdTable } from '../../../hw/station/frame-id-table.ts';
import { keyBanks } from '../../../hw/station/key-banks.ts';
import { keyMemory } from '../../../hw/station/key-memory.ts';
import { providerImages } from '../../../hw/station/provider-images.ts';
import { stationRegisters } from '../../../hw/station/registers.ts';
import { relationParameters } from '../../../hw/station/relation-parameters.ts';
import { relationStatistics } from '../../../hw/station/relation-statistics.ts';
import { manyRelations } from '../../../hw/station/relations.ts';
import { scheduler } from '../../../hw/station/scheduler.ts';
import { relationStep } from '../../../hw/station/step.ts';
import { contextStore } from '../../../hw/station/store.ts';
import { relationView } from '../../../hw/station/view.ts';
import { deliveryWindows } from '../../../hw/station/windows.ts';
import { station } from '../../../hw/station.ts';
import { transmitFifo } from '../../../hw/transmit-fifo.ts';
import { UNITS_PER_SECOND } from '../../../spec/cyclic.ts';
import { ADDRESS_OCTETS, C_SDU_MAX, COUNTER_OCTETS, PROFILES } from '../../../spec/header.ts';
import type { Role } from '../../../spec/peer-rules.ts';
import { anyEngine } from '../any-engine.ts';
import { consumerImagesCycles } from '../cosimulation/consumer-images.ts';
import { contextStoreRun } from '../cosimulation/context-store.ts';
import type { Run } from '../cosimulation/cosimulate.ts';
import { deliveryWindowsCycles } from '../cosimulation/delivery-windows.ts';
import { engineChecks } from '../cosimulation/engine-checks.ts';
import { eventQueueCycles } from '../cosimulation/event-queue.ts';
import { frameIdTableCycles } from '../cosimulation/frame-id-table.ts';
import { keyMemoryCycles } from '../cosimulation/key-memory.ts';
import { MAC_CHECKS } from '../cosimulation/mac/checks.ts';
import { designs, type Kind, MacBench } from '../cosimulation/mac/mac-bench.ts';
import { MAC_COUNTER_CHECKS } from '../cosimulation/mac-counters.ts';
import { MAILBOX_CHECKS } from '../cosimulation/mailbox.ts';
import { packetParserCycles } from '../cosimulation/packet-parser.ts';
import { PEER_CHECKS } from '../cosimulation/peer/checks.ts';
import { ERASING } from '../cosimulation/peer/erasing.ts';
import type { PeerCheck } from '../cosimulation/peer/peer-check.ts';
import { RECEIVING } from '../cosimulation/peer/receiving.ts';
import { REGISTER_CHECKS } from '../cosimulation/peer/registers.ts';
import { SENDING } from '../cosimulation/peer/sending.ts';
import { providerImagesCycles } from '../cosimulation/provider-images.ts';
import { relationParametersCycles } from '../cosimulation/relation-parameters.ts';
import { relationRegistersCycles } from '../cosimulation/relation-registers.ts';
import { relationStatisticsCycles } from '../cosimulation/relation-statistics.ts';
import { relationStepCycles } from '../cosimulation/relation-step.ts';
import { relationViewCycles } from '../cosimulation/relation-view.ts';
import { relationsCycles } from '../cosimulation/relations.ts';
import { schedulerCycles } from '../cosimulation/scheduler.ts';
import { IMAGE_CHECKS, STATION_CHECKS } from '../cosimulation/station/checks.ts';
import { RELATIONS, StationBench, WITH_IMAGES } from '../cosimulation/station/station-bench.ts';
import type { StationCheck } from '../cosimulation/station/station-check.ts';
import { stationRegistersCheck } from '../cosimulation/station-registers/registers.ts';
import type { Contract, Relation } from './equivalence.ts';
import { withModule } from './mutants.ts';

export interface Subject {
  readonly module: ModuleIr;
  /** made when they are asked for */
  readonly runs: () => readonly Run[];
  readonly contract: Contract;
  /** checks of the whole peer that it is a part of, in the order in which they are likely to see something */
  readonly checks?: readonly PeerCheck[];
  /** the AEAD engine or the MAC that it is, or is a part of */
  readonly whole?: Whole;
  /** the same module as the claims have it: with any engine, or few words */
  readonly proved?: ModuleIr;
  /** it has memories that solvers need too long for */
  readonly beyondSolvers?: true;
}

/** What stands alone on a bench, and what is asked of it there. */
export interface Whole {
  readonly top: ModuleIr;
  readonly checks: readonly { readonly claim: string; readonly run: (design: WasmDesign) => void }[];
}

/** The peer whose parts are mutated: the follower's provider waits for its consumer, and it is asked for keys. */
export const MUTATED_ROLE = 'follower';

/** Of a build whose number says which end of it is which. */
const REGISTERS_OF = { role: MUTATED_ROLE, slots: 2, buildId: 0xc0de_1234 } as const;
const STATION_OF = { ...REGISTERS_OF, relations: RELATIONS, ...WITH_IMAGES } as const;

/** The same cycles in every run of the program. */
const SEED = 1;

const relationStepSubject = (role: Role): Subject => ({
  module: relationStep({ role, slots: 3 }).elaborate(),
  runs: () => [{ cycles: relationStepCycles(role, 3, SEED, 8000) }],
  contract: {},
});

/** Places in a frame without its tag, counted as the parser does. */
const TYPE_END = 2 * ADDRESS_OCTETS + 2;
const COUNTER = { paper: PROFILES.paper.headerOctets - COUNTER_OCTETS, std: PROFILES.std.headerOctets - COUNTER_OCTETS - 2 } as const;
const LONGEST = PROFILES.std.headerOctets + C_SDU_MAX + PROFILES.std.trailerOctets - 1;

const packetParserSubject: Subject = {
  module: packetParser.elaborate(),
  runs: () => [{ cycles: packetParserCycles(SEED, 300) }],
  contract: {
    lookedAtWhile: Object.fromEntries(
      ['is_std', 'has_tag', 'current_key_id', 'next_key_id', 'counter', 'apdu_status', 'length'].map((field) => [field, 'described']),
    ),
    alike: {
      // frames that are too long are too long alike; a mutant may saturate one earlier
      place: [(a, b) => a.eq(b).or(a.gt(LONGEST).and(b.gt(LONGEST))), (_, b) => b.ne(2 ** LENGTH_BITS - 1)],
      // not looked at before the EtherType has gone by
      is_profinet: [(a, b, other) => other('place').lt(TYPE_END).or(a.eq(b))],
      // of the counter, as many octets agree as were received; those above are shifted out
      counter_so_far: [1, 2, 3, 4].map(
        (octets): Relation =>
          (a, b, other) => {
            const begins = mux(other('std_now').eq(1), u(LENGTH_BITS, COUNTER.std), COUNTER.paper);
            const received = other('place').ge(begins.add(octets) as never);
            return received.not().or(a.take(8 * octets).eq(b.take(8 * octets)));
          },
      ),
    },
  },
};

/** As the claim about it has it: each bit of the material is treated like the others. */
const keyMemorySubject: Subject = {
  module: keyMemory(2, 3, 8).elaborate(),
  runs: () => [{ cycles: keyMemoryCycles(2, 3, 8, SEED, 4000) }],
  contract: {},
};

const keyBanksSubject: Subject = {
  module: keyBanks(2, 4, 8).elaborate(),
  runs: () => [{ cycles: keyMemoryCycles(2, 4, 8, SEED, 4000, 2) }],
  contract: {},
};

/** Likewise with a small window. */
const frameIdTableSubject: Subject = {
  module: frameIdTable(3, 3).elaborate(),
  runs: () => [{ cycles: frameIdTableCycles(3, 3, SEED, 4000) }],
  contract: {},
};

const eventQueueSubject: Subject = {
  module: eventQueue(3, 2).elaborate(),
  runs: () => [{ cycles: eventQueueCycles(3, 2, SEED, 4000) }],
  contract: {},
};

const relationParametersSubject: Subject = {
  module: relationParameters(3).elaborate(),
  runs: () => [{ cycles: relationParametersCycles(3, SEED, 4000) }],
  contract: {},
};

const relationStatisticsSubject: Subject = {
  module: relationStatistics(3).elaborate(),
  runs: () => [{ cycles: relationStatisticsCycles(3, SEED, 4000) }],
  contract: {},
};

/** Of one relation in registers, of many in block RAM. */
const deliveryWindowsSubject = (relations: number): Subject => ({
  module: deliveryWindows(2, relations).elaborate(),
  runs: () => [{ cycles: deliveryWindowsCycles(2, relations, SEED, 6000) }],
  contract: {},
});

/** Of three slots one is free while a key is Pending in one view alone; of two none is. */
const relationViewSubject: Subject = {
  module: relationView(3).elaborate(),
  runs: () => (['initiator', 'follower'] as const).map((role) => ({ cycles: relationViewCycles(role, 3, SEED, 9000) })),
  contract: {},
};

const relationRegistersSubject: Subject = {
  module: relationRegisters(REGISTERS_OF).elaborate(),
  runs: () => [{ cycles: relationRegistersCycles(REGISTERS_OF, SEED, 12_000) }],
  contract: {},
};

const MATERIAL_BITS = 16;

/** As a station has it. */
const contextStoreSubject = (role: Role): Subject => ({
  module: contextStore({ role, slots: 2, relations: RELATIONS }).elaborate(),
  runs: () => [contextStoreRun({ role, slots: 2, relations: RELATIONS }, SEED, 8000)],
  contract: {},
  beyondSolvers: true,
});

/** Likewise; of the keys' material each bit is treated like the others. */
const relationsSubject: Subject = {
  module: manyRelations({ role: MUTATED_ROLE, slots: 2, relations: RELATIONS }, MATERIAL_BITS).elaborate(),
  runs: () => [{ cycles: relationsCycles({ role: MUTATED_ROLE, slots: 2, relations: RELATIONS }, MATERIAL_BITS, SEED, 6000) }],
  contract: {},
  beyondSolvers: true,
};

/** Of units as short as the walk through the relations allows: from the reset, and to where the CycleCounter comes round. */
const UNIT_CYCLES = 17.25;
const NEAR_ITS_END = 65_300;
const schedulerSubject: Subject = {
  module: scheduler(RELATIONS, UNIT_CYCLES * UNITS_PER_SECOND).elaborate(),
  runs: () => [
    { cycles: schedulerCycles(RELATIONS, UNIT_CYCLES, SEED, 6000) },
    {
      start: { current: BigInt(NEAR_ITS_END), walked: BigInt(NEAR_ITS_END) },
      cycles: schedulerCycles(RELATIONS, UNIT_CYCLES, SEED, 6000, NEAR_ITS_END),
    },
  ],
  contract: {},
};

/** Room for three of the longest C_SDU, and some more. */
const IMAGE_WORDS = 1536;
const providerImagesSubject: Subject = {
  module: providerImages(RELATIONS, IMAGE_WORDS).elaborate(),
  runs: () => [{ cycles: providerImagesCycles(RELATIONS, IMAGE_WORDS, SEED, 30_000) }],
  contract: {},
  beyondSolvers: true,
};

const consumerImagesSubject: Subject = {
  module: consumerImages(RELATIONS, IMAGE_WORDS).elaborate(),
  runs: () => [
    { cycles: consumerImagesCycles(RELATIONS, IMAGE_WORDS, SEED, 20_000) },
    {
      start: { walked: BigInt(NEAR_ITS_END) },
      cycles: consumerImagesCycles(RELATIONS, IMAGE_WORDS, SEED, 20_000, NEAR_ITS_END),
    },
  ],
  contract: {},
  beyondSolvers: true,
};

const wholePeer = peer({ role: MUTATED_ROLE, slots: 2 }).elaborate();

const partOfPeer = (module: ModuleIr, ...groups: readonly (readonly PeerCheck[])[]): Subject => ({
  module,
  runs: () => [],
  contract: {},
  checks: [...new Set([...groups.flat(), ...PEER_CHECKS])],
});

/** The modules that have no reference of their own, judged inside the peer; and the peer's own wiring. */
export const PEER_SUBJECTS: readonly Subject[] = [
  { ...partOfPeer(part('frame_opener_'), RECEIVING, ERASING), proved: frameOpener(anyEngine).elaborate() },
  { ...partOfPeer(part('packet_generator_'), SENDING), proved: packetGenerator(anyEngine).elaborate() },
  { ...partOfPeer(wholePeer, REGISTER_CHECKS), beyondSolvers: true },
  partOfPeer(part('key_store_'), SENDING.slice(0, 3), RECEIVING, ERASING),
  partOfPeer(part('aead_xor'), SENDING.slice(0, 1), RECEIVING),
  { ...partOfPeer(part('frame_fifo_word32_nolast_1024'), RECEIVING), proved: frameFifo({ word: bits(4) }, 4, { last: false }).elaborate() },
  partOfPeer(part('sync_fifo_'), RECEIVING),
  partOfPeer(part('frame_join'), SENDING.slice(0, 4)),
  partOfPeer(part('frame_arbiter_data8'), SENDING.slice(-3)),
  partOfPeer(part('axi_lite_slave'), REGISTER_CHECKS),
  { ...partOfPeer(part('transmit_fifo_'), SENDING), proved: transmitFifo(4, 8).elaborate() },
];

const partsOf = (whole: Whole, ...names: readonly string[]): readonly Subject[] =>
  names.map((name) => {
    const module = inside(name, whole.top);
    if (module === undefined) throw new RangeError(`${whole.top.name} has no ${name}`);
    return { module, runs: () => [], contract: {}, whole, beyondSolvers: true };
  });

/** The engines, each module judged in the engine that it is a part of; `aes_128` and `aes_256` share what is not listed twice. */
export const ENGINE_SUBJECTS: readonly Subject[] = [
  ...partsOf(
    { top: aesGcm(128).elaborate(), checks: engineChecks('aes-128-gcm') },
    'aead_aes_128_gcm',
    'gcm_keystream_128',
    'aes_cipher_128',
    'aes_sbox',
    'ghash',
    'gcm_lengths',
  ),
  ...partsOf(
    { top: aesGcm(256).elaborate(), checks: engineChecks('aes-256-gcm') },
    'aead_aes_256_gcm',
    'gcm_keystream_256',
    'aes_cipher_256',
  ),
  ...partsOf({ top: asconAead128().elaborate(), checks: engineChecks('ascon-aead128') }, 'aead_ascon128', 'ascon_round'),
];

const mac = (kind: Kind): Whole => ({
  top: designs[kind],
  checks: MAC_CHECKS[kind].map(({ claim, run }) => ({
    claim,
    run: (design) => run((options) => new MacBench(kind, { ...options, design }), SEED),
  })),
});

/** The MACs: what both have is judged in one of them: of octets that come in parts, more can go wrong. */
export const MAC_SUBJECTS: readonly Subject[] = [
  ...partsOf(mac('gmii'), 'gmii_mac', 'receive_gmii'),
  ...partsOf(mac('rmii'), 'rmii_mac', 'receive_rmii', 'receive_frame', 'transmit_frame'),
];

/** What stands alone behind a bus of its own. */
export const PAGE_SUBJECTS: readonly Subject[] = [
  ...partsOf(
    { top: macCounters.elaborate(), checks: MAC_COUNTER_CHECKS.map(({ claim, run }) => ({ claim, run: (design) => run(design, SEED) })) },
    'mac_counters',
  ),
  ...partsOf({ top: frameMailbox.elaborate(), checks: MAILBOX_CHECKS }, 'frame_mailbox'),
  ...partsOf(
    { top: stationRegisters(STATION_OF).elaborate(), checks: [stationRegistersCheck(STATION_OF, SEED, 10_000)] },
    'station_registers_',
  ),
];

const imageStation = station({ role: MUTATED_ROLE, slots: 2, relations: RELATIONS, ...WITH_IMAGES }).elaborate();

const wholeStation = (checks: readonly StationCheck[]): Whole => ({
  top: imageStation,
  checks: checks.map(({ claim, run }) => ({
    claim,
    run: (design) => run(() => new StationBench(design, MUTATED_ROLE, WITH_IMAGES.imageWords)),
  })),
});

/** The wiring of a station, which is the same of both roles, and that of its images, which their own checks see first. */
export const STATION_SUBJECTS: readonly Subject[] = [
  ...partsOf(wholeStation([...STATION_CHECKS, ...IMAGE_CHECKS]), 'keyturn_station_', 'record_arbiter'),
  ...partsOf(wholeStation([...IMAGE_CHECKS, ...STATION_CHECKS]), 'process_images_'),
];

function part(name: string): ModuleIr {
  const found = inside(name, wholePeer);
  if (found === undefined) throw new RangeError(`${wholePeer.name} has no ${name}`);
  return found;
}

function inside(name: string, module: ModuleIr): ModuleIr | undefined {
  if (module.name.startsWith(name)) return module;
  return module.instances.map((instance) => inside(name, instance.module)).find((one) => one !== undefined);
}

const smallStation = station({ role: MUTATED_ROLE, slots: 2, relations: 1 }).elaborate();

/** A station of one relation with a part of it mutated; undefined where it has none of that name. */
export function stationWith(module: ModuleIr): ModuleIr | undefined {
  return withModule(smallStation, module);
}

/** The peer with a part of it mutated. */
export function peerWith(module: ModuleIr): ModuleIr {
  const mutated = withModule(wholePeer, module);
  if (mutated === undefined) throw new RangeError(`${wholePeer.name} has no ${module.name}`);
  return mutated;
}

export const SUBJECTS: readonly Subject[] = [
  relationStepSubject('initiator'),
  relationStepSubject('follower'),
  relationViewSubject,
  packetParserSubject,
  keyMemorySubject,
  keyBanksSubject,
  frameIdTableSubject,
  eventQueueSubject,
  relationParametersSubject,
  relationStatisticsSubject,
  deliveryWindowsSubject(1),
  deliveryWindowsSubject(3),
  relationRegistersSubject,
  contextStoreSubject('initiator'),
  contextStoreSubject('follower'),
  relationsSubject,
  schedulerSubject,
  providerImagesSubject,
  consumerImagesSubject,
];

/** All of them. */
export const ALL_SUBJECTS: readonly Subject[] = [
  ...SUBJECTS,
  ...PEER_SUBJECTS,
  ...ENGINE_SUBJECTS,
  ...MAC_SUBJECTS,
  ...PAGE_SUBJECTS,
  ...STATION_SUBJECTS,
];
