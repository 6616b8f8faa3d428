/**
 * Agents that are killed at random accesses of their registers while simulated hardware goes on: two stations in generated logic, a network that
 * loses frames, a virtual clock. A killed agent does nothing more, not even tidy up, and another one starts on its hardware later.
 */
import { loadBoard } from '../../boards/board.ts';
import { type Account, SimulatedStation } from '../../cli/board/station.ts';
import { Random } from '../../hdl-gen/sim/random.ts';
import { OTHER, SIDES, type Side } from '../../judge/points.ts';
import { parseAgentConfiguration } from '../../spec/agent-configuration.ts';
import type { PageName } from '../../spec/pages.ts';
import { REGISTERS } from '../../spec/registers.ts';
import { Stopped } from '../../sw/agent/guarded-registers.ts';
import type { AgentState } from '../../sw/agent/state-file.ts';
import { singleRelation } from '../../sw/agent/station-hardware.ts';
import { StationService } from '../../sw/agent/station-service.ts';
import type { RegisterSpace } from '../../sw/control-plane/register-space.ts';
import { keyPairOf } from '../../sw/noise/diffie-hellman.ts';
import { missingIn } from './missing.ts';

const INTERVAL_NS = 2_000_000;
const CYCLES = 2000;
const LOSS = 0.01;
/** Intervals: until the next kill, dead, and until keys are in use again: silence, an agreement that is given up, and another one. */
const ALIVE_MAX = 150;
const DEAD_MAX = 30;
const RECOVERY = 600;
/** Accesses of a look at the hardware: a kill comes after so many, most of which belong to an association or a rekey. */
const ACCESSES_MAX = 90;
/** Intervals in which frames must have come, both ways, for them to be expected to go on. */
const FLOWING = 3;

/** What the station was doing when its agent was killed. */
export type Moment = 'association' | 'announce' | 'switch' | 'drain' | 'between rekeys';

export interface Kill {
  readonly side: Side;
  readonly moment: Moment;
  /** intervals from the start of the next agent until both have keys in use; undefined: it never came */
  readonly recovered: number | undefined;
  /** frames under the key that the hardware held, in the time without agent: sent, and neither delivered nor lost on the way; undefined: it held none that both had */
  readonly went: { readonly sent: number; readonly missing: number } | undefined;
}

export interface Trial {
  readonly kills: readonly Kill[];
  readonly accounts: Readonly<Record<Side, Account>>;
}

/** After it every access throws, as after a stop. */
class Killed extends Stopped {}

interface Life {
  /** accesses until it is killed; -1: it is dead */
  left: number;
  state: AgentState;
}

interface Running extends Life {
  readonly service: StationService;
}

/** @param onKill is told of each; a trial ends early where it returns false */
export async function killTrial(seed: number, kills: number, onKill: (kill: Kill, index: number) => boolean = () => true): Promise<Trial> {
  const world = new KillWorld(seed);
  try {
    return { kills: await world.run(kills, onKill), accounts: world.accounts };
  } finally {
    world.close();
  }
}

