/** Writes of memories, and what a word is after them. */
import { call, type Deep, run } from '../deep.ts';
import { driversOf } from '../drivers.ts';
import type { Expression, Memory, Statement, SyncRead } from '../module.ts';
import type { NetMemory, NodeId } from '../netlist.ts';
import { outside, required, type Scope, type State } from './scope.ts';
import type { Values } from './values.ts';

type NetWrite = NetMemory['writes'][number];

export class MemoryWords {
  readonly #state: State;
  readonly #values: Values;

  constructor(state: State, values: Values) {
    this.#state = state;
    this.#values = values;
  }

  /** The writes of a memory, in their order. */
  writes(scope: Scope, memory: Memory): NetWrite[] {
    const done: NetWrite[] = [];
    run(this.#writes(scope, scope.module.statements, memory, this.#state.pool.constant(1, 1n), done));
    return done;
  }

  /** The word that a read port takes at an edge. The writes of its memory are there. */
  word(scope: Scope, { memory, address: at, onCollision }: SyncRead): NodeId {
    const index = required(scope.memories.get(memory), memory.name);
    const address = this.#values.expression(scope, at);
    const stored = this.#state.pool.read(memory.width, index, address);
    if (onCollision === 'old') return stored;
    const { writes } = required(this.#state.memories[index], memory.name);
    return this.#whereItExists(
      memory,
      address,
      writes.reduce((word, write) => this.#afterWrite(memory, write, address, word), stored),
    );
  }

  *#writes(scope: Scope, statements: readonly Statement[], memory: Memory, enable: NodeId, done: NetWrite[]): Deep<void> {
    const { pool } = this.#state;
    for (const statement of driversOf(statements, memory)) {
      if (statement.kind === 'assign') continue;
      if (statement.kind === 'write') {
        const [address, data] = [yield* this.#values.node(scope, statement.address), yield* this.#values.node(scope, statement.data)];
        const write = { clock: outside(scope, statement.domain).clock, enable, address, data };
        done.push(statement.lanes === undefined ? write : this.#inLanes(scope, memory, write, statement.lanes, done));
        continue;
      }
      let rest = enable;
      for (const arm of yield* this.#values.arms(scope, statement)) {
        yield* call(this.#writes(scope, arm.body, memory, pool.and(rest, arm.condition), done));
        rest = pool.and(rest, pool.not(arm.condition));
      }
      yield* call(this.#writes(scope, statement.otherwise ?? [], memory, rest, done));
    }
  }

  /** A write of some lanes is one of the whole word, with what the others hold after the writes before it. */
  #inLanes(scope: Scope, memory: Memory, write: NetWrite, mask: Expression, before: readonly NetWrite[]): NetWrite {
    const { pool } = this.#state;
    const stored = pool.read(memory.width, required(scope.memories.get(memory), memory.name), write.address);
    const word = before
      .filter(({ clock }) => clock === write.clock)
      .reduce((newest, earlier) => this.#afterWrite(memory, earlier, write.address, newest), stored);
    const lanes = this.#values.expression(scope, mask);
    const width = memory.width / mask.width;
    const parts = Array.from({ length: mask.width }, (_, lane) => {
      const part = (node: NodeId): NodeId => pool.slice(width, node, lane * width);
      return pool.mux(width, pool.slice(1, lanes, lane), part(write.data), part(word));
    });
    return { ...write, data: pool.concat(memory.width, parts.reverse()) };
  }

  /** The word at an address after a write, where it was `word` before. */
  #afterWrite({ width }: Memory, write: NetWrite, address: NodeId, word: NodeId): NodeId {
    const { pool } = this.#state;
    const hit = pool.and(write.enable, this.#sameAddress(write.address, address));
    return pool.mux(width, hit, write.data, word);
  }

  /** The word, or 0 where the memory ends before the address. */
  #whereItExists({ depth, width }: Memory, address: NodeId, word: NodeId): NodeId {
    const { pool } = this.#state;
    const addressWidth = pool.nodes[address]?.width ?? 1;
    if (depth >= 2 ** addressWidth) return word;
    const exists = pool.binary('lt', 1, address, pool.constant(addressWidth, BigInt(depth)));
    return pool.mux(width, exists, word, pool.constant(width, 0n));
  }

  #sameAddress(a: NodeId, b: NodeId): NodeId {
    const { pool } = this.#state;
    const width = Math.max(pool.nodes[a]?.width ?? 1, pool.nodes[b]?.width ?? 1);
    const wide = (node: NodeId): NodeId => (pool.nodes[node]?.width === width ? node : pool.unary('zext', width, node));
    return pool.binary('eq', 1, wide(a), wide(b));
  }
}
