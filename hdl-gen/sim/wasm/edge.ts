/** What happens at the edge of a clock, from the values that the groups of operations have left. */
import { addTo } from '../../ir/lists.ts';
import type { NodeId } from '../../ir/netlist.ts';
import { emitLoad, emitStore, type Value } from './arithmetic.ts';
import type { Plan } from './compile.ts';
import { Differences } from './differences.ts';
import { type Code, I32, I64, OP } from './encode.ts';
import { Evaluation, emitAddress } from './evaluation.ts';
import { isSource, operationAt } from './graph.ts';
import { slot } from './layout.ts';
import type { Reset } from './resets.ts';
import { emitIf, loadSet, storeSet } from './sets.ts';
import { union } from './support.ts';

/** The parts of an edge, in the order in which `compile.ts` calls them. */
export interface Edge {
  /** looks at what has changed since the last edge of the clock */
  begin(clock: string): void;
  /** does it where nothing has, and nothing will while the inputs stay */
  unlessBusy(body: () => void): void;
  outputs(clock: string): void;
  /** leaves 1 on the stack where an output was sampled with another value than at the edge before, else 0; those that movers look after stand apart */
  pushChanged(which: 'looked after' | 'others'): void;
  /** @param stop leaves the function, with this edge still to come */
  properties(clock: string, stop: () => void): void;
  /** @param times leaves a number of cycles on the stack */
  covers(clock: string, times: () => void): void;
  writes(clock: string): void;
  registers(clock: string): void;
  /** registers that an input resets (`resets.ts`) */
  reset(clock: string): void;
  /** asynchronous resets of the registers of other clocks */
  resetElsewhere(clock: string): void;
  /** marks what this edge has changed */
  end(clock: string): void;
}

