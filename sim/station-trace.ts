/** The trace ports of a station, which say what happens in it, with the relation beside it. */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import { portOf } from './bus/axi-lite-master.ts';

const TRACES = [
  'transmit',
  'refused',
  'transmit_relation',
  'stalled',
  'receive',
  'deliver',
  'receive_relation',
  'push_accepted',
  'push_refused',
  'cancel_accepted',
  'cancel_refused',
  'erased',
  'command_relation',
  'image',
  'published',
  'taken',
  'image_relation',
  'unit',
  'came',
  'acquired',
  'consumer_relation',
] as const;
type TraceName = (typeof TRACES)[number];

/** Those that say that something happens, and of them what is done to the slots by command. */
const EVENTS = TRACES.filter((name) => !name.endsWith('_relation') && name !== 'unit');
const COMMANDS = ['push_accepted', 'push_refused', 'cancel_accepted', 'cancel_refused', 'erased'] as const;

/** The slots of one relation, as what is traced of them: 2 bits a slot, slot A in the lowest. */
export interface TracedSlots {
  readonly relation: number;
  readonly provider: number;
  readonly consumer: number;
}

export class StationTrace {
  readonly ports: Readonly<Record<TraceName, OutputPort>>;
  readonly #events: readonly OutputPort[];
  readonly #commands: readonly OutputPort[];
  readonly #changed: Readonly<Record<keyof TracedSlots, OutputPort>>;

  constructor({ outputs }: Simulator) {
    const port = (name: string): OutputPort => portOf(outputs, `trace_${name}`);
    this.ports = Object.fromEntries(TRACES.map((name) => [name, port(name)])) as Record<TraceName, OutputPort>;
    this.#events = EVENTS.map(port);
    this.#commands = COMMANDS.map(port);
    this.#changed = {
      relation: port('changed_relation'),
      provider: port('changed_provider_states'),
      consumer: port('changed_consumer_states'),
    };
  }

  /** The relation whose slots changed last, and what they are since. */
  get changed(): TracedSlots {
    const { relation, provider, consumer } = this.#changed;
    return { relation: relation.sampled, provider: provider.sampled, consumer: consumer.sampled };
  }

  /** Whether it is another change than that. */
  hasChangedSince({ relation, provider, consumer }: TracedSlots): boolean {
    const now = this.#changed;
    return now.relation.sampled !== relation || now.provider.sampled !== provider || now.consumer.sampled !== consumer;
  }

  /** Whether something happens in the cycle that was sampled. */
  get happens(): boolean {
    return this.#events.some(({ sampled }) => sampled === 1);
  }

  /** Whether a command of software is settled in it. */
  get isCommanded(): boolean {
    return this.#commands.some(({ sampled }) => sampled === 1);
  }
}
