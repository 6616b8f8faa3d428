/** One end of a relation on a peer in hardware, with its scoreboard: what both see is told to the connection. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import type { Clock } from '../hdl-gen/sim/testbench.ts';
import { OTHER } from '../judge/points.ts';
import type { Role } from '../spec/peer-rules.ts';
import { AEADS } from '../sw/aead/engines.ts';
import type { RekeyTrigger } from '../sw/control-plane/initiator.ts';
import type { KeySource } from '../sw/control-plane/key-source.ts';
import { KeySchedule } from '../sw/keys/key-schedule.ts';
import { ReferencePeer } from '../sw/reference-model/peer.ts';
import { associationOf, RELATION } from './agreement.ts';
import type { Connection } from './connection.ts';
import { PeerBench } from './peer-bench.ts';
import type { Side } from './report/result.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import { Scoreboard } from './scoreboard.ts';
import type { Origin } from './tally.ts';

export interface PeerEndOptions {
  readonly side: Side;
  readonly connection: Connection;
  readonly options: ScenarioOptions;
  readonly simulator: Simulator;
  readonly clock: Clock;
  /** how to see the same run again */
  readonly replay: string;
  readonly isOver: () => boolean;
  /** the earliest cycle in which a payload is sent */
  readonly firstAt: number;
  /** a broken key schedule, for tests */
  readonly keysOf?: (role: Role, masterKey: Uint8Array) => KeySource;
}

export interface PeerEnd {
  readonly bench: PeerBench<Origin>;
  readonly scoreboard: Scoreboard<Origin>;
}

export function peerEnd({ side, connection, options, simulator, clock, replay, isOver, firstAt, keysOf }: PeerEndOptions): PeerEnd {
  const { streams } = connection;
  const settings = connection.settingsOf(side);
  const model = new ReferencePeer(side, options.slots, settings, AEADS[options.engine]);
  const scoreboard = new Scoreboard<Origin>(side, model, replay, {
    onTransmit: (frame) => connection.transmits(side, frame),
    onInstalled: (keyId, material) => connection.installed(side, keyId, material),
    onErased: () => connection.erased(side),
    onOutcome: (arrival, outcome) => connection.outcome(side, arrival, outcome),
    onSlots: () => connection.slots(side, model.state),
  });
  const bench = new PeerBench<Origin>({
    side,
    simulator,
    clock,
    scoreboard,
    settings,
    association: associationOf(side, options, streams),
    keysOf: (masterKey) => keysOf?.(side, masterKey) ?? keysFrom(masterKey, options),
    isOver,
    trigger: triggerOf(options),
    counterAlarm: options.counterAlarm,
    onAgentEvent: (event) => connection.agentEvent(side, event),
    traffic: streams[side],
    peerTraffic: streams[OTHER[side]],
    frames: options.frames,
    interval: options.interval,
    firstAt,
    onSent: (frame, isHost, at) => connection.sent(side, frame, isHost, at, bench.payloadsBegun),
    onSeen: (point, at, frame, origin) => connection.seen(side, point, at, frame, origin),
    onStalled: (associated) => connection.tally.stalled(side, associated),
  });
  return { bench, scoreboard };
}

export function keysFrom(masterKey: Uint8Array, { profile, engine, relation = RELATION }: ScenarioOptions): KeySource {
  return new KeySchedule(masterKey, { profile, engine, relation });
}

/** When an initiator rekeys, in cycles. */
export function triggerOf({ rekeyFrames, rekeyCycles }: ScenarioOptions): RekeyTrigger {
  return { ...(rekeyFrames > 0 ? { frames: rekeyFrames } : {}), ...(rekeyCycles > 0 ? { time: rekeyCycles } : {}) };
}
