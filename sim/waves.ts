/** Waveforms of all hardware of a run: a clock, the streams, what happens, and the slots of a relation by name and state. Nothing that holds a key is among them. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { type VcdRange, type VcdSignal, VcdWriter, vcdPorts } from '../hdl-gen/sim/vcd.ts';
import { SLOT_STATE_CODE, SLOT_STATES, slotName } from '../spec/slot-machine.ts';
import { portOf } from './bus/axi-lite-master.ts';

const PORTS = [
  'irq',
  ...[
    'changed_current_key_id',
    'changed_next_key_id',
    'transmit',
    'refused',
    'stalled',
    'receive',
    'deliver',
    'push_accepted',
    'push_refused',
  ].map((name) => `trace_${name}`),
  ...['transmit_relation', 'receive_relation', 'command_relation', 'changed_relation'].map((name) => `trace_${name}`),
];
const VIEWS = ['provider', 'consumer'] as const;
const CLOCK: VcdRange = { from: 0, to: 1 };

/** The hardware of a run by name, in the order in which it is written. */
export type Ends = ReadonlyMap<string, Simulator>;

/** Written as the clock goes on, while an end may be simulated ahead of it: what its ports show is told for the cycle in which they do. */
export class StationWaves {
  readonly #writer: VcdWriter;
  readonly #cycleNs: number;
  /** first cycle that is not recorded */
  readonly #end: number;
  readonly #ranges: ReadonlyMap<string, Readonly<Record<'inputs' | 'all', VcdRange>>>;
  /** first cycle that is not written, and the signals that may have changed in it: at first, all */
  #next = 0;
  #changed: VcdRange[];
  #clock = 0;

  /** @param cycleNs ns of a cycle  @param untilNs ns of simulated time that are recorded */
  constructor(ends: Ends, cycleNs: number, untilNs: number, sink: (text: string) => void) {
    this.#cycleNs = cycleNs;
    this.#end = Math.ceil(untilNs / cycleNs);
    const signals: VcdSignal[] = [{ scope: ['keyturn'], name: 'clk', width: 1, read: () => this.#clock }];
    const add = (more: readonly VcdSignal[]): VcdRange => {
      const from = signals.length;
      signals.push(...more);
      return { from, to: signals.length };
    };
    const rangesOf = (name: string, simulator: Simulator): Record<'inputs' | 'all', VcdRange> => {
      const scope = ['keyturn', name];
      const ports = PORTS.filter((port) => simulator.outputs.has(port));
      const { from } = add(vcdPorts(simulator, scope, ports));
      const inputs = add(streamSignals(simulator, scope, 'rx'));
      const { to } = add([...streamSignals(simulator, scope, 'tx'), ...slotSignals(simulator, scope)]);
      return { inputs, all: { from, to } };
    };
    this.#ranges = new Map([...ends].map(([name, simulator]) => [name, rangesOf(name, simulator)]));
    this.#changed = [{ from: 0, to: signals.length }];
    this.#writer = new VcdWriter(signals, sink);
  }

  /** Whether nothing is recorded from that cycle on. */
  isOver(cycle: number): boolean {
    return cycle >= this.#end;
  }

  /** Ports of one may have changed in that cycle, and show what they do in it until `passed` is told of it. Cycles must not go back. */
  changed(cycle: number, name: string, ports: 'inputs' | 'all'): void {
    const ranges = this.#ranges.get(name);
    if (cycle >= this.#end || ranges === undefined) return;
    this.passed(cycle - 1);
    this.#changed.push(ranges[ports]);
  }

  /** All is told of that cycle and of those before it. */
  passed(cycle: number): void {
    for (; this.#next <= cycle && this.#next < this.#end; this.#next++) {
      const atNs = this.#next * this.#cycleNs;
      this.#clock = 1;
      this.#writer.sample(atNs, [CLOCK, ...this.#changed.sort((a, b) => a.from - b.from)]);
      this.#changed = [];
      this.#clock = 0;
      this.#writer.sample(atNs + Math.ceil(this.#cycleNs / 2), [CLOCK]);
    }
  }
}

function streamSignals(simulator: Simulator, scope: readonly string[], name: string): VcdSignal[] {
  return vcdPorts(simulator, [...scope, name], [`${name}_valid`, `${name}_last`, `${name}_data`]);
}

/** A scope for each slot, in it one bit for each state of each view: `slot_a.provider_pending`. Of many relations they are those whose slots changed last. */
function slotSignals(simulator: Simulator, scope: readonly string[]): VcdSignal[] {
  const ports = VIEWS.map((view) => ({ view, port: portOf(simulator.outputs, `trace_changed_${view}_states`) }));
  const slots = (ports[0]?.port.width ?? 0) / 2;
  return Array.from({ length: slots }, (_, slot) => slot).flatMap((slot) =>
    ports.flatMap(({ view, port }) =>
      SLOT_STATES.filter((state) => state !== 'Unused').map((state) => ({
        scope: [...scope, `slot_${slotName(slot).toLowerCase()}`],
        name: `${view}_${state.toLowerCase()}`,
        width: 1,
        read: () => (((port.sampled >>> (2 * slot)) & 3) === SLOT_STATE_CODE[state] ? 1 : 0),
      })),
    ),
  );
}