export function emitEdge(code: Code, { graph, resets, layout, support, movers }: Plan): Edge {
  const [pending, changed, marks, held] = [code.local(I64), code.local(I64), code.local(I64), code.local(I64)];
  code.keep([pending, changed, marks, held]);
  const differences = { 'looked after': new Differences(code), others: new Differences(code) };
  const evaluation = new Evaluation(graph, layout, code, (id) => !isSource(operationAt(graph, id)));
  const value = (id: NodeId): Value => evaluation.emit(id);
  const bit = (id: NodeId): number => slot(value(id).limbs, 0);
  const bitOf = (index: number): bigint => support.ofRegister[index] ?? 0n;
  const registersOf = (clock: string): number[] =>
    graph.registers.flatMap(({ clock: own, next, node }, index) => (own === clock && next !== node ? [index] : []));
  const addressOf = (clock: string): number => layout.pending.get(clock) ?? 0;
  const mark = (set: bigint): void => {
    code.get(marks).i64(set).op(OP.i64Or).set(marks);
  };

  return {
    begin(clock) {
      const own = registersOf(clock).reduce((set, index) => set | bitOf(index), 0n);
      loadSet(code, addressOf(clock));
      code.set(pending);
      loadSet(code, layout.changed);
      code.i64(own).op(OP.i64And).set(changed);
      code.i64(0n).set(marks);
    },
    unlessBusy(body) {
      code.get(pending).get(changed).op(OP.i64Or, OP.i64Eqz).if(body);
    },
    outputs(clock) {
      for (const some of Object.values(differences)) some.clear();
      const bySupport = new Map<bigint, number[]>();
      graph.outputs.forEach(({ clock: own, node }, index) => {
        if (own === clock) addTo(bySupport, union(support, [node]), index);
      });
      for (const [set, indices] of bySupport)
        emitIf(code, pending, set, () => {
          for (const index of indices) {
            const { address, width } = slot(layout.settled, index);
            const [now, sampled] = [emitLoad(code, width, address), slot(layout.sampled, index).address];
            differences[movers.outputs.has(index) ? 'looked after' : 'others'].add(now, sampled);
            emitStore(code, now, sampled);
            code.releaseTemporaries();
          }
        });
    },
    pushChanged(which) {
      differences[which].push();
    },
    properties(clock, stop) {
      const own = [...graph.properties.entries()].filter(([, { kind, clock: of }]) => kind !== 'cover' && of === clock);
      const bySupport = new Map<bigint, (typeof own)[number][]>();
      for (const entry of own) addTo(bySupport, union(support, [entry[1].condition, entry[1].enable]), entry);
      const fails = ({ condition, enable }: (typeof own)[number][1]): void => {
        const [holds, isEnabled] = [bit(condition), bit(enable)];
        code.get(holds).op(OP.i32Eqz).get(isEnabled).op(OP.i32And);
      };
      // whether any of them fails, and only then which is the first
      const some = code.local(I32);
      code.keep([some]);
      code.i32(0).set(some);
      for (const [set, entries] of bySupport)
        emitIf(code, pending, set, () => {
          for (const [, property] of entries) {
            fails(property);
            code.get(some).op(OP.i32Or).set(some);
            code.releaseTemporaries();
          }
        });
      code.get(some).if(() => {
        for (const [index, property] of own) {
          fails(property);
          code.if(() => {
            code
              .i32(0)
              .i32(index + 1)
              .memory(OP.i32Store, layout.failure);
            stop();
          });
          code.releaseTemporaries();
        }
      });
    },
    covers(clock, times) {
      graph.properties.forEach(({ kind, clock: own, condition, enable }, index) => {
        if (kind !== 'cover' || own !== clock) return;
        const { address } = slot(layout.covers, index);
        const [holds, isEnabled] = [bit(condition), bit(enable)];
        code.i32(0).i32(0).memory(OP.i32Load, address);
        times();
        code.get(holds).get(isEnabled).op(OP.i32And, OP.i32Mul, OP.i32Add).memory(OP.i32Store, address);
        code.releaseTemporaries();
      });
    },
    writes(clock) {
      graph.memories.forEach(({ writes }, index) => {
        const memory = support.ofMemory[index] ?? 0n;
        for (const { clock: own, enable, address, data } of writes) {
          if (own !== clock) continue;
          // of several writes the last one wins, again and again
          const again = writes.length > 1 ? memory : 0n;
          emitIf(code, pending, union(support, [enable, address, data]) | again, () => {
            code.get(bit(enable)).if(() => {
              const { base, inside } = emitAddress(code, graph, layout, index, value(address));
              const store = (): void => emitStore(code, value(data), slot(layout.memories, index).address, base);
              if (inside === undefined) store();
              else code.get(inside).if(store);
              mark(memory);
            });
          });
          code.releaseTemporaries();
        }
      });
    },
    registers(clock) {
      const byBit = new Map<bigint, number[]>();
      for (const index of registersOf(clock)) addTo(byBit, bitOf(index), index);
      for (const [set, indices] of byBit)
        emitIf(code, changed, set, () => {
          for (const index of indices) {
            const { next, width } = slot(graph.registers, index);
            const kept = layout.kept.get(next);
            if (kept === undefined) throw new RangeError(`register ${index} has no next value`);
            emitStore(code, emitLoad(code, width, kept.address), slot(layout.registers, index).address);
            code.releaseTemporaries();
          }
        });
      code.get(marks).get(changed).op(OP.i64Or).set(marks);
    },
    reset(clock) {
      const byInput = new Map<string, { readonly index: number; readonly reset: Reset }[]>();
      for (const [index, reset] of resets)
        if (slot(graph.registers, index).clock === clock) addTo(byInput, `${reset.input} ${reset.when}`, { index, reset });
      code.i64(0n).set(held);
      for (const [first, ...others] of byInput.values()) {
        if (first === undefined) continue;
        code.get(bit(first.reset.input));
        if (first.reset.when === 0) code.op(OP.i32Eqz);
        code.if(() => {
          let set = 0n;
          for (const { index, reset } of [first, ...others]) {
            emitStore(code, value(reset.value), slot(layout.registers, index).address);
            code.releaseTemporaries();
            set |= bitOf(index);
          }
          // what they take otherwise may be the same as before the reset, and is not compared again
          code.get(held).i64(set).op(OP.i64Or).set(held);
        });
        code.releaseTemporaries();
      }
      code.get(marks).get(held).op(OP.i64Or).set(marks);
    },
    resetElsewhere(clock) {
      let some = false;
      graph.registers.forEach(({ settled, clock: own }, index) => {
        if (settled === undefined || own === clock) return;
        some = true;
        emitStore(code, value(settled), slot(layout.registers, index).address);
        code.releaseTemporaries();
      });
      // resets are few, and what they change is not looked for
      if (some) storeSet(code, layout.marks, () => code.i64(-1n));
    },
    end(clock) {
      storeSet(code, addressOf(clock), () => code.i64(0n));
      storeSet(code, layout.changed, () => {
        loadSet(code, layout.changed);
        code.get(changed).op(OP.i64Xor).get(held).op(OP.i64Or);
      });
      storeSet(code, layout.marks, () => {
        loadSet(code, layout.marks);
        code.get(marks).op(OP.i64Or);
      });
    },
  };
}
