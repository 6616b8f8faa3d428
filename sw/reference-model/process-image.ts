import type { Payload } from '../frame/secured-frame.ts';

/** The image that a relation sends: at each tick what was published last. */
export class ReferenceProviderImage {
  #newest: { readonly cSdu: Uint8Array; readonly dataStatus: number } | undefined;

  publish(cSdu: Uint8Array, dataStatus: number): void {
    this.#newest = { cSdu: Uint8Array.from(cSdu), dataStatus };
  }

  /** What is sent at the tick of a unit; undefined before the first publication. TransferStatus is 0. */
  payloadAt(unit: number): Payload | undefined {
    if (this.#newest === undefined) return undefined;
    const { cSdu, dataStatus } = this.#newest;
    return { cSdu, apduStatus: Uint8Array.of(unit >> 8, unit, dataStatus, 0) };
  }
}

/** The image that a relation receives: of delivered payloads of its length. What is held is that of the last acquisition. */
export class ReferenceConsumerImage {
  readonly length: number;
  #newest: Payload | undefined;
  #fresh = false;

  /** @param length octets */
  constructor(length: number) {
    this.length = length;
  }

  /** @returns whether the payload is the image's */
  deliver(payload: Payload): boolean {
    if (payload.cSdu.length !== this.length) return false;
    this.#newest = payload;
    this.#fresh = true;
    return true;
  }

  /** The newest; `fresh` where it was not acquired before. */
  acquire(): { readonly payload: Payload; readonly fresh: boolean } | undefined {
    const [payload, fresh] = [this.#newest, this.#fresh];
    this.#fresh = false;
    return payload && { payload, fresh };
  }
}
