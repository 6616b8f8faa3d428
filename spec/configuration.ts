/** The configuration of one relation: one schema for commands, files and documentation (zod; JSON Schema by `z.toJSONSchema`). */
import { z } from 'zod';
import { AAD_OCTETS, C_SDU_MAX, FRAME_MAX } from './header.ts';
import { checkTiming, type TimingParameters } from './timing.ts';

/** ns of an octet on a wire of 1 Gb/s, and of a cycle of 125 MHz. */
export const CYCLE_NS = 8;

/** A whole number from a word or a number, within limits. */
export const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high);
export const probability = z.coerce.number().min(0).max(1);
export const nanoseconds = count(0, 1_000_000_000);

/** Settings of a relation; both peers must have the same. */
export const relationShape = {
  slots: count(2, 4).default(2).describe('key slots of each peer'),
  profile: z.enum(['paper']).default('paper').describe('header profile'),
  engine: z.enum(['xor']).default('xor').describe('AEAD engine; xor protects nothing and is for simulation only'),
  protection: z.enum(['encryption', 'authentication']).default('encryption').describe('authenticated encryption, or authentication only'),
  sendInterval: nanoseconds
    .min(1000)
    .default(5120)
    .describe('ns from one frame of a provider to its next (a real network: 31250 to 4000000)'),
  rekeyFrames: count(0, 0xffff_ffff).default(400).describe('frames under one key after which the initiator rekeys; 0: not by counter'),
  rekeyInterval: count(0, 1_000_000_000_000).default(0).describe('ns under one key after which it rekeys; 0: not by time'),
  obsoleteTimeout: nanoseconds.default(48_000).describe('ns that a key stays Obsolete after a switch'),
} as const;

export type RelationConfiguration = z.infer<z.ZodObject<typeof relationShape>>;

/** Both ends store a frame before they send it on: so long, in ns, for the longest one. */
const LONGEST_NS = FRAME_MAX * CYCLE_NS;

/** What else the inequalities E1 to E7 need to know; nothing here changes what a peer does. */
export const timingShape = {
  peerObsoleteTimeout: nanoseconds.default(0).describe('ns that the other peer keeps a key Obsolete; 0: as long as this one'),
  clockErrorPpm: count(0, 100_000).default(100).describe('error of the clock that times Obsolete, in parts per million'),
  consecutiveLosses: count(0, 1000).default(2).describe('frames that may be lost in a row'),
  keyGeneration: nanoseconds.default(2 * LONGEST_NS).describe('ns that it takes at most to derive a key and push it'),
  alarmAfter: count(0, 1_000_000_000_000).default(0).describe('ns after which an unfinished rekey is reported; 0: never'),
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

/**
 * Checks a value against a schema; unknown keys are refused, with the key that was probably meant.
 * @param source for the message: the command line, or a file
 * @throws ConfigurationError
 */
export function parseConfiguration<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  input: unknown,
  source: string,
): z.infer<z.ZodObject<S>> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data as z.infer<z.ZodObject<S>>;
  const known = Object.keys(schema.shape);
  throw new ConfigurationError(
    source,
    parsed.error.issues.flatMap((issue) => {
      if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key}: no such setting; ${suggestion(key, known)}`);
      const [key] = issue.path;
      if (key === undefined) return [issue.message];
      // an issue with a path is one of an object
      const found = (input as Readonly<Record<PropertyKey, unknown>>)[key];
      return [`${String(key)}: ${issue.message}, found ${JSON.stringify(found)}`];
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
  const { slots, sendInterval, obsoleteTimeout, peerObsoleteTimeout, protection, cSduOctets } = settings;
  const { clockErrorPpm, consecutiveLosses, keyGeneration, marginBits } = settings;
  const orNever = (value: number): number => (value === 0 ? Number.POSITIVE_INFINITY : value);
  return {
    slots,
    sendInterval: { min: sendInterval / 2, max: sendInterval + LONGEST_NS },
    delay: { min: delayMin, max: delayMax + 2 * LONGEST_NS },
    obsoleteTimeout: { own: obsoleteTimeout, peer: peerObsoleteTimeout === 0 ? obsoleteTimeout : peerObsoleteTimeout },
    clockErrorPpm,
    consecutiveLosses,
    keyGeneration,
    rekey: {
      frames: orNever(settings.rekeyFrames),
      interval: orNever(settings.rekeyInterval),
      alarmAfter: orNever(settings.alarmAfter),
    },
    frameSize: { protection, cSduOctets, aadOctets: AAD_OCTETS },
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

/** The same timing for the engine that is built in: the dummy has no AEAD bound to keep, but its counter ends as any other's. */
export function timingAsBuilt(settings: RelationConfiguration & TimingConfiguration, channel: ChannelBounds): TimingParameters {
  return { ...timingOf(settings, channel), aeadBound: settings.engine === 'xor' ? 'none' : 'AES-GCM' };
}

/** "did you mean …?", or what there is. */
export function suggestion(key: string, known: readonly string[]): string {
  const [closest] = known.map((name) => ({ name, distance: editDistance(key, name) })).sort((a, b) => a.distance - b.distance);
  return closest !== undefined && closest.distance <= 3 ? `did you mean ${closest.name}?` : `known: ${known.join(', ')}`;
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
