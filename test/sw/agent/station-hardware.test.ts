/** Two simulated boards of three relations each, and the agents of their stations: keys for all relations, by hand too, and again after a kill. */
import { expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { NonceWatch } from '../../../cli/board/nonces.ts';
import { simulatedBoard } from '../../../cli/simulated-board.ts';
import { OTHER, SIDES, type Side } from '../../../judge/points.ts';
import { parseAgentConfiguration } from '../../../spec/agent-configuration.ts';
import { fieldOf, fieldValue, REGISTERS } from '../../../spec/registers.ts';
import { openStation } from '../../../sw/agent/station-hardware.ts';
import { StationService } from '../../../sw/agent/station-service.ts';
import { FrameMailbox } from '../../../sw/control-plane/frame-mailbox.ts';
import type { RegisterSpace } from '../../../sw/control-plane/register-space.ts';
import { StationDriver } from '../../../sw/control-plane/station-driver.ts';
import type { Payload } from '../../../sw/frame/secured-frame.ts';
import { keyPairOf } from '../../../sw/noise/diffie-hellman.ts';
import { randomOf } from '../control-plane/association-world.ts';

const RELATIONS = 3;
const INTERVAL_NS = 2_000_000;
const CYCLES = 4000;
const IDENTITY = { initiator: new Uint8Array(32).fill(1), follower: new Uint8Array(32).fill(2) } as const;

/** @param order of the relations, and so of the pages that they have */
function configurationOf(side: Side, order: readonly number[]) {
  return parseAgentConfiguration(
    {
      ...{ sendInterval: INTERVAL_NS, clockPeriod: INTERVAL_NS / CYCLES, octetTime: INTERVAL_NS / CYCLES, channelDelay: 4_000_000 },
      ...{ obsoleteTimeout: 30_000_000, keyGeneration: 10_000_000, rekeyInterval: 0, nRttEvery: 0, silence: 300_000_000 },
      ...{ engine: 'xor', firstRetry: 10_000_000, longestRetry: 40_000_000, giveUpAfter: 200_000_000 },
      ...{ initiatorAddress: '02:00:00:00:00:01', followerAddress: '02:00:00:00:00:02', identity: 'none', psk: 'none' },
      peerPublicKey: Buffer.from(keyPairOf(IDENTITY[OTHER[side]]).publicKey).toString('hex'),
      relations: order.map((relation) => ({ relation, initiatorFrameId: 0x8000 + relation, followerFrameId: 0x8100 + relation })),
    },
    'the test',
  );
}

class Station {
  readonly board;
  readonly network: FrameMailbox;
  readonly watches = Array.from({ length: RELATIONS }, () => new NonceWatch());
  readonly delivered = new Map<number, number>();
  readonly #side: Side;
  readonly #application: StationDriver;
  service: StationService | undefined;
  order: readonly number[] = [];
  #lives = 0;

  constructor(side: Side) {
    this.#side = side;
    const peer = { role: side, slots: 2, engine: 'xor' } as const;
    this.board = simulatedBoard({ board: loadBoard('zybo-z7-20'), wire: 'fifo', relations: RELATIONS, peer });
    this.network = new FrameMailbox(this.board.page('network'));
    this.#application = new StationDriver(this.board.page('peer'));
  }

  /** An agent of its own, which knows nothing of the one before. */
  async start(now: () => number, order = [0, 1, 2]): Promise<void> {
    this.order = order;
    await this.#application.identify({ allowInsecure: true });
    // what was under way belongs to the relations that the pages had
    this.board.elapse(CYCLES);
    await this.#payloads(() => undefined);
    const spaces = { peer: this.#watched(), host: this.board.page('host') };
    const random = randomOf(2 * this.#lives++ + (this.#side === 'initiator' ? 1 : 2));
    this.service = new StationService({
      ...{ role: this.#side, configuration: configurationOf(this.#side, order), source: 'the test', allowInsecure: true, now, random },
      secrets: { identity: IDENTITY[this.#side].slice(), psks: order.map((relation) => new Uint8Array(32).fill(0x10 + relation)) },
      hardware: await openStation(spaces, { allowInsecure: true }),
      ...{ log: () => undefined, state: { starts: 0, associations: 0 }, onState: () => undefined },
    });
    await this.service.begin();
  }

  get states(): readonly string[] {
    return this.service?.status.relations.map(({ state }) => state) ?? [];
  }

  keyId(relation: number): string {
    const key = this.service?.status.relations.find((each) => each.relation === relation)?.key;
    return key === undefined ? 'none' : `${key.keyId.master}|${key.keyId.communication}`;
  }

  /** Sends a payload in each relation that has a key, and takes what came. */
  async application(index: number): Promise<void> {
    for (const [page, relation] of this.order.entries()) {
      const driver = this.#application.relation(page);
      if (!(await driver.status()).provider.includes('Active')) continue;
      await driver.sendPayload({ cSdu: Uint8Array.of(relation, index & 0xff, 0, 0), apduStatus: new Uint8Array(4) });
    }
    await this.#payloads((page, payload) => {
      expect(payload?.cSdu[0], 'the relation that it was sent in').toBe(this.order[page]);
      const relation = this.order[page] ?? -1;
      this.delivered.set(relation, 1 + (this.delivered.get(relation) ?? 0));
    });
  }

  async sent(): Promise<readonly Uint8Array[]> {
    const frames: Uint8Array[] = [];
    const first = this.#side === 'initiator' ? 0x8000 : 0x8100;
    for (let frame = await this.network.receive(); frame !== undefined; frame = await this.network.receive()) {
      for (const relation of this.order) this.watches[relation]?.sent(frame, 'paper', first + relation);
      frames.push(frame);
    }
    return frames;
  }

  async #payloads(take: (page: number, payload: Payload | undefined) => void): Promise<void> {
    for (let page = await this.#application.receivingRelation(); page !== undefined; page = await this.#application.receivingRelation())
      take(page, await this.#application.relation(page).receivePayload());
  }

  /** The pages, with their keys looked at as they are pushed. */
  #watched(): RegisterSpace {
    const peer = this.board.page('peer');
    return {
      read32: (address) => peer.read32(address),
      write32: async (address, value) => {
        const [page, offset] = [address >>> 12, address & 0xfff];
        // frames under an earlier key of this KeyId are gone before it stands for another
        if (offset === REGISTERS.keyPush.offset) this.board.elapse(2500);
        await peer.write32(address, value);
        const watch = this.watches[this.order[page] ?? -1];
        watch?.written(offset, value);
        if (offset !== REGISTERS.keyPush.offset) return;
        let result = 0;
        while (result === 0) result = await peer.read32((address & ~0xfff) + REGISTERS.pushResult.offset);
        watch?.pushed(value & 0xf, fieldValue(fieldOf(REGISTERS.pushResult, 'accepted'), result) === 1);
      },
    };
  }
}

it('agents of two stations key all their relations, rekey one by hand, and secure all again after a kill and a change of order', async () => {
  const stations = { initiator: new Station('initiator'), follower: new Station('follower') };
  let interval = 0;
  const now = () => interval * INTERVAL_NS;
  const until = async (what: string, reached: () => boolean): Promise<void> => {
    for (let left = 400; !reached(); left--) {
      if (left === 0) expect.fail(`${what}: ${SIDES.map((side) => JSON.stringify(stations[side].service?.status)).join('; ')}`);
      interval++;
      for (const side of SIDES) await stations[side].application(interval);
      for (const side of SIDES) stations[side].board.elapse(CYCLES);
      for (const side of SIDES) for (const frame of await stations[side].sent()) await stations[OTHER[side]].network.send(frame);
      for (const side of SIDES) await stations[side].service?.poll();
    }
  };
  const secured = (): boolean => SIDES.every((side) => stations[side].states.every((state) => state === 'secured'));
  const { initiator, follower } = stations;
  try {
    for (const side of SIDES) await stations[side].start(now);
    await until('the first association', secured);
    expect([initiator, follower].map(({ states }) => states.length)).toEqual([RELATIONS, RELATIONS]);

    for (const [kind, keyId] of [
      ['0-RTT', '0|1'],
      ['n-RTT', '1|0'],
    ] as const) {
      expect(initiator.service?.rekey(1, kind)).toBeUndefined();
      await until(kind, () => initiator.keyId(1) === keyId && follower.keyId(1) === keyId);
      expect([initiator.keyId(0), initiator.keyId(2)]).toEqual(['0|0', '0|0']);
    }

    // killed, and started with the relations in other pages, the FrameIDs of which others have
    for (const side of SIDES) await stations[side].start(now, [1, 2, 0]);
    for (const side of SIDES) stations[side].delivered.clear();
    await until('the second association', secured);
    const enough = (): boolean => SIDES.every((side) => [0, 1, 2].every((relation) => (stations[side].delivered.get(relation) ?? 0) > 2));
    await until('payloads in every relation', enough);
    for (const side of SIDES)
      for (const { account } of stations[side].watches) {
        expect(account.noncesRepeated).toBe(0);
        expect(account.keys).toBeGreaterThanOrEqual(2);
      }
  } finally {
    for (const side of SIDES) stations[side].board.close();
  }
}, 120_000);
