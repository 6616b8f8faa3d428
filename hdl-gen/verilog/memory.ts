/** Memories: contents, writes, synchronous reads. */
import { type Expression, type Memory, type ModuleIr, writersOf } from '../ir/module.ts';
import type { Context } from './context.ts';
import { printConstant } from './expression.ts';
import { wordAfter } from './flatten.ts';
import { from, type Line } from './line.ts';

export function memories(context: Context): Line[][] {
  const { memories, reads } = context.module;
  return memories.flatMap((memory) => [
    ...memoryInit(memory),
    ...memoryWrites(context, memory),
    ...reads.filter((read) => read.memory === memory).map((read) => memoryRead(context, read)),
  ]);
}

function memoryInit(memory: Memory): Line[][] {
  if (memory.init === null) return [];
  const words = memory.init.map((word, index) => `    ${memory.name}[${index}] = ${printConstant(memory.width, word)};`);
  return [from(memory.location, '  initial begin', ...words, '  end')];
}

function memoryWrites(context: Context, memory: Memory): Line[][] {
  const here = (text: string): Line[] => from(memory.location, text);
  const clocks = new Set(writersOf(memory).map(({ clock }) => clock));
  return [...clocks].flatMap((clock) => {
    const body = context.body({ signals: new Set(), memory, clock }, '    ');
    return body.length === 0 ? [] : [[...here(`  always @(posedge ${clock}) begin`), ...body, ...here('  end')]];
  });
}

function memoryRead(context: Context, { memory, address, enable, data, onCollision, location }: ModuleIr['reads'][number]): Line[] {
  const word: Expression = { kind: 'read', width: memory.width, memory, address };
  const always = enable.kind === 'constant' && enable.value === 1n;
  // blocking, behind the write block's text order, would race: the new word is chosen by address instead
  const value = onCollision === 'old' ? word : wordAfter(context.module.statements, memory, address);
  const assignment = `${data.name} <= ${context.expression(value, data.name, location)};`;
  return from(
    location,
    `  always @(posedge ${data.domain.clock}) begin`,
    always ? `    ${assignment}` : `    if (${context.expression(enable, data.name, location)}) ${assignment}`,
    '  end',
  );
}
