/** An AEAD engine of the hardware alone: one frame after another through `aeadPorts`, with pauses on both sides. */
import type { Simulator } from '../../../hdl-gen/sim/simulator.ts';
import type { WasmDesign } from '../../../hdl-gen/sim/wasm/compile.ts';
import type { AeadModule } from '../../../hw/aead/aead.ts';
import { type Flow, FREE } from '../../../sim/vectors/engine-driver.ts';
import { ICV_OCTETS } from '../../../spec/header.ts';
import type { AeadInput } from '../../../sw/aead/aead.ts';
import { Bench, compiled, octetsOf, vectorOf } from '../bench.ts';

/** Cycles for one frame, pauses included; more is a hang. */
const PATIENCE = 100_000;

export interface EngineFrame extends AeadInput {
  /** true: decipher */
  readonly open: boolean;
  /** octets of text that it says; default: as many as it has */
  readonly saysOctets?: number;
}

export class EngineBench {
  readonly bench: Bench;
  /** called in each cycle of a frame, before its edge */
  onCycle: (bench: Bench) => void = () => {};
  readonly #materialOf: (key: Uint8Array) => Uint8Array;

  /** @param materialOf what the engine takes for a key; default: the key alone */
  constructor(design: WasmDesign | Simulator, materialOf: (key: Uint8Array) => Uint8Array = (key) => key) {
    this.bench = new Bench(design);
    this.#materialOf = materialOf;
  }

  static compile(engine: AeadModule): WasmDesign {
    return compiled(engine);
  }

  /** The text as it left the engine, and the ICV that it computed. */
  process(
    { key, nonce, aad, text, encrypt, open, saysOctets = text.length }: EngineFrame,
    flow: Flow = FREE,
  ): { readonly text: Uint8Array; readonly icv: Uint8Array } {
    const { bench } = this;
    const input = Uint8Array.of(...aad, ...text);
    bench.set({
      start: 1,
      material: vectorOf(this.#materialOf(key)),
      nonce: vectorOf(nonce),
      encrypt,
      open,
      aad_octets: aad.length,
      text_octets: saysOctets,
      in_valid: 0,
      out_ready: 0,
    });
    bench.step();
    // the engine has its own copy now
    bench.set({ start: 0, material: 0, nonce: 0, encrypt: 0, open: 0, aad_octets: 0, text_octets: 0 });
    const left: number[] = [];
    let next = 0;
    for (let cycle = 0; cycle < PATIENCE; cycle++) {
      const offers = next < input.length && at(flow.offers, cycle);
      const takes = at(flow.takes, cycle);
      bench.set({
        in_valid: offers,
        in_data: offers ? (input[next] ?? 0) : 0xee,
        in_text: next >= aad.length,
        in_last: offers && next === input.length - 1,
        out_ready: takes,
      });
      this.onCycle(bench);
      if (bench.get('icv_valid') === 1) return { text: Uint8Array.from(left), icv: octetsOf(bench.big('icv'), ICV_OCTETS) };
      const accepted = offers && bench.get('in_ready') === 1;
      if (takes && bench.get('out_valid') === 1) {
        left.push(bench.get('out_data'));
        if ((bench.get('out_last') === 1) !== (left.length === text.length))
          throw new Error(`out_last with octet ${left.length} of ${text.length}`);
      }
      bench.step();
      if (accepted) next++;
    }
    throw new Error(`no ICV within ${PATIENCE} cycles: ${next} of ${input.length} octets went in, ${left.length} came out`);
  }
}

function at(list: readonly boolean[], cycle: number): boolean {
  return list[cycle % list.length] ?? true;
}
