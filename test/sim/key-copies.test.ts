/** The bench has copies of keys, for its reference models: they are zeroed as the product's own are. */
import { expect, it } from 'vitest';
import { optionsSchema } from '../../sim/options.ts';
import { runSimulation } from '../../sim/run.ts';
import { Scoreboard } from '../../sim/scoreboard.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import { ReferencePeer } from '../../sw/reference-model/peer.ts';

const octetsOf = ({ transmit, receive }: ReturnType<KeySchedule['material']>): number[] => [
  ...transmit.key,
  ...transmit.iv,
  ...receive.key,
  ...receive.iv,
];

it.each(['accepted', 'refused'] as const)('the scoreboard zeroes its copy of a key that was %s', (result) => {
  const model = new ReferencePeer('initiator', 2, {
    source: new Uint8Array(6),
    destination: new Uint8Array(6),
    encrypt: true,
    vlanTci: undefined,
    transmitFrameId: 0x8000,
    receiveFrameId: 0x8001,
    passReceived: false,
    obsoleteTimeout: 10,
  });
  const nothing = (): void => {};
  const scoreboard = new Scoreboard('initiator', model, 'again', { onTransmit: nothing, onOutcome: nothing, onSlots: nothing });
  const keys = new KeySchedule(new Uint8Array(32).fill(7));
  // a KeyId that is in use is refused
  if (result === 'refused') model.push(keys.keyId, keys.material('initiator'));
  const copy = keys.material('initiator');
  scoreboard.push(keys.keyId, copy);
  scoreboard.cycle(1, {
    provider: 0,
    consumer: 0,
    transmit: false,
    receive: false,
    deliver: false,
    pushAccepted: result === 'accepted',
    pushRefused: result === 'refused',
    erased: false,
  });
  expect(new Set(octetsOf(copy))).toEqual(new Set([0]));
});

it('a run ends with every key schedule erased', async () => {
  const erased: Role[] = [];
  await runSimulation({
    options: optionsSchema.parse({ frames: 20 }),
    keysOf: (role, master) =>
      new (class extends KeySchedule {
        override erase(): void {
          erased.push(role);
          super.erase();
        }
      })(master),
  });
  expect(erased.sort()).toEqual(['follower', 'initiator']);
});
