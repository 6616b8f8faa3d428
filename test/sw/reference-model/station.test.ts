import { describe, expect, it } from 'vitest';
import { FIRST_KEY_ID, nextKeyId } from '../../../spec/key-id.ts';
import { idealAead } from '../../../sw/aead/ideal.ts';
import type { PeerSettings } from '../../../sw/reference-model/peer.ts';
import { ReferenceStation } from '../../../sw/reference-model/station.ts';
import { frameOf, materialOf, payloadOf } from './peers.ts';

const CONTROLLER = Uint8Array.of(2, 0, 0, 0, 0, 1);
const deviceAddress = (relation: number) => Uint8Array.of(2, 0, 0, 1, 0, relation);
const common = { encrypt: true, vlanTci: undefined, passReceived: false, obsoleteTimeout: 4 } as const;

function controllerSide(relation: number): PeerSettings {
  return {
    ...common,
    source: CONTROLLER,
    destination: deviceAddress(relation),
    transmitFrameId: 0x8000,
    receiveFrameId: 0x8100 + relation,
  };
}

function deviceSide(relation: number): PeerSettings {
  return {
    ...common,
    source: deviceAddress(relation),
    destination: CONTROLLER,
    transmitFrameId: 0x8100 + relation,
    receiveFrameId: 0x8000,
  };
}

function controllerOf(relations: number, passReceived = false): ReferenceStation {
  const settings = Array.from({ length: relations }, (_, relation) => controllerSide(relation));
  return new ReferenceStation({ role: 'initiator', slots: 2, relations: settings, passReceived });
}

/** A controller and its devices with their first keys, another for each relation. */
function network(relations: number) {
  const controller = controllerOf(relations);
  const devices = Array.from(
    { length: relations },
    (_, relation) => new ReferenceStation({ role: 'follower', slots: 2, relations: [deviceSide(relation)], passReceived: false }),
  );
  devices.forEach((device, relation) => {
    const first = { master: relation, communication: 0 };
    controller.relation(relation).push(first, materialOf('initiator', first));
    device.relation(0).push(first, materialOf('follower', first));
  });
  return { controller, devices };
}

/** Both have pushed the next 0-RTT key of a relation, and switch. */
function rekey({ controller, devices }: ReturnType<typeof network>, relation: number): void {
  const device = devices[relation];
  if (device === undefined) throw new Error(`no device ${relation}`);
  const next = nextKeyId({ ...FIRST_KEY_ID, master: relation }, '0-RTT');
  controller.relation(relation).push(next, materialOf('initiator', next));
  device.relation(0).push(next, materialOf('follower', next));
  controller.receive(frameOf(device.relation(0)));
  device.receive(frameOf(controller.relation(relation)));
  controller.receive(frameOf(device.relation(0)));
}

describe('a frame finds its relation', () => {
  it('by FrameID and SA, each under its own key', () => {
    const { controller, devices } = network(3);
    for (const [relation, device] of devices.entries()) {
      expect(controller.receive(frameOf(device.relation(0), relation))).toMatchObject({
        relation,
        outcome: { kind: 'delivered', cSdu: payloadOf(relation).cSdu, keyId: { master: relation } },
      });
      expect(device.receive(frameOf(controller.relation(relation)))).toMatchObject({ relation: 0, outcome: { kind: 'delivered' } });
    }
  });

  it('tagged too', () => {
    const { controller, devices } = network(2);
    const frame = frameOf(devices[1]?.relation(0) ?? expect.unreachable());
    const tagged = Uint8Array.from([...frame.subarray(0, 12), 0x81, 0, 0xc0, 0, ...frame.subarray(12)]);
    expect(controller.receive(tagged)).toMatchObject({ relation: 1, outcome: { kind: 'delivered' } });
  });

  it.each([
    ['of another FrameID', 15, 0x77],
    ['of the SA of another relation', 11, 0],
    ['of another EtherType', 13, 0x93],
  ])('a frame %s is of none', (_, at, octet) => {
    const { controller, devices } = network(2);
    const frame = frameOf(devices[1]?.relation(0) ?? expect.unreachable());
    frame[at] = octet;
    expect(controller.receive(frame)).toEqual({ relation: undefined, outcome: { kind: 'dropped' } });
    expect(controllerOf(2, true).receive(frame)).toEqual({ relation: undefined, outcome: { kind: 'passed' } });
  });

  it.each([0, 12, 13, 15])('one that ends after %i octets is of none', (octets) => {
    const { controller, devices } = network(1);
    const frame = frameOf(devices[0]?.relation(0) ?? expect.unreachable());
    expect(controller.receive(frame.subarray(0, octets)).relation).toBeUndefined();
  });

  it('the shortest frame that names a relation is of it, and malformed', () => {
    const { controller, devices } = network(1);
    const frame = frameOf(devices[0]?.relation(0) ?? expect.unreachable());
    expect(controller.receive(frame.subarray(0, 16))).toEqual({ relation: 0, outcome: { kind: 'malformed' } });
  });

  it('a frame under the key of another relation is not opened', () => {
    const { controller, devices } = network(2);
    const [first, second] = devices;
    if (first === undefined || second === undefined) return expect.unreachable();
    const frame = frameOf(first.relation(0));
    // the addresses and FrameID of the other relation, and its KeyIds
    const like = frameOf(second.relation(0));
    frame.set(like.subarray(0, 17));
    expect(controller.receive(frame)).toEqual({ relation: 1, outcome: { kind: 'icvFailed' } });
  });
});

