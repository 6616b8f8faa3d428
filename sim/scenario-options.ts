/** What a run of the scenario is: the settings of the user, in cycles. */
import type { Delivery } from '../spec/delivery.ts';
import type { AgreementOptions } from './agreement.ts';
import type { Attack } from './network/attacks.ts';
import type { LinkSettings } from './network/link.ts';
import type { Restart } from './restart.ts';
import type { Traffic } from './traffic/traffic.ts';

export interface ScenarioOptions extends LinkSettings, AgreementOptions {
  /** payloads in each direction */
  readonly frames: number;
  readonly slots: number;
  readonly encrypt: boolean;
  readonly delivery: Delivery;
  /** probability of an attack with each frame */
  readonly attacks: number;
  readonly attackKinds: ReadonlySet<Attack>;
  /** frames under one key after which the initiator rekeys; 0: not by counter */
  readonly rekeyFrames: number;
  /** cycles under one key after which it rekeys; 0: not by time */
  readonly rekeyCycles: number;
  /** frames under one key after which the follower reports that its counter runs out (E6) */
  readonly counterAlarm: number;
  /** cycles that a key stays Obsolete */
  readonly obsoleteTimeout: number;
  /** cycles after which an unfinished rekey is reported; 0: never */
  readonly alarmAfter: number;
  /** a frame of the host's own goes along with every so many payloads; 0: none */
  readonly hostEvery: number;
  /** stations whose software starts again in mid-run */
  readonly restarts: readonly Restart[];
  readonly traffic: Traffic;
}
