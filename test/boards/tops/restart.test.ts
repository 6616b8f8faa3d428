/** Two boards whose software starts again in the midst of a rekey, while their logic goes on: it associates anew, and no key is used twice. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { type Testbench, testbench } from '../../../hdl-gen/testbench/index.ts';
import { OTHER, SIDES, type Side } from '../../../judge/points.ts';
import type { KeyId } from '../../../spec/key-id.ts';
import { RelationDriver } from '../../../sw/control-plane/driver.ts';
import { FollowerAssociation } from '../../../sw/control-plane/follower-association.ts';
import { InitiatorAssociation } from '../../../sw/control-plane/initiator-association.ts';
import { KeySchedule } from '../../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../../sw/keys/material.ts';
import { partiesOf } from '../../sw/agreement/ends.ts';
import { Processor } from './processor.ts';
import { periodsOf, twoBoards } from './two-boards.ts';

const SEED = Number(process.env['TOP_SEED'] ?? Date.now() % 2 ** 31);
/** ns */
const TIMING = { firstRetry: 40_000, longestRetry: 160_000, giveUpAfter: 800_000 };
const SILENCE = 400_000;
const INTERVAL = 8_000;
const ADDRESS = { initiator: partiesOf('initiator').initiatorAddress, follower: partiesOf('initiator').followerAddress } as const;
const FRAME_ID = { initiator: 0x8000, follower: 0x8001 } as const;

/** A driver that writes down which keys were in its hardware. */
class WatchedDriver extends RelationDriver {
  readonly keys: string[] = [];
  override async pushKey(keyId: KeyId, material: SlotMaterial) {
    const key = Buffer.concat([material.transmit.key, material.transmit.iv]).toString('hex');
    const result = await super.pushKey(keyId, material);
    if (result === 'accepted') this.keys.push(key);
    return result;
  }
}

/** A board, its software, and what that sends and reads. */
class Board {
  readonly side: Side;
  readonly ps: Processor;
  readonly driver: WatchedDriver;
  readonly sent = new Set<number>();
  delivered = 0;
  readonly #bench: Testbench;
  readonly #random: Random;
  #association: InitiatorAssociation | FollowerAssociation;
  #outbox: Uint8Array[] = [];
  #sequence = 0;
  #nextAt = 0;

  constructor(bench: Testbench, side: Side) {
    this.side = side;
    this.#bench = bench;
    this.#random = new Random(SEED ^ (side === 'follower' ? 1 : 0));
    this.ps = new Processor(bench, `${side}_`, 0);
    this.driver = new WatchedDriver(this.ps.page('peer'));
    this.#association = this.#software();
  }

  get associated(): boolean {
    return this.#association.associated;
  }

  async start(): Promise<void> {
    await this.driver.identify({ allowInsecure: true });
    await this.driver.configure({
      encrypt: true,
      vlanTci: undefined,
      source: ADDRESS[this.side],
      destination: ADDRESS[OTHER[this.side]],
      transmitFrameId: FRAME_ID[this.side],
      receiveFrameId: FRAME_ID[OTHER[this.side]],
      passReceived: true,
      passTransmitted: true,
      obsoleteTimeout: 2_000,
    });
    await this.#association.start();
  }

  /** New software, which knows nothing of the old: what that was about to send is gone with it. */
  async restart(): Promise<void> {
    this.#outbox = [];
    this.#association = this.#software();
    await this.#association.start();
  }

  /** What software does over and over; it is the wire to the other board as well. */
  async round(other: Board): Promise<void> {
    const [host, network] = [this.ps.mailbox('host'), this.ps.mailbox('network')];
    for (const frame of this.#outbox.splice(0)) await host.send(frame);
    for (let frame = await network.receive(); frame !== undefined; frame = await network.receive())
      await other.ps.mailbox('network').send(frame);
    for (let frame = await host.receive(); frame !== undefined; frame = await host.receive()) this.#association.receive(frame);
    await this.#association.service();
    for (let payload = await this.driver.receivePayload(); payload !== undefined; payload = await this.driver.receivePayload()) {
      const sequence = (payload.cSdu[0] ?? 0) * 256 + (payload.cSdu[1] ?? 0);
      expect(other.sent.delete(sequence), 'delivered once, as it was sent').toBe(true);
      this.delivered++;
    }
    const { provider } = await this.driver.status();
    if (this.#bench.now < this.#nextAt || !provider.includes('Active')) return;
    this.#nextAt = this.#bench.now + INTERVAL;
    this.sent.add(++this.#sequence);
    const cSdu = Uint8Array.from({ length: 40 }, (_, index) => (index === 0 ? this.#sequence >> 8 : this.#sequence & 0xff));
    await this.driver.sendPayload({ cSdu, apduStatus: Uint8Array.of(0, 0, 0x35, 0) });
  }

  #software(): InitiatorAssociation | FollowerAssociation {
    const port = {
      send: (frame: Uint8Array) => void this.#outbox.push(frame),
      now: () => this.#bench.now,
      random: (octets: number) => this.#random.bytes(octets),
    };
    const keysOf = (masterKey: Uint8Array) => new KeySchedule(masterKey);
    const common = { parties: partiesOf(this.side), psk: new Uint8Array(32).fill(5), keysOf };
    return this.side === 'follower'
      ? new FollowerAssociation(this.driver, port, common)
      : new InitiatorAssociation(this.driver, port, { ...common, trigger: { frames: 5 }, nRttEvery: 3, timing: TIMING, silence: SILENCE });
  }
}

describe('two boards with mailboxes for wires', () => {
  it('associate, and do so again when the software of either starts anew while a key is Pending', () =>
    testbench(
      twoBoards('fifo'),
      async (bench) => {
        const boards = { initiator: new Board(bench, 'initiator'), follower: new Board(bench, 'follower') };
        for (const side of SIDES) await boards[side].ps.boot();
        for (const side of SIDES) await boards[side].start();
        const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
          for (let patience = 0; !(await holds()); patience++) {
            if (patience > 1_500) expect.fail(`${what} never came; TOP_SEED=${SEED}`);
            for (const side of SIDES) await boards[side].round(boards[OTHER[side]]);
          }
        };
        const { initiator, follower } = boards;
        const isPending = async () => (await initiator.driver.status()).provider.includes('Pending');
        /** a rekey is under way, and not the first */
        const midRekey = async (): Promise<void> => {
          const keys = initiator.driver.keys.length;
          await until('a key that is Pending', async () => initiator.driver.keys.length >= keys + 2 && (await isPending()));
        };
        const works = async (): Promise<void> => {
          await until('an association', () => initiator.associated && follower.associated);
          const before = [initiator.delivered, follower.delivered, initiator.driver.keys.length] as const;
          await until(
            'frames both ways and new keys',
            () =>
              initiator.delivered > before[0] + 5 && follower.delivered > before[1] + 5 && initiator.driver.keys.length >= before[2] + 3,
          );
        };
        await works();
        for (const side of SIDES) {
          await midRekey();
          const delivered = follower.delivered;
          await boards[side].restart();
          expect(boards[side].associated).toBe(false);
          await until('an association', () => boards[side].associated);
          // the initiator's hardware went on, the follower's has no key any more
          if (side === 'initiator') expect(follower.delivered, 'frames went on meanwhile').toBeGreaterThan(delivered);
          await works();
        }
        for (const side of SIDES) {
          const { keys } = boards[side].driver;
          expect(new Set(keys).size, `${side}: a key was used twice`).toBe(keys.length);
        }
      },
      { seed: SEED, history: 0, periods: periodsOf('fifo', 0.003) },
    ));
});
