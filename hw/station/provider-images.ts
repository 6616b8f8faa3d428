/** The images that a station sends: what software publishes of each relation, and the newest of it at each tick. */
import { type AnyBits, type Bits, bits, bool, cat, input, module, mux, output, parametric, struct, u } from '../../hdl-gen/index.ts';
import { CYCLE_COUNTER_BITS } from '../../spec/cyclic.ts';
import { LENGTH_BITS } from '../frame-length.ts';
import { recordHead, recordSource } from '../transmit-fifo.ts';
import { fitsMemory, IMAGE_WORD_BITS, ImageLayout, imageRequest, imageWords } from './image-memory.ts';
import { relationBits } from './store.ts';
import { acquire, bufferStart, NOTHING_PUBLISHED, newestOf, publish, ThreeBuffers } from './three-buffers.ts';
import { wideMemory } from './wide-memory.ts';

/** What software asks of an image, one-hot. */
export const PROVIDER_ACCESS = ['layout', 'publish', 'word'] as const;

/** What is remembered of an image. */
export const ProviderImage = struct({
  layout: ImageLayout,
  buffers: ThreeBuffers,
  /** of what was published last, which is what a job takes */
  dataStatus: bits(8),
});

/** In front of the image: length with relation, and APDU status. */
const RECORD_HEAD_WORDS = 2;

/**
 * Software writes words into the buffer that is its own, and publishes it together with its DataStatus. A job takes what was published
 * last, or once more what it has sent before, and hands it out as a record (`transmit_fifo`), whose APDU status has the unit of the
 * tick as CycleCounter and TransferStatus 0. A job whose relation has published nothing ends at once.
 *
 * A new layout takes everything that was published from the relation; it is given while the relation doesn't send. Accesses of
 * software take two cycles, three where a job goes first. After the reset no relation has an image.
 * @param relations 2 to 256
 * @param words of the memory, for three buffers of each image: up to 65,536
 */
