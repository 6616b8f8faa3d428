/** A message sequence chart as data: what `counterexample.ts` makes of a trace, and `sequence-chart.ts` draws. */
import type { Role } from '../../spec/peer-rules.ts';
import type { SlotState } from '../../spec/slot-machine.ts';

export type FrameFate = 'delivered' | 'late' | 'lost' | 'underWay' | 'undecryptable' | 'forged' | 'replayed' | 'reflected';

export interface SlotLine {
  readonly name: string;
  readonly provider: SlotState;
  readonly consumer: SlotState;
  readonly keyId: string;
  /** ticks that it stays Obsolete; 0 in every other state */
  readonly remaining: number;
}

/** What is beside one peer at one moment. */
export interface Side {
  readonly notes: readonly string[];
  /** empty where nothing has changed */
  readonly slots: readonly SlotLine[];
}

export interface Moment {
  /** number of the step in the trace */
  readonly step: number;
  /** number of the tick that begins here; undefined between two of them */
  readonly tick: number | undefined;
  readonly sides: Readonly<Record<Role, Side>>;
}

export interface FrameLine {
  readonly from: Role | 'attacker';
  readonly to: Role;
  readonly keyIds: string;
  readonly fate: FrameFate;
  /** index of a moment; for the attacker's own frames that of their arrival */
  readonly sent: number;
  /** index of a moment; undefined where it does not arrive */
  readonly arrives: number | undefined;
}

export interface Chart {
  readonly title: string;
  readonly setting: string;
  readonly moments: readonly Moment[];
  readonly frames: readonly FrameLine[];
  /** what is violated, and how it was found, in words */
  readonly verdict: readonly [string, string];
}
