/** What a signal is, in the words of a message, and how it is driven. */
import type { Signal } from '../ir/module.ts';

const KIND: Readonly<Record<Signal['kind'], string>> = {
  input: 'input',
  output: 'output',
  inout: 'inout',
  wire: 'wire',
  register: 'register',
  instanceInput: 'instance input',
  instanceOutput: 'instance output',
  memoryOutput: 'memory read port',
};

/** The signal's kind, in the words of a message. */
export function kindOf(signal: Signal): string {
  return KIND[signal.kind];
}

/** Driven by `set`. */
export function isCombinational(signal: Signal): boolean {
  return signal.kind === 'output' || signal.kind === 'wire' || signal.kind === 'instanceInput';
}
