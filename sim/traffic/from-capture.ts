/** Application data from a capture: the cyclic PROFINET frames of two stations that talk to each other. */
import { LeftOut } from '../../capture/left-out.ts';
import type { Capture } from '../../capture/read.ts';
import { C_SDU_MAX } from '../../spec/header.ts';
import { classify, type StreamName } from './cyclic-frame.ts';
import { rolesOf, type SurveyedStream } from './roles.ts';
import { type ApplicationFrame, type Traffic, TrafficError, type TrafficStream } from './traffic.ts';

const COUNTER_WRAP = 65536;
/** Octets that the frames of one direction may take in memory, and those that each takes beside its C_SDU. */
const KEPT_OCTETS = 1 << 28;
const OBJECT_OCTETS = 200;

/**
 * The streams that {@link rolesOf} chooses. The capture is read twice: to choose them, and to keep what is needed of them. When more
 * frames are asked for than were captured, or than memory should hold, they come again, with the cycle counter carried on.
 * @param frames how many are needed in each direction
 * @throws TrafficError, CaptureError, and the reason of the signal
 */
export async function trafficFromCapture(capture: Capture, frames: number, signal?: AbortSignal): Promise<Traffic> {
  const origin = capture.name;
  const { streams, dcpRequests, leftOut, etherTypes } = await survey(capture, signal);
  const notTaken = leftOut.toString();
  const aside = notTaken === '' ? '' : `; left out: ${notTaken}`;
  const [first] = streams;
  if (first === undefined)
    throw new TrafficError(
      `${origin} holds no cyclic PROFINET frame (found ${etherTypes}${aside})`,
      `expected whole frames of EtherType 0x8892 with a FrameID of RT_CLASS_1, 3, UDP or STREAM and a C_SDU of 1 to ${C_SDU_MAX} octets`,
    );
  const roles = rolesOf(streams, dcpRequests);
  if (roles === undefined) {
    const stations = new Set(streams.map(({ name }) => address(name.source)));
    throw new TrafficError(
      `${origin} holds cyclic frames of ${[...stations].slice(0, 5).join(', ')} only, and none against them${aside}`,
      'expected frames of both directions: record on a mirror port that sees both',
    );
  }
  const { initiator, follower, why } = roles;
  leftOut.add('cyclic frames of other streams', streams.reduce((sum, one) => sum + one.frames, 0) - initiator.frames - follower.frames);
  const [there, back] = await keep(capture, [initiator.name, follower.name], frames, signal);
  return {
    initiatorToFollower: there,
    followerToInitiator: back,
    origin: `${origin}: ${initiator.frames} and ${follower.frames} cyclic frames`,
    notes: [
      `${origin}: initiator ${describe(initiator, frames)}: ${why}`,
      `${origin}: follower  ${describe(follower, frames)}`,
      ...leftOut.counts().map(([what, count]) => `${origin}: left out: ${count.toLocaleString('en')} ${what}`),
    ],
  };
}

interface Survey {
  readonly streams: readonly SurveyedStream[];
  readonly dcpRequests: (station: Uint8Array) => number;
  readonly leftOut: LeftOut;
  /** `661 of EtherType 0x0800, 67 of 0x88cc`: what else the capture holds */
  readonly etherTypes: string;
}

