/** What a station must send of its images: at the tick of a unit what was published last, no unit before its time, and none twice. */
import { isDue, periodOf, type SendTiming, UNITS_PER_SECOND } from '../spec/cyclic.ts';
import type { Payload } from '../sw/frame/secured-frame.ts';
import { ReferenceConsumerImage, ReferenceProviderImage } from '../sw/reference-model/process-image.ts';

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
  readonly #consumers = new Map<number, ReferenceConsumerImage>();
  /** delivered, and not published yet: the verdict is a few cycles ahead */
  readonly #delivered: { readonly relation: number; readonly payload: Payload }[] = [];
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

  /** The relation has an image of so many octets that is received. */
  expect(relation: number, length: number): void {
    this.#consumers.set(relation, new ReferenceConsumerImage(length));
  }

  /** A payload was delivered. @returns whether it is an image's, so that the RX FIFO has nothing of it */
  deliver(relation: number, payload: Payload): boolean {
    if (this.#consumers.get(relation)?.length !== payload.cSdu.length) return false;
    this.#delivered.push({ relation, payload });
    return true;
  }

  /** The hardware has published the payload that was delivered first. @returns whose it was */
  came(): number | undefined {
    const next = this.#delivered.shift();
    if (next !== undefined) this.#consumers.get(next.relation)?.deliver(next.payload);
    return next?.relation;
  }

  /** The hardware has acquired the image of a relation. */
  acquired(relation: number): ReturnType<ReferenceConsumerImage['acquire']> {
    return this.#consumers.get(relation)?.acquire();
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
