/** What a simulation can be told, by options or by a configuration file: one table for both, and for the help. */
import { z } from 'zod';
import { AAD_OCTETS, C_SDU_MAX, FRAME_MAX } from '../spec/header.ts';
import { checkTiming } from '../spec/timing.ts';
import { CYCLE_NS } from './scenario.ts';

/** A configuration that can't be simulated: every fault on a line of its own. */
export class OptionsError extends Error {
  constructor(source: string, faults: readonly string[]) {
    super(`${source}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'OptionsError';
  }
}

const count = (low: number, high: number) => z.coerce.number().int().min(low).max(high);
const probability = z.coerce.number().min(0).max(1);
const nanoseconds = count(0, 1_000_000_000);

export const SIMULATORS = ['wasm', 'verilator', 'lockstep'] as const;

export const optionsSchema = z.strictObject({
  frames: count(1, 100_000_000).default(10_000).describe('frames in each direction'),
  seed: count(0, 0xffff_ffff).default(1).describe('seed of everything random; the same seed gives the same run'),
  simulator: z
    .enum(SIMULATORS)
    .default('wasm')
    .describe('wasm: embedded; verilator: the emitted Verilog; lockstep: both, compared in every cycle'),
  slots: count(2, 4).default(2).describe('key slots of each peer'),
  protection: z.enum(['encryption', 'authentication']).default('encryption').describe('authenticated encryption, or authentication only'),
  sendInterval: nanoseconds
    .min(1000)
    .default(5120)
    .describe('ns from one frame of a provider to its next (a real network: 31250 to 4000000)'),
  loss: probability.default(0.01).describe('probability that the channel loses a frame'),
  duplicates: probability.default(0.01).describe('probability that a second copy arrives'),
  reorder: count(0, 16).default(3).describe('how many later frames may overtake a frame'),
  reorderChance: probability.default(0.05).describe('probability that a frame is held back for others to overtake it'),
  delay: nanoseconds.default(1600).describe('ns that every frame takes'),
  jitter: nanoseconds.default(800).describe('ns that it may take more by chance'),
  attacks: probability.default(0.01).describe('probability of an attack with each frame: forged, one bit flipped, replayed or reflected'),
  rekeyFrames: count(0, 0xffff_ffff).default(400).describe('frames under one key after which the initiator rekeys; 0: not by counter'),
  rekeyInterval: count(0, 1_000_000_000_000).default(0).describe('ns under one key after which it rekeys; 0: not by time'),
  obsoleteTimeout: nanoseconds.default(48_000).describe('ns that a key stays Obsolete after a switch'),
  hostFrames: count(0, 1_000_000).default(50).describe('a frame of the host goes along with every so many; 0: none'),
});

export type SimulationOptions = z.infer<typeof optionsSchema>;

/** Every option with its default and what it does. */
export function optionTable(): readonly {
  readonly key: keyof SimulationOptions;
  readonly flag: string;
  readonly fallback: string;
  readonly description: string;
}[] {
  return (Object.entries(optionsSchema.shape) as [keyof SimulationOptions, z.ZodDefault][]).map(([key, schema]) => ({
    key,
    flag: flagOf(key),
    fallback: String(schema.def.defaultValue),
    description: schema.description ?? '',
  }));
}

/** `sendInterval` → `--send-interval`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/**
 * Checks values and their timing (E1 to E7).
 * @param source for messages: the command line, or a file
 * @throws OptionsError
 */
export function parseOptions(input: unknown, source: string): SimulationOptions {
  const parsed = optionsSchema.safeParse(input);
  if (!parsed.success) {
    const record = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
    throw new OptionsError(
      source,
      parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map(unknownKey)
          : [`${issue.path.join('.') || 'configuration'}: ${issue.message}, found ${JSON.stringify(record[String(issue.path[0])])}`],
      ),
    );
  }
  const broken = brokenTiming(parsed.data);
  if (broken.length > 0) throw new OptionsError(`${source}: the connection would not be seamless`, broken);
  return parsed.data;
}

function unknownKey(key: string): string {
  const known = Object.keys(optionsSchema.shape);
  const [closest] = known.map((name) => ({ name, distance: editDistance(key, name) })).sort((a, b) => a.distance - b.distance);
  const hint = closest !== undefined && closest.distance <= 3 ? `did you mean ${closest.name}?` : `known: ${known.join(', ')}`;
  return `${key}: no such setting; ${hint}`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Both ends store a frame before they send it on, so the longest one adds its length twice to the delay. */
function brokenTiming(options: SimulationOptions): string[] {
  const { sendInterval, delay, jitter, reorder, obsoleteTimeout, rekeyFrames, rekeyInterval, slots, protection } = options;
  if (rekeyFrames === 0 && rekeyInterval === 0) return [];
  const longest = FRAME_MAX * CYCLE_NS;
  const never = Number.MAX_SAFE_INTEGER;
  const violations = checkTiming({
    slots,
    sendInterval: { min: sendInterval / 2, max: sendInterval + longest },
    delay: { min: delay, max: delay + jitter + reorder * sendInterval + 2 * longest },
    obsoleteTimeout: { own: obsoleteTimeout, peer: obsoleteTimeout },
    clockErrorPpm: 0,
    consecutiveLosses: 2,
    keyGeneration: 2 * longest,
    rekey: { frames: rekeyFrames === 0 ? never : rekeyFrames, interval: rekeyInterval === 0 ? never : rekeyInterval, alarmAfter: never },
    frameSize: { protection, cSduOctets: C_SDU_MAX, aadOctets: AAD_OCTETS },
    marginBits: 0,
  });
  return violations.filter((violation) => violation.whenBroken === 'unsafe' && violation.id !== 'E6').map((violation) => violation.text);
}
