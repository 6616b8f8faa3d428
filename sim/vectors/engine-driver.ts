/** One frame after another through an AEAD engine of the hardware. */
import type { InputPort, OutputPort, Simulator } from '../../hdl-gen/sim/simulator.ts';
import { ICV_OCTETS } from '../../spec/header.ts';
import { portOf } from '../bus/axi-lite-master.ts';

/** Cycles from the last octet to the ICV; more is a hang. */
const PATIENCE = 1000;
const RESET_CYCLES = 2;

export interface EngineFrame {
  /** as a slot holds it */
  readonly material: Uint8Array;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  readonly text: Uint8Array;
  /** false: authenticated only */
  readonly encrypt: boolean;
  /** true: the text is deciphered */
  readonly open: boolean;
  /** octets of text that the engine is told; default: as many as there are */
  readonly saysOctets?: number;
}

export interface EngineResult {
  /** as it left the engine */
  readonly text: Uint8Array;
  /** as the engine computed it */
  readonly icv: Uint8Array;
}

/** For each cycle in turn, and again from the first: whether the source offers an octet, whether the sink takes one. */
export interface Flow {
  readonly offers: readonly boolean[];
  readonly takes: readonly boolean[];
}

/** Neither side pauses. */
export const FREE: Flow = { offers: [true], takes: [true] };

/** An engine that has not come to its end. */
export class EngineHangs extends Error {
  constructor(frame: EngineFrame, taken: number, left: number) {
    const all = frame.aad.length + frame.text.length;
    super(`the engine hangs: ${taken} of ${all} octets went in, ${left} of ${frame.text.length} came out, and no ICV`);
    this.name = 'EngineHangs';
  }
}

export class EngineDriver {
  readonly simulator: Simulator;

  /** Resets the engine. */
  constructor(simulator: Simulator) {
    this.simulator = simulator;
    this.#set('rst', 1);
    simulator.step(RESET_CYCLES);
    this.#set('rst', 0);
  }

  /** @throws EngineHangs, and what the simulator throws */
  process(frame: EngineFrame, flow: Flow = FREE): EngineResult {
    const { material, nonce, aad, text, encrypt, open, saysOctets = text.length } = frame;
    const octets = Uint8Array.of(...aad, ...text);
    this.#set('start', 1);
    this.#input('material').big = vectorOf(material);
    this.#input('nonce').big = vectorOf(nonce);
    this.#set('encrypt', Number(encrypt));
    this.#set('open', Number(open));
    this.#set('aad_octets', aad.length);
    this.#set('text_octets', saysOctets);
    this.simulator.step();
    this.#set('start', 0);
    this.#input('material').big = 0n;
    const [inReady, outValid, outData, outLast, icvValid] = ['in_ready', 'out_valid', 'out_data', 'out_last', 'icv_valid'].map((name) =>
      this.#output(name),
    ) as [OutputPort, OutputPort, OutputPort, OutputPort, OutputPort];
    const left: number[] = [];
    let taken = 0;
    for (let [cycle, waited] = [0, 0]; waited < PATIENCE; cycle++, waited++) {
      const offers = taken < octets.length && flow.offers[cycle % flow.offers.length] === true;
      const takes = flow.takes[cycle % flow.takes.length] === true;
      this.#set('in_valid', Number(offers));
      this.#set('out_ready', Number(takes));
      // what is not offered means nothing
      this.#set('in_data', offers ? (octets[taken] ?? 0) : 0xee);
      this.#set('in_text', offers ? Number(taken >= aad.length) : 1);
      this.#set('in_last', offers ? Number(taken === octets.length - 1) : 1);
      this.simulator.step();
      if (icvValid.sampled === 1) return { text: Uint8Array.from(left), icv: octetsOf(this.#output('icv').sampledBig, ICV_OCTETS) };
      if (takes && outValid.sampled === 1) {
        left.push(outData.sampled);
        if ((outLast.sampled === 1) !== (left.length === text.length)) break;
      }
      if (offers && inReady.sampled === 1) {
        taken++;
        waited = 0;
      }
    }
    throw new EngineHangs(frame, taken, left.length);
  }

  #set(name: string, value: number): void {
    this.#input(name).value = value;
  }

  #input(name: string): InputPort {
    return portOf(this.simulator.inputs, name);
  }

  #output(name: string): OutputPort {
    return portOf(this.simulator.outputs, name);
  }
}

/** Octet 0 in bits 7..0. */
function vectorOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets.toReversed()).toString('hex')}`);
}

function octetsOf(vector: bigint, count: number): Uint8Array {
  return Uint8Array.from(Buffer.from(vector.toString(16).padStart(2 * count, '0'), 'hex')).reverse();
}
