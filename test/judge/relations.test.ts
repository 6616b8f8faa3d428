/** Several relations of one controller before the judge: whose a frame is, and what they share at the controller's port. */
import { describe, expect, it } from 'vitest';
import { faultsOf, faultsOfAll, judge, judgeRelations } from '../../judge/judge.ts';
import type { KeyLog } from '../../judge/key-log.ts';
import { ObservationError, observe, type Packet } from '../../judge/observation.ts';
import { interfaceNames, interfaceOf, type Point, pointOf, type Side } from '../../judge/points.ts';
import { type Run, syntheticRun } from './synthetic-run.ts';

const CONTROLLER = '020000000001';
const DEVICES = ['020000000100', '020000000101'] as const;
const NOBODY = '0200000000ff';
/** FrameIDs to the devices and from them. */
const DOWN = [0x8000, 0x8001] as const;
const UP = [0x8400, 0x8401] as const;

/** The controller compares sources, the devices do not. */
const LOGS: readonly KeyLog[] = DEVICES.map((device, relation) => ({
  connection: {
    ...syntheticRun().log.connection,
    frameId: { initiator: DOWN[relation] ?? 0, follower: UP[relation] ?? 0 },
    address: { initiator: CONTROLLER, follower: device },
    knownBy: { initiator: 'source', follower: 'frame-id' },
  },
  keys: [],
  erasures: [],
}));

let clock = 0;
function packet(side: Side, point: Point, relation: number, [to, from]: readonly [string, string], frameId: number | 'host'): Packet {
  const type = frameId === 'host' ? '88b5' : `8892${frameId.toString(16)}`;
  clock += 1000;
  return {
    interface: interfaceOf(side, point, relation),
    timestampNs: BigInt(clock),
    data: Buffer.from(`${to}${from}${type}${'00'.repeat(44)}`, 'hex'),
  };
}

/** How many frames of each relation are there. */
function placed(of: Packet, side: Side, point: Point): readonly string[] {
  return observe([of], LOGS, 'here').map(({ observation }) => {
    const { ours, foreign, others } = observation[side][point];
    return `${ours.length} ${foreign.length} ${others.length}`;
  });
}

describe('whose a frame is', () => {
  it.each<readonly [string, Side, Point, number, readonly [string, string], number | 'host', readonly string[]]>([
    ['one that the controller sends', 'initiator', 'sent', 0, [DEVICES[1], CONTROLLER], DOWN[1], ['0 0 1', '1 0 0']],
    ['one that it is given', 'initiator', 'given', 0, [DEVICES[1], CONTROLLER], DOWN[1], ['0 0 0', '1 0 0']],
    ['one that comes to it', 'initiator', 'arrived', 0, [CONTROLLER, DEVICES[1]], UP[1], ['0 0 0', '1 0 0']],
    ['one that comes from elsewhere', 'initiator', 'arrived', 0, [CONTROLLER, DEVICES[0]], UP[1], ['0 0 0', '0 1 0']],
    ['one that it handed on as that of another source', 'initiator', 'delivered', 0, [CONTROLLER, NOBODY], UP[0], ['0 1 0', '0 0 0']],
    ['one that comes to a device, whatever its source', 'follower', 'arrived', 1, [DEVICES[1], NOBODY], DOWN[1], ['0 0 0', '1 0 0']],
    ['one under the FrameID of another relation', 'follower', 'arrived', 1, [DEVICES[1], CONTROLLER], DOWN[0], ['0 0 0', '0 1 0']],
    ['one that a device sends', 'follower', 'sent', 0, [CONTROLLER, DEVICES[0]], UP[0], ['1 0 0', '0 0 0']],
    ['one of the host to a device', 'initiator', 'sent', 0, [DEVICES[1], CONTROLLER], 'host', ['0 0 1', '0 1 0']],
    ['one of the host from a device', 'initiator', 'arrived', 0, [CONTROLLER, DEVICES[1]], 'host', ['0 0 0', '0 1 0']],
    ['one that was reflected', 'initiator', 'arrived', 0, [DEVICES[1], CONTROLLER], 'host', ['0 0 0', '0 1 0']],
    ['one of nobody', 'initiator', 'arrived', 0, [CONTROLLER, NOBODY], 'host', ['0 1 0', '0 0 0']],
  ])('%s', (_, side, point, relation, ends, frameId, expected) => {
    expect(placed(packet(side, point, relation, ends, frameId), side, point)).toEqual(expected);
  });

  it('an interface that the relations do not have is refused', () => {
    const beyond = packet('follower', 'given', 2, [CONTROLLER, NOBODY], 'host');
    expect(() => observe([beyond], LOGS, 'here')).toThrow(ObservationError);
    expect(() => observe([beyond], LOGS, 'here')).toThrow('here: a frame of interface 12, expected 0 to 11');
  });

  it('each interface has its name and its place', () => {
    expect(interfaceNames(1)).toEqual([
      ...['initiator given', 'initiator sent', 'initiator arrived', 'initiator delivered'],
      ...['follower given', 'follower sent', 'follower arrived', 'follower delivered'],
    ]);
    expect(interfaceNames(3)[interfaceOf('follower', 'arrived', 2)]).toBe('follower 2 arrived');
    expect(pointOf(interfaceOf('follower', 'arrived', 2), 3)).toEqual({ side: 'follower', point: 'arrived', relation: 2 });
    expect(pointOf(interfaceOf('initiator', 'sent', 2), 3)).toEqual({ side: 'initiator', point: 'sent', relation: undefined });
    expect(pointOf(12, 2)).toBeUndefined();
  });
});

