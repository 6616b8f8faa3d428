/** A run of a controller with its devices, from what each relation is to the files and their verdict. */
import type { Hardware } from './hardware.ts';
import type { SimulationOptions } from './options.ts';
import { OutputFiles } from './output/output-files.ts';
import { type Results, type RunEvents, runRecorded } from './recorded-run.ts';
import { relationLogged } from './relation-logged.ts';
import type { SimulationResult } from './report/result.ts';
import { endNames, longestWay, Scenario } from './scenario.ts';
import type { ScenarioOptions } from './scenario-options.ts';
import type { KeysOf } from './station-end.ts';
import { StationWaves } from './waves.ts';

export interface StationsRun extends RunEvents {
  readonly options: SimulationOptions;
  readonly relations: readonly ScenarioOptions[];
  /** the controller's, then that of the devices which have any; each with the seed of its simulator */
  readonly hardware: readonly { readonly hardware: Hardware; readonly seed: number }[];
  /** how to see the same run again */
  readonly replay: string;
  readonly settings: SimulationResult['settings'];
  /** folder for the files; none are written without it */
  readonly out?: string;
  /** write the keys of the run down, so that it can be judged */
  readonly keyLog?: boolean;
  /** a broken key schedule, for tests */
  readonly keysOf?: KeysOf;
}

/**
 * Runs it, writes its files, and has them judged where the keys are written down. Returns the result of each relation.
 * @throws what `Scenario` and the simulators throw; OutputError; SimulationAborted
 */
export async function runStations(run: StationsRun): Promise<Results> {
  const { options, relations, hardware, replay, settings, out, keyLog = false, keysOf, ...events } = run;
  // at the controller's port all devices may wait for each other
  const longest = longestWay(relations.map(({ channel }) => channel));
  const logged = relations.map(({ traffic, delivery }) => relationLogged({ ...options, delivery }, traffic, longest));
  const files = out === undefined ? undefined : await OutputFiles.open(out, logged, keyLog, options.clockPeriod);
  return runRecorded({
    ...events,
    simulator: options.simulator,
    hardware,
    files,
    isJudged: keyLog,
    scenarioOf: ([controller, ...devices]) => {
      if (controller === undefined) throw new RangeError('a controller without a simulator');
      const names = endNames(devices.length, relations.length);
      const ends = new Map([controller, ...devices].map((simulator, index) => [names[index] ?? '', simulator]));
      const waves = files && new StationWaves(ends, options.clockPeriod, options.waves, (text) => files.waves.write(text));
      return new Scenario(relations, {
        controller,
        devices,
        replay,
        simulatorName: options.simulator,
        settings,
        longestWay: longest,
        onProgress: (progress) => {
          files?.check();
          events.onProgress?.(progress);
        },
        ...(keysOf === undefined ? {} : { keysOf }),
        ...(files === undefined ? {} : { watcherOf: (relation: number) => files.observations.of(relation) }),
        ...(waves === undefined ? {} : { waves }),
        ...(events.signal === undefined ? {} : { signal: events.signal }),
      });
    },
  });
}
