/** `keyturn sim --relations N`: two stations of many relations in generated hardware. */
import { FRAME_GAP_OCTETS } from '../sim/bus/frame-ports.ts';
import { flagOf, type SimulationOptions } from '../sim/options.ts';
import { cyclesOf, OCTET_NS } from '../spec/configuration.ts';
import { PROFILES } from '../spec/header.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { Progress } from './progress.ts';

export interface StationsRun {
  readonly options: SimulationOptions;
  /** settings that were given, by name: without profile and protection, relations differ in them */
  readonly given: ReadonlySet<string>;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** One frame of each relation after the other on a line of 1 Gb/s that holds none up: what that is in settings of one relation. */
export function lineTiming({ relations, delivery, cSduLength = 64 }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const octets = PROFILES.std.headerOctets + Number(cSduLength) + PROFILES.std.trailerOctets + FRAME_GAP_OCTETS;
  const frame = octets * OCTET_NS;
  const sendInterval = Number(relations) * frame;
  // what is no number is found fault with by itself
  if (!Number.isInteger(sendInterval)) return {};
  // a frame that is overtaken arrives behind the next one, whose relation is another; where late ones are delivered, behind its own relation's
  return { delay: 0, jitter: frame, reorder: delivery === 'window' ? 1 : 0, sendInterval: Math.max(1000, sendInterval) };
}

export async function simulateStations({ options, given, json, signal }: StationsRun): Promise<number> {
  const { relations, frames, seed, engine, delivery, simulator, loss, duplicates, reorderChance, attacks, profile, protection } = options;
  const progress = new Progress(
    !json,
    `rekeying in hardware: ${relations} relations, ${frames} frames in each direction of each, ${engine}, ${flagOf('seed')} ${seed}, ${simulator}`,
  );
  const { runStationLine } = await import('../sim/station-line.ts');
  const { profileOf } = await import('../sim/line-settings.ts');
  const { LineChannel } = await import('../sim/network/line-channel.ts');
  const { Random } = await import('../hdl-gen/sim/random.ts');
  const { stationShortcomings, stationSummary, stationText } = await import('../sim/station-report.ts');
  const random = new Random(seed);
  const line = { profileOf: given.has('profile') ? () => profile : profileOf, overtakenBy: delivery === 'window' ? relations : 1 };
  const settings = { loss, duplicates, reorderChance, attacks, relations, ...line };
  const channels = { initiator: new LineChannel(settings, random), follower: new LineChannel(settings, random) };
  channels.initiator.other = channels.follower;
  channels.follower.other = channels.initiator;
  const before = process.cpuUsage();
  try {
    const result = await runStationLine({
      engine,
      delivery,
      relations,
      slots: options.slots,
      frames: frames * relations,
      length: () => options.cSduLength,
      settingsOf: () => ({
        ...(given.has('profile') ? { profile } : {}),
        ...(given.has('protection') ? { encrypt: protection === 'encryption' } : {}),
      }),
      ...(options.rekeyFrames === 0 ? {} : { rekeyEvery: options.rekeyFrames }),
      channel: (frame, side) => channels[side].carry(frame),
      obsoleteTimeout: cyclesOf(options.obsoleteTimeout, OCTET_NS),
      simulator,
      seed,
      signal,
      onProgress: (sent, rekeys) => progress.update(sent, frames * relations, `${rekeys} rekeys`),
    });
    progress.end();
    const { user, system } = process.cpuUsage(before);
    const lost = channels.initiator.lost + channels.follower.lost;
    const summary = stationSummary(result, { relations, engine, delivery, lost, cpuSeconds: (user + system) / 1e6 });
    const shortcomings = stationShortcomings(summary);
    await print(json ? `${JSON.stringify({ shortcomings, ...summary }, null, 2)}\n` : stationText(summary));
    return shortcomings.length === 0 ? EXIT.done : EXIT.fault;
  } finally {
    progress.end();
  }
}
