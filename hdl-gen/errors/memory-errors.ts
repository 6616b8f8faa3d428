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

/** `write` while another domain is the present one than those that the memory is written by. */
export class WriteFromOtherDomain extends HdlError {
  static override readonly code = 'HG061';
  static override readonly meaning = 'A memory is written from another clock domain than its own.';
  static override readonly example = `
const [around, rx] = [defaultDomain, clockDomain('rx')];
const design = module('mailbox', { at: input(bits(4), rx), word: input(bits(8), rx), from: input(bits(4)), seen: output(bits(8)) }, (io, m) => {
  const words = m.in(around, () => m.memory('words', bits(8), 16, { crossing: 'written long before it is read' }));
  m.in(rx, () => words.write(io.at, io.word));
  io.seen.set(words.read(io.from));
});
`;
  static override readonly mended = ['m.in(around,', 'm.in(rx,'] as const;

  constructor(memory: string, own: string, present: string, places: readonly Place[]) {
    super(
      `memory ${memory} is written at the edges of ${own}, not of ${present}`,
      [...here('write'), ...places],
      'declare the memory in the domain that writes it, or name a second domain that does: { second }',
    );
  }
}

/** Lanes that the word can't be cut into. */
export class BadLanes extends HdlError {
  static override readonly code = 'HG062';
  static override readonly meaning = 'A write has a number of lanes into which the word of the memory can not be cut.';
  static override readonly example = `
const design = module('scratch', { at: input(bits(4)), keep: input(bits(3)), data: input(bits(32)), y: output(bits(32)) }, (io, m) => {
  const words = m.memory('words', bits(32), 16);
  words.write(io.at, io.data, { lanes: io.keep });
  io.y.set(words.read(io.at));
});
`;
  static override readonly mended = ['bits(3)', 'bits(4)'] as const;

  constructor(memory: string, lanes: number, width: number) {
    super(
      `${lanes} lanes for memory ${memory}, whose words have ${width} bits`,
      here('write'),
      'give a bit for each part of the word, all parts of one width',
    );
  }
}
