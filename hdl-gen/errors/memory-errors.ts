/** Mistakes with memories and their ports. */
import { HdlError, here, type Place } from './hdl-error.ts';

/** A word of a block RAM in the very cycle of its address: block RAM answers at the edge. */
export class BlockMemoryReadAtOnce extends HdlError {
  static override readonly code = 'HG014';
  static override readonly meaning = 'A memory that is to be block RAM is read asynchronously, which block RAM can not do.';
  static override readonly example = `
const design = module('store', { at: input(bits(8)), data: input(bits(8)), word: output(bits(8)) }, (io, m) => {
  const words = m.memory('words', bits(8), 256, { style: 'block' });
  words.write(io.at, io.data);
  io.word.set(words.read(io.at));
});
`;
  static override readonly mended = ['words.read(io.at)', "words.readSync('word_read', io.at, { onCollision: 'old' })"] as const;

  constructor(memory: string, places: readonly Place[]) {
    super(
      `read() of memory ${memory}, which is to be block RAM: that has registered reads only`,
      [...here('use'), ...places],
      "read it with readSync(), or leave its style away or 'distributed'",
    );
  }
}

/** `onCollision: 'new'` where the writes have another clock. */
export class NewWordAcrossClocks extends HdlError {
  static override readonly code = 'HG060';
  static override readonly meaning =
    'A read promises the new word of an address that is written at the same edge, and the writes have another clock: there is no such edge.';
  static override readonly example = `
const rx = clockDomain('rx');
const design = module('mailbox', { at: input(bits(4)), word: input(bits(8)), from: input(bits(4), rx), seen: output(bits(8), rx) }, (io, m) => {
  const words = m.memory('words', bits(8), 16, { crossing: 'written long before it is read' });
  words.write(io.at, io.word);
  io.seen.set(m.in(rx, () => words.readSync('word_read', io.from, { onCollision: 'new' })));
});
`;
  static override readonly mended = ["'new'", "'old'"] as const;

  constructor(port: string, memory: string, places: readonly Place[]) {
    super(
      `read port ${port} of memory ${memory} is to give the new word, and the writes have another clock`,
      places,
      "say onCollision: 'old', and let what `crossing` says keep reads away from writes",
    );
  }
}
