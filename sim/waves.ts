/** Waveforms of both peers around the first rekey: ports that show what happens, and no key. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { VcdWriter, vcdPorts } from '../hdl-gen/sim/vcd.ts';
import { CYCLE_NS } from '../spec/configuration.ts';
import type { Side } from './report/result.ts';

const PORTS = [
  ...['rx_valid', 'rx_last', 'rx_data', 'tx_valid', 'tx_last', 'tx_data', 'irq'],
  ...['provider_states', 'consumer_states', 'current_key_id', 'next_key_id'].map((name) => `trace_${name}`),
  ...['transmit', 'receive', 'deliver', 'push_accepted', 'push_refused', 'stalled'].map((name) => `trace_${name}`),
];
/** Cycles recorded: the set-up, the first rekey of the demo and some frames more. */
const CYCLES = 400_000;

export class PeerWaves {
  readonly #writer: VcdWriter;

  constructor(simulators: Readonly<Record<Side, Simulator>>, sink: (text: string) => void) {
    const sides = ['initiator', 'follower'] as const;
    this.#writer = new VcdWriter(
      sides.flatMap((side) => vcdPorts(simulators[side], ['keyturn', side], PORTS)),
      sink,
    );
  }

  sample(cycle: number): void {
    if (cycle < CYCLES) this.#writer.sample(cycle * CYCLE_NS);
  }
}