async function survey(capture: Capture, signal: AbortSignal | undefined): Promise<Survey> {
  const streams = new Map<string, { readonly name: StreamName; frames: number; readonly first: number }>();
  const requests = new Map<string, number>();
  const etherTypes = new Map<string, number>();
  const leftOut = new LeftOut();
  let cyclic = 0;
  for await (const packet of capture) {
    signal?.throwIfAborted();
    const found = classify(packet);
    if (found.kind === 'cyclic') {
      const key = keyOf(found.stream);
      const stream = streams.get(key);
      if (stream === undefined) streams.set(key, { name: found.stream, frames: 1, first: cyclic });
      else stream.frames++;
      cyclic++;
      leftOut.add('outer tags (802.1ad, QinQ, HSR), taken off', found.outerTags);
    } else if (found.kind === 'unusable') leftOut.add(found.what);
    else {
      if (found.kind === 'DCP request') increment(requests, text(found.source));
      const etherType = found.kind === 'DCP request' ? 0x8892 : found.etherType;
      increment(etherTypes, etherType === undefined ? 'none' : `0x${etherType.toString(16).padStart(4, '0')}`);
    }
  }
  for (const [what, count] of capture.leftOut.counts()) leftOut.add(what, count);
  if (cyclic > 0) {
    const others = [...etherTypes.values()].reduce((sum, count) => sum + count, 0);
    leftOut.add('frames that are no cyclic PROFINET data', others);
  }
  return {
    streams: [...streams.values()],
    dcpRequests: (station) => requests.get(text(station)) ?? 0,
    leftOut,
    etherTypes: mostCommon(etherTypes),
  };
}

/** The frames of the two streams, as many as are needed and as memory should hold. */
async function keep(
  capture: Capture,
  names: readonly [StreamName, StreamName],
  needed: number,
  signal: AbortSignal | undefined,
): Promise<readonly [TrafficStream, TrafficStream]> {
  const kept = new Map(
    names.map((name) => [keyOf(name), { frames: [] as ApplicationFrame[], octets: 0, vlanTci: undefined as number | undefined }]),
  );
  for await (const packet of capture) {
    signal?.throwIfAborted();
    const found = classify(packet);
    if (found.kind !== 'cyclic') continue;
    const stream = kept.get(keyOf(found.stream));
    if (stream === undefined || stream.frames.length >= needed || stream.octets >= KEPT_OCTETS) continue;
    if (stream.frames.length === 0) stream.vlanTci = found.vlanTci;
    stream.frames.push(found.application);
    stream.octets += found.application.cSdu.length + OBJECT_OCTETS;
  }
  const [there, back] = names.map((name): TrafficStream => {
    const { frames, vlanTci } = kept.get(keyOf(name)) ?? { frames: [], vlanTci: undefined };
    return { ...name, vlanTci, frame: repeated(frames) };
  });
  if (there === undefined || back === undefined) throw new RangeError('two streams are asked for');
  return [there, back];
}

/** Frame number `index` of a stream that begins anew after its last frame. */
function repeated(frames: readonly ApplicationFrame[]): (index: number) => ApplicationFrame {
  const counters = frames.map(({ cycleCounter }) => cycleCounter);
  const steps = counters.slice(1).map((counter, index) => (counter - (counters[index] ?? 0) + COUNTER_WRAP) % COUNTER_WRAP);
  const typical = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const span = steps.reduce((sum, step) => sum + step, typical);
  return (index) => {
    const application = frames[index % frames.length];
    if (application === undefined) throw new RangeError('a stream without frames');
    const rounds = Math.floor(index / frames.length);
    return { ...application, cycleCounter: (application.cycleCounter + rounds * span) % COUNTER_WRAP };
  };
}

/** `02:00:00:00:00:01, 56 cyclic frames of FrameID 0xc000 (they come again until 10000 are sent)` */
function describe({ name, frames }: SurveyedStream, needed: number): string {
  const again = frames < needed ? ` (they come again until ${needed.toLocaleString('en')} are sent)` : '';
  const count = `${frames.toLocaleString('en')} cyclic frame${frames === 1 ? '' : 's'}`;
  return `${address(name.source)}, ${count} of FrameID 0x${name.frameId.toString(16).padStart(4, '0')}${again}`;
}

function mostCommon(counts: ReadonlyMap<string, number>): string {
  const list = [...counts].sort((a, b) => b[1] - a[1]).map(([type, count]) => `${count} of EtherType ${type}`);
  return list.length === 0 ? 'no frame at all' : list.slice(0, 5).join(', ');
}

function keyOf({ source, destination, frameId }: StreamName): string {
  return `${text(source)}${text(destination)}${frameId}`;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Six octets as six characters: a key of a map. */
function text(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}

function address(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':');
}