export const providerImages = parametric((relations: number, words: number) => {
  const number = bits(relationBits(relations));
  const place = bits(Math.ceil(Math.log2(words)));
  return module(
    `provider_images_of_${relations}_${words}`,
    {
      ready: output(bool),
      /** software; what it asks for by its place in `PROVIDER_ACCESS` */
      ...imageRequest(relations, PROVIDER_ACCESS.length),
      done: output(bool),
      /** with `done`: nothing was changed, since there is no room, no image, or no such word */
      fails: output(bool),
      found: output(ImageLayout),
      /** with `done`: a job of this relation waits, or its words are being handed out */
      sends: output(bool),

      /** a job of the scheduler */
      jobValid: input(bool),
      jobRelation: input(number),
      jobUnit: input(bits(CYCLE_COUNTER_BITS)),
      /** its frame has begun, or there is none to send */
      jobTaken: output(bool),

      /** its record */
      record: output(recordSource),

      /** software has published an image, or a job has taken one, of that relation: for a cycle */
      published: output(bool),
      taken: output(bool),
      tracedOf: output(number),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: number,
        /** the image that was asked for shows: to software, or to the job */
        acts: bits(1),
        forJob: bits(1),
        of: number,
        /** a record is handed out: its first two words, then those of the image */
        sending: bits(1),
        sent: number,
        heading: bits(2),
        length: bits(LENGTH_BITS),
        status: bits(32),
        next: place,
        toFetch: bits(IMAGE_WORD_BITS),
        fetched: bits(1),
        /** a word of software goes into the memory */
        writes: bits(1),
        writesTo: place,
        word: bits(32),
      });
      const images = wideMemory(m, 'images', ProviderImage.width, relations);
      const memory = m.memory('words', bits(32), words, { style: 'block' });
      const placeOf = (buffer: Bits<2>, from: AnyBits): AnyBits => bufferStart(buffer, from, imageLength).take(place.width);
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      // ---- whose image is looked at: a job's first
      const free = r.cleared.and(r.acts.not());
      const { looks } = m.let({ looks: free.and(io.jobValid).and(r.sending.not()) });
      const { serves } = m.let({ serves: free.and(io.access).and(looks.not()) });
      const { reads } = m.let({ reads: looks.or(serves) });
      const { asked } = m.let({ asked: mux(looks, io.jobRelation, io.relation) });
      r.acts.next(reads);
      r.forJob.next(looks);
      r.of.next(asked);
      const { image } = m.let({ image: images.read('read_image', asked, reads).as(ProviderImage) });
      const { length, offset } = image.layout;
      const { imageLength } = m.let({ imageLength: imageWords(length) });
      const { changed } = m.wires({ changed: ProviderImage });
      changed.set(image);
      const to = m.wires({ changes: bits(1, { fallback: 0 }), refuses: bits(1, { fallback: 0 }), stores: bits(1, { fallback: 0 }) });

      // ---- software
      const answers = r.acts.and(r.forJob.not());
      const onWrite = (name: (typeof PROVIDER_ACCESS)[number], then: () => void): void => {
        m.when(answers.and(io.isWrite).and(io.which.bit(PROVIDER_ACCESS.indexOf(name))), then);
      };
      const layout = io.data.take(ImageLayout.width).as(ImageLayout);
      const { fits, isThere } = m.let({ fits: fitsMemory(layout, words), isThere: length.any() });
      onWrite('layout', () => {
        to.refuses.set(fits.not());
        to.changes.set(fits);
        changed.layout.set(layout);
        changed.buffers.set(NOTHING_PUBLISHED);
      });
      onWrite('publish', () => {
        to.refuses.set(isThere.not());
        to.changes.set(isThere);
        publish(changed.buffers, image.buffers);
        changed.dataStatus.set(io.data.take(8));
      });
      const { hasWord } = m.let({ hasWord: io.wordNumber.lt(imageLength) });
      onWrite('word', () => {
        to.refuses.set(hasWord.not());
        to.stores.set(hasWord);
      });
      r.writes.next(to.stores);
      r.writesTo.next(placeOf(image.buffers.written, offset.add(io.wordNumber.zext(16))));
      r.word.next(io.data);
      m.when(r.writes, () => memory.write(r.writesTo, r.word));
      io.done.set(answers);
      io.fails.set(to.refuses);
      io.found.set(image.layout);
      io.sends.set(r.sending.and(r.sent.eq(io.relation)).or(io.jobValid.and(io.jobRelation.eq(io.relation))));

      // ---- a job
      const { begins } = m.let({ begins: r.acts.and(r.forJob).and(isThere).and(image.buffers.filled) });
      const { sentNow } = m.let({ sentNow: newestOf(image.buffers) });
      m.when(begins, () => {
        to.changes.set(1);
        acquire(changed.buffers, image.buffers);
      });
      m.when(r.cleared.not().or(to.changes), () => images.write(mux(r.cleared, r.of, r.toClear), mux(r.cleared, changed.asBits(), 0)));

      io.published.set(to.changes.and(answers).and(io.which.bit(PROVIDER_ACCESS.indexOf('publish'))));
      io.taken.set(begins);
      io.tracedOf.set(r.of);

      // ---- its record
      const { isHeading, first } = m.let({ isHeading: r.heading.any(), first: r.heading.eq(RECORD_HEAD_WORDS) });
      const takesWord = io.record.read.and(isHeading.not());
      const { fetches } = m.let({ fetches: r.sending.and(r.toFetch.any()).and(r.fetched.not().or(takesWord)) });
      const word = memory.readSync('read_word', r.next, { enable: fetches, onCollision: 'old' });
      m.when(io.record.read.and(isHeading), () => r.heading.next(r.heading.sub(1)));
      m.when(fetches, () => {
        r.fetched.next(1);
        r.next.next(r.next.add(1));
        r.toFetch.next(r.toFetch.sub(1));
      }).elseWhen(takesWord, () => {
        r.fetched.next(0);
        r.sending.next(0);
      });
      m.when(begins, () => {
        r.sending.next(1);
        r.sent.next(io.jobRelation);
        r.heading.next(RECORD_HEAD_WORDS);
        r.length.next(length);
        r.status.next(cat(io.jobUnit, image.dataStatus, u(8, 0)));
        r.next.next(placeOf(sentNow, offset));
        r.toFetch.next(imageLength);
      });
      const begin = recordHead(io.jobRelation, r.length);
      const head = mux(first, begin, r.status);
      io.record.ready.set(r.sending.and(first));
      io.record.valid.set(isHeading.or(r.fetched));
      io.record.word.set(mux(isHeading, head, mux(r.fetched, word, 0)));
      io.jobTaken.set(r.acts.and(r.forJob).and(begins.not()).or(io.record.read.and(first)));
      m.assume('asks_for_one_thing', io.which.and(io.which.sub(1)).any().not());
      m.assume('reads_what_is_there', io.record.read.not().or(io.record.valid));
      m.assert('a_word_is_of_what_is_sent', io.record.valid.not().or(r.sending));
      m.assert('a_head_has_two_words', r.heading.le(RECORD_HEAD_WORDS));
      m.assert('no_record_without_a_job', io.record.ready.not().or(io.jobValid));
    },
    'Images that are sent: published by software, taken at their ticks.',
  );
});
