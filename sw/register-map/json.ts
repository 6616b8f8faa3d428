/** The register map as JSON, for programs in other languages. */
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { ADDRESS_BITS, existingBits, MAP_VERSION } from '../../spec/registers.ts';

/** One register; `mask` has a one for each bit that there is. */
export interface RegisterJson {
  readonly name: string;
  readonly offset: number;
  readonly access: string;
  readonly words: number;
  readonly mask: number;
  /** null where it depends on what the hardware was generated for, and where it can't be read */
  readonly afterReset: number | null;
  readonly secret: boolean;
  readonly pops: boolean;
  /** the one value that a write may have; null: any */
  readonly only: number | null;
  readonly description: string;
  readonly fields: readonly { readonly name: string; readonly low: number; readonly bits: number; readonly description: string }[];
}

export function registerJson({ registers }: RegisterMapDescription = REGISTER_MAPS.station): {
  readonly mapVersion: object;
  readonly windowSize: number;
  readonly registers: readonly RegisterJson[];
} {
  return {
    mapVersion: MAP_VERSION,
    windowSize: 2 ** ADDRESS_BITS,
    registers: registers.map((register) => {
      const {
        name,
        offset,
        access,
        words = 1,
        afterReset = 0,
        secret = false,
        pops = false,
        only = null,
        description,
        fields = [],
      } = register;
      return {
        name,
        offset,
        access,
        words,
        mask: existingBits(register),
        afterReset: afterReset === 'generated' || access === 'wo' ? null : afterReset,
        secret,
        pops,
        only,
        description,
        fields,
      };
    }),
  };
}
