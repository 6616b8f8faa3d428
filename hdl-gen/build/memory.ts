/** Memories and their ports. */
import { BadSize, BlockMemoryReadAtOnce } from '../errors/build-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import type { Memory } from '../ir/module.ts';
import { internalName } from './names.ts';
import { requireOpen } from './place.ts';
import type { Scope } from './scope.ts';
import type { BitsShape, Literal } from './shape.ts';
import { type AnyBits, type Bit, type Bits, checkWidth, constant, constantValue, type Operand, operand, Value } from './value.ts';

/** Words of one bit that a look-up table with six inputs holds: up to here block RAM would lie idle for the most part. */
const DISTRIBUTED_DEPTH = 64;

export interface MemoryOptions {
  readonly init?: readonly Literal[];
  /** what the synthesiser should use; default: distributed memory up to 64 words or where `read` is used, else block RAM */
  readonly style?: 'block' | 'distributed';
  /** lets other domains than that of the writes read; says why such a read never meets a write */
  readonly crossing?: string;
}

export interface MemoryPorts<W extends number> {
  /** asynchronous read (distributed memory). @throws BlockMemoryReadAtOnce */
  read(address: AnyBits): Bits<W>;
  /**
   * Synchronous read port called `name`: takes the word at the edge where `enable` is 1, holds it otherwise.
   * `onCollision` says what the address written at that same edge reads.
   */
  readSync(name: string, address: AnyBits, options: { readonly enable?: Bit; readonly onCollision: 'old' | 'new' }): Bits<W>;
  /** writes at the edge, where the surrounding `when`s let it */
  write(address: AnyBits, data: Operand<W>): void;
}

/** @throws BadSize */
export function memory<W extends number>(
  scope: Scope,
  name: string,
  shape: BitsShape<W>,
  depth: number,
  options: MemoryOptions,
): MemoryPorts<W> {
  requireOpen(scope, 'memory');
  if (!Number.isInteger(depth) || depth < 1) throw new BadSize(`depth of memory ${name}`, depth, 'at least 1');
  checkWidth(shape.width);
  const location = SourceLocation.capture();
  const init = options.init?.map((word) => constantValue(shape.width, word)) ?? null;
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
  };
  scope.memories.push(store);
  return {
    read: (address) => {
      if (options.style === 'block') throw new BlockMemoryReadAtOnce(name, [{ what: 'declared', at: location }]);
      store.style = 'distributed';
      return new Value<W>({ kind: 'read', width: store.width, memory: store, address: address.expression });
    },
    readSync: (portName, address, port) => {
      const data = scope.declare({ kind: 'memoryOutput', name: internalName(portName), width: store.width, init: null });
      scope.reads.push({
        memory: store,
        address: address.expression,
        enable: port.enable?.expression ?? constant(1, 1),
        data: data.signal,
        onCollision: port.onCollision,
        location: SourceLocation.capture(),
      });
      return data as unknown as Bits<W>;
    },
    write: (address, data) => {
      requireOpen(scope, `memory ${name}`);
      scope.use(store.domain);
      const word = operand(data, new Value<W>(constant(store.width, 0)), `write to ${store.name}`);
      scope.add({ kind: 'write', memory: store, address: address.expression, data: word, location: SourceLocation.capture() });
    },
  };
}
