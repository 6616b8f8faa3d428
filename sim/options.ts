/** What a simulation can be told, by options or by a configuration file: one table for both, and for the help. */
import { z } from 'zod';
import {
  brokenInequalities,
  type ChannelBounds,
  ConfigurationError,
  count,
  deliverySetting,
  expectation,
  nanoseconds,
  parseConfiguration,
  probability,
  RELATIONS_MAX,
  relationShape,
  timingShape,
} from '../spec/configuration.ts';
import { C_SDU_MAX } from '../spec/header.ts';
import { parseWindowRelations } from './delivery-of-relations.ts';
import { ATTACKS, parseAttacks } from './network/attacks.ts';
import { parseOutages } from './network/outage.ts';
import { parseRestarts } from './restart.ts';

export const SIMULATORS = ['wasm', 'verilator', 'lockstep'] as const;

export const optionsSchema = z.strictObject({
  frames: count(1, 100_000_000).default(10_000).describe('frames in each direction'),
  seed: count(0, 0xffff_ffff).default(1).describe('seed of everything random; the same seed gives the same run'),
  simulator: z
    .enum(SIMULATORS)
    .default('wasm')
    .describe('wasm: embedded; verilator: the emitted Verilog; lockstep: both, compared in every cycle'),
  ...relationShape,
  loss: probability.default(0.01).describe('probability that the channel loses a frame'),
  duplicates: probability.default(0.01).describe('probability that a second copy arrives'),
  reorder: count(0, 16).default(3).describe('how many later frames may overtake a frame'),
  reorderChance: probability.default(0.05).describe('probability that a frame is held back for others to overtake it'),
  delay: nanoseconds.default(1600).describe('ns that every frame takes'),
  jitter: nanoseconds.default(800).describe('ns that it may take more by chance'),
  burstStart: probability.default(0).describe('probability that a burst of losses begins with a frame (Gilbert)'),
  burstLength: count(1, 100_000).default(10).describe('frames that such a burst takes on average'),
  outage: z
    .string()
    .default('')
    .describe(
      'cut of the link, both ends lost: 1000:1400 in frames, 5ms:7ms in time, initiator=1000:1400 in one direction, 2/1000:1400 of relation 2 alone; several with commas',
    ),
  restart: z
    .string()
    .default('')
    .describe(
      'the software of a station starts again while its hardware goes on: initiator@1000 when that has sent so many frames; several with commas',
    ),
  silence: count(1000, 1_000_000_000)
    .default(5_120_000)
    .describe('ns without a frame of the peer after which the initiator associates anew: longer than any outage that is to be survived'),
  waves: count(0, 1_000_000_000_000).default(2_400_000).describe('ns of simulated time that waves.vcd records'),
  attacks: probability
    .default(0.01)
    .describe('probability of an attack with each frame, and with --rtl-devices as often of one on another relation'),
  attackKinds: z
    .string()
    .default(ATTACKS.join(','))
    .describe(
      'what attackers do, with commas: forged, one bit flipped, replayed, reflected, the ICVs of two frames swapped, sealed under an old-key, crossed into another relation',
    ),
  cSduLengths: z
    .enum(['constant', 'varied'])
    .default('constant')
    .describe('lengths of generated C_SDUs: constant, as those of an IOCR are; varied: 40 to 200 octets, and 1440 in one of 500'),
  cSduLength: count(1, C_SDU_MAX).default(64).describe('octets of each generated C_SDU, where they are constant'),
  vlanTags: z.enum(['both', 'initiator', 'none']).default('both').describe('who sends generated frames with a VLAN tag'),
  hostFrames: count(0, 1_000_000).default(50).describe('a frame of the host goes along with every so many; 0: none'),
  nRttEvery: count(0, 0xffff)
    .default(6)
    .describe('every so many rekeys one is n-RTT: a new master key, agreed on over the network; 0: 0-RTT rekeys only'),
  relations: count(1, RELATIONS_MAX)
    .default(1)
    .describe('relations of one controller: two stations in hardware, with rtlDevices or --model a device for each'),
  rtlDevices: count(0, RELATIONS_MAX)
    .default(0)
    .describe('with relations: a controller in hardware with a device for each, so many of them in hardware, the others reference models'),
  delivery: deliverySetting,
  windowRelations: z
    .string()
    .default('')
    .describe('with rtlDevices: relations of delivery window, whatever the others have: their numbers with commas, as 1,3'),
  agreements: count(1, RELATIONS_MAX).default(8).describe('with --model: agreements of the controller that may be under way at once'),
  outages: count(0, 100_000)
    .default(8)
    .describe('with --model: cuts of a random relation, both ways, at random times; every fourth is longer than silence'),
  deviceRestarts: count(0, 100_000).default(4).describe('with --model: restarts of random devices at random times'),
  agentRestarts: count(0, 1000).default(1).describe("with --model: restarts of the controller's agent at random times"),
  ...timingShape,
});

