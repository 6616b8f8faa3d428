/** What the packet parser must say, from `parseFrame` of the reference model: random frames, whole, cut off and too long. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import { ADDRESS_OCTETS, C_SDU_MAX, ETHERTYPE_PROFINET, HEADER_OCTETS, TPID_VLAN, TRAILER_OCTETS } from '../../../spec/header.ts';
import { parseFrame } from '../../../sw/frame/secured-frame.ts';
import type { Cycle, Values } from './cosimulate.ts';

/** Octets behind the FrameID in a frame whose C_SDU has none. */
const EMPTY = HEADER_OCTETS + TRAILER_OCTETS - 2 * ADDRESS_OCTETS - 4;
/** Longer than the parser counts. */
const BEYOND_COUNT = 2 ** 11;

const SILENT = { rx_ready: 1, ours: 0, malformed: 0, foreign: 0 };

/** The cycles of that many frames, with pauses between octets and a reset now and then. */
export function packetParserCycles(seed: number, frames: number): Cycle[] {
  const random = new Random(seed);
  return Array.from({ length: frames }, () => cyclesOfFrame(random)).flat();
}

function cyclesOfFrame(random: Random): Cycle[] {
  const frameId = random.below(0x1_0000);
  const frame = inventedFrame(random, frameId);
  const settings = { frame_id: frameId, enable: random.chance(0.9) ? 1 : 0, rst: 0 };
  const pauses = random.chance(0.5);
  const cycles = [...frame].flatMap((octet, index): Cycle[] => {
    const last = index === frame.length - 1;
    const pause = { ...settings, rx_valid: 0, rx_data: random.below(256), rx_last: random.below(2) };
    const beat = { ...settings, rx_valid: 1, rx_data: octet, rx_last: Number(last) };
    const outputs = last ? verdict(frame, settings) : SILENT;
    return [...(pauses && random.chance(0.1) ? [{ inputs: pause, outputs: SILENT }] : []), { inputs: beat, outputs }];
  });
  if (!random.chance(0.05)) return cycles;
  const reset = { ...settings, rst: 1, rx_valid: 0, rx_data: 0, rx_last: 0 };
  return [...cycles.slice(0, random.below(cycles.length)), { inputs: reset, outputs: SILENT }];
}

function verdict(octets: Uint8Array, { frame_id, enable }: { readonly frame_id: number; readonly enable: number }): Values {
  const parsed = parseFrame(octets, frame_id);
  const kind = enable === 1 ? parsed.kind : 'foreign';
  const said = { ...SILENT, [kind]: 1 };
  if (kind !== 'ours' || parsed.kind !== 'ours') return said;
  const { vlanTci, currentKeyId, nextKeyId, counter, apduStatus, text } = parsed.frame;
  return {
    ...said,
    has_tag: Number(vlanTci !== undefined),
    current_key_id: currentKeyId,
    next_key_id: nextKeyId,
    counter,
    apdu_status: new DataView(apduStatus.buffer, apduStatus.byteOffset).getUint32(0),
    length: text.length,
  };
}

function inventedFrame(random: Random, frameId: number): Uint8Array {
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
    [0.2, () => EMPTY - 2 + random.below(4)],
    [0.12, () => EMPTY + C_SDU_MAX - 1 + random.below(3)],
    [0.15, () => random.below(EMPTY + C_SDU_MAX)],
    [0.03, () => BEYOND_COUNT - 20 + random.below(80)],
  ]);
  const frame = Uint8Array.of(...random.bytes(2 * ADDRESS_OCTETS), ...vlan, ...type, ...id, ...random.bytes(behind));
  return random.chance(0.15) ? frame.slice(0, 1 + random.below(24)) : frame;
}

function word(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}
