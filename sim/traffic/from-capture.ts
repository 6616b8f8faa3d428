/** Application data from a capture: the cyclic PROFINET frames of two stations that talk to each other. */

import type { Capture } from '../../capture/capture.ts';
import { APDU_STATUS_OCTETS, C_SDU_MAX, ETHERTYPE_PROFINET, TPID_VLAN } from '../../spec/header.ts';
import { type ApplicationFrame, type Traffic, TrafficError, type TrafficStream } from './traffic.ts';

/** FrameIDs of cyclic data (IEC 61158-6-10): RT_CLASS_3, RT_CLASS_STREAM, RT_CLASS_1 and RT_CLASS_UDP. */
const CYCLIC_FRAME_IDS: readonly (readonly [number, number])[] = [
  [0x0100, 0x0fff],
  [0x1000, 0x2fff],
  [0x8000, 0xfbff],
];
/** FrameIDs of DCP requests: Get/Set and Identify. A controller sends them, a device answers. */
const DCP_REQUESTS = [0xfefd, 0xfefe];
const COUNTER_WRAP = 65536;

interface CyclicFrame {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly vlanTci: number | undefined;
  readonly frameId: number;
  readonly application: ApplicationFrame;
}

/**
 * The longest stream that has one against it, and the longest such one. The initiator is the station that sent a DCP
 * request; where neither or both did, the one that sent the first cyclic frame. When more frames are asked for
 * than were captured, they come again, with the cycle counter carried on.
 * @throws TrafficError
 */
export function trafficFromCapture(capture: Capture, origin: string): Traffic {
  // a frame cut to the snap length has lost its APDU status
  const whole = capture.packets.filter(({ data, originalLength }) => data.length >= originalLength);
  const frames = whole.flatMap(({ data }) => cyclicFrame(data) ?? []);
  const streams = new Map<string, [CyclicFrame, ...CyclicFrame[]]>();
  for (const frame of frames) {
    const key = `${hex(frame.source)}>${hex(frame.destination)}/${frame.frameId}`;
    const stream = streams.get(key);
    if (stream === undefined) streams.set(key, [frame]);
    else stream.push(frame);
  }
  const byLength = [...streams.values()].sort((a, b) => b.length - a.length);
  if (byLength.length === 0) {
    throw new TrafficError(
      `${origin} holds no cyclic PROFINET frame (found ${found(capture)})`,
      'expected whole frames of EtherType 0x8892 with a FrameID of RT_CLASS_1, 3, UDP or STREAM and a C_SDU of 1 to 1440 octets',
    );
  }
  const pair = busiestPair(byLength);
  if (pair === undefined)
    throw new TrafficError(
      `${origin} holds cyclic frames of ${hex(byLength[0]?.[0]?.source ?? new Uint8Array())} only`,
      'expected frames of both directions: record on a mirror port that sees both',
    );
  const [busiest, against] = pair;
  const asks = ([frame]: Stream): boolean => sendsRequests(capture, frame.source);
  const earlier = frames.indexOf(busiest[0]) < frames.indexOf(against[0]);
  const busiestStarts = asks(busiest) === asks(against) ? earlier : asks(busiest);
  const [one, other] = busiestStarts ? [busiest, against] : [against, busiest];
  return {
    initiatorToFollower: streamOf(one),
    followerToInitiator: streamOf(other),
    origin: `${origin}: ${one.length} and ${other.length} cyclic frames`,
  };
}

type Stream = readonly [CyclicFrame, ...CyclicFrame[]];

/** The longest stream that has one against it, and the longest such one. @param byLength longest first */
function busiestPair(byLength: readonly Stream[]): readonly [Stream, Stream] | undefined {
  for (const stream of byLength) {
    const [{ source, destination }] = stream;
    const against = byLength.find(([other]) => hex(other.source) === hex(destination) && hex(other.destination) === hex(source));
    if (against !== undefined) return [stream, against];
  }
  return undefined;
}

function streamOf(frames: Stream): TrafficStream {
  const [first] = frames;
  const counters = frames.map((frame) => frame.application.cycleCounter);
  const steps = counters.slice(1).map((counter, index) => (counter - (counters[index] ?? 0) + COUNTER_WRAP) % COUNTER_WRAP);
  const typical = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const span = steps.reduce((sum, step) => sum + step, typical);
  return {
    frameId: first.frameId,
    source: first.source,
    destination: first.destination,
    vlanTci: first.vlanTci,
    frame(index) {
      const { application } = frames[index % frames.length] ?? first;
      const rounds = Math.floor(index / frames.length);
      return { ...application, cycleCounter: (application.cycleCounter + rounds * span) % COUNTER_WRAP };
    },
  };
}

function sendsRequests(capture: Capture, station: Uint8Array): boolean {
  return capture.packets.some(({ data }) => {
    if (data.length < 16 || hex(data.subarray(6, 12)) !== hex(station)) return false;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    return view.getUint16(12) === ETHERTYPE_PROFINET && DCP_REQUESTS.includes(view.getUint16(14));
  });
}

function cyclicFrame(data: Uint8Array): CyclicFrame | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const tagged = data.length >= 18 && view.getUint16(12) === TPID_VLAN;
  const typeAt = tagged ? 16 : 12;
  const textAt = typeAt + 4;
  const length = data.length - textAt - APDU_STATUS_OCTETS;
  if (length < 1 || length > C_SDU_MAX || view.getUint16(typeAt) !== ETHERTYPE_PROFINET) return undefined;
  const frameId = view.getUint16(typeAt + 2);
  if (!CYCLIC_FRAME_IDS.some(([low, high]) => frameId >= low && frameId <= high)) return undefined;
  const statusAt = textAt + length;
  return {
    destination: data.slice(0, 6),
    source: data.slice(6, 12),
    vlanTci: tagged ? view.getUint16(14) : undefined,
    frameId,
    application: {
      cSdu: data.slice(textAt, statusAt),
      cycleCounter: view.getUint16(statusAt),
      dataStatus: view.getUint8(statusAt + 2),
      transferStatus: view.getUint8(statusAt + 3),
    },
  };
}

/** `661 of EtherType 0x0800, 67 of 0x88cc`: what a capture holds instead. */
function found(capture: Capture): string {
  const counts = new Map<string, number>();
  for (const { data } of capture.packets) {
    const type = data.length >= 14 ? `0x${((data[12] ?? 0) * 256 + (data[13] ?? 0)).toString(16).padStart(4, '0')}` : 'none';
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([type, count]) => `${count} of EtherType ${type}`);
  return list.length === 0 ? 'no frame at all' : list.slice(0, 5).join(', ');
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
