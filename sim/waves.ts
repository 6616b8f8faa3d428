/** Waveforms of both peers around the first rekey, as VCD (IEEE 1364-2005, clause 18): ports that show what happens, no key. */
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { portOf } from './bus/axi-lite-master.ts';
import type { Side } from './report/result.ts';
import { CYCLE_NS } from './scenario.ts';

const SIGNALS = ['rx_valid', 'rx_last', 'rx_data', 'tx_valid', 'tx_last', 'tx_data', 'irq'] as const;
const TRACES = [
  'provider_states',
  'consumer_states',
  'current_key_id',
  'next_key_id',
  'transmit',
  'receive',
  'deliver',
  'push_accepted',
  'push_refused',
  'stalled',
] as const;
/** Cycles recorded: the set-up, the first rekey and some frames more. */
const CYCLES = 400_000;

interface Wave {
  readonly id: string;
  readonly width: number;
  readonly read: () => number;
  last: number;
}

export class PeerWaves {
  readonly #sink: (text: string) => void;
  readonly #waves: readonly Wave[];

  constructor(simulators: Readonly<Record<Side, Simulator>>, sink: (text: string) => void) {
    this.#sink = sink;
    const header = ['$version Keyturn $end', '$timescale 1ns $end', '$scope module keyturn $end'];
    const waves: Wave[] = [];
    for (const side of ['initiator', 'follower'] as const) {
      header.push(`$scope module ${side} $end`);
      for (const name of [...SIGNALS, ...TRACES.map((trace) => `trace_${trace}`)]) {
        const id = identifier(waves.length);
        const wave = waveOf(simulators[side], name, id);
        waves.push(wave);
        header.push(`$var wire ${wave.width} ${id} ${name} $end`);
      }
      header.push('$upscope $end');
    }
    this.#waves = waves;
    sink(`${[...header, '$upscope $end', '$enddefinitions $end'].join('\n')}\n`);
  }

  /** Writes what changed in this cycle. */
  sample(cycle: number): void {
    if (cycle >= CYCLES) return;
    let text = '';
    for (const wave of this.#waves) {
      const value = wave.read();
      if (value === wave.last) continue;
      wave.last = value;
      text += wave.width === 1 ? `${value}${wave.id}\n` : `b${value.toString(2)} ${wave.id}\n`;
    }
    if (text !== '') this.#sink(`#${cycle * CYCLE_NS}\n${text}`);
  }
}

function waveOf(simulator: Simulator, name: string, id: string): Wave {
  const input = simulator.inputs.get(name);
  if (input !== undefined) return { id, width: input.width, read: () => input.value, last: -1 };
  const output = portOf(simulator.outputs, name);
  return { id, width: output.width, read: () => output.sampled, last: -1 };
}

/** Printable characters from `!` to `~`, as few as are needed. */
function identifier(index: number): string {
  const digit = String.fromCharCode(33 + (index % 94));
  return index < 94 ? digit : digit + identifier(Math.floor(index / 94) - 1);
}