export type SimulationOptions = z.infer<typeof optionsSchema>;

export type SettingName = keyof SimulationOptions;

/** Every option with its default, what it does and what it may be. */
export function optionTable(): readonly {
  readonly key: SettingName;
  readonly flag: string;
  readonly fallback: string;
  readonly description: string;
  /** `a whole number from 2 to 4` */
  readonly expected: string;
  readonly isNumber: boolean;
}[] {
  return (Object.entries(optionsSchema.shape) as [SettingName, z.ZodDefault][]).map(([key, schema]) => ({
    key,
    flag: flagOf(key),
    fallback: String(schema.def.defaultValue) || 'none',
    description: schema.description ?? '',
    expected: expectation(schema),
    isNumber: schema.def.innerType instanceof z.ZodNumber,
  }));
}

/** `sendInterval` → `--send-interval`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A text with settings under the names of their flags; a name that is also a word is one where a value is set `to` something. */
export function inFlags(text: string): string {
  const names = Object.keys(optionsSchema.shape).map((key) => (/[A-Z]/.test(key) ? key : `${key}(?= to )`));
  return text.replace(new RegExp(`\\b(${names.join('|')})\\b`, 'g'), flagOf);
}

/**
 * Checks values and their timing.
 * @param source for messages: the command line, or a file
 * @param inNames a message with the names that settings have there
 * @throws ConfigurationError
 */
export function parseOptions(input: unknown, source: string, inNames: (text: string) => string = (text) => text): SimulationOptions {
  const options = parseConfiguration(optionsSchema, input, source);
  for (const { relation = 0 } of parseOutages(options.outage, source))
    if (relation >= options.relations)
      throw new ConfigurationError(source, [
        `outage: there is no relation ${relation}, expected 0 to ${options.relations - 1}: give more --relations, or leave it out`,
      ]);
  if (options.rtlDevices > options.relations)
    throw new ConfigurationError(source, [
      inNames(`rtlDevices is ${options.rtlDevices}, expected at most relations, which is ${options.relations}: a device has one relation`),
    ]);
  if (options.rtlDevices === 0 && options.windowRelations !== '')
    throw new ConfigurationError(source, [
      inNames('windowRelations: expected rtlDevices beside it; without it, delivery is that of all relations'),
    ]);
  parseWindowRelations(options.windowRelations, options.relations, source);
  parseAttacks(options.attackKinds, source);
  parseRestarts(options.restart, options.frames, source);
  const broken = brokenInequalities(options, channelBounds(options));
  if (broken.length > 0) throw new ConfigurationError(`${source}: the connection would not be seamless`, broken.map(inNames));
  return options;
}

/** How long the channel holds a frame: a frame held back waits for those that overtake it. */
export function channelBounds({ delay, jitter, reorder, sendInterval }: SimulationOptions): ChannelBounds {
  return { delayMin: delay, delayMax: delay + jitter + reorder * sendInterval };
}
