/** Cuts of the link: every frame of a stretch is lost, counted in frames or in time. */
import { SIDES, type Side } from '../../judge/points.ts';
import { ConfigurationError } from '../../spec/configuration.ts';

/** One cut, its ends included. */
export interface Outage {
  /** whose link is cut; undefined: that of every relation */
  readonly relation: number | undefined;
  /** whose frames are lost; undefined: those of both */
  readonly from: Side | undefined;
  readonly unit: 'frames' | 'ns';
  /** frames are counted from 1, for each direction by itself */
  readonly first: number;
  readonly last: number;
}

const NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };
const FORM = /^(?:(\d{1,3})\/)?(?:(initiator|follower)=)?(\d+(?:\.\d+)?)(ns|us|µs|ms|s)?:(\d+(?:\.\d+)?)(ns|us|µs|ms|s)?$/;

/**
 * `1000:1400`, `initiator=1000:1400`, `5ms:7.5ms`, of one relation of many `2/1000:1400`; several with commas between them.
 * @param source for messages
 * @throws ConfigurationError
 */
export function parseOutages(text: string, source: string): readonly Outage[] {
  return text === '' ? [] : text.split(',').map((one) => parseOutage(one.trim(), source));
}

function parseOutage(text: string, source: string): Outage {
  const [, relation, side, first = '', firstUnit, last = '', lastUnit] = FORM.exec(text) ?? [];
  const found = (problem: string): ConfigurationError =>
    new ConfigurationError(source, [
      `outage: ${problem}, found ${JSON.stringify(text)}; for example 1000:1400, initiator=1000:1400, or 5ms:7ms`,
    ]);
  if (first === '') throw found('expected FROM:TO in frames or in time');
  if ((firstUnit === undefined) !== (lastUnit === undefined)) throw found('both ends are frames, or both have a unit of time');
  const isTime = firstUnit !== undefined;
  const outage: Outage = {
    relation: relation === undefined ? undefined : Number(relation),
    from: SIDES.find((name) => name === side),
    unit: isTime ? 'ns' : 'frames',
    first: Number(first) * (NS[firstUnit ?? ''] ?? 1),
    last: Number(last) * (NS[lastUnit ?? ''] ?? 1),
  };
  if (!isTime && !(Number.isInteger(outage.first) && Number.isInteger(outage.last) && outage.first >= 1))
    throw found('frames are whole numbers from 1 on');
  if (outage.last < outage.first) throw found('it ends before it begins');
  return outage;
}

/** Whether a frame is lost in a cut. @param number of the frame in its direction, from 1  @param atNs when it was sent */
export function isCut(outages: readonly Outage[], from: Side, number: number, atNs: number): boolean {
  return outages.some(({ from: whose, unit, first, last }) => {
    const at = unit === 'ns' ? atNs : number;
    return (whose === undefined || whose === from) && at >= first && at <= last;
  });
}
