/** The configuration of one relation: one schema for commands, files and documentation (zod; JSON Schema by `z.toJSONSchema`). */
import { z } from 'zod';
import { AEAD_ENGINES } from './aead-engines.ts';
import { AGREEMENTS } from './agreement.ts';
import { DELIVERIES } from './delivery.ts';
import { C_SDU_MAX, FRAME_MAX, PROFILE_NAMES } from './header.ts';
import { checkTiming, type TimingParameters } from './timing.ts';

/** ns of an octet on a wire of 1 Gb/s. */
export const OCTET_NS = 8;

/** Relations that a station can have. */
export const RELATIONS_MAX = 256;

/** A whole number within limits: no text, and nothing else that could be taken for one. */
export const count = (low: number, high: number) => z.number().int().min(low).max(high);
export const probability = z.number().min(0).max(1);
export const nanoseconds = count(0, 1_000_000_000);
/** As long as E1 may ask for with the longest delay and the worst clock; 32 bits of cycles hold it. */
const obsoleteNanoseconds = count(0, 30_000_000_000);
/** Rekeys come after hours on a real network; as long as E3 and E4 may ask for. */
const longNanoseconds = count(0, 1e15);

/** Settings of a relation; both peers must have the same, but for their clocks. */
export const relationShape = {
  slots: count(2, 4).default(2).describe('key slots of each peer'),
  profile: z.enum(PROFILE_NAMES).default('paper').describe('header profile: of the paper, or with the wire layout of PROFINET Security'),
  engine: z
    .enum(['xor', 'aes-128-gcm', 'aes-256-gcm', 'ascon-aead128'])
    .default('xor')
    .describe('AEAD engine; xor protects nothing and is for simulation only'),
  protection: z.enum(['encryption', 'authentication']).default('encryption').describe('authenticated encryption, or authentication only'),
  agreement: z
    .enum(AGREEMENTS)
    .default('classic')
    .describe('how master keys are agreed on: X25519 alone, or hybrid with ML-KEM-768 beside it'),
  sendInterval: nanoseconds
    .min(1000)
    .default(5120)
    .describe('ns from one frame of a provider to its next (a real network: 31250 to 4000000)'),
  rekeyFrames: count(0, 0xffff_ffff).default(400).describe('frames under one key after which the initiator rekeys; 0: not by counter'),
  rekeyInterval: longNanoseconds.default(0).describe('ns under one key after which it rekeys; 0: not by time'),
  obsoleteTimeout: obsoleteNanoseconds.default(48_000).describe('ns that a key stays Obsolete after a switch'),
  clockPeriod: count(1, 1000)
    .default(OCTET_NS)
    .describe('ns of a cycle of the logic, which takes an octet in each (125 MHz: 8; 100 MHz: 10)'),
} as const;

export type RelationConfiguration = z.infer<z.ZodObject<typeof relationShape>>;

/** ns that the longest frame takes: into a peer or out of it, whichever of wire and logic is the slower. */
function longestFrame({ clockPeriod, octetTime }: Pick<RelationConfiguration & TimingConfiguration, 'clockPeriod' | 'octetTime'>): number {
  return FRAME_MAX * Math.max(clockPeriod, octetTime);
}

/** Cycles of the logic that are no less than that many ns, as a timer wants them: a key must not be gone too soon (E1). */
export function cyclesOf(ns: number, clockPeriod: number): number {
  return Math.ceil(ns / clockPeriod);
}

/** Which payloads a peer delivers; the two may differ in it. */
export const deliverySetting = z
  .enum(DELIVERIES)
  .default('newest')
  .describe(
    'payloads that are delivered; newest: of frames newer than all before; window: of late ones too, each once, the old key’s included',
  );

/** What else the inequalities E1 to E7 need to know; nothing here changes what a peer does. */
export const timingShape = {
  peerObsoleteTimeout: obsoleteNanoseconds.default(0).describe('ns that the other peer keeps a key Obsolete; 0: as long as this one'),
  clockErrorPpm: count(0, 100_000).default(100).describe('error of the clock that times Obsolete, in parts per million'),
  consecutiveLosses: count(0, 1000).default(2).describe('frames that may be lost in a row'),
  keyGeneration: nanoseconds.default(2 * FRAME_MAX * OCTET_NS).describe('ns that it takes at most to derive a key and push it'),
  alarmAfter: longNanoseconds.default(0).describe('ns after which an unfinished rekey is reported; 0: never'),
  octetTime: count(1, 1000).default(OCTET_NS).describe('ns of an octet on the wire (1 Gb/s: 8; 100 Mb/s: 80)'),
  cSduOctets: count(1, C_SDU_MAX).default(C_SDU_MAX).describe('octets of the longest C_SDU, for the AEAD limit'),
  marginBits: count(0, 100).default(57).describe('an attacker may have the advantage 2^-marginBits (57: TLS 1.3; 60: QUIC, DTLS 1.3)'),
} as const;

