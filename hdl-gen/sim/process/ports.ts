/** The ports of a simulator in another process: views of the words that are sent and received. */
import { PortRangeError } from '../failures.ts';
import { requireBig, requireNumber } from '../port-values.ts';
import type { InputPort, OutputPort } from '../simulator.ts';
import { wordsOf } from './protocol.ts';

interface Pin {
  readonly name: string;
  readonly width: number;
}

/** Ports by name, each made with the index of its first word. */
export function portMap<P extends Pin, R>(ports: readonly P[], make: (port: P, at: number) => R): ReadonlyMap<string, R> {
  let at = 0;
  return new Map(
    ports.map((port) => {
      const entry = [port.name, make(port, at)] as const;
      at += wordsOf(port.width);
      return entry;
    }),
  );
}

/** @param touch called before each change */
export function inputPort({ name, width }: Pin, words: Uint32Array, at: number, touch: () => void): InputPort {
  return {
    name,
    width,
    get value() {
      return numberAt(words, name, width, at);
    },
    set value(value: number) {
      requireNumber(name, width, value);
      touch();
      words[at] = value;
    },
    get big() {
      return bigAt(words, width, at);
    },
    set big(value: bigint) {
      requireBig(name, width, value);
      touch();
      for (let word = 0; word < wordsOf(width); word++) words[at + word] = Number(BigInt.asUintN(32, value >> BigInt(32 * word)));
    },
  };
}

/** @param settle called before the settled value is read */
export function outputPort(
  { name, width }: Pin,
  at: number,
  words: { readonly sampled: Uint32Array; readonly settled: Uint32Array },
  settle: () => void,
): OutputPort {
  return {
    name,
    width,
    get value() {
      settle();
      return numberAt(words.settled, name, width, at);
    },
    get big() {
      settle();
      return bigAt(words.settled, width, at);
    },
    get sampled() {
      return numberAt(words.sampled, name, width, at);
    },
    get sampledBig() {
      return bigAt(words.sampled, width, at);
    },
  };
}

export function bigAt(words: Uint32Array, width: number, at: number): bigint {
  let value = 0n;
  for (let word = wordsOf(width) - 1; word >= 0; word--) value = (value << 32n) | BigInt(words[at + word] ?? 0);
  return value;
}

function numberAt(words: Uint32Array, name: string, width: number, at: number): number {
  if (width > 32) throw new PortRangeError(name, width, 'use `big` for ports of more than 32 bits');
  return words[at] ?? 0;
}
