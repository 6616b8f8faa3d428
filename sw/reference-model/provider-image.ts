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
