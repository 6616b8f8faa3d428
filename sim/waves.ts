/** Waveforms of both peers: a clock, the streams, and the slots by name and state. Nothing that holds a key is among them. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { type VcdSignal, VcdWriter, vcdPorts } from '../hdl-gen/sim/vcd.ts';
import { SIDES } from '../judge/points.ts';
import { SLOT_STATE_CODE, SLOT_STATES, slotName } from '../spec/slot-machine.ts';
import { portOf } from './bus/axi-lite-master.ts';
import type { Side } from './report/result.ts';

const PORTS = [
  'irq',
  ...['current_key_id', 'next_key_id', 'transmit', 'receive', 'deliver', 'push_accepted', 'push_refused', 'stalled'].map(
    (name) => `trace_${name}`,
  ),
];
const STREAMS = ['rx', 'tx'];
const VIEWS = ['provider', 'consumer'] as const;

export class PeerWaves {
  readonly #writer: VcdWriter;
  readonly #cycleNs: number;
  readonly #untilNs: number;
  #clock = 0;

  /** @param cycleNs ns of a cycle  @param untilNs ns of simulated time that are recorded */
  constructor(simulators: Readonly<Record<Side, Simulator>>, cycleNs: number, untilNs: number, sink: (text: string) => void) {
    this.#cycleNs = cycleNs;
    this.#untilNs = untilNs;
    const clock: VcdSignal = { scope: ['keyturn'], name: 'clk', width: 1, read: () => this.#clock };
    const signals = SIDES.flatMap((side) => peerSignals(simulators[side], ['keyturn', side]));
    this.#writer = new VcdWriter([clock, ...signals], sink);
  }

  sample(cycle: number): void {
    const atNs = cycle * this.#cycleNs;
    if (atNs >= this.#untilNs) return;
    this.#clock = 1;
    this.#writer.sample(atNs);
    this.#clock = 0;
    this.#writer.sample(atNs + Math.ceil(this.#cycleNs / 2));
  }
}

function peerSignals(simulator: Simulator, scope: readonly string[]): VcdSignal[] {
  const stream = (name: string): VcdSignal[] => vcdPorts(simulator, [...scope, name], [`${name}_valid`, `${name}_last`, `${name}_data`]);
  return [...vcdPorts(simulator, scope, PORTS), ...STREAMS.flatMap(stream), ...slotSignals(simulator, scope)];
}

/** A scope for each slot, in it one bit for each state of each view: `slot_a.provider_pending`. */
function slotSignals(simulator: Simulator, scope: readonly string[]): VcdSignal[] {
  const ports = VIEWS.map((view) => ({ view, port: portOf(simulator.outputs, `trace_${view}_states`) }));
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
