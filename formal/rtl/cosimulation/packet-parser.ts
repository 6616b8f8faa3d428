/** What the packet parser must say, from `parseFrame` of the reference model: random frames, whole, cut off and too long. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import {
  ADDRESS_OCTETS,
  C_SDU_MAX,
  ETHERTYPE_PROFINET,
  ICV_OCTETS,
  PROFILE_NAMES,
  PROFILES,
  type ProfileName,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../../../spec/header.ts';
import { type FrameKind, parseFrame } from '../../../sw/frame/secured-frame.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Octets behind the FrameID in a frame whose C_SDU has none. */
function emptyOf(profile: ProfileName): number {
  return PROFILES[profile].headerOctets + PROFILES[profile].trailerOctets - 2 * ADDRESS_OCTETS - 4;
}

const TYPE_AT = 2 * ADDRESS_OCTETS;

/** Longer than the parser counts. */
const BEYOND_COUNT = 2 ** 11;

const SILENT = { rx_ready: 1, ours: 0, malformed: 0, foreign: 0, described: 0 };
/** Place of the first octet that no frame has, without its tag. */
const BEYOND_LONGEST = PROFILES.std.headerOctets + C_SDU_MAX + PROFILES.std.trailerOctets;

/** The cycles of that many frames, with pauses between octets and a reset now and then. */
export function packetParserCycles(seed: number, frames: number): Cycle[] {
  const random = new Random(seed);
  return Array.from({ length: frames }, () => cyclesOfFrame(random)).flat();
}

function cyclesOfFrame(random: Random): Cycle[] {
  const frameId = random.below(0x1_0000);
  const profile = PROFILE_NAMES[random.below(2)] ?? 'paper';
  const kind: FrameKind = { profile, frameId, encrypt: random.chance(0.5) };
  const frame = inventedFrame(random, kind);
  const enable = random.chance(0.9);
  const settings = { frame_id: frameId, std: Number(profile === 'std'), encrypt: Number(kind.encrypt), enable: Number(enable), rst: 0 };
  const pauses = random.chance(0.5);
  const tagOctets = isTagged(frame) ? VLAN_TAG_OCTETS : 0;
  const headerEnd = tagOctets + PROFILES.std.headerOctets - 1;
  const cycles = [...frame].flatMap((octet, index): Cycle[] => {
    const last = index === frame.length - 1;
    const pause = { ...settings, rx_valid: 0, rx_data: random.below(256), rx_last: random.below(2) };
    // the profile is taken with the first octet, and means nothing behind it
    const std = index === 0 ? settings.std : random.below(2);
    const beat = { ...settings, std, rx_valid: 1, rx_data: octet, rx_last: Number(last) };
    const said = last ? verdict(frame, kind, enable) : index === headerEnd ? ofHeader(frame.slice(0, index + 1), kind, enable) : SILENT;
    const outputs = { ...said, too_long: Number(index - tagOctets >= BEYOND_LONGEST) };
    return [...(pauses && random.chance(0.1) ? [{ inputs: pause, outputs: SILENT }] : []), { inputs: beat, outputs }];
  });
  if (!random.chance(0.05)) return cycles;
  const reset = { ...settings, rst: 1, rx_valid: 0, rx_data: 0, rx_last: 0 };
  return [...cycles.slice(0, random.below(cycles.length)), { inputs: reset, outputs: SILENT }];
}

function verdict(octets: Uint8Array, kind: FrameKind, enable: boolean): Values {
  const parsed = parseFrame(octets, kind);
  const found = enable ? parsed.kind : 'foreign';
  const said = { ...SILENT, [found]: 1 };
  if (kind.profile === 'std' || found !== 'ours' || parsed.kind !== 'ours') return said;
  return { ...said, ...fieldsOf(parsed.frame, kind) };
}

