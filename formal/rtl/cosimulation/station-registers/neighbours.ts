/** Neighbours of a station's registers, which answer as they are told, some cycles after they are asked; and what some of them answer. */
import assert from 'node:assert/strict';
import { Random } from '../../../../hdl-gen/sim/random.ts';
import type { WasmDesign } from '../../../../hdl-gen/sim/wasm/compile.ts';
import { IMAGE_WORDS_MAX } from '../../../../spec/image-registers.ts';
import { BusBench } from '../bus-bench.ts';
import { IMAGES } from './groups.ts';

/** Cycles that a neighbour takes for an answer, at the most. */
const SLOW = 6;

/** Inputs by their names. */
export type Answer = Readonly<Record<string, number>>;

/** Registers whose neighbours answer as they are told, some cycles after they are asked. */
export class RegistersBench extends BusBench {
  readonly #random: Random;
  /** by the output that asks: what is asked, what is answered; it is told once */
  readonly neighbours: Readonly<Record<string, Neighbour>>;
  /** of the cycles since they were last taken */
  written: number[] = [];
  popped = 0;

  constructor(design: WasmDesign, random: Random, neighbours: Readonly<Record<string, Neighbour>>) {
    super(design);
    this.#random = random;
    this.neighbours = neighbours;
  }

  protected override tick(): void {
    for (const [request, neighbour] of Object.entries(this.neighbours)) this.#serve(request, neighbour);
    super.tick();
    if (this.output('transmit_write').sampled === 1) this.written.push(this.output('transmit_data').sampled);
    this.popped += this.output('receive_ready').sampled;
  }

  /** Behind the inputs of the cycle, what the outputs are: it stays what it was until it is answered. */
  #serve(request: string, neighbour: Neighbour): void {
    const { asks, done, answer } = neighbour;
    this.input(done).value = 0;
    if (this.output(request).value === 0) {
      assert.equal(neighbour.asked, undefined, `${request} goes before it is answered`);
      return;
    }
    const asked = asks.map((name) => this.output(name).value);
    if (neighbour.asked === undefined) neighbour.left = this.#random.below(SLOW);
    else assert.deepEqual(asked, neighbour.asked, `${request} stays what it was`);
    neighbour.asked = asked;
    if (neighbour.left-- > 0) return;
    for (const [name, value] of Object.entries(answer(...asked))) this.input(name).value = value;
    this.input(done).value = 1;
    neighbour.asked = undefined;
  }
}

export interface Neighbour {
  readonly asks: readonly string[];
  readonly done: string;
  readonly answer: (...asked: readonly number[]) => Answer;
  asked?: readonly number[] | undefined;
  left: number;
}

/** Any number, another one for each relation and kind. */
export function countOf(relation: number, kind: number): number {
  return new Random(1000 + 16 * relation + kind).next();
}

/** Likewise of its images. */
export function imageOf(relation: number, which: number, word: number): number {
  return new Random(5000 + (relation * 2 ** IMAGES.length + which) * IMAGE_WORDS_MAX + word).next();
}

/** What is seen of a relation: any, another for each. */
export function inspectedOf(relation: number, slots: number): Answer {
  const random = new Random(77 + relation);
  return {
    ...{ inspected_provider_states: random.below(4 ** slots), inspected_consumer_states: random.below(4 ** slots) },
    ...{ inspected_current_key_id: random.below(16), inspected_next_key_id: random.below(16), inspected_push_ready: random.below(2) },
    ...{ inspected_request_valid: random.below(2), inspected_request_key_id: random.below(16), inspected_sent: random.next() },
  };
}
