/**
 * The buffers of consumer images, whatever comes and whatever software asks: what software has acquired stays as it is until the next
 * acquisition, and is all of one record that was delivered, its status included; nothing of a record shows before its verdict. One word of
 * one relation's image, of the solver's choice, is followed from the record to software.
 *
 * Records come as the opener writes them: as many words as their length says, none before the image of their relation was looked at.
 * Images of two relations don't overlap, which is software's to see to.
 */
import { type Bit, type Bits, bits, bool, cat, input, module, u, type ValueOf, vec } from '../../hdl-gen/index.ts';
import { CONSUMER_ACCESS, ConsumerImage, consumerImages } from '../../hw/station/consumer-images.ts';
import { fitsMemory, IMAGE_WORD_BITS, ImageLayout, imageRequest, imageWords } from '../../hw/station/image-memory.ts';
import { relationBits } from '../../hw/station/store.ts';
import { bufferStart } from '../../hw/station/three-buffers.ts';
import { RecordHead } from '../../hw/transmit-fifo.ts';
import { CYCLE_COUNTER_BITS } from '../../spec/cyclic.ts';
import { allOf, anyOf, implies } from './conditions.ts';
import { at } from './follow-word.ts';
import { assumeStays, observeImages } from './observed-images.ts';

/** Cycles from the verdict of a delivered record to its image. */
const SWAP_CYCLES = 3;

