/** The limits of a configuration, for people and for programs. */
import { table } from '../judge/table.ts';
import { engineLimits, REAL_NETWORK } from '../spec/aead-limits.ts';
import { OCTET_NS } from '../spec/configuration.ts';
import { PROFILES, type ProfileName } from '../spec/header.ts';
import {
  checkTiming,
  type Judgement,
  latestTriggerFrames,
  latestTriggerTime,
  settlingTime,
  shortestRekeyInterval,
  type TimingParameters,
} from '../spec/timing.ts';

/** Preamble and start delimiter 8, FCS 4, gap 12. */
const WIRE_OCTETS = 24;

export function limitsText(timing: TimingParameters, judgements: readonly Judgement[]): string {
  const inequalities = judgements.map(({ inequality: { id, formula, unit, strict, whenBroken }, left, right, holds }) => [
    `${id}  ${formula}`,
    quantity(left, unit),
    relation(strict, holds),
    quantity(right, unit),
    holds ? 'holds' : whenBroken === 'waits' ? 'BREAKS: rekeys wait' : 'BREAKS',
  ]);
  const figures = [
    ['a rekey settles within', time(settlingTime(timing))],
    ['from one rekey to the next at least', time(shortestRekeyInterval(timing))],
    ['latest trigger by the limit of AES-GCM', trigger(timing)],
  ];
  return [
    `${inputs(timing)}\n`,
    table(inequalities),
    table(figures),
    `one key may protect so many frames, and may see so many failed forgeries, for an advantage of 2^-${timing.marginBits}:\n`,
    keyTable(timing.frameSize.cSduOctets, timing.sendInterval.min, timing),
    ...REAL_NETWORK.cSduOctets.map((octets) => keyTable(octets, REAL_NETWORK.sendInterval, timing)),
  ].join('\n');
}

/** What one key may do with frames of one size and interval, and how long a flood of forgeries takes that fills the wire. */
function keyTable(cSduOctets: number, sendInterval: number, { frameSize, marginBits }: TimingParameters): string {
  const rows = engineLimits({ ...frameSize, cSduOctets }, marginBits).map(({ engine, protection, frames, boundBy, forgeries }) => [
    `${engine}, ${protection}`,
    quantity(frames, 'frames'),
    time(frames * sendInterval),
    boundBy,
    forgeries === 0 ? 'none' : `2^${Math.log2(forgeries).toFixed(1)}`,
    forgeries === 0 ? 'at once' : time(forgeries * wireTime(cSduOctets, frameSize.profile)),
  ]);
  const head = [`C_SDU of ${cSduOctets} octets, every ${time(sendInterval)}`, 'frames', 'last', 'ended by', 'forgeries', 'at 1 Gb/s'];
  return table([head, ...rows]);
}

/** ns that an untagged secured frame takes at 1 Gb/s, with preamble, FCS and the gap after it (IEEE 802.3). */
function wireTime(cSduOctets: number, profile: ProfileName = 'paper'): number {
  const { headerOctets, trailerOctets } = PROFILES[profile];
  return (headerOctets + cSduOctets + trailerOctets + WIRE_OCTETS) * OCTET_NS;
}

/** What breaks, with exact numbers, and the settings that would mend it; empty where all hold. */
export function faultsText(timing: TimingParameters, judgements: readonly Judgement[]): string {
  const violations = checkTiming(timing);
  if (violations.length === 0) return '';
  const mends = new Map(judgements.map(({ inequality }) => [inequality.id, inequality.mend(timing)]));
  const lines = violations.map(({ id, text, whenBroken }) => {
    const consequence = whenBroken === 'unsafe' ? 'not seamless' : 'safe, but rekeys wait';
    return `  ${text} (${consequence})\n      mend: ${mends.get(id)}\n`;
  });
  return `${violations.map(({ id }) => id).join(', ')} ${violations.length === 1 ? 'breaks' : 'break'}:\n${lines.join('')}`;
}

/** Times in ns; what never happens is Infinity, which JSON writes as null. */
export function limitsJson(timing: TimingParameters, judgements: readonly Judgement[]): object {
  return {
    holds: judgements.every(({ holds }) => holds),
    inequalities: judgements.map(({ inequality: { id, formula, unit, strict, whenBroken, mend }, left, right, holds }) => ({
      id,
      formula,
      unit,
      left,
      relation: strict ? '<' : '<=',
      right,
      holds,
      ...(holds ? {} : { whenBroken, mend: mend(timing) }),
    })),
    settlingTime: settlingTime(timing),
    shortestRekeyInterval: shortestRekeyInterval(timing),
    latestTrigger: { frames: latestTriggerFrames(timing), time: latestTriggerTime(timing) },
    engines: engineLimits(timing.frameSize, timing.marginBits),
    realNetwork: REAL_NETWORK.cSduOctets.map((cSduOctets) => ({
      cSduOctets,
      sendInterval: REAL_NETWORK.sendInterval,
      engines: engineLimits({ ...timing.frameSize, cSduOctets }, timing.marginBits),
    })),
    timing,
  };
}

function inputs({
  slots,
  sendInterval,
  delay,
  obsoleteTimeout,
  clockErrorPpm,
  consecutiveLosses,
  keyGeneration,
}: TimingParameters): string {
  return (
    `${slots} slots; a frame every ${time(sendInterval.min)} to ${time(sendInterval.max)} (t_s), ${time(delay.min)} to ${time(delay.max)} ` +
    `under way (d, both ends included), at most ${consecutiveLosses} lost in a row (L);\n` +
    `Obsolete for ${time(obsoleteTimeout.own)}, at the peer for ${time(obsoleteTimeout.peer)} (T_obs), clock within ${clockErrorPpm} ppm (rho); ` +
    `a new key within ${time(keyGeneration)} (t_key)`
  );
}

function trigger(timing: TimingParameters): string {
  const frames = latestTriggerFrames(timing);
  return frames < 1 ? 'none is early enough' : `${quantity(frames, 'frames')}, ${time(latestTriggerTime(timing))}`;
}

function relation(strict: boolean, holds: boolean): string {
  if (holds) return strict ? '<' : '<=';
  return strict ? '>=' : '>';
}

function quantity(value: number, unit: string): string {
  if (unit === 'ns') return time(value);
  return Number.isFinite(value) ? `${value.toLocaleString('en')} ${unit}` : 'no end';
}

const UNITS = [
  { ns: 365.25 * 24 * 3600e9, name: 'years' },
  { ns: 3600e9, name: 'h' },
  { ns: 1e9, name: 's' },
  { ns: 1e6, name: 'ms' },
  { ns: 1e3, name: 'µs' },
] as const;

/** Four digits: exact numbers stand in the message of what breaks, and in the JSON. */
function time(ns: number): string {
  if (!Number.isFinite(ns)) return 'never';
  const unit = UNITS.find((candidate) => Math.abs(ns) >= candidate.ns) ?? { ns: 1, name: 'ns' };
  return `${Number((ns / unit.ns).toPrecision(4))} ${unit.name}`;
}
