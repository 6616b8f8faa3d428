import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { Capture, captureFile } from '../../../capture/read.ts';
import { pcapngHeader, pcapngPacket } from '../../../capture/write.ts';
import { trafficFromCapture } from '../../../sim/traffic/from-capture.ts';
import { TrafficError, type TrafficStream } from '../../../sim/traffic/traffic.ts';
import { C_SDU_MAX } from '../../../spec/header.ts';
import { captureOf, fileOf, pcapFile } from '../../capture/capture-files.ts';

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

/** Frames needed in each direction. */
const NEEDED = 1000;

function traffic(...frames: readonly Uint8Array[]) {
  const blocks = frames.map((data) => pcapngPacket(0, 0n, data));
  return trafficFromCapture(captureOf(fileOf(pcapngHeader('test', ['eth0']), ...blocks), 'line.pcap'), NEEDED);
}

/** The notes, without the name of the file. */
const notesOf = async (...frames: readonly Uint8Array[]): Promise<readonly string[]> =>
  (await traffic(...frames)).notes.map((note) => note.replace('line.pcap: ', ''));

const named = (frameIds: readonly number[]) => frameIds.map((frameId) => ({ frameId, hex: frameId.toString(16).padStart(4, '0') }));

const counters = (stream: TrafficStream, count: number): number[] =>
  Array.from({ length: count }, (_, index) => stream.frame(index).cycleCounter);