export function consumerBuffers(relations: number, words: number) {
  const number = bits(relationBits(relations));
  const placeBits = Math.ceil(Math.log2(words));
  return module(
    `consumer_buffers_${relations}_${words}`,
    {
      ...imageRequest(relations, CONSUMER_ACCESS.length),
      write: input(bool),
      record: input(bits(32)),
      ends: input(bool),
      delivered: input(bool),
      unit: input(bits(CYCLE_COUNTER_BITS)),
      lapseTold: input(bool),
      /** of the solver's choice */
      followedRelation: input(number),
      followedWord: input(bits(IMAGE_WORD_BITS)),
    },
    (io, m) => {
      const dut = m.instance('dut', consumerImages(relations, words));
      for (const name of ['access', 'isWrite', 'relation', 'which', 'wordNumber', 'data'] as const) dut[name].set(io[name] as never);
      for (const name of ['write', 'record', 'ends', 'delivered', 'unit'] as const) dut[name].set(io[name] as never);
      dut.lapse.done.set(io.lapseTold);
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      const is = (a: unknown, b: unknown): Bit => wide(a).eq(wide(b));
      const asks = (name: (typeof CONSUMER_ACCESS)[number]): Bit => wide(io.which).bit(CONSUMER_ACCESS.indexOf(name));
      const inside = m.observe('dut', {
        cleared: bool,
        toClear: number,
        acts: bool,
        by: bits(4),
        of: number,
        comes: bool,
        whose: number,
        length: bits(ImageLayout.fields.length.width),
        seeks: bool,
        taking: bool,
        next: bits(placeBits),
        commits: bool,
        committed: number,
        status: bits(32),
        fetches: bool,
        shows: bool,
        isWord: bool,
        from: bits(placeBits),
        publishes: bool,
        finds: bool,
        answers: bool,
        acquires: bool,
        first: bool,
        isWordOfIt: bool,
        words: vec(bits(32), words),
      });
      const memory = [...(inside.words as Iterable<unknown>)].map(wide);

      // ---- what stands of each relation
      const { stands, shown } = observeImages(m, 'dut', ConsumerImage.width, relations);
      const stored = stands.map((image) => image.as(ConsumerImage));
      const imageOf = (relation: unknown) => at(stands, wide(relation)).as(ConsumerImage);
      type Image = ValueOf<typeof ConsumerImage>;
      const lengthOf = ({ layout }: Image) => imageWords(layout.length);
      const startOf = (image: Image, buffer: unknown): Bits<number> =>
        wide(bufferStart(buffer as Bits<2>, wide(image.layout.offset), lengthOf(image))).take(placeBits);
      const thirdOf = ({ buffers }: Image) => buffers.written.add(buffers.read).not();
      const wordOf = (image: Image, buffer: unknown, word: unknown) => at(memory, startOf(image, buffer).add(wide(word).take(placeBits)));

      // ---- the surroundings
      const { begun, count, since } = m.registers({ begun: bool, count: bits(IMAGE_WORD_BITS + 1), since: bits(2) });
      begun.next(1);
      assumeStays(m, 'access', io.access.and(dut.done.not()), [io.access, io.isWrite, io.relation, io.which, io.wordNumber, io.data]);
      m.assert('chosen_before_anything_stands', begun.or(inside.cleared.or(wide(inside.toClear).any()).not()));
      assumeStays(m, 'choice', begun, [io.followedRelation, io.followedWord]);
      for (const name of ['relation', 'followedRelation'] as const) m.assume(`${name}_there_is`, wide(io[name]).le(relations - 1));
      m.assume('asks_for_one_thing', wide(io.which).and(wide(io.which).sub(1)).any().not());
      const headOf = io.record.as(RecordHead).relation.take(number.width);
      m.assume('record_of_a_relation_there_is', implies(inside.first, headOf.le(relations - 1)));
      m.assume('nothing_comes_before_it_is_ready', implies(inside.cleared.not(), io.write.or(io.ends).or(io.access).not()));
      const isNextWord = io.write.and(inside.comes).and(io.ends.not());
      const recordWords = imageWords(inside.length).zext(IMAGE_WORD_BITS + 1);
      m.when(inside.first, () => count.next(0)).elseWhen(isNextWord, () => count.next(count.add(1)));
      m.assume('words_come_when_the_image_was_found', implies(isNextWord.or(io.ends.and(inside.comes)), inside.seeks.not()));
      m.assume('no_more_words_than_it_says', implies(isNextWord, count.lt(recordWords)));
      m.assume('as_many_words_as_it_says', implies(io.ends.and(inside.comes).and(io.delivered), count.eq(recordWords)));
      m.assume('a_head_is_no_end', inside.first.and(io.ends).not());
      m.assume('tells_what_has_lapsed', implies(io.lapseTold, dut.lapse.request));
      const layout = wide(io.data).take(ImageLayout.width).as(ImageLayout);
      const laysOut = allOf([inside.answers, asks('layout'), io.isWrite, fitsMemory(layout, words)]);
      const endOf = (one: ValueOf<typeof ImageLayout>) => {
        const octets = imageWords(one.length).zext(20);
        return one.offset.zext(20).add(octets).add(octets.shl(1));
      };
      const areApart = (a: ValueOf<typeof ImageLayout>, b: ValueOf<typeof ImageLayout>): Bit =>
        anyOf([a.length.eq(0), b.length.eq(0), endOf(a).le(b.offset.zext(20)), endOf(b).le(a.offset.zext(20))]);
      stored.forEach((image, relation) =>
        m.assume(`lays_out_beside_${relation}`, implies(laysOut.and(is(inside.of, relation).not()), areApart(layout, image.layout))),
      );

      // ---- each relation
      const isCleared = (relation: number): Bit => inside.cleared.or(wide(inside.toClear).gt(relation));
      stored.forEach((image, relation) => {
        const { buffers, isHeld } = image;
        const holds = (name: string, condition: Bit): void => m.assert(`${name}_${relation}`, implies(isCleared(relation), condition));
        const differ = allOf([buffers.written.ne(buffers.read), buffers.written.ne(3), buffers.read.ne(3)]);
        holds('two_buffers', implies(image.layout.length.any(), differ));
        holds('within_the_memory', fitsMemory(image.layout, words));
        holds('there_is_what_is_told', implies(buffers.filled, buffers.fresh.or(isHeld)));
        holds('told_when_filled', implies(buffers.fresh.or(isHeld), buffers.filled));
        stored.slice(relation + 1).forEach((other, index) => {
          const both = isCleared(relation + 1 + index);
          m.assert(`images_apart_${relation}_${relation + 1 + index}`, implies(both, areApart(image.layout, other.layout)));
        });
        // the buffer that is read is never written
        const place = wide(inside.next).zext(20);
        const reads = startOf(image, buffers.read).zext(20);
        const isRead = image.layout.length
          .any()
          .and(place.ge(reads))
          .and(place.lt(reads.add(lengthOf(image).zext(20))));
        m.assert(`what_is_read_is_not_written_${relation}`, implies(inside.isWordOfIt, isRead.not()));
        // one swap: nothing that software sees changes but by it
        const seen = cat(buffers.asBits(), image.came.asBits(), isHeld);
        const swaps = anyOf([inside.publishes, inside.acquires, laysOut]).and(is(inside.of, relation));
        const before = m.past(`seen_before_${relation}`, cat(swaps.or(inside.cleared.not()), seen));
        m.assert(
          `nothing_shows_but_by_a_swap_${relation}`,
          implies(begun.and(before.bit(seen.width).not()), before.take(seen.width).eq(seen)),
        );
      });

      // ---- what makes it hold for ever: what shows is what stands there, and is of who asked
      const { acts, by, of, whose, comes, seeks, taking, commits, committed, fetches, shows } = inside;
      stands.forEach((word, relation) => {
        m.assert(`shows_what_stands_there_${relation}`, implies(acts.and(is(of, relation)), word.eq(shown)));
        m.assert(`shows_it_while_a_word_is_fetched_${relation}`, implies(fetches.and(is(io.relation, relation)), word.eq(shown)));
      });
      const acting = (index: number): Bit => acts.and(wide(by).bit(index));
      m.assert('acts_for_one', implies(acts, wide(by).and(wide(by).sub(1)).any().not().and(wide(by).any())));
      m.assert('publishes_what_was_delivered', implies(acting(0), commits.and(is(of, committed))));
      m.assert('looks_for_the_record', implies(acting(1), seeks.and(is(of, whose))));
      m.assert('shows_to_software', implies(acting(2), allOf([io.access, is(of, io.relation), fetches.or(shows).not()])));
      m.assert('fetches_for_software', implies(fetches.or(shows), allOf([io.access, asks('word')])));
      m.assert('fetches_or_shows', fetches.and(shows).not());
      m.assert(
        'nothing_before_it_is_ready',
        implies(inside.cleared.not(), anyOf([acts, comes, seeks, taking, commits, fetches, shows]).not()),
      );
      m.assert('clears_a_relation_there_is', implies(inside.cleared.not(), wide(inside.toClear).le(relations - 1)));
      m.assert('acts_for_a_relation_there_is', implies(acts, wide(of).le(relations - 1)));
      m.assert('comes_to_a_relation_there_is', implies(comes.or(seeks), wide(whose).le(relations - 1)));
      m.assert('goes_to_a_relation_there_is', implies(commits, wide(committed).le(relations - 1)));
      m.assert('looks_while_it_comes', implies(seeks, comes.and(count.eq(0))));
      m.assert('takes_what_was_found', implies(taking, comes.and(seeks.not())));
      m.assert('publishes_before_the_next_is_found', implies(commits, taking.or(acting(1)).not()));
      const target = imageOf(whose);
      const isOfLength = target.layout.length.any().and(is(target.layout.length, inside.length));
      m.assert('of_just_that_length', implies(taking, isOfLength));
      m.assert(
        'whole_when_it_is_delivered',
        implies(allOf([taking, io.ends, io.delivered]), is(count, lengthOf(target).zext(IMAGE_WORD_BITS + 1))),
      );
      m.assert('no_longer_than_it_says', implies(taking, count.le(recordWords)));
      const goesTo = startOf(target, target.buffers.written).add(wide(count).take(placeBits));
      m.assert('word_for_word_into_the_buffer_written', implies(taking, is(inside.next, goesTo)));
      since.next(0);
      m.when(commits, () => since.next(since.add(1)));
      m.assert('swaps_at_the_verdict', implies(commits, since.le(SWAP_CYCLES - 1).and(implies(since.eq(SWAP_CYCLES - 1), acting(0)))));
      m.assert('next_but_one_is_its_turn', implies(commits.and(since.eq(SWAP_CYCLES - 2)), acting(0).or(acts.not())));

      // ---- one word, and the status
      const { coming, newest, held } = m.registers({ coming: bits(32), newest: bits(32), held: bits(32) }, '_word');
      const status = m.registers({ coming: bits(32), newest: bits(32), held: bits(32) }, '_status');
      const followed = imageOf(io.followedRelation);
      const hasWord = io.followedWord.lt(lengthOf(followed));
      const ofFollowed = (relation: unknown): Bit => is(relation, io.followedRelation);
      m.when(allOf([io.ends, io.delivered, taking]), () => status.coming.next(io.record));
      m.when(allOf([inside.isWordOfIt, ofFollowed(whose), count.eq(io.followedWord.zext(IMAGE_WORD_BITS + 1))]), () =>
        coming.next(io.record),
      );
      m.when(inside.publishes.and(ofFollowed(of)), () => {
        newest.next(coming);
        status.newest.next(status.coming);
      });
      m.when(allOf([inside.acquires, ofFollowed(of), followed.buffers.fresh]), () => {
        held.next(newest);
        status.held.next(status.newest);
      });
      const { buffers } = followed;
      const standsIn = (buffer: unknown, word: Bits<32>): Bit => is(wordOf(followed, buffer, io.followedWord), word);
      const isThere = inside.cleared.or(wide(inside.toClear).gt(io.followedRelation));
      m.assert('keeps_what_is_read', implies(allOf([isThere, followed.isHeld, hasWord]), standsIn(buffers.read, held)));
      m.assert('keeps_what_is_newest', implies(allOf([isThere, buffers.fresh, hasWord]), standsIn(thirdOf(followed), newest)));
      const hasCome = taking.and(count.gt(io.followedWord.zext(IMAGE_WORD_BITS + 1)));
      m.assert('keeps_what_comes', implies(ofFollowed(whose).and(hasCome), standsIn(buffers.written, coming)));
      m.assert('keeps_what_was_delivered', implies(allOf([ofFollowed(committed), commits, hasWord]), standsIn(buffers.written, coming)));
      const said = (word: Bits<32>) => cat(word.bits(16, 16), word.bits(8, 8), word.bits(0, 8).any());
      m.assert('keeps_the_status_that_comes', implies(commits, is(inside.status, status.coming)));
      m.assert('keeps_the_newest_status', implies(isThere.and(buffers.fresh), is(followed.came.asBits(), said(status.newest))));
      const isNewest = followed.isHeld.and(buffers.fresh.not());
      m.assert('keeps_the_status_that_is_read', implies(isThere.and(isNewest), is(followed.came.asBits(), said(status.held))));

      // ---- what software sees
      const { cycleCounter, dataStatus, transferFault, there } = dut.acquisition;
      const told = cat(cycleCounter, dataStatus, transferFault);
      const acquires = inside.acquires.and(ofFollowed(of));
      const now = buffers.fresh;
      m.assert('acquires_the_newest_status', implies(acquires.and(now), is(told, said(status.newest)).and(there)));
      m.assert('or_what_it_had', implies(acquires.and(now.not()), is(told, said(status.held)).and(there)));
      const isRead = ofFollowed(io.relation).and(is(io.wordNumber, io.followedWord));
      const isWord = is(inside.isWord, followed.isHeld.and(hasWord));
      const from = startOf(followed, buffers.read).add(wide(io.followedWord).take(placeBits));
      m.assert('fetches_what_was_acquired', implies(fetches.and(isRead), isWord.and(implies(inside.isWord, is(inside.from, from)))));
      m.assert('tells_of_what_was_acquired', implies(shows.and(isRead), isWord));
      m.assert('reads_what_was_acquired', implies(allOf([shows, isRead, followed.isHeld, hasWord]), is(dut.word, held)));
      m.assert('reads_nothing_else', implies(allOf([shows, isRead, followed.isHeld.and(hasWord).not()]), is(dut.word, u(32, 0))));
      m.cover('second_word_read', allOf([shows, isRead, followed.isHeld, io.followedWord.eq(1), held.any()]));
    },
    'Consumer images beside one word of a record, and the status behind it.',
  );
}