class KillWorld {
  readonly #random: Random;
  readonly #stations: Readonly<Record<Side, SimulatedStation>>;
  readonly #agents: Record<Side, Running>;
  #interval = 0;
  /** intervals in which a frame was lost on the way to it: the numbers of their payloads */
  readonly #lost: Readonly<Record<Side, number[]>> = { initiator: [], follower: [] };
  /** intervals since the last one in which none came, or all keys of a station were erased */
  #flowing = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    const station = (role: Side): SimulatedStation =>
      new SimulatedStation({ board: loadBoard('zybo-z7-20'), wire: 'fifo', peer: { role, slots: 2, engine: 'aes-128-gcm' } });
    this.#stations = { initiator: station('initiator'), follower: station('follower') };
    this.#agents = { initiator: this.#started('initiator'), follower: this.#started('follower') };
  }

  get accounts(): Readonly<Record<Side, Account>> {
    return { initiator: this.#stations.initiator.account, follower: this.#stations.follower.account };
  }

  close(): void {
    for (const side of SIDES) this.#stations[side].close();
  }

  async run(kills: number, onKill: (kill: Kill, index: number) => boolean): Promise<readonly Kill[]> {
    const done: Kill[] = [];
    if ((await this.#recover()) === undefined) throw new Error('the first association never came');
    for (let index = 0; index < kills; index++) {
      const kill = await this.#kill();
      done.push(kill);
      if (!onKill(kill, index) || kill.recovered === undefined) break;
    }
    return done;
  }

  async #kill(): Promise<Kill> {
    const side = this.#random.chance(0.5) ? 'initiator' : 'follower';
    // a third of them while they associate, which is when they have just started
    if (this.#random.chance(1 / 3)) this.#start(side);
    else for (let left = this.#random.below(ALIVE_MAX); left > 0; left--) await this.#tick();
    const agent = this.#agents[side];
    agent.left = this.#random.below(ACCESSES_MAX);
    while (agent.left >= 0) await this.#tick();
    const moment = this.#momentOf(side);
    const went = await this.#dead(this.#random.below(DEAD_MAX) + 2);
    this.#start(side);
    return { side, moment, went, recovered: await this.#recover() };
  }

  /** What goes on while there is no agent. */
  async #dead(intervals: number): Promise<Kill['went']> {
    const newest = { initiator: this.#stations.initiator.newest, follower: this.#stations.follower.newest };
    const before = { accounts: this.accounts, newest, flowing: this.#flowing };
    for (let left = intervals; left > 0; left--) await this.#tick();
    // the survivor has begun a new association meanwhile, or there was none
    if (before.flowing < FLOWING || this.#flowing < before.flowing + intervals) return undefined;
    let [sent, missing] = [0, 0];
    for (const from of SIDES) {
      const to = OTHER[from];
      sent += this.accounts[from].payloadsSent - before.accounts[from].payloadsSent;
      missing += missingIn({
        newest: { before: before.newest[to], after: this.#stations[to].newest },
        delivered: this.accounts[to].payloadsDelivered - before.accounts[to].payloadsDelivered,
        lost: this.#lost[to],
        end: this.#interval,
      });
    }
    return { sent, missing };
  }

  /** @returns intervals until both have keys in use */
  async #recover(): Promise<number | undefined> {
    for (let taken = 1; taken <= RECOVERY; taken++) {
      await this.#tick();
      const isSecured = SIDES.every((side) => this.#agents[side].service.status.state === 'secured');
      if (isSecured && this.#flowing >= FLOWING) return taken;
    }
    return undefined;
  }

  async #tick(): Promise<void> {
    this.#interval++;
    this.#flowing++;
    for (const side of SIDES) await this.#stations[side].application(this.#interval);
    for (const side of SIDES) this.#stations[side].elapse(CYCLES);
    for (const side of SIDES) {
      const to = OTHER[side];
      const before = this.#stations[side].account.securedSent;
      for (const frame of await this.#stations[side].sent()) {
        const isSecured = this.#stations[side].account.securedSent > before;
        if (!this.#random.chance(LOSS)) await this.#stations[to].receive(frame);
        else if (isSecured) this.#lost[to].push(this.#interval);
      }
      if (this.#stations[side].account.securedSent === before) this.#flowing = 0;
    }
    for (const side of SIDES) await this.#look(this.#agents[side]);
  }

  async #look(agent: Running): Promise<void> {
    if (agent.left < 0) return;
    try {
      await agent.service.poll();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  #momentOf(side: Side): Moment {
    const { service } = this.#agents[side];
    const { state, relations } = service.status;
    if (state === 'associating') return 'association';
    const slots = relations.flatMap((relation) => relation.slots);
    const has = (view: 'provider' | 'consumer', name: string): boolean => slots.some((slot) => slot[view] === name);
    if (has('provider', 'Pending') && has('consumer', 'Pending')) return 'announce';
    if (has('provider', 'Pending') || has('consumer', 'Pending')) return 'switch';
    return has('consumer', 'Obsolete') ? 'drain' : 'between rekeys';
  }

  #start(side: Side): void {
    this.#agents[side].left = -1;
    this.#agents[side] = this.#started(side, this.#agents[side].state);
  }

  #started(side: Side, before: AgentState = { starts: 0, associations: 0 }): Running {
    const life: Life = { left: Number.POSITIVE_INFINITY, state: before };
    const space = (page: PageName): RegisterSpace => {
      const access = (offset: number, value: number | null): Promise<number> => {
        // SIGKILL: it does nothing more
        if (life.left-- <= 0) {
          life.left = -1;
          throw new Killed();
        }
        if (page === 'peer' && value !== null && offset === REGISTERS.eraseAll.offset) this.#flowing = 0;
        return this.#stations[side].access(page, offset, value);
      };
      return {
        read32: async (offset) => access(offset, null),
        write32: async (offset, value) => {
          await access(offset, value);
        },
      };
    };
    const service = new StationService({
      role: side,
      configuration: CONFIGURATION[side],
      source: 'the trial',
      secrets: { identity: IDENTITY[side], psks: [PSK] },
      hardware: singleRelation({ peer: space('peer'), host: space('host') }),
      allowInsecure: false,
      now: () => this.#interval * INTERVAL_NS,
      random: (octets) => this.#random.bytes(octets),
      log: () => {},
      state: before,
      onState: (state) => {
        life.state = state;
        return undefined;
      },
    });
    return Object.assign(life, { service });
  }
}

const IDENTITY = { initiator: new Uint8Array(32).fill(1), follower: new Uint8Array(32).fill(2) } as const;
const PSK = new Uint8Array(32).fill(3);

/** As fast as E1 to E7 let it rekey, so that kills hit rekeys. */
function configurationOf(side: Side) {
  return parseAgentConfiguration(
    {
      sendInterval: INTERVAL_NS,
      clockPeriod: INTERVAL_NS / CYCLES,
      octetTime: INTERVAL_NS / CYCLES,
      channelDelay: 4_000_000,
      obsoleteTimeout: 30_000_000,
      keyGeneration: 10_000_000,
      rekeyInterval: 140_000_000,
      nRttEvery: 3,
      announcementTimeout: 200_000_000,
      silence: 300_000_000,
      firstRetry: 10_000_000,
      longestRetry: 40_000_000,
      giveUpAfter: 200_000_000,
      initiatorAddress: '02:00:00:00:00:01',
      followerAddress: '02:00:00:00:00:02',
      identity: 'none',
      psk: 'none',
      peerPublicKey: Buffer.from(keyPairOf(IDENTITY[OTHER[side]]).publicKey).toString('hex'),
    },
    'the trial',
  );
}
const CONFIGURATION = { initiator: configurationOf('initiator'), follower: configurationOf('follower') } as const;
