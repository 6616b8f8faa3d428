/** What the registers of a peer and of a station have in common: keys that are staged before a Push, and the erase that takes them along. */
import { type Bit, type Bits, type Build, cat, type Register } from '../hdl-gen/index.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { REGISTERS, wordsOf } from '../spec/registers.ts';

const STAGED = ['transmitKey', 'transmitIv', 'receiveKey', 'receiveIv'] as const;

export interface StagedWord {
  /** of its register */
  readonly offset: number;
  readonly word: Register<32>;
}

/** The words of both keys and IVs. @param register that of a word, whose name it has with its number */
export function stagedWords(engine: EngineName, register: (name: string, index: number) => Register<32>): readonly StagedWord[] {
  return STAGED.flatMap((name) =>
    Array.from({ length: wordsOf(REGISTERS[name], engine) }, (_, index) => ({
      offset: REGISTERS[name].offset + 4 * index,
      word: register(name, index),
    })),
  );
}

/** As it is pushed. */
export function stagedMaterial(staging: readonly StagedWord[]): Bits<number> {
  return cat(...staging.map(({ word }) => word).reverse());
}

/** `waits`: for the contexts; `erasing`: a frame that is being sealed under a key that was erased has it until its end. */
export function buildErase(
  m: Build,
  { waits, erasing }: { readonly waits: Register<1>; readonly erasing: Register<1> },
  { asked, done, sealing }: { readonly asked: Bit; readonly done: Bit; readonly sealing: Bit },
): void {
  m.when(done, () => waits.next(0));
  m.when(waits.or(sealing).not(), () => erasing.next(0));
  m.when(asked, () => {
    waits.next(1);
    erasing.next(1);
  });
}
