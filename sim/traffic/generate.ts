/** Traffic of our own: payload that changes in every frame, with C_SDUs of one length as those of an IOCR are, or of many. */
import { Random } from '../../hdl-gen/sim/random.ts';
import { C_SDU_MAX, C_SDU_MIN, TCI_REAL_TIME } from '../../spec/header.ts';
import type { ApplicationFrame, Traffic, TrafficStream } from './traffic.ts';

/** Units of 31.25 µs in a cycle of 1 ms: what the cycle counter counts (IEC 61158-6-10). */
const CYCLE_COUNTER_STEP = 32;
/** valid, primary, running, no problem */
const DATA_STATUS = 0x35;
/** IOPS: good, detected by the controller or the device itself */
const IOPS_GOOD = 0x80;

const SIZES = [C_SDU_MIN, 44, 64, 100, 150, 200] as const;
/** One frame in so many is as long as a C_SDU can be. */
const LONG_EVERY = 500;

export interface GeneratorSettings {
  readonly seed: number;
  /** all of a direction alike, or from frame to frame another, the longest among them */
  readonly cSduLengths: 'constant' | 'varied';
  /** octets, where they are constant */
  readonly cSduLength: number;
  /** who sends frames with a VLAN tag */
  readonly vlanTags: 'both' | 'initiator' | 'none';
}

/** FrameIDs of the frames to the controller and to its devices, that of relation 0. */
const RELATION_FRAME_IDS = { toDevice: 0x8000, toController: 0x8400 } as const;

/** Traffic of one relation of a controller with many devices. @param relation 0 to 255 */
export function generateRelationTraffic(settings: GeneratorSettings, relation: number): Traffic {
  const { initiatorToFollower, followerToInitiator, ...rest } = generateTraffic({ ...settings, seed: settings.seed ^ (relation << 16) });
  const device = Uint8Array.of(0x02, 0, 0, 0, 0x01, relation);
  return {
    ...rest,
    initiatorToFollower: { ...initiatorToFollower, frameId: RELATION_FRAME_IDS.toDevice + relation, destination: device },
    followerToInitiator: { ...followerToInitiator, frameId: RELATION_FRAME_IDS.toController + relation, source: device },
  };
}

/** Traffic from a seed. */
export function generateTraffic(settings: GeneratorSettings): Traffic {
  const controller = Uint8Array.of(0x02, 0, 0, 0, 0, 0x01);
  const device = Uint8Array.of(0x02, 0, 0, 0, 0, 0x02);
  const stream = (way: Omit<TrafficStream, 'frame' | 'vlanTci'>, isTagged: boolean, salt: number): TrafficStream => ({
    ...way,
    vlanTci: isTagged ? TCI_REAL_TIME : undefined,
    frame: (index) => frameOf(settings, settings.seed ^ salt, index),
  });
  const { vlanTags } = settings;
  return {
    initiatorToFollower: stream({ frameId: 0x8000, source: controller, destination: device }, vlanTags !== 'none', 0x1d0c),
    followerToInitiator: stream({ frameId: 0x8001, source: device, destination: controller }, vlanTags === 'both', 0x70d5),
    origin: 'generated',
    notes: [],
  };
}

function frameOf({ cSduLengths, cSduLength }: GeneratorSettings, seed: number, index: number): ApplicationFrame {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ index);
  const cSdu = random.bytes(cSduLengths === 'constant' ? cSduLength : variedLength(random, index));
  cSdu[0] = IOPS_GOOD;
  return { cSdu, cycleCounter: (index * CYCLE_COUNTER_STEP) % 65536, dataStatus: DATA_STATUS, transferStatus: 0 };
}

function variedLength(random: Random, index: number): number {
  return index % LONG_EVERY === LONG_EVERY - 1 ? C_SDU_MAX : (SIZES[random.below(SIZES.length)] ?? C_SDU_MIN);
}
