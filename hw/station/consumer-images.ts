/** The images that a station receives: a whole one behind each verdict, and the newest for software whenever it asks. */
import { type AnyBits, type Bits, bits, bool, input, module, mux, output, parametric, struct, u } from '../../hdl-gen/index.ts';
import { CYCLE_COUNTER_BITS } from '../../spec/cyclic.ts';
import { LENGTH_BITS } from '../frame-length.ts';
import { lowestOf, vectorOf } from '../one-hot.ts';
import { RecordHead } from '../transmit-fifo.ts';
import { fitsMemory, ImageLayout, imageRequest, imageWords } from './image-memory.ts';
import { eventRequest, relationBits } from './store.ts';
import { acquire, bufferStart, NOTHING_PUBLISHED, publish, ThreeBuffers } from './three-buffers.ts';
import { wideMemory } from './wide-memory.ts';

/** What software asks of an image, one-hot. */
export const CONSUMER_ACCESS = ['layout', 'hold', 'acquire', 'word'] as const;

/** What came with an image. */
const CameWith = struct({
  cycleCounter: bits(CYCLE_COUNTER_BITS),
  dataStatus: bits(8),
  /** its TransferStatus was not 0 */
  transferFault: bool,
});

/** What is remembered of an image. */
export const ConsumerImage = struct({
  layout: ImageLayout,
  buffers: ThreeBuffers,
  /** units for which an image is valid; 0: for ever */
  hold: bits(CYCLE_COUNTER_BITS),
  /** unit in which the newest came */
  cameIn: bits(CYCLE_COUNTER_BITS),
  /** that is longer ago */
  expired: bool,
  /** with the newest */
  came: CameWith,
  /** software has acquired one */
  isHeld: bool,
});

/** What software is told by an acquisition. */
export const Acquisition = struct({ ...CameWith.fields, expired: bool, fresh: bool, there: bool });

const NOTHING = { cycleCounter: u(CYCLE_COUNTER_BITS, 0), dataStatus: u(8, 0), transferFault: u(1, 0) };

/**
 * Records come as the opener writes them: length with relation, C_SDU, and with the verdict the APDU status. Where the relation has an
 * image of just that length, the words go into the buffer that is the receiver's, and are published if the frame is delivered: nothing of
 * a frame is seen before its verdict, and nothing of one that is not authentic and new ever. `takes` says so with the verdict; any other
 * payload is for the RX FIFO.
 *
 * Software acquires the newest image in one access, and reads its words, which stay until the next acquisition, whatever is received.
 * Once a unit every image is looked at: one whose newest frame came more than `hold` units ago has expired, which is told once, and ends
 * with the next delivery. A new layout takes everything from the relation, a frame that is being received too.
 *
 * Accesses of software take two cycles, of words four, and up to six more where others go first. After the reset no relation has an image.
 * @param relations 2 to 256
 * @param words of the memory, for three buffers of each image: up to 65,536
 */