describe('cyclic frames', () => {
  it('are said to come again where there are fewer than are needed, and only then', async () => {
    const noted = async (needed: number): Promise<string> => {
      const blocks = [there(), there(), back(), back()].map((data) => pcapngPacket(0, 0n, data));
      const capture = captureOf(fileOf(pcapngHeader('test', ['eth0']), ...blocks), 'line.pcap');
      return (await trafficFromCapture(capture, needed)).notes.join(' ');
    };
    expect(await noted(2)).not.toContain('they come again');
    expect(await noted(3)).toContain('2 cyclic frames of FrameID 0x8000 (they come again until 3 are sent)');
  });

  it('that come again go on by the step that is typical of them', async () => {
    const counts = [0, 100, 132, 164, 196].map((counter) => there({ counter }));
    const { initiatorToFollower } = await traffic(...counts, back());
    expect(counters(initiatorToFollower, 7).slice(5)).toEqual([196 + 32, 196 + 32 + 100]);
  });

  it('are taken apart, tagged and untagged', async () => {
    const { initiatorToFollower, followerToInitiator, origin } = await traffic(
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

  it.each(named([0x0100, 0x0fff, 0x1000, 0x2fff, 0x8000, 0xfbff]))('have the FrameID $hex', async ({ frameId }) => {
    expect((await traffic(there({ frameId }), back())).initiatorToFollower.frameId).toBe(frameId);
  });

  it.each(named([0x00ff, 0x3000, 0x7fff, 0xfc00, 0xfefe]))('do not have the FrameID $hex', async ({ frameId }) => {
    await expect(traffic(there({ frameId }), back())).rejects.toThrow(TrafficError);
  });

  it('have a C_SDU that a secured frame can carry, and are of two stations: the busiest stream, and the busiest one against it', async () => {
    const long = new Array<number>(C_SDU_MAX + 1).fill(1);
    const { initiatorToFollower, followerToInitiator, origin } = await traffic(
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

  it('come again when the capture is used up, and their counters go on: as many steps as in the capture, and over the wrap', async () => {
    const { initiatorToFollower, followerToInitiator } = await traffic(
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
  const initiatorOf = async (...frames: readonly Uint8Array[]): Promise<Uint8Array> =>
    (await traffic(...frames)).initiatorToFollower.source;

  it('is the station that sent a DCP request, whoever sends more or first', async () => {
    expect(await initiatorOf(back(), back(), there(), dcpRequest(CONTROLLER))).toEqual(CONTROLLER);
    expect(await initiatorOf(there(), there(), back(), dcpRequest(DEVICE))).toEqual(DEVICE);
    expect(await initiatorOf(there(), there(), back(), dcpRequest(STRANGER), dcpRequest(DEVICE))).toEqual(DEVICE);
  });

  it('is the one that sent the first cyclic frame, where neither or both sent a request', async () => {
    expect(await initiatorOf(back(), there(), there())).toEqual(DEVICE);
    expect(await initiatorOf(there(), back(), back())).toEqual(CONTROLLER);
    expect(await initiatorOf(back(), there(), dcpRequest(CONTROLLER), dcpRequest(DEVICE))).toEqual(DEVICE);
  });
});

describe('captures that hold no traffic', () => {
  it('none at all: says what was found instead', async () => {
    const ip = Uint8Array.of(...DEVICE, ...CONTROLLER, 0x08, 0x00, 0x45);
    const dcp = dcpRequest(CONTROLLER);
    await expect(traffic(ip, ip, dcp)).rejects.toThrow(
      'line.pcap holds no cyclic PROFINET frame (found 2 of EtherType 0x0800, 1 of EtherType 0x8892)',
    );
    const others = [1, 2, 3, 4, 5, 6].map((last) => Uint8Array.of(...DEVICE, ...CONTROLLER, 0x08, last, ...new Uint8Array(46)));
    await expect(traffic(...others)).rejects.toThrow(/\(found (1 of EtherType 0x080[1-5](, )?){5}\)/);
    await expect(traffic()).rejects.toThrow('found no frame at all');
    await expect(traffic()).rejects.toThrow(TrafficError);
  });

  it('frames cut to a snap length: what stands at their end is not their APDU status', async () => {
    const records = [there(), back()].map((data) => ({ seconds: 0, fraction: 0, data, originalLength: data.length + 8 }));
    const file = pcapFile({ littleEndian: true, nanoseconds: false }, records);
    await expect(trafficFromCapture(captureOf(file, 'cut.pcap'), NEEDED)).rejects.toThrow(
      'cut.pcap holds no cyclic PROFINET frame (found no frame at all; left out: cyclic frames cut to the snap length of the capture: 2)',
    );
  });

  it('one direction only: says whose, and how to record both', async () => {
    await expect(traffic(there(), there())).rejects.toThrow(
      'line.pcap holds cyclic frames of 02:00:00:00:00:c0 only, and none against them; expected frames of both directions',
    );
    await expect(traffic(there(), cyclic({ from: DEVICE, to: STRANGER }))).rejects.toThrow(TrafficError);
  });
});

describe('N6: who is the initiator, and how it is said', () => {
  const A = CONTROLLER;
  const identify = Uint8Array.of(1, 0x0e, 0xcf, 0, 0, 0, ...A, 0x81, 0, 0, 0, 0x88, 0x92, 0xfe, 0xfe, 5, 0, 0, 0, 0, 1);
  const getSet = (from: Uint8Array, serviceType: number): Uint8Array =>
    Uint8Array.of(...DEVICE, ...from, 0x88, 0x92, 0xfe, 0xfd, 3, serviceType, 0, 0, 0, 1);

  it('one tagged Identify from A, then B to A, then A to B: A', async () => {
    const { initiatorToFollower } = await traffic(identify, back(), there());
    expect(initiatorToFollower.source).toEqual(A);
  });

  it('an answer to Get or Set has the FrameID of the request, and is none: its ServiceType tells', async () => {
    const roles = async (serviceType: number) => (await traffic(getSet(DEVICE, serviceType), there(), back())).initiatorToFollower.source;
    expect(await roles(0)).toEqual(DEVICE);
    expect(await roles(1)).toEqual(CONTROLLER);
    expect(await roles(5)).toEqual(CONTROLLER);
  });

  it('the notes say which station took which role, why, and how many frames it sent', async () => {
    expect(await notesOf(identify, identify, back(), there(), there({ counter: 1 }))).toEqual([
      'initiator 02:00:00:00:00:c0, 2 cyclic frames of FrameID 0x8000 (they come again until 1,000 are sent): it sent 2 DCP requests, the other none',
      'follower  02:00:00:00:00:d0, 1 cyclic frame of FrameID 0x8000 (they come again until 1,000 are sent)',
      'left out: 2 frames that are no cyclic PROFINET data',
    ]);
    expect((await notesOf(back(), there()))[0]).toMatch(
      /^initiator 02:00:00:00:00:d0, .*: neither sent a DCP request, and it sent the first/,
    );
    expect((await notesOf(identify, getSet(DEVICE, 0), back(), there()))[0]).toMatch(
      /00:d0, .*: both sent DCP requests, and it sent the first/,
    );
  });
});

describe('N8: what a capture may hold beside plain frames', () => {
  /** A frame with other octets between its addresses and its EtherType. */
  const tagged = (frame: Uint8Array, ...tags: readonly number[]): Uint8Array =>
    Uint8Array.of(...frame.subarray(0, 12), ...tags, ...frame.subarray(12));
  const one = there({ counter: 7, cSdu: [0x80, 9] });

  it.each([
    { what: '802.1ad', tags: [0x88, 0xa8, 0x60, 5], vlanTci: 0x6005, outer: 0 },
    { what: 'QinQ', tags: [0x88, 0xa8, 0, 5, 0x81, 0, 0xc0, 0], vlanTci: 0xc000, outer: 1 },
    { what: 'QinQ before its standard', tags: [0x91, 0, 0, 5, 0x81, 0, 0xc0, 1], vlanTci: 0xc001, outer: 1 },
    { what: 'HSR', tags: [0x89, 0x2f, 0x10, 0x34, 0, 1], vlanTci: undefined, outer: 1 },
    { what: 'HSR in a VLAN', tags: [0x81, 0, 0xc0, 2, 0x89, 0x2f, 0x10, 0x34, 0, 1], vlanTci: 0xc002, outer: 1 },
  ])('frames with tags of $what, read as tshark reads them', async ({ tags, vlanTci, outer }) => {
    const frame = tagged(one, ...tags);
    const { initiatorToFollower, notes } = await traffic(frame, back());
    expect(initiatorToFollower.vlanTci).toBe(vlanTci);
    expect(initiatorToFollower.frame(0)).toEqual({
      cSdu: Uint8Array.of(0x80, 9),
      cycleCounter: 7,
      dataStatus: 0x35,
      transferStatus: 0,
    });
    expect(notes.filter((note) => note.includes('outer tags'))).toEqual(
      outer === 0 ? [] : [`line.pcap: left out: ${outer} outer tags (802.1ad, QinQ, HSR), taken off`],
    );
  });

  it('tshark finds in them the same FrameIDs and cycle counters', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keyturn-traffic-'));
    try {
      const path = join(folder, 'tags.pcapng');
      const long = there({ counter: 7, cSdu: new Array<number>(40).fill(0x80) });
      const stacks = [
        [0x88, 0xa8, 0x60, 5],
        [0x88, 0xa8, 0, 5, 0x81, 0, 0xc0, 0],
        [0x91, 0, 0, 5, 0x81, 0, 0xc0, 1],
        [0x89, 0x2f, 0x10, 0x34, 0, 1],
      ];
      const frames = stacks.map((tags) => tagged(long, ...tags));
      writeFileSync(path, fileOf(pcapngHeader('test', ['eth0']), ...frames.map((frame) => pcapngPacket(0, 0n, frame))));
      const { stdout } = await execa('tshark', ['-r', path, '-T', 'fields', '-e', 'pn_rt.frame_id', '-e', 'pn_rt.cycle_counter']);
      expect(stdout.split('\n').map((line) => line.split('\t').map(Number))).toEqual(frames.map(() => [0x8000, 7]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('two producers that send to groups, or one of them: they are each against the other', async () => {
    const group = Uint8Array.of(1, 0x0e, 0xcf, 0, 2, 1);
    const other = Uint8Array.of(1, 0x0e, 0xcf, 0, 2, 2);
    const both = await traffic(there({ to: group }), back({ to: other }), back({ to: other }));
    expect(both.initiatorToFollower).toMatchObject({ source: CONTROLLER, destination: group });
    expect(both.followerToInitiator).toMatchObject({ source: DEVICE, destination: other });
    const same = await traffic(there({ to: group }), back({ to: group, frameId: 0x8001 }));
    expect(same.followerToInitiator).toMatchObject({ source: DEVICE, destination: group });
    const half = await traffic(there({ to: group }), back());
    expect(half.followerToInitiator).toMatchObject({ source: DEVICE, destination: CONTROLLER });
    // two that send to each other come first, however busy the groups are
    const pair = await traffic(cyclic({ from: STRANGER, to: group }), cyclic({ from: STRANGER, to: group }), there(), back());
    expect(pair.initiatorToFollower.source).toEqual(CONTROLLER);
    // one station alone is not two, to however many groups it sends
    await expect(traffic(there({ to: group }), there({ to: other }))).rejects.toThrow('of 02:00:00:00:00:c0 only');
  });

  it('says what was left out, and how many', async () => {
    const long = new Array<number>(C_SDU_MAX + 1).fill(1);
    const notes = await notesOf(
      there(),
      there({ cSdu: long }),
      back(),
      back({ cSdu: [] }),
      cyclic({ from: STRANGER, to: DEVICE }),
      Uint8Array.of(...DEVICE, ...CONTROLLER, 0x08, 0x00, 0x45),
    );
    expect(notes.filter((note) => note.startsWith('left out: '))).toEqual([
      'left out: 1 cyclic frames with a C_SDU of more than 1440 octets',
      'left out: 1 cyclic frames without a C_SDU',
      'left out: 1 frames that are no cyclic PROFINET data',
      'left out: 1 cyclic frames of other streams',
    ]);
  });

  it('a file that ends within a packet gives those before, and the last is said', async () => {
    const file = fileOf(pcapngHeader('test', ['eth0']), ...[there(), back(), back()].map((data) => pcapngPacket(0, 0n, data)));
    const { origin, notes } = await trafficFromCapture(captureOf(file.subarray(0, file.length - 5), 'cut.pcapng'), 1);
    expect(origin).toBe('cut.pcapng: 1 and 1 cyclic frames');
    expect(notes).toContain('cut.pcapng: left out: 1 packets cut off by the end of the file');
  });

  it('3 GiB, which no buffer holds, are read as they come', async () => {
    const GIB = 2 ** 30;
    const header = pcapngHeader('test', ['eth0']);
    // what fills the file is no frame of ours, but as long as a packet may be
    const filler = pcapngPacket(0, 0n, new Uint8Array(262_144));
    const [first, last] = [there({ counter: 1 }), back({ counter: 2 })].map((data) => pcapngPacket(0, 0n, data));
    const fillers = Math.ceil((3 * GIB) / filler.length);
    let longest = 0;
    const capture = new Capture('huge.pcapng', async function* () {
      yield fileOf(header, first ?? header);
      for (let count = 0; count < fillers; count++) {
        yield filler;
        longest = Math.max(longest, process.memoryUsage().rss);
      }
      yield last ?? header;
    });
    const before = process.memoryUsage().rss;
    const { notes, followerToInitiator } = await trafficFromCapture(capture, 1);
    expect(followerToInitiator.frame(0).cycleCounter).toBe(2);
    expect(notes).toContain(`huge.pcapng: left out: ${fillers.toLocaleString('en')} frames that are no cyclic PROFINET data`);
    expect(longest - before).toBeLessThan(GIB);
  });
});

it('a capture of real hardware: a controller and a device with two FrameIDs', async ({ skip }) => {
  if (!existsSync(CAPTURE)) return skip('../shared/data is not here: the capture of real hardware is not part of the project');
  const { initiatorToFollower, followerToInitiator, origin } = await trafficFromCapture(captureFile(CAPTURE), 500);
  expect(origin).toBe('cisagov_profinet_io_cm_mixed_1.pcap: 56 and 46 cyclic frames');
  expect(initiatorToFollower.source).toEqual(followerToInitiator.destination);
  // the counter goes on where the capture began anew
  const step = (at: number): number => {
    const [before = 0, after = 0] = [at, at + 1].map((index) => initiatorToFollower.frame(index).cycleCounter);
    return (after - before + 65536) % 65536;
  };
  expect(step(55)).toBeGreaterThan(0);
  expect(step(55)).toBe(step(111));
});
