import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Capture } from '../../../capture/capture.ts';
import { readCapture } from '../../../capture/read.ts';
import { trafficFromCapture } from '../../../sim/traffic/from-capture.ts';
import { TrafficError, type TrafficStream } from '../../../sim/traffic/traffic.ts';
import { C_SDU_MAX } from '../../../spec/header.ts';

const CAPTURE = fileURLToPath(new URL('../../../../shared/data/captures/cisagov_profinet_io_cm_mixed_1.pcap', import.meta.url));
const CONTROLLER = Uint8Array.of(0x02, 0, 0, 0, 0, 0xc0);
const DEVICE = Uint8Array.of(0x02, 0, 0, 0, 0, 0xd0);
const STRANGER = Uint8Array.of(0x02, 0, 0, 0, 0, 0xe0);
const TAG = [0x81, 0x00, 0xc1, 0x23];

interface Cyclic {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly frameId?: number;
  readonly counter?: number;
  readonly tagged?: boolean;
  readonly cSdu?: readonly number[];
}

const word = (value: number): number[] => [value >> 8, value & 0xff];

function cyclic({ from, to, frameId = 0x8000, counter = 0, tagged = false, cSdu = [0x80, 1, 2, 3] }: Cyclic): Uint8Array {
  return Uint8Array.of(...to, ...from, ...(tagged ? TAG : []), 0x88, 0x92, ...word(frameId), ...cSdu, ...word(counter), 0x35, 0);
}

const there = (more: Partial<Cyclic> = {}): Uint8Array => cyclic({ from: CONTROLLER, to: DEVICE, ...more });
const back = (more: Partial<Cyclic> = {}): Uint8Array => cyclic({ from: DEVICE, to: CONTROLLER, ...more });
const dcpRequest = (from: Uint8Array): Uint8Array =>
  Uint8Array.of(1, 0x0e, 0xcf, 0, 0, 0, ...from, 0x88, 0x92, 0xfe, 0xfe, 5, 0, 0, 0, 0, 1);

function traffic(...frames: readonly Uint8Array[]) {
  const packets = frames.map((data) => ({ interface: 0, timestampNs: 0n, data, originalLength: data.length }));
  const capture: Capture = { format: 'pcap', interfaces: [{ name: 'eth0' }], packets };
  return trafficFromCapture(capture, 'line.pcap');
}

const named = (frameIds: readonly number[]) => frameIds.map((frameId) => ({ frameId, hex: frameId.toString(16).padStart(4, '0') }));

const counters = (stream: TrafficStream, count: number): number[] =>
  Array.from({ length: count }, (_, index) => stream.frame(index).cycleCounter);

describe('cyclic frames', () => {
  it('are taken apart, tagged and untagged', () => {
    const { initiatorToFollower, followerToInitiator, origin } = traffic(
      there({ tagged: true, counter: 0x1234, cSdu: [0x80, 7, 8, 9, 10] }),
      back({ frameId: 0x8001, cSdu: [1] }),
    );
    const { frame, ...head } = initiatorToFollower;
    expect(head).toEqual({ frameId: 0x8000, source: CONTROLLER, destination: DEVICE, vlanTci: 0xc123 });
    expect(frame(0)).toEqual({ cSdu: Uint8Array.of(0x80, 7, 8, 9, 10), cycleCounter: 0x1234, dataStatus: 0x35, transferStatus: 0 });
    expect(followerToInitiator).toMatchObject({ frameId: 0x8001, source: DEVICE, destination: CONTROLLER, vlanTci: undefined });
    expect(followerToInitiator.frame(0).cSdu).toEqual(Uint8Array.of(1));
    expect(origin).toBe('line.pcap: 1 and 1 cyclic frames');
  });

  it.each(named([0x0100, 0x0fff, 0x1000, 0x2fff, 0x8000, 0xfbff]))('have the FrameID $hex', ({ frameId }) => {
    expect(traffic(there({ frameId }), back()).initiatorToFollower.frameId).toBe(frameId);
  });

  it.each(named([0x00ff, 0x3000, 0x7fff, 0xfc00, 0xfefe]))('do not have the FrameID $hex', ({ frameId }) => {
    expect(() => traffic(there({ frameId }), back())).toThrow(TrafficError);
  });

  it('have a C_SDU that a secured frame can carry, and are of two stations: the busiest stream, and the busiest one against it', () => {
    const long = new Array<number>(C_SDU_MAX + 1).fill(1);
    const { initiatorToFollower, followerToInitiator, origin } = traffic(
      cyclic({ from: CONTROLLER, to: STRANGER }),
      there({ cSdu: long }),
      there(),
      there(),
      cyclic({ from: STRANGER, to: CONTROLLER }),
      back({ frameId: 0x8002 }),
      back({ frameId: 0x8003 }),
      back({ frameId: 0x8003 }),
      Uint8Array.of(1, 2, 3),
    );
    expect(origin).toBe('line.pcap: 2 and 2 cyclic frames');
    expect(initiatorToFollower.source).toEqual(CONTROLLER);
    expect(initiatorToFollower.destination).toEqual(DEVICE);
    expect(followerToInitiator.frameId).toBe(0x8003);
  });

  it('come again when the capture is used up, and their counters go on: as many steps as in the capture, and over the wrap', () => {
    const { initiatorToFollower, followerToInitiator } = traffic(
      there({ counter: 65500 }),
      back({ counter: 10 }),
      there({ counter: 65532 }),
      there({ counter: 28 }),
    );
    expect(counters(initiatorToFollower, 7)).toEqual([65500, 65532, 28, 60, 92, 124, 156]);
    // with one frame there is no step to go on by
    expect(counters(followerToInitiator, 3)).toEqual([10, 10, 10]);
    expect(initiatorToFollower.frame(4).cSdu).toEqual(initiatorToFollower.frame(1).cSdu);
  });
});

