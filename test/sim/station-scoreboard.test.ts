/** The scoreboard of a station beside a twin of its model that plays the hardware: it lets right things pass, and stops at each wrong one. */
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../hdl-gen/sim/simulator.ts';
import { Clock } from '../../hdl-gen/sim/testbench.ts';
import { StationMismatch } from '../../sim/station-mismatch.ts';
import { StationScoreboard } from '../../sim/station-scoreboard.ts';
import { StationTrace } from '../../sim/station-trace.ts';
import { FIRST_KEY_ID } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import { type Payload, type PeerSettings, ReferencePeer } from '../../sw/reference-model/peer.ts';

const [CONTROLLER, DEVICE] = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)];
const IDS = { initiator: 0x8000, follower: 0x8001 } as const;

function settings(role: Role): PeerSettings {
  const isInitiator = role === 'initiator';
  return {
    encrypt: true,
    vlanTci: undefined,
    source: isInitiator ? CONTROLLER : DEVICE,
    destination: isInitiator ? DEVICE : CONTROLLER,
    transmitFrameId: IDS[role],
    receiveFrameId: IDS[isInitiator ? 'follower' : 'initiator'],
    passReceived: true,
    obsoleteTimeout: 100,
  };
}

function material(role: Role): SlotMaterial {
  const key = (fill: number) => ({ key: new Uint8Array(16).fill(fill), iv: new Uint8Array(12).fill(fill) });
  return role === 'initiator' ? { transmit: key(1), receive: key(2) } : { transmit: key(2), receive: key(1) };
}

const payload = (fill: number): Payload => ({ cSdu: new Uint8Array(40).fill(fill), apduStatus: Uint8Array.of(0, fill, 0x35, 0) });
const changed = (octets: Uint8Array, at: number): Uint8Array => octets.with(at, (octets[at] ?? 0) ^ 1);

/** Trace ports as somebody sets them: all 0 but for what a cycle has, and the slots, which stay. */
class Ports extends Map<string, { sampled: number }> {
  override get(name: string): { sampled: number } {
    const port = super.get(name) ?? { sampled: 0 };
    this.set(name, port);
    return port;
  }

  show(values: Readonly<Record<string, number>>): void {
    for (const [name, port] of this) if (!name.startsWith('trace_changed')) port.sampled = 0;
    for (const [name, value] of Object.entries(values)) this.get(`trace_${name}`).sampled = value;
  }
}

/** An initiator of one relation, watched, that was given its first key; `twin` is the same peer again, `follower` the other end. */
function connected() {
  const ports = new Ports();
  const clock = new Clock();
  const board = new StationScoreboard<string>({
    hardware: { role: 'initiator', slots: 2, relations: 1 },
    clock,
    relations: [settings('initiator')],
    trace: new StationTrace({ outputs: ports } as unknown as Simulator),
    replay: 'npx keyturn sim',
    onSent: () => {},
  });
  const cycle = (values: Readonly<Record<string, number>> = {}): void => {
    clock.advance();
    ports.show(values);
    board.sample(clock.cycle, 1);
  };
  const twin = new ReferencePeer('initiator', 2, settings('initiator'));
  const follower = new ReferencePeer('follower', 2, settings('follower'));
  twin.push(FIRST_KEY_ID, material('initiator'));
  follower.push(FIRST_KEY_ID, material('follower'));
  const pushed = material('initiator');
  board.pushing(FIRST_KEY_ID, pushed);
  cycle({ push_accepted: 1 });
  const frameOf = (peer: ReferencePeer, fill: number): Uint8Array => peer.transmit(payload(fill)) ?? new Uint8Array();
  return { board, cycle, pushed, sends: (fill: number) => frameOf(twin, fill), comes: (fill: number) => frameOf(follower, fill) };
}

/** Slot A Active in both views. */
const ACTIVE = { changed_provider_states: 2, changed_consumer_states: 2 };

function active(): ReturnType<typeof connected> {
  const made = connected();
  made.cycle(ACTIVE);
  return made;
}

describe('what is right', () => {
  it('passes', () => {
    const { board, cycle, sends, comes } = active();
    board.give(0, payload(7));
    cycle({ transmit: 1 });
    board.left(sends(7), 3);
    board.taken({ frame: comes(9), origin: 'genuine', at: 3 });
    cycle({ receive: 1, deliver: 1 });
    board.read({ relation: 0, payload: payload(9) });
    const host = new Uint8Array(60).fill(0xee);
    board.giveHost(host);
    board.left(host, 4);
    board.taken({ frame: host, origin: 'host', at: 5 });
    board.passed(host);
    expect(board.idle).toBe(true);
    expect(board.unread).toBe(0);
    expect(board.counts).toEqual([expect.objectContaining({ framesSent: 1, framesReceived: 1, framesDelivered: 1, framesRefused: 0 })]);
  });

  it('knows of a payload that was delivered and never read', () => {
    const { board, cycle, comes } = active();
    board.taken({ frame: comes(9), origin: 'genuine', at: 3 });
    cycle({ receive: 1, deliver: 1 });
    expect(board.unread).toBe(1);
  });

  it('of a key nothing stays in the copy of the scoreboard, accepted or refused', () => {
    const { board, cycle, pushed } = active();
    const again = material('initiator');
    board.pushing(FIRST_KEY_ID, again);
    cycle({ push_refused: 1 });
    for (const { transmit, receive } of [pushed, again])
      expect([...transmit.key, ...transmit.iv, ...receive.key, ...receive.iv].every((octet) => octet === 0)).toBe(true);
  });

  it('waits for slots that must show, and for nothing else', () => {
    const { board, cycle } = connected();
    expect(board.quietFor).toBe(1);
    cycle(ACTIVE);
    expect(board.quietFor).toBe(Number.POSITIVE_INFINITY);
    expect(board.shows).toBe(false);
  });
});