describe('relations at one port', () => {
  const judged = (...runs: readonly Run[]) => judgeRelations(runs.map(({ seen, log }) => ({ observation: seen, log })));
  /** A relation that is too young to rekey: ten frames, of which the last two are near the rekey of another. */
  const young = (): Run => {
    const run = syntheticRun();
    for (const side of Object.values(run.seen)) for (const point of Object.values(side)) point.ours.splice(10);
    return run;
  };
  const delayed = (run: Run, number: number, byNs: number): Run => {
    const { ours } = run.seen.initiator.sent;
    const sent = ours[number];
    if (sent !== undefined) ours[number] = { ...sent, atNs: sent.atNs + byNs };
    return run;
  };

  it('are each judged as if alone where nothing is wrong', () => {
    const { seen, log } = syntheticRun();
    const alone = judge(seen, log);
    expect(judged(syntheticRun(), syntheticRun())).toEqual([alone, alone]);
    expect(faultsOfAll([alone, alone])).toEqual([]);
  });

  it('are faults of their own, with their number', () => {
    const spoilt = syntheticRun();
    spoilt.seen.follower.delivered.ours.splice(7, 1);
    expect(faultsOfAll(judged(syntheticRun(), spoilt))).toEqual(['relation 1: 1 undecryptable frames']);
    expect(faultsOfAll(judged(spoilt))).toEqual(['1 undecryptable frames']);
  });

  it('stall where the rekey of another one holds them up', () => {
    const [, verdict] = judged(syntheticRun(), delayed(young(), 9, 800));
    expect(verdict?.lateness.initiator).toMatchObject({ stalledFrames: 1, stalledNs: 800 });
    // by itself it has no rekey that a frame could be near
    const { seen, log } = delayed(young(), 9, 800);
    expect(judge(seen, log).lateness.initiator.stalledFrames).toBe(0);
  });

  it('wait for each other on the wire, which is no stall', () => {
    const run = delayed(syntheticRun(), 13, 800);
    const sent = run.seen.initiator.sent.ours[13];
    if (sent === undefined) throw new RangeError('no such frame');
    // a frame of another relation holds the wire until then
    const frame = Buffer.alloc(100);
    run.seen.initiator.sent.others.push({ atNs: sent.atNs - 8 * frame.length, frame });
    expect(judged(run).flatMap(faultsOf)).toEqual([]);
    run.seen.initiator.sent.others.pop();
    expect(judged(run).flatMap(faultsOf)).toEqual(['1 frames stalled near rekeys, 800 ns in all']);
  });

  it('count what comes from elsewhere as forged, and do not miss it where it is handed on', () => {
    const run = syntheticRun();
    const stranger = { atNs: 20_000, frame: Buffer.from(run.seen.initiator.arrived.ours[2]?.frame ?? []) };
    stranger.frame.write(NOBODY, 6, 'hex');
    for (const point of ['arrived', 'delivered'] as const) run.seen.initiator[point].foreign.push(stranger);
    const [verdict] = judged(run);
    expect(verdict?.direction.follower).toMatchObject({ forged: 1, forgedAccepted: 0, hostFramesSpoilt: 0 });
  });
});