/** What is said of a header of `std`: what the model says of a frame that is as long as its header has it. */
function ofHeader(header: Uint8Array, kind: FrameKind, enable: boolean): Values {
  if (kind.profile !== 'std' || !enable) return SILENT;
  const securityOctets = new DataView(header.buffer).getUint16(header.length - 2);
  const parsed = parseFrame(Uint8Array.of(...header, ...new Uint8Array(securityOctets + ICV_OCTETS)), kind);
  return parsed.kind === 'ours' ? { ...SILENT, ...fieldsOf(parsed.frame, kind) } : SILENT;
}

function fieldsOf(frame: Extract<ReturnType<typeof parseFrame>, { kind: 'ours' }>['frame'], kind: FrameKind): Values {
  const { vlanTci, currentKeyId, nextKeyId, counter, clearStatus, length } = frame;
  return {
    described: 1,
    is_std: Number(kind.profile === 'std'),
    has_tag: Number(vlanTci !== undefined),
    current_key_id: currentKeyId,
    next_key_id: nextKeyId,
    counter,
    ...(kind.profile === 'paper' ? { apdu_status: new DataView(clearStatus.buffer, clearStatus.byteOffset).getUint32(0) } : {}),
    length,
  };
}

function isTagged(frame: Uint8Array): boolean {
  return frame.length > TYPE_AT + 1 && new DataView(frame.buffer, frame.byteOffset).getUint16(TYPE_AT) === TPID_VLAN;
}

function inventedFrame(random: Random, { profile, frameId, encrypt }: FrameKind): Uint8Array {
  const empty = emptyOf(profile);
  const pick = <T>(weighted: readonly (readonly [weight: number, make: () => T])[]): T => {
    let at = random.next() / 2 ** 32;
    for (const [weight, make] of weighted) {
      at -= weight;
      if (at < 0) return make();
    }
    throw new RangeError('the weights do not add up to 1');
  };
  const near = (value: number): readonly number[] => word(value ^ (1 << random.below(16)));
  const tag = (tpid: number): readonly number[] => [...word(tpid), ...random.bytes(2)];
  const vlan = pick<readonly number[]>([
    [0.45, () => []],
    [0.45, () => tag(TPID_VLAN)],
    // two tags are one too many, and a tag of another kind is none
    [0.05, () => [...tag(TPID_VLAN), ...tag(TPID_VLAN)]],
    [0.05, () => tag(0x88a8)],
  ]);
  const type = pick<readonly number[]>([
    [0.85, () => word(ETHERTYPE_PROFINET)],
    [0.15, () => near(ETHERTYPE_PROFINET)],
  ]);
  const id = random.chance(0.85) ? word(frameId) : near(frameId);
  const behind = pick([
    // a frame that ends with its FrameID is ours, and malformed
    [0.1, () => random.below(3)],
    [0.4, () => random.below(80)],
    [0.2, () => empty - 2 + random.below(4)],
    [0.12, () => empty + C_SDU_MAX - 1 + random.below(3)],
    [0.15, () => random.below(empty + C_SDU_MAX)],
    [0.03, () => BEYOND_COUNT - 20 + random.below(80)],
  ]);
  const secured = random.bytes(behind);
  if (profile === 'std') makeLikely(secured, encrypt, behind - empty, random);
  const frame = Uint8Array.of(...random.bytes(2 * ADDRESS_OCTETS), ...vlan, ...type, ...id, ...secured);
  return random.chance(0.15) ? frame.slice(0, 1 + random.below(24)) : frame;
}

/** Metadata of profile `std` are right more often than not, or wrong in one bit. */
function makeLikely(secured: Uint8Array, encrypt: boolean, length: number, random: Random): void {
  const spoil = (bits: number): number => (random.chance(0.12) ? 1 << random.below(bits) : 0);
  const said = (securityLength(length) & 0xffff) ^ spoil(16);
  secured.set([Number(encrypt) ^ spoil(8)].slice(0, secured.length));
  if (secured.length >= 8) secured.set(word(said), 6);
}

function word(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}
