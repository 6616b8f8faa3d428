/** The trace ports of a station, which say what happens in it, with the relation beside it. */
import type { OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import { portOf } from './bus/axi-lite-master.ts';

const TRACES = [
  'transmit',
  'refused',
  'transmit_relation',
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
export type StationTrace = Readonly<Record<(typeof TRACES)[number], OutputPort>>;

/** Those that say that something happens, and of them what is done to the slots by command. */
const EVENTS = TRACES.filter((name) => !name.endsWith('_relation') && name !== 'unit');
const COMMANDS = ['push_accepted', 'push_refused', 'cancel_accepted', 'cancel_refused', 'erased'] as const;

export function stationTrace({ outputs }: Simulator): StationTrace {
  return Object.fromEntries(TRACES.map((name) => [name, portOf(outputs, `trace_${name}`)])) as Record<(typeof TRACES)[number], OutputPort>;
}

export function happens(trace: StationTrace): boolean {
  return EVENTS.some((name) => trace[name].sampled === 1);
}

export function isCommanded(trace: StationTrace): boolean {
  return COMMANDS.some((name) => trace[name].sampled === 1);
}