describe('time', () => {
  it('passes for all relations at once, and each Obsolete key runs out by itself', () => {
    const stations = network(3);
    const { controller } = stations;
    expect(controller.nextTimeout).toBe(Number.POSITIVE_INFINITY);
    rekey(stations, 2);
    expect(controller.elapse(1)).toEqual([]);
    rekey(stations, 0);
    expect(controller.nextTimeout).toBe(3);
    expect(controller.relation(2).consumerView).toEqual(['Obsolete', 'Active']);
    expect(controller.elapse(3)).toEqual([2]);
    expect(controller.relation(2).consumerView).toEqual(['Unused', 'Active']);
    expect(controller.relation(0).consumerView).toEqual(['Obsolete', 'Active']);
    expect(controller.elapse(1)).toEqual([0]);
    expect(controller.nextTimeout).toBe(Number.POSITIVE_INFINITY);
  });

  it('of a relation that has no key yet is never over', () => {
    const { devices } = network(1);
    const controller = controllerOf(2);
    const first = { master: 0, communication: 0 };
    controller.relation(0).push(first, materialOf('initiator', first));
    rekey({ controller, devices }, 0);
    expect(controller.nextTimeout).toBe(4);
  });

  it('that has passed without a look counts: a key is dead to the cycle', () => {
    const stations = network(2);
    rekey(stations, 1);
    expect(stations.controller.elapse(1000)).toEqual([1]);
    rekey(stations, 0);
    expect(stations.controller.relation(0).nextTimeout).toBe(4);
  });
});

describe('what can be no station is refused', () => {
  it.each([0, 257])('%i relations', (relations) => {
    expect(() => controllerOf(relations)).toThrow(
      expect.objectContaining({
        name: 'StationError',
        message: `station: ${relations} relations, expected 1 to 256; give others to another station`,
      }),
    );
  });

  it('but the most that there may be are one', () => {
    expect(controllerOf(256).relation(255).settings.receiveFrameId).toBe(0x8100 + 255);
  });

  it('one FrameID for two relations', () => {
    const relations = [controllerSide(0), controllerSide(0)];
    expect(() => new ReferenceStation({ role: 'initiator', slots: 2, relations, passReceived: false })).toThrow(
      'station: FrameID 0x8100 twice, expected another for each relation; the consumer assigns its FrameIDs',
    );
  });

  it('a relation that it has not', () => {
    expect(() => controllerOf(2).relation(2)).toThrow('station: relation 2, expected 0 to 1; number them from 0');
  });
});

describe('the ideal AEAD', () => {
  const input = {
    key: Uint8Array.of(1, 2),
    nonce: new Uint8Array(12).fill(7),
    aad: new Uint8Array(),
    text: Uint8Array.of(9),
    encrypt: true,
  };

  it('opens under the key and nonce that sealed, and no others', () => {
    const sealed = idealAead.seal(input);
    expect(idealAead.open({ ...input, ...sealed })).toEqual(input.text);
    expect(idealAead.open({ ...input, ...sealed, key: Uint8Array.of(1, 3) })).toBeUndefined();
    expect(idealAead.open({ ...input, ...sealed, nonce: new Uint8Array(12).fill(8) })).toBeUndefined();
  });
});