describe('the initiator', () => {
  const initiatorOf = (...frames: readonly Uint8Array[]): Uint8Array => traffic(...frames).initiatorToFollower.source;

  it('is the station that sent a DCP request, whoever sends more or first', () => {
    expect(initiatorOf(back(), back(), there(), dcpRequest(CONTROLLER))).toEqual(CONTROLLER);
    expect(initiatorOf(there(), there(), back(), dcpRequest(DEVICE))).toEqual(DEVICE);
    expect(initiatorOf(there(), there(), back(), dcpRequest(STRANGER), dcpRequest(DEVICE))).toEqual(DEVICE);
  });

  it('is the one that sent the first cyclic frame, where neither or both sent a request', () => {
    expect(initiatorOf(back(), there(), there())).toEqual(DEVICE);
    expect(initiatorOf(there(), back(), back())).toEqual(CONTROLLER);
    expect(initiatorOf(back(), there(), dcpRequest(CONTROLLER), dcpRequest(DEVICE))).toEqual(DEVICE);
  });
});

describe('captures that hold no traffic', () => {
  it('none at all: says what was found instead', () => {
    const ip = Uint8Array.of(...DEVICE, ...CONTROLLER, 0x08, 0x00, 0x45);
    const dcp = dcpRequest(CONTROLLER);
    expect(() => traffic(ip, ip, dcp)).toThrow(
      'line.pcap holds no cyclic PROFINET frame (found 2 of EtherType 0x0800, 1 of EtherType 0x8892)',
    );
    expect(() => traffic()).toThrow('found no frame at all');
    expect(() => traffic()).toThrow(TrafficError);
  });

  it('frames cut to a snap length: what stands at their end is not their APDU status', () => {
    const cut = [there(), back()].map((data) => ({ interface: 0, timestampNs: 0n, data, originalLength: data.length + 8 }));
    const capture: Capture = { format: 'pcap', interfaces: [{ name: 'eth0' }], packets: cut };
    expect(() => trafficFromCapture(capture, 'cut.pcap')).toThrow('cut.pcap holds no cyclic PROFINET frame');
  });

  it('one direction only: says whose, and how to record both', () => {
    expect(() => traffic(there(), there())).toThrow(
      'line.pcap holds cyclic frames of 0200000000c0 only; expected frames of both directions',
    );
    expect(() => traffic(there(), cyclic({ from: DEVICE, to: STRANGER }))).toThrow(TrafficError);
  });
});

it('a capture of real hardware: a controller and a device with two FrameIDs', ({ skip }) => {
  if (!existsSync(CAPTURE)) return skip('../shared/data is not here: the capture of real hardware is not part of the project');
  const { initiatorToFollower, followerToInitiator, origin } = trafficFromCapture(readCapture(readFileSync(CAPTURE)), 'real');
  expect(origin).toBe('real: 56 and 46 cyclic frames');
  expect(initiatorToFollower.source).toEqual(followerToInitiator.destination);
  // the counter goes on where the capture began anew
  const step = (at: number): number => {
    const [before = 0, after = 0] = [at, at + 1].map((index) => initiatorToFollower.frame(index).cycleCounter);
    return (after - before + 65536) % 65536;
  };
  expect(step(55)).toBeGreaterThan(0);
  expect(step(55)).toBe(step(111));
});