describe('what is wrong stops it, and says both sides', () => {
  const differs = (what: string, wrong: (made: ReturnType<typeof connected>) => void, made = active()): void => {
    let failure: unknown;
    try {
      wrong(made);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(StationMismatch);
    expect(failure).toMatchObject({ station: 'initiator', what });
    expect(String(failure)).toMatch(/in the hardware, .* in the reference model\n {2}again with: npx keyturn sim$/);
  };

  it.each([0, 17, 30, 60, 79])('a frame that differs in octet %i alone', (octet) =>
    differs('frame on the wire', ({ board, cycle, sends }) => {
      board.give(0, payload(7));
      cycle({ transmit: 1 });
      board.left(changed(sends(7), octet), 3);
    }),
  );

  it('a frame that nobody gave, and one that was given and is refused', () => {
    differs('relation of a record', ({ cycle }) => cycle({ transmit: 1 }));
    differs('a record refused', ({ board, cycle }) => {
      board.give(0, payload(7));
      cycle({ refused: 1 });
    });
  });

  it('a payload that differs in its last octet, or in its APDU status', () => {
    const delivered = ({ board, cycle, comes }: ReturnType<typeof connected>): void => {
      board.taken({ frame: comes(9), origin: 'genuine', at: 3 });
      cycle({ receive: 1, deliver: 1 });
    };
    differs('payload', (made) => {
      delivered(made);
      made.board.read({ relation: 0, payload: { ...payload(9), cSdu: changed(payload(9).cSdu, 39) } });
    });
    differs('payload', (made) => {
      delivered(made);
      made.board.read({ relation: 0, payload: { ...payload(9), apduStatus: changed(payload(9).apduStatus, 1) } });
    });
  });

  it('a frame of the host that is not handed on as it came', () =>
    differs('frame for the host', ({ board }) => {
      const host = new Uint8Array(60).fill(0xee);
      board.taken({ frame: host, origin: 'host', at: 2 });
      board.passed(changed(host, 59));
    }));

  it('a verdict that is not the one of the model, either way, or on nothing', () => {
    differs('a frame delivered', ({ board, cycle, comes }) => {
      board.taken({ frame: comes(9), origin: 'genuine', at: 3 });
      cycle({ receive: 1 });
    });
    differs('a frame delivered', ({ board, cycle, comes }) => {
      board.taken({ frame: changed(comes(9), 70), origin: 'forged', at: 3 });
      cycle({ receive: 1, deliver: 1 });
    });
    differs('relation of a verdict', ({ cycle }) => cycle({ receive: 1 }));
  });

  it('slots that change otherwise, not at once, or for nothing', () => {
    differs('slots of relation 0', ({ cycle }) => cycle({ ...ACTIVE, changed_provider_states: 3 }), connected());
    differs('slots of relation 0', ({ cycle }) => cycle(), connected());
    differs('relation whose slots changed', ({ cycle }) => cycle({ ...ACTIVE, changed_relation: 1 }), connected());
    differs('slots of relation 0', ({ cycle }) => cycle({ ...ACTIVE, changed_consumer_states: 0 }));
  });

  it('a key that runs out in the model and stays in the hardware', () => {
    const second = { master: 0, communication: 1 };
    // its first key is the second of the initiator, which follows it at once
    const ahead = new ReferencePeer('follower', 2, settings('follower'));
    ahead.push(second, material('follower'));
    differs('slots of relation 0', ({ board, cycle }) => {
      board.pushing(second, material('initiator'));
      cycle({ push_accepted: 1 });
      cycle({ changed_provider_states: 0b0110, changed_consumer_states: 0b0110 });
      board.taken({ frame: ahead.transmit(payload(9)) ?? new Uint8Array(), origin: 'genuine', at: 3 });
      cycle({ receive: 1, deliver: 1 });
      cycle({ changed_provider_states: 0b1000, changed_consumer_states: 0b1011 });
      // Obsolete for 100 cycles, then to be found by a visit of two relations
      for (let count = 0; count < 99 + 2 * 26; count++) cycle();
      expect(board.quietFor).toBe(1);
      for (let count = 0; count < 3; count++) cycle();
    });
  });

  it('a Push or a cancel that ends otherwise, and a Push of nothing', () => {
    differs(`Push of 0|1`, ({ board, cycle }) => {
      board.pushing({ master: 0, communication: 1 }, material('follower'));
      cycle({ push_refused: 1 });
    });
    differs('cancel', ({ cycle }) => cycle({ cancel_accepted: 1 }));
    differs('a Push', ({ cycle }) => cycle({ push_accepted: 1 }));
  });

  it('after an erase, slots that are still in use, and a frame that begins', () => {
    differs('slots of relation 0', ({ cycle }) => {
      cycle({ erased: 1 });
      cycle(ACTIVE);
    });
    differs('a record refused', ({ board, cycle }) => {
      cycle({ erased: 1 });
      cycle({ changed_provider_states: 0, changed_consumer_states: 0 });
      board.give(0, payload(7));
      cycle({ transmit: 1 });
    });
  });
});
