/** The limits of a configuration, for people and for programs. */
import { table } from '../judge/table.ts';
import { engineLimits } from '../spec/aead-limits.ts';
import {
  checkTiming,
  type Judgement,
  latestTriggerFrames,
  latestTriggerTime,
  settlingTime,
  shortestRekeyInterval,
  type TimingParameters,
} from '../spec/timing.ts';

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
  const limits = engineLimits(timing.frameSize, timing.marginBits).map(({ engine, protection, frames, boundBy }) => [
    `${engine}, ${protection}`,
    quantity(frames, 'frames'),
    time(frames * timing.sendInterval.min),
    boundBy,
  ]);
  return [
    `${inputs(timing)}\n`,
    table(inequalities),
    table(figures),
    `one key may protect, with C_SDUs of ${timing.frameSize.cSduOctets} octets and an advantage of 2^-${timing.marginBits}:`,
    table([['engine, protection', 'frames', 'at t_s,min', 'ended by'], ...limits]),
  ].join('\n');
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
