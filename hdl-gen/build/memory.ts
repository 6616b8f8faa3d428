/** Memories and their ports. */

import { BadLanes, BlockMemoryReadAtOnce, WriteFromOtherDomain } from '../errors/memory-errors.ts';
import { BadSize } from '../errors/width-errors.ts';
import type { Domain } from '../ir/domain.ts';
import { netOf } from '../ir/external.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Expression, Memory } from '../ir/module.ts';
import { bitsAs, leavesIn, operandLeaves, wordExpression } from './aggregate.ts';
import { wordOf } from './codec.ts';
import { enabled } from './enable.ts';
import type { Leaf } from './leaf.ts';
import { internalName } from './names.ts';
import type { Place } from './place.ts';
import type { LiteralOf } from './plain.ts';
import type { OperandOf, ValueOf } from './ports.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import type { Shape } from './shape.ts';
import { type AnyBits, type Bit, checkWidth, constant, Value } from './value.ts';
import { declareShape } from './views.ts';

/** Words of one bit that a look-up table with six inputs holds: up to here block RAM would lie idle for the most part. */
const DISTRIBUTED_DEPTH = 64;

/** What a memory begins with, what it is made of, and who writes it. */
export interface MemoryOptions<S extends Shape> {
  readonly init?: readonly LiteralOf<S>[];
  /** what the synthesiser should use; default: distributed memory up to 64 words or where `read` is used, else block RAM */
  readonly style?: 'block' | 'distributed';
  /** lets other domains than that of the writes read; says why such a read never meets a write */
  readonly crossing?: string;
  /** another domain that writes too, through a port of its own; two writes to one address must be apart in time */
  readonly second?: Domain;
}

/** The ports of a memory: each call makes one more. */
export interface MemoryPorts<S extends Shape> {
  /** asynchronous read (distributed memory). @throws BlockMemoryReadAtOnce */
  read(address: AnyBits): ValueOf<S>;
  /**
   * Synchronous read port called `name`: takes the word at the edge where `enable` is 1, holds it otherwise.
   * `onCollision` says what the address written at that same edge reads.
   */
  readSync(name: string, address: AnyBits, options: { readonly enable?: Bit; readonly onCollision: 'old' | 'new' }): ValueOf<S>;
  /**
   * Writes at the edge of the present domain, where the surrounding `when`s let it. With `lanes`, a bit for each of so many
   * equal parts of the word, the lowest first, only those parts are written whose bit is 1.
   * @throws WriteFromOtherDomain, BadLanes
   */
  write(address: AnyBits, data: OperandOf<S>, options?: { readonly lanes?: AnyBits }): void;
}

/** @throws BadSize */
export function memory<S extends Shape>(scope: Scope, name: string, shape: S, depth: number, options: MemoryOptions<S>): MemoryPorts<S> {
  requireOpen(scope, 'memory');
  if (!Number.isInteger(depth) || depth < 1) throw new BadSize(`depth of memory ${name}`, depth, 'at least 1');
  checkWidth(shape.width);
  const location = SourceLocation.capture();
  const init = options.init?.map((word) => wordOf(shape, word, `initial word of memory ${name}`)) ?? null;
  if (init !== null && init.length !== depth)
    throw new BadSize(`number of initial words of memory ${name}`, init.length, `${depth}, the depth`);
  const store: { -readonly [K in keyof Memory]: Memory[K] } = {
    name: scope.claim(internalName(name), location),
    width: shape.width,
    depth,
    init,
    style: options.style ?? (depth <= DISTRIBUTED_DEPTH ? 'distributed' : 'block'),
    domain: scope.domain,
    location,
    ...(options.crossing === undefined ? {} : { crossing: options.crossing }),
    ...(options.second === undefined ? {} : { second: options.second }),
  };
  scope.memories.push(store);
  return {
    read: (address) => {
      if (options.style === 'block') throw new BlockMemoryReadAtOnce(name, [{ what: 'declared', at: location }]);
      store.style = 'distributed';
      const word = new Value<number>({ kind: 'read', width: store.width, memory: store, address: address.expression });
      return bitsAs(shape, word, name) as ValueOf<S>;
    },
    readSync: (portName, address, port) => {
      const named = shape.kind === 'enum' ? { enumeration: shape.enumeration } : {};
      const data = scope.declare({ kind: 'memoryOutput', name: internalName(portName), width: store.width, init: null, ...named });
      scope.reads.push({
        memory: store,
        address: address.expression,
        enable: enableOf(scope.domain, port.enable),
        data: data.signal,
        onCollision: port.onCollision,
        location: SourceLocation.capture(),
      });
      return fieldsOf(scope, shape, data, portName) as ValueOf<S>;
    },
    write: (address, data, { lanes } = {}) => {
      requireOpen(scope, `memory ${name}`);
      const { domain } = scope;
      if (
        ![store.domain, options.second].some((writer) => writer !== undefined && netOf(scope, writer.clock) === netOf(scope, domain.clock))
      )
        throw new WriteFromOtherDomain(store.name, store.domain.clock, domain.clock, [{ what: `${store.name} is declared`, at: location }]);
      scope.use(domain);
      if (lanes !== undefined && store.width % lanes.width !== 0) throw new BadLanes(store.name, lanes.width, store.width);
      const word = wordExpression(shape, operandLeaves(shape, data, `write to ${store.name}`));
      scope.add({
        kind: 'write',
        memory: store,
        address: address.expression,
        data: word,
        ...(lanes === undefined ? {} : { lanes: lanes.expression }),
        domain,
        location: SourceLocation.capture(),
      });
    },
  };
}

/** When a read port takes a word. */
function enableOf(domain: Domain, enable: Bit | undefined): Expression {
  if (enable !== undefined) return enabled(domain, enable.expression);
  return domain.enable?.condition ?? constant(1, 1);
}

/** The word that a port has read, by its fields: each is a wire that carries its name. */
function fieldsOf(scope: Scope, shape: Shape, word: Place<number>, name: string): unknown {
  const value = bitsAs(shape, word as unknown as Leaf, name);
  if (shape.kind !== 'struct' && shape.kind !== 'vec') return value;
  const wires = declareShape(scope, shape, { kind: 'wire', name, isBare: true });
  leavesIn(wires).forEach((wire, index) => {
    wire.set?.(leavesIn(value)[index] ?? wire);
    // a word is read whole, its fields as they are needed
    if (wire.expression.kind === 'signal') scope.unused.add(wire.expression.signal);
  });
  return wires;
}