export const consumerImages = parametric((relations: number, words: number) => {
  const number = bits(relationBits(relations));
  const place = bits(Math.ceil(Math.log2(words)));
  return module(
    `consumer_images_of_${relations}_${words}`,
    {
      ready: output(bool),
      /** software; what it asks for by its place in `CONSUMER_ACCESS` */
      ...imageRequest(relations, CONSUMER_ACCESS.length),
      done: output(bool),
      /** with `done`: nothing was changed, since there is no room */
      fails: output(bool),
      layout: output(ImageLayout),
      hold: output(bits(CYCLE_COUNTER_BITS)),
      acquisition: output(Acquisition),
      /** 0 where there is none, or nothing was acquired */
      word: output(bits(32)),

      /** a record, and how it ends: with its last word where it is delivered */
      write: input(bool),
      record: input(bits(32)),
      ends: input(bool),
      delivered: input(bool),
      /** its payload is an image's */
      takes: output(bool),

      /** the present unit */
      unit: input(bits(CYCLE_COUNTER_BITS)),
      /** the image of a relation has expired: software is to be told */
      lapse: output(eventRequest(relations)),

      /** software has acquired an image, or one was published, of that relation: for a cycle */
      acquired: output(bool),
      published: output(bool),
      tracedOf: output(number),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: number,
        /** the image that was asked for shows, and to whom */
        acts: bits(1),
        by: bits(4),
        of: number,
        /** a record comes; of a relation, of so many octets */
        comes: bits(1),
        whose: number,
        length: bits(LENGTH_BITS),
        /** its image is to be looked at */
        seeks: bits(1),
        taking: bits(1),
        next: place,
        /** one was delivered, to that relation and with that status, and is to be published: the next may begin before */
        commits: bits(1),
        committed: number,
        status: bits(32),
        /** a word of software is fetched, and shows */
        fetches: bits(1),
        shows: bits(1),
        isWord: bits(1),
        from: place,
        /** images are looked at, the last unit in which all were, and the next one of this */
        walked: bits(CYCLE_COUNTER_BITS),
        at: number,
        lapses: bits(1),
      });
      const images = wideMemory(m, 'images', ConsumerImage.width, relations);
      const memory = m.memory('words', bits(32), words, { style: 'block' });
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      // ---- whose image is looked at: one that is to be published first, then that of a record, software's, and the next of the walk
      const { free } = m.let({ free: r.cleared.and(r.acts.not()) });
      const { asks } = m.let({ asks: io.access.and(r.fetches.not()).and(r.shows.not()) });
      const { walks } = m.let({ walks: r.walked.ne(io.unit).and(r.lapses.not()) });
      const wanted = [r.commits, r.seeks, asks, walks];
      const { turn } = m.let({ turn: mux(free, vectorOf(lowestOf(wanted)), u(wanted.length, 0)).as(bits(4)) });
      const { asked } = m.let({ asked: mux(turn.bit(0), r.committed, mux(turn.bit(1), r.whose, mux(turn.bit(2), io.relation, r.at))) });
      r.acts.next(turn.any());
      r.by.next(turn);
      r.of.next(asked);
      const { image } = m.let({ image: images.read('read_image', asked, turn.any()).as(ConsumerImage) });
      const acting = (index: number) => r.acts.and(r.by.bit(index));
      const { publishes, finds, answers, weighs } = m.let({
        publishes: acting(0),
        finds: acting(1),
        answers: acting(2),
        weighs: acting(3),
      });
      const { changed } = m.wires({ changed: ConsumerImage });
      changed.set(image);
      const to = m.wires({ changes: bits(1, { fallback: 0 }), refuses: bits(1, { fallback: 0 }) });
      const { length, offset } = image.layout;
      const { imageLength } = m.let({ imageLength: imageWords(length) });
      const placeOf = (buffer: Bits<2>, from: AnyBits): AnyBits => bufferStart(buffer, from, imageLength).take(place.width);

      // ---- a record
      const { first, isWordOfIt } = m.let({
        first: io.write.and(r.comes.not()),
        isWordOfIt: io.write.and(r.comes).and(io.ends.not()).and(r.taking),
      });
      m.when(first, () => {
        r.comes.next(1);
        r.seeks.next(1);
        r.whose.next(io.record.as(RecordHead).relation.take(number.width));
        r.length.next(io.record.trunc(LENGTH_BITS));
      });
      m.when(finds, () => {
        r.seeks.next(0);
        r.taking.next(length.any().and(length.eq(r.length)));
        r.next.next(placeOf(image.buffers.written, offset));
      });
      m.when(isWordOfIt, () => {
        memory.write(r.next, io.record);
        r.next.next(r.next.add(1));
      });
      m.when(io.ends, () => {
        r.comes.next(0);
        r.taking.next(0);
      });
      io.takes.set(r.taking);
      m.when(publishes, () => {
        to.changes.set(1);
        publish(changed.buffers, image.buffers);
        changed.came.set({ cycleCounter: r.status.bits(16, 16), dataStatus: r.status.byte(1), transferFault: r.status.byte(0).any() });
        changed.cameIn.set(io.unit);
        changed.expired.set(0);
      });

      // ---- software
      const asksFor = (name: (typeof CONSUMER_ACCESS)[number]) => answers.and(io.which.bit(CONSUMER_ACCESS.indexOf(name)));
      const layout = io.data.take(ImageLayout.width).as(ImageLayout);
      const { fits } = m.let({ fits: fitsMemory(layout, words) });
      m.when(asksFor('layout').and(io.isWrite), () => {
        to.refuses.set(fits.not());
        to.changes.set(fits);
        changed.layout.set(layout);
        changed.buffers.set(NOTHING_PUBLISHED);
        changed.expired.set(0);
        changed.came.set(NOTHING);
        changed.isHeld.set(0);
      });
      // it takes what comes, what ends now, and what is to be published
      const { laysOut } = m.let({ laysOut: asksFor('layout').and(io.isWrite).and(fits) });
      const { takesBack } = m.let({ takesBack: laysOut.and(r.whose.eq(r.of)) });
      m.when(takesBack, () => r.taking.next(0));
      m.when(publishes.or(laysOut.and(r.committed.eq(r.of))), () => r.commits.next(0));
      m.when(io.ends.and(io.delivered).and(r.taking).and(takesBack.not()), () => {
        r.commits.next(1);
        r.committed.next(r.whose);
        r.status.next(io.record);
      });
      m.when(asksFor('hold').and(io.isWrite), () => {
        to.changes.set(1);
        changed.hold.set(io.data.take(CYCLE_COUNTER_BITS));
      });
      const { acquires } = m.let({ acquires: asksFor('acquire').and(image.buffers.filled) });
      m.when(acquires, () => {
        to.changes.set(1);
        acquire(changed.buffers, image.buffers);
        changed.isHeld.set(1);
      });
      const { reads } = m.let({ reads: asksFor('word') });
      r.fetches.next(reads);
      r.shows.next(r.fetches);
      r.isWord.next(image.isHeld.and(io.wordNumber.lt(imageLength)));
      r.from.next(placeOf(image.buffers.read, offset.add(io.wordNumber.zext(16))));
      const word = memory.readSync('read_word', r.from, { enable: r.fetches, onCollision: 'old' });
      io.word.set(mux(r.shows.and(r.isWord), word, 0));
      io.done.set(r.shows.or(answers.and(reads.not())));
      io.fails.set(to.refuses);
      io.layout.set(image.layout);
      io.hold.set(image.hold);
      const { cycleCounter, dataStatus, transferFault } = image.came;
      io.acquisition.set({
        cycleCounter,
        dataStatus,
        transferFault,
        expired: image.expired,
        fresh: image.buffers.fresh,
        there: image.buffers.filled,
      });

      // ---- the walk: where an image has expired it waits until that is told, and finds it so
      const { age } = m.let({ age: io.unit.sub(image.cameIn) });
      const { expires } = m.let({
        expires: weighs.and(image.buffers.filled).and(image.expired.not()).and(image.hold.any()).and(age.gt(image.hold)),
      });
      m.when(expires, () => {
        to.changes.set(1);
        changed.expired.set(1);
        r.lapses.next(1);
      }).elseWhen(weighs, () => {
        r.at.next(mux(r.at.eq(relations - 1), u(number.width, 0), r.at.add(1)));
        m.when(r.at.eq(relations - 1), () => r.walked.next(r.walked.add(1)));
      });
      m.when(io.lapse.done, () => r.lapses.next(0));
      io.lapse.request.set(r.lapses);
      io.lapse.relation.set(mux(r.lapses, r.at, u(number.width, 0)));

      m.when(r.cleared.not().or(to.changes), () => images.write(mux(r.cleared, r.of, r.toClear), mux(r.cleared, changed.asBits(), 0)));
      io.acquired.set(acquires);
      io.published.set(publishes);
      io.tracedOf.set(r.of);
      m.assume('found_before_its_first_word', io.write.or(io.ends).and(r.comes).and(r.seeks).not());
      m.assert('published_before_the_next_is_taken', r.commits.and(r.taking).not());
      m.assume('tells_what_has_lapsed', io.lapse.done.not().or(io.lapse.request));
      m.assert('takes_what_comes', r.taking.not().or(r.comes));
      m.cover('published', publishes);
      m.cover('expired', expires);
    },
    'Images that are received: published by verdicts, acquired by software.',
  );
});
