/**
 * Agents that are killed at random accesses of their registers while simulated hardware goes on: two stations in generated logic, of one relation
 * or of several, a network that loses frames, a virtual clock. A killed agent does nothing more, not even tidy up, and another one starts on its
 * hardware later.
 */
import { loadBoard } from '../../boards/board.ts';
import { type Account, SimulatedStation } from '../../cli/board/station.ts';
import { Random } from '../../hdl-gen/sim/random.ts';
import { OTHER, SIDES, type Side } from '../../judge/points.ts';
import { parseAgentConfiguration } from '../../spec/agent-configuration.ts';
import { RELATIONS_MAX } from '../../spec/configuration.ts';
import { PAGE_OCTETS, type PageName } from '../../spec/pages.ts';
import { REGISTERS } from '../../spec/registers.ts';
import type { SlotState } from '../../spec/slot-machine.ts';
import { Stopped } from '../../sw/agent/guarded-registers.ts';
import type { AgentState } from '../../sw/agent/state-file.ts';
import { openStation } from '../../sw/agent/station-hardware.ts';
import { StationService } from '../../sw/agent/station-service.ts';
import type { Status } from '../../sw/control-plane/driver.ts';
import type { RegisterSpace } from '../../sw/control-plane/register-space.ts';
import { keyPairOf } from '../../sw/noise/diffie-hellman.ts';
import { missingIn } from './missing.ts';

const INTERVAL_NS = 1_000_000;
const CYCLES = 1000;
const LOSS = 0.01;
/** Intervals: until the next kill, dead, and until keys are in use again: silence, an agreement that is given up, and another one. */
const ALIVE_MAX = 150;
const DEAD_MAX = 30;
const RECOVERY = 600;
/** Accesses after which a kill comes: most of them belong to an association or a rekey. */
const ACCESSES_MAX = 90;
/** The same while a key is announced or another one drains. */
const ACCESSES_IN_REKEY = 40;
/** Intervals in which frames must have come, both ways, for them to be expected to go on. */
const FLOWING = 3;

/** What the station was doing when its agent was killed. */
export type Moment = 'association' | 'announce' | 'switch' | 'drain' | 'between rekeys';
const REKEYING: readonly Moment[] = ['announce', 'switch', 'drain'];

interface Went {
  readonly sent: number;
  readonly missing: number;
}

export interface Kill {
  readonly side: Side;
  readonly moment: Moment;
  /** intervals from the start of the next agent until both have keys in use; undefined: it never came */
  readonly recovered: number | undefined;
  /** frames under the keys that the hardware held, in the time without agent: sent, and neither delivered nor lost on the way; undefined: it held none that both had */
  readonly went: Went | undefined;
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
  begun: boolean;
}

/** What became of the frames of a relation. */
interface RelationFrames {
  /** intervals in which a frame was lost on the way to a station: the numbers of their payloads */
  readonly lost: Readonly<Record<Side, number[]>>;
  /** intervals since the last one in which none was sent one way, or all its keys were erased at a station */
  flowing: number;
}

export interface TrialOptions {
  readonly seed: number;
  readonly kills: number;
  /** of each station, 1 or more; default 1 */
  readonly relations?: number;
  /** is told of each; a trial ends early where it returns false */
  readonly onKill?: (kill: Kill, index: number) => boolean;
}

/** Kills the agents of both stations in turn. */
export async function killTrial({ seed, kills, relations = 1, onKill = () => true }: TrialOptions): Promise<Trial> {
  const world = new KillWorld(seed, relations);
  try {
    return { kills: await world.run(kills, onKill), accounts: world.accounts };
  } finally {
    world.close();
  }
}

class KillWorld {
  readonly #random: Random;
  readonly #stations: Readonly<Record<Side, SimulatedStation>>;
  readonly #agents = new Map<Side, Running>();
  #interval = 0;
  readonly #relations: readonly RelationFrames[];

  constructor(seed: number, relations: number) {
    this.#random = new Random(seed);
    const station = (role: Side): SimulatedStation =>
      new SimulatedStation({ board: loadBoard('zybo-z7-20'), wire: 'fifo', relations, peer: { role, slots: 2, engine: 'aes-128-gcm' } });
    this.#stations = { initiator: station('initiator'), follower: station('follower') };
    this.#relations = Array.from({ length: relations }, () => ({ lost: { initiator: [], follower: [] }, flowing: 0 }));
  }

