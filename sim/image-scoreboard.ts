/** What a station must send of its images: at the tick of a unit what was published last, no unit before its time, and none twice. */
import { isDue, periodOf, type SendTiming, UNITS_PER_SECOND } from '../spec/cyclic.ts';
import type { Payload } from '../sw/frame/secured-frame.ts';
import { ReferenceProviderImage } from '../sw/reference-model/provider-image.ts';

/** An image as it was sent. */
export interface SentImage {
  readonly relation: number;
  /** cycle in which the unit of its tick began */
  readonly tickAt: number;
  readonly payload: Payload;
}

export class ImageScoreboard {
  readonly #unitCycles: number;
  readonly #begun: number;
  readonly #images: readonly ReferenceProviderImage[];
  readonly #timings = new Map<number, SendTiming>();
  readonly #written = new Map<number, { readonly image: Uint8Array; readonly dataStatus: number }>();
  readonly #last = new Map<number, number>();

  /** @param begun cycle in which unit 0 began */
  constructor(relations: number, clockHz: number, begun: number) {
    this.#unitCycles = clockHz / UNITS_PER_SECOND;
    this.#begun = begun;
    this.#images = Array.from({ length: relations }, () => new ReferenceProviderImage());
  }

  schedule(relation: number, timing: SendTiming): void {
    this.#timings.set(relation, timing);
  }

  /** Software is about to publish an image. */
  publishing(relation: number, image: Uint8Array, dataStatus: number): void {
    this.#written.set(relation, { image, dataStatus });
  }

  /** The hardware has published it. */
  published(relation: number): void {
    const { image, dataStatus } = this.#written.get(relation) ?? { image: new Uint8Array(), dataStatus: 0 };
    this.#images[relation]?.publish(image, dataStatus);
  }

  /** The hardware has taken an image for the tick of that unit, numbered modulo 2^16. @returns a text of what is wrong with it, or what is to be sent */
  taken(relation: number, said: number, cycle: number): SentImage | string {
    const now = Math.floor((cycle - this.#begun) / this.#unitCycles);
    const unit = now - ((now - said) & 0xffff);
    const timing = this.#timings.get(relation);
    const last = this.#last.get(relation) ?? Number.NEGATIVE_INFINITY;
    this.#last.set(relation, unit);
    if (timing === undefined || !isDue(timing, unit)) return `no tick of relation ${relation} in unit ${unit}`;
    if (unit <= last) return `unit ${unit} of relation ${relation} behind unit ${last}`;
    // one that has waited for the wire is sent late, and those of the ticks behind it are left out
    if (now - unit >= 2 * periodOf(timing)) return `unit ${unit} of relation ${relation} in unit ${now}`;
    const payload = this.#images[relation]?.payloadAt(unit);
    if (payload === undefined) return `nothing published of relation ${relation}`;
    return { relation, tickAt: this.#begun + Math.ceil(unit * this.#unitCycles), payload };
  }
}
