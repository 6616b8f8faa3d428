/** The scoreboard beside a twin of its model that plays the hardware: it lets right things pass, and stops at each wrong one. */
import { describe, expect, it } from 'vitest';
import { SafetyViolation, Scoreboard, ScoreboardMismatch, type Trace } from '../../sim/scoreboard.ts';
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
const QUIET: Trace = {
  provider: 0,
  consumer: 0,
  transmit: false,
  receive: false,
  deliver: false,
  pushAccepted: false,
  pushRefused: false,
  cancelAccepted: false,
  cancelRefused: false,
  erased: false,
};
/** slot A Active in both views */
const ACTIVE: Trace = { ...QUIET, provider: 2, consumer: 2 };

/** An initiator with its first key, watched; `twin` is the same peer again, `follower` the other one. */
function connected() {
  const board = new Scoreboard<string>('initiator', new ReferencePeer('initiator', 2, settings('initiator')), 'npx keyturn sim', {
    onTransmit: () => {},
    onOutcome: () => {},
    onSlots: () => {},
  });
  const twin = new ReferencePeer('initiator', 2, settings('initiator'));
  const follower = new ReferencePeer('follower', 2, settings('follower'));
  twin.push(FIRST_KEY_ID, material('initiator'));
  follower.push(FIRST_KEY_ID, material('follower'));
  const pushed = material('initiator');
  board.push(FIRST_KEY_ID, pushed);
  board.cycle(1, { ...QUIET, pushAccepted: true });
  const frameOf = (peer: ReferencePeer, fill: number): Uint8Array => peer.transmit(payload(fill)) ?? new Uint8Array();
  return { board, pushed, sends: (fill: number) => frameOf(twin, fill), comes: (fill: number) => frameOf(follower, fill) };
}

function changed(octets: Uint8Array, at: number): Uint8Array {
  return octets.with(at, (octets[at] ?? 0) ^ 1);
}

describe('what is right', () => {
  it('passes, and is counted by what was compared', () => {
    const { board, sends, comes } = connected();
    board.payload(payload(7));
    board.cycle(2, { ...ACTIVE, transmit: true });
    expect(board.sent(sends(7))).toBe(false);
    board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
    board.cycle(4, { ...ACTIVE, receive: true, deliver: true });
    board.read(payload(9));
    const host = new Uint8Array(60).fill(0xee);
    board.hostFrame(host);
    expect(board.sent(host)).toBe(true);
    board.arrived({ frame: host, origin: 'host', at: 5 });
    board.passed(host);
    board.finish(6);
    expect(board.compared).toEqual({ cyclesOfSlots: 3, framesSent: 1, verdicts: 1, payloads: 1, pushes: 1, hostFrames: 2 });
  });

  it('of a key nothing stays in the copy of the scoreboard, accepted or refused', () => {
    const { board, pushed } = connected();
    expect(pushed).toEqual({
      transmit: { key: new Uint8Array(16), iv: new Uint8Array(12) },
      receive: { key: new Uint8Array(16), iv: new Uint8Array(12) },
    });
    const again = material('initiator');
    board.push(FIRST_KEY_ID, again);
    board.cycle(2, { ...ACTIVE, pushRefused: true });
    expect([...again.transmit.key, ...again.transmit.iv, ...again.receive.key, ...again.receive.iv].every((octet) => octet === 0)).toBe(
      true,
    );
  });
});

describe('what is wrong stops it, and says both sides', () => {
  const differs = (what: string | RegExp, wrong: (peer: ReturnType<typeof connected>) => void): void => {
    let failure: unknown;
    try {
      wrong(connected());
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(ScoreboardMismatch);
    expect(failure).toMatchObject({ peer: 'initiator', what: typeof what === 'string' ? what : expect.stringMatching(what) });
  };

  it.each([0, 17, 30, 60, 79])('a frame sent that differs in octet %i alone', (octet) =>
    differs('frame sent', ({ board, sends }) => {
      board.payload(payload(7));
      board.cycle(2, { ...ACTIVE, transmit: true });
      board.sent(changed(sends(7), octet));
    }),
  );

  it('a frame sent that nobody gave', () => differs('sending', ({ board }) => board.cycle(2, { ...ACTIVE, transmit: true })));

  it('a payload read that differs in its last octet', () =>
    differs('payload delivered', ({ board, comes }) => {
      board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
      board.cycle(4, { ...ACTIVE, receive: true, deliver: true });
      board.read({ ...payload(9), cSdu: changed(payload(9).cSdu, 39) });
    }));

  it('a payload read with another APDU status', () =>
    differs('payload delivered', ({ board, comes }) => {
      board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
      board.cycle(4, { ...ACTIVE, receive: true, deliver: true });
      board.read({ ...payload(9), apduStatus: changed(payload(9).apduStatus, 1) });
    }));

  it('a payload that was delivered and never read', () =>
    differs('payloads to read', ({ board, comes }) => {
      board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
      board.cycle(4, { ...ACTIVE, receive: true, deliver: true });
      board.finish(5);
    }));

  it('a frame that was begun and never sent', () =>
    differs('frames to send', ({ board }) => {
      board.payload(payload(7));
      board.cycle(2, { ...ACTIVE, transmit: true });
      board.finish(3);
    }));

  it('a frame of the host that was never sent', () =>
    differs('host frames to send', ({ board }) => {
      board.hostFrame(new Uint8Array(60));
      board.finish(3);
    }));

  it('a frame of the host that was not handed on, or not as it came', () => {
    const host = new Uint8Array(60).fill(0xee);
    differs('frames to hand on', ({ board }) => {
      board.arrived({ frame: host, origin: 'host', at: 2 });
      board.finish(3);
    });
    differs('frame handed on', ({ board }) => {
      board.arrived({ frame: host, origin: 'host', at: 2 });
      board.passed(changed(host, 59));
    });
  });

  it('a frame that arrived and never had a verdict', () =>
    differs('frames without verdict', ({ board, comes }) => {
      board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
      board.finish(5);
    }));

  it('a verdict that is not the one of the model, either way', () => {
    differs(/^verdict on /, ({ board, comes }) => {
      board.arrived({ frame: comes(9), origin: 'genuine', at: 3 });
      board.cycle(4, { ...ACTIVE, receive: true });
    });
    differs(/^verdict on /, ({ board, comes }) => {
      board.arrived({ frame: changed(comes(9), 70), origin: 'forged', at: 3 });
      board.cycle(4, { ...ACTIVE, receive: true, deliver: true });
    });
  });

  it('a view of the slots in any cycle', () => {
    differs('provider view of the slots', ({ board }) => board.cycle(2, { ...ACTIVE, provider: 3 }));
    differs('consumer view of the slots', ({ board }) => board.cycle(2, { ...ACTIVE, consumer: 0 }));
  });

  it('a key that is installed again, under whatever KeyId', () => {
    const { board } = connected();
    board.push({ master: 0, communication: 1 }, material('initiator'));
    expect(() => board.cycle(2, { ...ACTIVE, pushAccepted: true })).toThrow(SafetyViolation);
  });
});