  get accounts(): Readonly<Record<Side, Account>> {
    return { initiator: this.#stations.initiator.account, follower: this.#stations.follower.account };
  }

  close(): void {
    for (const side of SIDES) this.#stations[side].close();
  }

  async run(kills: number, onKill: (kill: Kill, index: number) => boolean): Promise<readonly Kill[]> {
    const done: Kill[] = [];
    for (const side of SIDES) this.#agents.set(side, await this.#started(side));
    if ((await this.#recover()) === undefined) throw new Error('the first association never came');
    for (let index = 0; index < kills; index++) {
      const kill = await this.#kill(index % 2 === 0 ? 'initiator' : 'follower');
      done.push(kill);
      if (!onKill(kill, index) || kill.recovered === undefined) break;
    }
    return done;
  }

  async #kill(side: Side): Promise<Kill> {
    // a third of them while they associate, which is when they have just started, a third in a rekey, and a third at any time
    const third = this.#random.below(3);
    if (third === 0) await this.#start(side);
    else for (let left = this.#random.below(ALIVE_MAX); left > 0; left--) await this.#tick();
    if (third === 1) for (let left = ALIVE_MAX; left > 0 && !REKEYING.includes(await this.#momentOf(side)); left--) await this.#tick();
    const agent = this.#agent(side);
    agent.left = this.#random.below(third === 1 ? ACCESSES_IN_REKEY : ACCESSES_MAX);
    while (agent.left >= 0) await this.#tick();
    const moment = await this.#momentOf(side);
    const went = await this.#dead(this.#random.below(DEAD_MAX) + 2);
    await this.#start(side);
    return { side, moment, went, recovered: await this.#recover() };
  }

  #agent(side: Side): Running {
    return this.#agents.get(side) ?? never(`no agent of the ${side}`);
  }

  /** What goes on while there is no agent. */
  async #dead(intervals: number): Promise<Kill['went']> {
    const before = this.#relations.map(({ flowing }, relation) => ({
      flowing,
      initiator: this.#came('initiator', relation),
      follower: this.#came('follower', relation),
    }));
    for (let left = intervals; left > 0; left--) await this.#tick();
    const went = this.#relations.flatMap(({ lost, flowing }, relation) => {
      const was = before[relation] ?? never(`no relation ${relation}`);
      // the survivor has begun a new association meanwhile, or there was none
      if (was.flowing < FLOWING || flowing < was.flowing + intervals) return [];
      return SIDES.map((to): Went => {
        const [now, from] = [this.#came(to, relation), OTHER[to]];
        const sent = this.#came(from, relation).sent - was[from].sent;
        const newest = { before: was[to].newest, after: now.newest };
        return { sent, missing: missingIn({ newest, delivered: now.delivered - was[to].delivered, lost: lost[to], end: this.#interval }) };
      });
    });
    const sum = (a: Went, b: Went): Went => ({ sent: a.sent + b.sent, missing: a.missing + b.missing });
    return went.length === 0 ? undefined : went.reduce(sum);
  }

  /** What a station has had of a relation so far. */
  #came(side: Side, relation: number) {
    const { account, newest } = this.#stations[side].relation(relation);
    return { sent: account.payloadsSent, delivered: account.payloadsDelivered, newest };
  }

  /** @returns intervals until both have keys in use */
  async #recover(): Promise<number | undefined> {
    for (let taken = 1; taken <= RECOVERY; taken++) {
      await this.#tick();
      const isSecured = SIDES.every((side) => this.#agent(side).service.status.state === 'secured');
      if (isSecured && this.#relations.every(({ flowing }) => flowing >= FLOWING)) return taken;
    }
    return undefined;
  }

  async #tick(): Promise<void> {
    this.#interval++;
    for (const relation of this.#relations) relation.flowing++;
    for (const side of SIDES) await this.#stations[side].application(this.#interval);
    for (const side of SIDES) this.#stations[side].elapse(CYCLES);
    for (const side of SIDES) {
      const to = OTHER[side];
      const sent = new Set<number>();
      for (const frame of await this.#stations[side].sent()) {
        const relation = relationOf(frame, side);
        if (relation !== undefined) sent.add(relation);
        if (!this.#random.chance(LOSS)) await this.#stations[to].receive(frame);
        else if (relation !== undefined) this.#relations[relation]?.lost[to].push(this.#interval);
      }
      for (const [relation, frames] of this.#relations.entries()) if (!sent.has(relation)) frames.flowing = 0;
    }
    for (const side of SIDES) await this.#look(this.#agent(side));
  }

  async #look(agent: Running): Promise<void> {
    if (agent.left < 0) return;
    try {
      await (agent.begun ? agent.service.poll() : agent.service.begin());
      agent.begun = true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** By what the agent knows of an association, and what the hardware shows of a rekey. */
  async #momentOf(side: Side): Promise<Moment> {
    if (this.#agent(side).service.status.state === 'associating') return 'association';
    const views: Status[] = [];
    for (const relation of this.#relations.keys()) views.push(await this.#stations[side].relation(relation).status());
    const has = (view: 'provider' | 'consumer', name: SlotState): boolean => views.some((status) => status[view].includes(name));
    if (has('provider', 'Pending') && has('consumer', 'Pending')) return 'announce';
    if (has('provider', 'Pending') || has('consumer', 'Pending')) return 'switch';
    return has('consumer', 'Obsolete') ? 'drain' : 'between rekeys';
  }

  async #start(side: Side): Promise<void> {
    const { state } = this.#agent(side);
    this.#agent(side).left = -1;
    this.#agents.set(side, await this.#started(side, state));
  }

  async #started(side: Side, before: AgentState = { starts: 0, associations: 0 }): Promise<Running> {
    const life: Life = { left: Number.POSITIVE_INFINITY, state: before };
    const space = (page: PageName): RegisterSpace => {
      const access = (offset: number, value: number | null): Promise<number> => {
        // SIGKILL: it does nothing more
        if (life.left-- <= 0) {
          life.left = -1;
          throw new Killed();
        }
        const erased = page === 'peer' && value !== null && offset % PAGE_OCTETS === REGISTERS.eraseAll.offset;
        const frames = erased ? this.#relations[Math.floor(offset / PAGE_OCTETS)] : undefined;
        if (frames !== undefined) frames.flowing = 0;
        return this.#stations[side].access(page, offset, value);
      };
      return {
        read32: async (offset) => access(offset, null),
        write32: async (offset, value) => {
          await access(offset, value);
        },
      };
    };
    const relations = this.#relations.length;
    const spaces = { peer: space('peer'), host: space('host') };
    const service = new StationService({
      role: side,
      configuration: configurationOf(side, relations),
      source: 'the trial',
      secrets: {
        identity: IDENTITY[side],
        psks: Array.from({ length: relations }, (_, relation) => new Uint8Array(32).fill(3 + relation)),
      },
      hardware: await openStation(spaces, {}),
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
    return Object.assign(life, { service, begun: false });
  }
}

const IDENTITY = { initiator: new Uint8Array(32).fill(1), follower: new Uint8Array(32).fill(2) } as const;
const FRAME_ID_BASES = { initiator: 0x8000, follower: 0x8400 } as const;
/** Of a frame with a VLAN tag: behind addresses, tag and EtherType. */
const FRAME_ID_AT = 18;

/** Whose cyclic frame it is; undefined: it is none. */
function relationOf(frame: Uint8Array, from: Side): number | undefined {
  const frameId = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint16(FRAME_ID_AT);
  const relation = frameId - FRAME_ID_BASES[from];
  return relation >= 0 && relation < RELATIONS_MAX ? relation : undefined;
}

function never(what: string): never {
  throw new Error(what);
}

/** As fast as E1 to E7 let it rekey, so that kills hit rekeys. */
function configurationOf(side: Side, relations: number) {
  return parseAgentConfiguration(
    {
      sendInterval: INTERVAL_NS,
      clockPeriod: INTERVAL_NS / CYCLES,
      octetTime: INTERVAL_NS / CYCLES,
      channelDelay: 2 * INTERVAL_NS,
      obsoleteTimeout: 15 * INTERVAL_NS,
      keyGeneration: 5 * INTERVAL_NS,
      rekeyInterval: 70 * INTERVAL_NS,
      nRttEvery: 3,
      announcementTimeout: 100 * INTERVAL_NS,
      silence: 75 * INTERVAL_NS,
      firstRetry: 5 * INTERVAL_NS,
      longestRetry: 20 * INTERVAL_NS,
      giveUpAfter: 100 * INTERVAL_NS,
      initiatorAddress: '02:00:00:00:00:01',
      followerAddress: '02:00:00:00:00:02',
      identity: 'none',
      psk: 'none',
      peerPublicKey: Buffer.from(keyPairOf(IDENTITY[OTHER[side]]).publicKey).toString('hex'),
      relations: Array.from({ length: relations }, (_, relation) => ({
        relation,
        initiatorFrameId: FRAME_ID_BASES.initiator + relation,
        followerFrameId: FRAME_ID_BASES.follower + relation,
      })),
    },
    'the trial',
  );
}
