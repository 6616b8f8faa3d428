/**
 * The packet generator never hangs, reads exactly its record and writes exactly its frame, front and trailer. A rank, made from the state of
 * the generator, says how many steps the frame still needs: each cycle takes one off, unless the engine made it wait. So
 * every frame ends, with any engine that ends.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import type { AeadModule } from '../../hw/aead/aead.ts';
import { packetGenerator } from '../../hw/packet-generator.ts';
import { recordSource } from '../../hw/transmit-fifo.ts';
import { APDU_STATUS_OCTETS, C_SDU_MAX, ICV_OCTETS, PROFILES, VLAN_TAG_OCTETS } from '../../spec/header.ts';
import { offerStays } from './handshake.ts';
import { choose, observeState } from './observed-state.ts';

const COUNT_BITS = 12;
const LENGTH_BITS = 11;
const KEY_BITS = 128;
/** Header and text of the longest frame, of profile `std` with its APDU status. */
const FRONT_MAX = PROFILES.std.headerOctets + VLAN_TAG_OCTETS + C_SDU_MAX + APDU_STATUS_OCTETS;
/** Steps of the longest frame: all that goes through the engine, the tag, and the ICV. */
const STEPS_MAX = FRONT_MAX + 1;

export function generatorRound(engine: AeadModule) {
  const dutModule = packetGenerator(engine);
  return module(
    `generator_round_${engine.name}`,
    {
      record: input(recordSource),
      storeReady: input(bool),
      enable: input(bool),
      encrypt: input(bool),
      std: input(bool),
      addTag: input(bool),
      mayTransmit: input(bool),
      material: input(bits(KEY_BITS)),
      /** the store answers a request now */
      answered: input(bool),
      octet: output(bits(8)),
    },
    (io, m) => {
      const dut = m.instance('dut', dutModule);
      m.connect(io.record, dut.record);
      dut.storeReady.set(io.storeReady);
      dut.enable.set(io.enable);
      const { std, encrypt, addTag } = io;
      const addresses = { destination: 0x0123_4567_89ab, source: 0x1123_4567_89ab };
      dut.settings.set({ std, encrypt, addTag, ...addresses, vlanTci: 0, frameId: 0x8000 });
      dut.mayTransmit.set(io.mayTransmit);
      dut.transmit.set(dut.transmitRequest.and(io.answered));
      dut.seal.set({ material: io.material, iv: 0, keyId: 0, nextKeyId: 0, counter: 0 });
      dut.refused.set(0);
      io.octet.set(dut.octet);

      const is = observeState(m, 'dut', dutModule);
      const inside = m.observe('dut', {
        left: bits(LENGTH_BITS),
        place: bits(5),
        tagging: bits(1),
        isStd: bits(1),
        length: bits(LENGTH_BITS),
        lane: bits(2),
        trailerLeft: bits(5),
        inTag: bits(1),
        aeadInValid: bits(1),
        aeadInReady: bits(1),
        aeadInData: bits(8),
        aeadInText: bits(1),
        aeadInLast: bits(1),
        aeadIcvValid: bits(1),
      });
      const aead = m.observe('dut.aead', { held: bits(1), heldLast: bits(1), done: bits(1) });
      const wide = (value: AnyBits): Bits<typeof COUNT_BITS> => (value as Bits<number>).zext(COUNT_BITS);
      const words = (octets: Bits<typeof COUNT_BITS>): Bits<typeof COUNT_BITS> => octets.add(3).shr(2);
      const idle = is('idle');
      const left = wide(inside.left);
      const length = wide(inside.length);

      // ---- the TX FIFO, as `transmit-fifo-integrity.ts` proves it: whole records, and what shows stays
      const r = m.registers({
        wordsLeft: bits(COUNT_BITS),
        written: bits(COUNT_BITS),
        trailed: bits(COUNT_BITS),
        trailer: bits(COUNT_BITS),
        steps: bits(COUNT_BITS),
      });
      const { taken } = m.let({ taken: dut.record.read.and(io.record.valid) });
      const firstWord = r.wordsLeft.eq(0);
      m.when(taken, () => r.wordsLeft.next(mux(firstWord, words(io.record.word.trunc(COUNT_BITS)).add(1), r.wordsLeft.sub(1))));
      const isLength = io.record.word.ne(0).and(io.record.word.le(C_SDU_MAX));
      m.assume('record_ready_shows_a_length', io.record.ready.not().or(io.record.valid.and(firstWord).and(isLength)));
      m.assume('a_record_shows_to_its_end', firstWord.or(io.record.valid));
      const waits = m.past('word_waits', io.record.valid.and(dut.record.read.not()));
      m.assume('a_word_stays_until_read', waits.not().or(io.record.valid.and(io.record.word.eq(m.past('word', io.record.word)))));

      // ---- a record asks when there is room, a key and a counter, and becomes a frame when it is answered
      const { waitsForKey } = m.let({ waitsForKey: idle.and(io.enable).and(io.record.ready).and(io.storeReady) });
      m.assert('asks_for_a_key_and_a_counter_alone', dut.transmitRequest.eq(waitsForKey.and(io.mayTransmit)));
      m.assert('stalled_is_said_when_there_is_none', dut.stalled.eq(waitsForKey.and(io.mayTransmit.not())));
      const answered = m.past('was_answered', dut.transmitRequest.and(io.answered));
      m.assert('begins_when_it_is_answered', answered.eq(m.past('was_idle', idle).and(idle.not())));
      m.assert('holds_a_key_from_then_to_its_icv', dut.sealing.eq(idle.not()));

      // ---- the rank: steps that the frame still needs
      const rank = choose(m, 'rank', [
        [is('header'), left.add(APDU_STATUS_OCTETS + 1).add(length)],
        [is('apdu'), left.add(1).add(mux(inside.isStd, u(COUNT_BITS, 0), length))],
        [is('text'), left.add(1).add(mux(inside.isStd, u(COUNT_BITS, APDU_STATUS_OCTETS), 0))],
        [is('seal'), u(COUNT_BITS, 1)],
      ]);
      const engineTakes = inside.aeadInReady;
      const { moves } = m.let({
        moves: is('header')
          .and(inside.inTag.or(engineTakes))
          .or(is('apdu', 'text').and(engineTakes))
          .or(is('seal').and(inside.aeadIcvValid)),
      });
      const wasBusy = m.past('busy', idle.not());
      const rankBefore = m.past('rank', rank);
      m.assert('each_step_takes_one_off', wasBusy.not().or(rank.eq(rankBefore.sub(wide(m.past('moves', moves))))));
      m.assert('no_frame_needs_more_steps', rank.le(STEPS_MAX));
      m.assert('idle_when_none_is_left', idle.eq(rank.eq(0)));
      m.assert(
        'waits_for_the_engine_only',
        idle
          .or(moves)
          .or(inside.aeadInValid)
          .or(is('seal').and(aead.held.or(aead.done))),
      );
      if (engine.name !== 'aead_any') {
        m.assert('this_engine_makes_nothing_wait', idle.or(moves).or(is('seal').and(aead.held)));
        const { keyNow } = m.observe('dut.aead', { keyNow: bits(KEY_BITS) });
        m.assert('no_key_is_left_when_nothing_is_sealed', dut.sealing.or(keyNow.any().not()));
      }
      // the same, counted: steps so far and steps to come
      m.when(idle, () => r.steps.next(0)).elseWhen(moves, () => r.steps.next(r.steps.add(1)));
      const { headerLength } = m.let({
        headerLength: mux(inside.isStd, u(COUNT_BITS, PROFILES.std.headerOctets), PROFILES.paper.headerOctets).add(
          mux(inside.tagging, u(COUNT_BITS, VLAN_TAG_OCTETS), 0),
        ),
      });
      const trailer = mux(inside.isStd, u(COUNT_BITS, ICV_OCTETS), PROFILES.paper.trailerOctets);
      const steps = headerLength.add(length).add(APDU_STATUS_OCTETS + 1);
      m.assert('every_frame_takes_its_steps', idle.or(r.steps.add(rank).eq(steps)));

      // ---- reads the record and nothing else
      const wordsOfText = words(length);
      m.assert('reads_only_what_is_there', dut.record.read.not().or(io.record.valid));
      m.assert('begins_with_a_record', dut.record.read.and(firstWord).not().or(io.record.ready));
      m.assert('ends_with_the_record', idle.not().or(firstWord));
      const wordsLeft = choose(m, 'words_to_read', [
        [is('header'), wordsOfText.add(wide(inside.place.eq(0)))],
        [is('apdu'), mux(inside.isStd, u(COUNT_BITS, 0), wordsOfText)],
        [is('text'), words(left.add(wide(inside.lane)))],
      ]);
      m.assert('words_left_as_it_thinks', r.wordsLeft.eq(wordsLeft));

      // ---- writes the front of the frame and nothing else, and once it is sealed, its trailer without a pause
      m.when(dut.sealed, () => r.written.next(0)).elseWhen(dut.octetWrite, () => r.written.next(r.written.add(1)));
      const behind = mux(inside.isStd, u(COUNT_BITS, APDU_STATUS_OCTETS), 0);
      const { total } = m.let({ total: headerLength.add(length).add(behind) });
      const toWrite = choose(m, 'to_write', [
        [is('header'), left.add(length).add(behind)],
        [is('apdu'), mux(inside.isStd, left, length)],
        [is('text'), left.add(behind)],
      ]);
      m.assert('written_and_to_write_make_the_front', idle.or(r.written.add(toWrite).add(wide(aead.held)).eq(total)));
      m.assert('ends_with_its_last_octet', dut.octetLast.eq(dut.octetWrite.and(r.written.add(1).eq(total))));
      m.assert('sealed_when_it_is_whole', dut.sealed.not().or(is('seal').and(r.written.eq(total)).and(dut.octetWrite.not())));
      m.assert('never_longer_than_a_frame', idle.or(total.le(FRONT_MAX)));
      m.assert('nothing_written_between_frames', idle.not().or(r.written.eq(0).and(dut.octetWrite.not())));
      // the profile may be another one while the trailer leaves
      m.when(dut.sealed, () => {
        r.trailed.next(0);
        r.trailer.next(trailer);
      }).elseWhen(dut.trailerWrite, () => r.trailed.next(r.trailed.add(1)));
      const begun = m.past('sealed', dut.sealed).or(m.past('trailer_goes_on', dut.trailerWrite.and(dut.trailerLast.not())));
      m.assert('a_trailer_behind_each_front', dut.trailerWrite.eq(begun));
      m.assert('of_its_length', dut.trailerWrite.not().or(dut.trailerLast.eq(r.trailed.add(1).eq(r.trailer))));

      const offered = { valid: inside.aeadInValid, ready: inside.aeadInReady, last: inside.aeadInLast };
      offerStays(m, 'engine_input', { ...offered, data: cat(inside.aeadInText, inside.aeadInData) });

      // ---- what makes it hold for ever
      const between = (low: number, high: number | AnyBits): Bit => left.ge(low).and(left.le(high as never));
      m.assert('length_as_in_the_record', idle.or(length.ne(0).and(length.le(C_SDU_MAX))));
      m.assert(
        'left_in_header',
        is('header')
          .not()
          .or(between(1, headerLength).and(left.add(wide(inside.place)).eq(headerLength))),
      );
      m.assert('left_in_apdu', is('apdu').not().or(between(1, APDU_STATUS_OCTETS)));
      m.assert(
        'left_in_text',
        is('text')
          .not()
          .or(between(1, length).and(inside.lane.eq(length.sub(left).take(2)))),
      );
      const trailerLeft = wide(inside.trailerLeft);
      m.assert('left_of_a_trailer', trailerLeft.le(PROFILES.paper.trailerOctets));
      m.assert('trailer_as_counted', trailerLeft.eq(0).or(trailerLeft.add(r.trailed).eq(r.trailer)));
      m.assert('a_trailer_ends_before_a_header', idle.or(trailerLeft.eq(0)).or(is('header').and(trailerLeft.lt(left))));
      m.assert('lane_before_text', is('header').or(is('apdu').and(inside.isStd.not())).not().or(inside.lane.eq(0)));
      const inText = is('text').or(is('apdu').and(inside.isStd));
      m.assert('engine_holds_text_only', aead.held.not().or(inText.and(aead.heldLast.not()).or(is('seal').and(aead.heldLast))));
      m.assert('engine_seals_at_the_end', is('seal').eq(aead.held.and(aead.heldLast).or(aead.done)));
      m.assert('sealed_once', aead.held.and(aead.done).not());

      m.cover('whole_round', m.past('was_last', dut.trailerLast.and(dut.trailerWrite)).and(idle));
      m.unused(dut.trailerOctet);
    },
    'The packet generator from record to frame.',
  );
}