export type TimingConfiguration = z.infer<z.ZodObject<typeof timingShape>>;

/** A configuration that can't work: every fault on a line of its own, with what was found and expected. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];
  constructor(source: string, faults: readonly string[]) {
    super(`${source}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/** What a setting may be, in words: `a whole number from 2 to 4`; `encryption or authentication`. */
export function expectation(schema: z.ZodType): string {
  const inner = schema instanceof z.ZodDefault ? schema.def.innerType : schema;
  if (inner instanceof z.ZodNumber)
    return `a ${inner.isInt ? 'whole number' : 'number'} from ${String(inner.minValue)} to ${String(inner.maxValue)}`;
  const example = inner instanceof z.ZodString ? inner.meta()?.['examples'] : undefined;
  if (Array.isArray(example)) return `a text like ${String(example[0])}`;
  if (inner instanceof z.ZodEnum) return inner.options.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return 'a text';
}

/** What stands where a setting should, in words. */
function finding(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string') return `the text ${JSON.stringify(value)}`;
  return value === Number.POSITIVE_INFINITY ? 'a number that is too large' : String(value);
}

/**
 * Checks a value against a schema; unknown keys are refused, with the key that was probably meant.
 * @param source for the message: the command line, or a file
 * @param nameOf what a setting is called there
 * @throws ConfigurationError
 */
export function parseConfiguration<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  input: unknown,
  source: string,
  nameOf: (key: string) => string = (key) => key,
): z.infer<z.ZodObject<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<S>>;
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  throw new ConfigurationError(
    source,
    parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => `${nameOf(key)}: no such setting; ${suggestion(key, Object.keys(shape), nameOf)}`);
      // no path: the input itself is no object
      const key = String(issue.path[0]);
      const setting = shape[key];
      if (!(setting instanceof z.ZodType)) return [`expected an object of settings, found ${finding(input)}`];
      return [`${nameOf(key)}: expected ${expectation(setting)}, found ${finding((input as Record<string, unknown>)[key])}`];
    }),
  );
}

/** The channel as the timing rules see it, in ns. */
export interface ChannelBounds {
  readonly delayMin: number;
  /** without the store-and-forward of the peers, which is added here */
  readonly delayMax: number;
}

/** A relation on such a channel, as the inequalities want it. What is switched off never happens: Infinity. */
export function timingOf(settings: RelationConfiguration & TimingConfiguration, { delayMin, delayMax }: ChannelBounds): TimingParameters {
  const { slots, profile, sendInterval, obsoleteTimeout, peerObsoleteTimeout, protection, cSduOctets } = settings;
  const { clockErrorPpm, consecutiveLosses, keyGeneration, marginBits } = settings;
  const longest = longestFrame(settings);
  const orNever = (value: number): number => (value === 0 ? Number.POSITIVE_INFINITY : value);
  return {
    slots,
    sendInterval: { min: sendInterval / 2, max: sendInterval + longest },
    // both ends store a frame before they send it on
    delay: { min: delayMin, max: delayMax + 2 * longest },
    obsoleteTimeout: { own: obsoleteTimeout, peer: peerObsoleteTimeout === 0 ? obsoleteTimeout : peerObsoleteTimeout },
    clockErrorPpm,
    consecutiveLosses,
    keyGeneration,
    rekey: {
      frames: orNever(settings.rekeyFrames),
      interval: orNever(settings.rekeyInterval),
      alarmAfter: orNever(settings.alarmAfter),
    },
    frameSize: { protection, cSduOctets, profile },
    marginBits,
  };
}

/** The inequalities (E1 to E7) that a relation breaks on such a channel, with both sides in numbers; none of them merely delays a rekey. */
export function brokenInequalities(settings: RelationConfiguration & TimingConfiguration, channel: ChannelBounds): readonly string[] {
  if (settings.rekeyFrames === 0 && settings.rekeyInterval === 0) return [];
  return checkTiming(timingAsBuilt(settings, channel))
    .filter(({ whenBroken }) => whenBroken === 'unsafe')
    .map(({ text }) => text);
}

/** The same timing for the engine that is built in: not each has an AEAD bound to keep, but each has a counter that ends. */
export function timingAsBuilt(settings: RelationConfiguration & TimingConfiguration, channel: ChannelBounds): TimingParameters {
  return { ...timingOf(settings, channel), aeadBound: AEAD_ENGINES[settings.engine].bound };
}

/** "did you mean …?", or what there is: a name is meant by another that differs from it in a letter of each three. */
export function suggestion(key: string, known: readonly string[], nameOf: (key: string) => string = (name) => name): string {
  const [closest] = known.map((name) => ({ name, distance: editDistance(key, name) })).sort((a, b) => a.distance - b.distance);
  return closest !== undefined && closest.distance <= Math.ceil(key.length / 3)
    ? `did you mean ${nameOf(closest.name)}?`
    : `known: ${known.map(nameOf).join(', ')}`;
}

/** Levenshtein's. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
