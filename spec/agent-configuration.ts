/**
 * The configuration of an agent, the service that keys the relations of a station: what the file of `keyturn agent --config` holds. Times in ns,
 * but `poll`. What stands beside `relations` is meant for each of them that does not say otherwise; without `relations` there is one.
 */
import { z } from 'zod';
import { AEAD_ENGINES } from './aead-engines.ts';
import { aesGcmForgeriesPerKey, framesPerKey } from './aead-limits.ts';
import { AGREEMENT_TIMING } from './agreement.ts';
import {
  brokenInequalities,
  type ChannelBounds,
  ConfigurationError,
  count,
  deliverySetting,
  nanoseconds,
  parseConfiguration,
  RELATIONS_MAX,
  relationShape,
  timingAsBuilt,
  timingShape,
} from './configuration.ts';
import type { Role } from './peer-rules.ts';
import { latestTriggerFrames } from './timing.ts';

const MS = 1_000_000;
const HOUR = 3600e9;

const MAC_ADDRESS = /^[0-9a-f]{2}([:-])[0-9a-f]{2}(\1[0-9a-f]{2}){4}$/i;
const PUBLIC_KEY = /^[0-9a-f]{64}$/i;

const like = (pattern: RegExp, example: string) =>
  z
    .string()
    .regex(pattern)
    .meta({ examples: [example] });
const path = (example: string) =>
  z
    .string()
    .min(1)
    .meta({ examples: [example] });
const longTime = count(0, 1e15);

/** What each relation has for itself. */
const relationSettings = {
  ...relationShape,
  ...timingShape,
  sendInterval: relationShape.sendInterval.default(MS),
  engine: relationShape.engine.default('aes-128-gcm'),
  rekeyFrames: relationShape.rekeyFrames
    .default(0)
    .describe('frames under one key after which the initiator rekeys; 0: as many as the limit of the AEAD and the time of a rekey leave'),
  rekeyInterval: relationShape.rekeyInterval.default(HOUR),
  obsoleteTimeout: relationShape.obsoleteTimeout.default(100 * MS),
  keyGeneration: timingShape.keyGeneration.default(500 * MS),
  channelDelay: nanoseconds.default(10 * MS).describe('ns that the network holds a frame at most'),
  delivery: deliverySetting,
  relation: count(0, 0xffff).default(0).describe('number of the relation, the same at both stations'),
  initiatorAddress: like(MAC_ADDRESS, '02:00:00:00:00:01').describe('MAC address of the initiator'),
  followerAddress: like(MAC_ADDRESS, '02:00:00:00:00:02').describe('MAC address of the follower'),
  initiatorFrameId: count(0, 0xffff).default(0x8001).describe('FrameID of the cyclic frames of the initiator'),
  followerFrameId: count(0, 0xffff).default(0x8002).describe('FrameID of the cyclic frames of the follower'),
  vlanTci: count(0, 0xffff).default(0xc000).describe('TCI of the VLAN tag that frames are sent with (49152: priority 6); 0: no tag'),
  psk: path('/etc/keyturn/line.psk').describe('file with the secret of the association, the same at both: keyturn keys new --kind psk'),
  peerPublicKey: like(PUBLIC_KEY, 'e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c').describe(
    'public key of the other station, as keyturn keys show prints it',
  ),
  nRttEvery: count(0, 0xffff)
    .default(24)
    .describe('every so many rekeys one is n-RTT; 0: only when a master key has had its last 0-RTT rekey'),
  announcementTimeout: longTime.default(60e9).describe('ns after which an announcement without effect is withdrawn; 0: never'),
  silence: longTime.default(5e9).describe('ns without a frame of the peer after which the initiator associates anew'),
  firstRetry: longTime.min(MS).default(AGREEMENT_TIMING.firstRetry).describe('ns after which a message of an agreement is sent again'),
  longestRetry: longTime.min(MS).default(AGREEMENT_TIMING.longestRetry).describe('ns that are waited at most before it is sent again'),
  giveUpAfter: longTime.min(MS).default(AGREEMENT_TIMING.giveUpAfter).describe('ns after which an agreement without an answer is given up'),
} as const;

/** What a station has once. */
const stationSettings = {
  identity: path('/etc/keyturn/plc.id').describe('file with the identity of this station: keyturn keys new'),
  agreements: count(1, RELATIONS_MAX)
    .default(8)
    .describe('relations of an initiator that may agree on a master key at once; the others wait for their turn'),
  poll: count(1, 1000).default(10).describe('ms between two looks at the hardware, at most: an interrupt that it has comes before'),
  look: z
    .enum(['events', 'all'])
    .default('events')
    .describe(
      'relations that are looked at; events: those that the registers name (event, or interruptStatus of hardware with one), and each once a second: the agent takes these events; all: every one each time, and the events are left to the application',
    ),
  state: path('/var/lib/keyturn/agent.json').default('/var/lib/keyturn/agent.json').describe('file with what outlives the agent: counts'),
  control: path('/run/keyturn/agent.sock')
    .default('/run/keyturn/agent.sock')
    .describe('socket on which the agent answers keyturn status and keyturn rekey'),
  metricsPort: count(0, 0xffff).default(0).describe('port of 127.0.0.1 with /metrics (Prometheus) and /health; 0: none'),
  logLevel: z.enum(['error', 'warning', 'info', 'debug']).default('info').describe('what is logged, at least so grave'),
} as const;

