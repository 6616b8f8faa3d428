import { bits, bool, input, module, output } from '../hdl-gen/index.ts';

/**
 * A small FIFO in distributed memory, for descriptors. The first word shows without being asked; `read` takes it.
 * @param depth words, a power of two
 */
export function wordFifo(width: number, depth: number) {
  const addressBits = Math.log2(depth);
  const pointerBits = addressBits + 1;
  return module(
    `word_fifo_${width}x${depth}`,
    {
      write: input(bool),
      writeData: input(bits(width)),
      full: output(bool),
      readValid: output(bool),
      readData: output(bits(width)),
      read: input(bool),
    },
    (io, m) => {
      const r = m.registers({ writePointer: bits(pointerBits), readPointer: bits(pointerBits) });
      const memory = m.memory('words', bits(width), depth, { style: 'distributed' });
      const { count } = m.let({ count: r.writePointer.sub(r.readPointer) });
      io.full.set(count.eq(depth));
      io.readValid.set(count.ne(0));
      io.readData.set(memory.read(r.readPointer.trunc(addressBits)));
      m.when(io.write.and(count.ne(depth)), () => {
        memory.write(r.writePointer.trunc(addressBits), io.writeData);
        r.writePointer.next(r.writePointer.add(1));
      });
      m.when(io.read.and(count.ne(0)), () => r.readPointer.next(r.readPointer.add(1)));
      m.assert('never_beyond_depth', count.le(depth));
    },
    'Small FIFO in distributed memory.',
  );
}