const oneRelationSchema = z.strictObject({ ...relationSettings, ...stationSettings });
const relationsSetting = z.array(z.strictObject(relationSettings).partial()).min(1).max(RELATIONS_MAX);

/** The whole file, for editors; `parseAgentConfiguration` tells more of what is wrong with one. */
export const agentSchema = z.union([
  oneRelationSchema,
  oneRelationSchema.partial().extend({
    identity: stationSettings.identity,
    relations: relationsSetting.describe('the relations, each with the settings that it does not share with the others'),
  }),
]);

/** What is said of a relation, checked, and what follows from it. */
export interface RelationSettings extends z.infer<z.ZodObject<typeof relationSettings>> {
  /** frames that one key may protect in one direction: by the limit of the AEAD, or its counter */
  readonly framesPerKey: number;
  /** failed verdicts that one key may see in one direction, by the bound of AES-GCM (R6) */
  readonly forgeriesPerKey: number;
}

export interface AgentConfiguration extends z.infer<z.ZodObject<typeof stationSettings>> {
  /** 1 to `RELATIONS_MAX` */
  readonly relations: readonly RelationSettings[];
}

/** @param source for messages @throws ConfigurationError */
export function parseAgentConfiguration(input: unknown, source: string): AgentConfiguration {
  const { relations: entries, ...common } = (typeof input === 'object' && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
  if (entries === undefined) {
    const { station, relation } = parseOne(input, source);
    return { ...station, relations: [relation] };
  }
  if (!isRelationList(entries))
    throw new ConfigurationError(source, [
      `relations: expected a list of 1 to ${RELATIONS_MAX} objects of settings; leave it out for one relation`,
    ]);
  const parsed = entries.map((entry, index) => {
    const where = `${source}: relations[${index}]`;
    const misplaced = Object.keys(stationSettings).filter((name) => name in entry);
    if (misplaced.length > 0)
      throw new ConfigurationError(
        where,
        misplaced.map((name) => `${name}: a station has it once; put it beside relations`),
      );
    return parseOne({ ...common, ...entry }, where);
  });
  // the station's settings are the same in each of them
  const { station } = parsed.reduce((first) => first);
  return { ...station, relations: parsed.map(({ relation }) => relation) };
}

/**
 * What relations of one station must not have in common, and must: each has a number and a FrameID of its own that it receives under, which its
 * consumer assigns; the station has one address.
 * @throws ConfigurationError
 */
export function requireOneStation(role: Role, relations: readonly RelationSettings[], source: string): void {
  const [ownAddress, receiveFrameId] =
    role === 'initiator' ? (['initiatorAddress', 'followerFrameId'] as const) : (['followerAddress', 'initiatorFrameId'] as const);
  const twice = <T>(values: readonly T[]): readonly T[] => [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
  const addresses = new Set(relations.map((relation) => String(addressOctets(relation[ownAddress]))));
  const faults = [
    ...twice(relations.map(({ relation }) => relation)).map(
      (number) => `relation: expected another number for each relation of the station, found ${number} more than once`,
    ),
    ...twice(relations.map((relation) => relation[receiveFrameId])).map(
      (frameId) =>
        `${receiveFrameId}: expected another for each relation, which frames to this station are told apart by, found ${frameId} more than once`,
    ),
    ...(addresses.size > 1 ? [`${ownAddress}: expected one address, that of this station, found ${addresses.size}`] : []),
  ];
  if (faults.length > 0) throw new ConfigurationError(source, faults);
}

function isRelationList(entries: unknown): entries is readonly Readonly<Record<string, unknown>>[] {
  const isObject = (entry: unknown): boolean => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  return Array.isArray(entries) && entries.length >= 1 && entries.length <= RELATIONS_MAX && entries.every(isObject);
}

interface ParsedRelation {
  readonly station: z.infer<z.ZodObject<typeof stationSettings>>;
  readonly relation: RelationSettings;
}

function parseOne(input: unknown, source: string): ParsedRelation {
  const { identity, agreements, poll, look, state, control, metricsPort, logLevel, ...parsed } = parseConfiguration(
    oneRelationSchema,
    input,
    source,
  );
  const channel: ChannelBounds = { delayMin: 0, delayMax: parsed.channelDelay };
  const timing = timingAsBuilt(parsed, channel);
  const rekeyFrames = parsed.rekeyFrames === 0 ? Math.max(1, latestTriggerFrames(timing)) : parsed.rekeyFrames;
  const broken = brokenInequalities({ ...parsed, rekeyFrames }, channel);
  if (broken.length > 0) throw new ConfigurationError(`${source}: the connection would not be seamless`, broken);
  const bound = AEAD_ENGINES[parsed.engine].bound;
  const { marginBits } = parsed;
  const { frameSize } = timing;
  return {
    station: { identity, agreements, poll, look, state, control, metricsPort, logLevel },
    relation: {
      ...parsed,
      rekeyFrames,
      framesPerKey: framesPerKey(frameSize, marginBits, bound),
      forgeriesPerKey: aesGcmForgeriesPerKey(frameSize, marginBits),
    },
  };
}

/** The 6 octets of an address that the schema has let through. */
export function addressOctets(text: string): Uint8Array {
  return Uint8Array.from(text.split(/[:-]/), (octet) => Number.parseInt(octet, 16));
}
