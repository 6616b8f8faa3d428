/**
 * The frame opener never hangs, takes exactly the octets of its frame and gives exactly one verdict; or none, and that it was
 * dropped, where a frame of `std` ends elsewhere than it says. A rank says how many steps a frame still needs that ends where it
 * should: each cycle takes one off, unless the engine or the store made it wait. One that does not is taken to its last octet.
 */
import { type AnyBits, type Bits, bits, bool, cat, input, module, mux, output, stream, u } from '../../hdl-gen/index.ts';
import type { AeadModule } from '../../hw/aead/aead.ts';
import { frameDescriptor, frameOpener } from '../../hw/frame-opener.ts';
import { FrameStream } from '../../hw/frame-stream.ts';
import { APDU_STATUS_OCTETS, C_SDU_MAX, FRAME_MAX, ICV_OCTETS, PROFILES, VLAN_TAG_OCTETS } from '../../spec/header.ts';
import { offerStays } from './handshake.ts';
import { choose, observeState } from './observed-state.ts';

const COUNT_BITS = 12;
const COUNT_MAX = 2 ** COUNT_BITS - 1;
const LENGTH_BITS = 11;
const KEY_BITS = 128;
/** Steps of the longest frame: every octet, the APDU status once more, and the verdict. */
const STEPS_MAX = FRAME_MAX + APDU_STATUS_OCTETS + 1;

/** @param early what is covered: a frame of `std` that is judged before its last octet was read, else one that is judged behind it */
export function openerRound(engine: AeadModule, early = false) {
  const dutModule = frameOpener(engine);
  return module(
    `opener_round_${engine.name}`,
    {
      descriptor: input(stream(frameDescriptor(1).fields, { last: false })),
      octets: input(FrameStream),
      arrives: input(bool),
      arriving: input(bits(8)),
      arrivesWhole: input(bool),
      openHit: input(bool),
      material: input(bits(KEY_BITS)),
      hold: input(bool),
      /** the store answers a verdict now */
      heard: input(bool),
      word: output(bits(32)),
    },
    (io, m) => {
      const dut = m.instance('dut', dutModule);
      m.connect(io.descriptor, dut.descriptor);
      m.connect(io.octets, dut.octets);
      dut.arrives.set(io.arrives);
      dut.arriving.set(io.arriving);
      dut.arrivesWhole.set(io.arrivesWhole);
      dut.lookUp.hit.set(io.openHit);
      dut.hold.set(io.hold);
      const given = dut.verdict.request.and(io.heard);
      dut.verdict.done.set(given);
      dut.lookUp.material.set(io.material);
      dut.lookUp.iv.set(0);
      io.word.set(dut.word);

      const is = observeState(m, 'dut', dutModule);
      const inside = m.observe('dut', {
        left: bits(LENGTH_BITS),
        place: bits(5),
        lane: bits(2),
        partial: bits(24),
        inTag: bits(1),
        toCome: bits(LENGTH_BITS),
        computedValid: bits(1),
        direct: bits(1),
        whole: bits(1),
        aeadInValid: bits(1),
        aeadInReady: bits(1),
        aeadInData: bits(8),
        aeadInText: bits(1),
        aeadInLast: bits(1),
      });
      const aead = m.observe('dut.aead', { held: bits(1), heldLast: bits(1), done: bits(1) });
      const wide = (value: AnyBits): Bits<typeof COUNT_BITS> => (value as Bits<number>).zext(COUNT_BITS);
      const idle = is('idle');
      const left = wide(inside.left);
      const length = wide(io.descriptor.length);
      const { isStd } = io.descriptor;
      const { headerLength } = m.let({
        headerLength: mux(isStd, u(COUNT_BITS, PROFILES.std.headerOctets), PROFILES.paper.headerOctets).add(
          mux(io.descriptor.hasTag, u(COUNT_BITS, VLAN_TAG_OCTETS), 0),
        ),
      });
      const none = u(COUNT_BITS, 0);
      /** text behind the C_SDU, and octets behind the ICV: the APDU status is one of them */
      const textBehind = mux(isStd, u(COUNT_BITS, APDU_STATUS_OCTETS), 0);
      const statusBehind = mux(isStd, none, APDU_STATUS_OCTETS);
      const { textLength } = m.let({ textLength: length.add(textBehind) });

      // ---- descriptor and octets, as the FIFOs give them: what shows stays; the parser lets no other length through
      const r = m.registers({
        octets: bits(COUNT_BITS),
        /** its last octet was taken */
        ended: bits(1),
        /** of a frame that was judged before its end, octets that were not taken */
        rest: bits(COUNT_BITS),
        /** octets of it came in since its descriptor showed, and its last one */
        came: bits(1),
        cameWhole: bits(1),
        words: bits(COUNT_BITS),
        pinned: bits(1),
      });
      const waits = m.past('descriptor_waits', io.descriptor.valid.and(dut.descriptor.ready.not()));
      m.assume(
        'a_descriptor_stays',
        waits.not().or(io.descriptor.valid.and(io.descriptor.payload.eq(m.past('descriptor', io.descriptor.payload)))),
      );
      m.assume('a_length_that_the_parser_lets_through', io.descriptor.valid.not().or(length.ne(0).and(length.le(C_SDU_MAX))));
      const octetWaits = m.past('octet_waits', io.octets.valid.and(dut.octets.ready.not()));
      const sameOctet = io.octets.data.eq(m.past('octet', io.octets.data)).and(io.octets.last.eq(m.past('octet_last', io.octets.last)));
      m.assume('an_octet_stays', octetWaits.not().or(io.octets.valid.and(sameOctet)));
      // a descriptor comes behind the header in `std`, and behind a whole frame in `paper`
      const lastOfPaper = is('trailer', 'skip').and(left.eq(1));
      m.assume('a_frame_of_paper_is_whole', idle.or(isStd).or(io.octets.valid.not()).or(io.octets.last.eq(lastOfPaper)));
      m.assume('a_header_is_there', is('header').and(io.octets.last).not());

      const { taken } = m.let({ taken: dut.octets.ready.and(io.octets.valid) });
      const { ends } = m.let({ ends: taken.and(io.octets.last) });
      const { shouldEnd } = m.let({ shouldEnd: left.eq(1).and(is('trailer').or(is('icv').and(isStd))) });

      // ---- the rank: steps that the frame still needs, if it ends where it should
      const afterText = statusBehind.add(ICV_OCTETS + 1);
      const beforeText = textLength.add(afterText);
      const rank = choose(m, 'rank', [
        [is('header'), left.add(statusBehind).add(beforeText)],
        [is('status'), left.add(beforeText)],
        [is('text'), left.add(afterText)],
        [is('icv'), left.add(statusBehind).add(1)],
        [is('trailer'), left.add(1)],
        [is('compare'), u(COUNT_BITS, 1)],
      ]);
      const { waitsForContext } = m.let({ waitsForContext: dut.verdict.request.and(io.heard.not()) });
      const { moves } = m.let({
        moves: is('icv', 'trailer', 'skip', 'overrun', 'rest')
          .and(io.octets.valid)
          .or(is('header').and(io.octets.valid).and(inside.inTag.or(inside.aeadInReady)))
          .or(is('text').and(io.octets.valid).and(inside.aeadInReady))
          .or(is('status').and(inside.aeadInReady))
          .or(is('compare').and(inside.computedValid).and(waitsForContext.not()))
          .or(is('abandon').and(inside.computedValid)),
      });
      const inOrder = is('header', 'status', 'text', 'icv', 'trailer', 'compare');
      const wasInOrder = m.past('in_order', inOrder);
      const broke = m.past('broken', taken.and(io.octets.last.ne(shouldEnd)));
      const rankBefore = m.past('rank', rank);
      const tookOneOff = rank.eq(rankBefore.sub(wide(m.past('moves', moves)))).and(inOrder.or(idle));
      const endedNow = m.past('ends', ends);
      const judgedNow = m.past('judged_early', is('icv').and(dut.descriptor.ready));
      m.assert('each_step_takes_one_off', wasInOrder.not().or(broke).or(judgedNow).or(tookOneOff));
      m.assert(
        'a_frame_that_breaks_is_given_up',
        wasInOrder
          .and(broke)
          .not()
          .or(is('abandon').and(endedNow).or(is('overrun').and(endedNow.not()))),
      );
      m.assert(
        'what_runs_over_is_taken_to_its_end',
        m
          .past('overrun', is('overrun'))
          .not()
          .or(mux(endedNow, is('abandon'), is('overrun'))),
      );
      m.assert(
        'what_is_judged_early_is_taken_to_its_end',
        judgedNow
          .or(m.past('rest', is('rest')))
          .not()
          .or(mux(endedNow, idle, is('rest'))),
      );
      m.assert(
        'what_is_skipped_is_taken_to_its_end',
        m
          .past('skip', is('skip'))
          .not()
          .or(mux(endedNow, idle, is('skip'))),
      );
      const sealedBefore = m.past('computed', inside.computedValid);
      m.assert(
        'what_is_given_up_waits_for_the_engine',
        m
          .past('abandon', is('abandon'))
          .not()
          .or(mux(sealedBefore, idle, is('abandon'))),
      );
      m.assert('no_frame_needs_more_steps', rank.le(STEPS_MAX));
      m.assert('steps_are_left_in_order', inOrder.eq(rank.ne(0)));
      m.assert(
        'begins_at_once_if_it_is_not_held',
        m.past('could_begin', idle.and(io.descriptor.valid).and(io.hold.not())).eq(m.past('was_idle', idle).and(idle.not())),
      );
      const engineWorks = aead.held.or(aead.done).and(is('compare', 'abandon'));
      const waitsForStore = is('header', 'text', 'icv', 'trailer', 'skip', 'overrun', 'rest').and(io.octets.valid.not());
      m.assert(
        'waits_for_store_context_or_engine_only',
        idle.or(moves).or(waitsForStore).or(waitsForContext).or(inside.aeadInValid).or(engineWorks),
      );

      // ---- takes the octets of its frame and no other
      const behindText = statusBehind.add(ICV_OCTETS);
      const { total } = m.let({ total: headerLength.add(textLength).add(behindText) });
      const { whole } = m.let({ whole: r.octets.add(wide(taken)).eq(total) });
      m.when(is('rest').and(taken), () => r.rest.next(r.rest.sub(1)));
      m.when(dut.descriptor.ready, () => {
        r.octets.next(0);
        r.ended.next(0);
        r.rest.next(total.sub(r.octets).sub(wide(taken)));
      }).elseWhen(taken.and(is('rest').not()), () => {
        r.octets.next(mux(r.octets.eq(COUNT_MAX), r.octets, r.octets.add(1)));
        r.ended.next(io.octets.last);
      });
      const toTake = choose(m, 'to_take', [
        [is('header'), left.add(textLength).add(behindText)],
        [is('status'), textLength.add(behindText)],
        [is('text'), left.add(behindText)],
        [is('icv'), left.add(statusBehind)],
        [is('trailer', 'skip'), left],
      ]);
      m.assert('takes_only_what_is_there', dut.octets.ready.not().or(io.octets.valid));
      const counts = inOrder.or(is('skip').and(left.ne(0)));
      m.assert('taken_and_to_take_make_the_frame', counts.not().or(r.octets.add(toTake).eq(total)));
      m.assert(
        'behind_its_end_when_it_runs_over',
        is('overrun')
          .or(is('skip').and(left.eq(0)))
          .not()
          .or(r.octets.ge(total)),
      );
      m.assert('ended', r.ended.eq(is('compare', 'abandon')));
      m.assert('elsewhere_than_it_said', is('abandon').not().or(r.octets.ne(total)));
      // an octet comes in before it can be read, behind the descriptor of a frame of `std`; what the parser says of its end is so
      const { comesWhole } = m.let({ comesWhole: io.arrives.and(io.arrivesWhole) });
      m.assume('arrives_behind_its_descriptor', io.arrives.not().or(io.descriptor.valid.and(isStd)));
      m.assume('nothing_arrives_behind_the_end', io.arrives.and(inside.whole).not());
      const unread = r.octets.lt(total.sub(wide(taken.and(is('rest').not())))).and(r.ended.not());
      m.assume('the_last_octet_arrives_before_it_is_read', comesWhole.not().or(unread.and(ends.and(is('rest').not()).not())));
      m.assume('arrives_before_the_icv_is_read', is('icv').and(inside.direct.not()).and(io.arrives).not());
      const lastOfWhole = r.octets.add(1).eq(total);
      m.assume(
        'a_whole_frame_ends_as_it_said',
        idle.or(is('rest')).or(inside.whole.not()).or(io.octets.valid.not()).or(io.octets.last.eq(lastOfWhole)),
      );
      m.assume(
        'and_what_is_left_of_it',
        is('rest')
          .and(io.octets.valid)
          .not()
          .or(io.octets.last.eq(r.rest.eq(1))),
      );
      m.when(io.arrives, () => {
        r.came.next(1);
        r.cameWhole.next(io.arrivesWhole);
      });
      m.when(dut.descriptor.ready, () => {
        r.came.next(0);
        r.cameWhole.next(0);
      });
      m.assert('knows_what_came', inside.direct.eq(r.came).and(inside.whole.eq(r.cameWhole)));
      const judges = dut.verdict.request.or(dut.unknownKey);
      m.assert('what_came_whole_is_judged_at_once', is('icv').and(r.cameWhole).and(inside.computedValid).not().or(judges));
      m.assert('what_is_whole_is_of_std', inside.whole.not().or(io.descriptor.valid.and(isStd)));
      m.assert('what_is_whole_breaks_nowhere', inside.whole.and(is('overrun', 'abandon')).not());
      m.assert('what_is_whole_is_not_read_yet', inside.whole.not().or(r.ended.eq(is('compare'))));
      m.assert(
        'a_rest_is_left',
        is('rest')
          .not()
          .or(r.rest.ne(0).and(r.rest.le(ICV_OCTETS))),
      );
      const { judgedEarly } = m.let({ judgedEarly: is('icv').and(inside.whole) });
      m.assert('done_with_its_last_octet', dut.descriptor.ready.not().or(r.ended.or(ends).or(judgedEarly)));
      m.assert(
        'nothing_taken_between_frames',
        idle
          .or(is('rest'))
          .not()
          .or(r.octets.eq(0).and(idle.and(dut.octets.ready).not())),
      );

      // ---- one verdict for each descriptor, and only under a key that was there all the time
      const verdict = given.or(dut.unknownKey);
      m.assert('no_verdict_without_frame', verdict.not().or(io.descriptor.valid));
      m.assert('each_frame_is_judged_or_dropped', dut.descriptor.ready.eq(verdict.or(dut.dropped)));
      m.assert('and_once', verdict.and(dut.dropped).or(dut.verdict.request.and(dut.unknownKey)).not());
      m.assert(
        'a_verdict_is_of_a_whole_frame',
        dut.verdict.request
          .or(dut.unknownKey)
          .not()
          .or(whole.and(r.ended.or(ends)))
          .or(judgedEarly),
      );
      m.assert('only_what_is_not_whole_is_dropped', dut.dropped.and(whole).not());
      // pinned from its look-up to its verdict, and held only before
      m.when(idle, () => r.pinned.next(io.descriptor.valid.and(io.hold.not()))).elseWhen(dut.descriptor.ready, () => r.pinned.next(0));
      m.assert('pinned_from_look_up_to_verdict', dut.pinned.eq(r.pinned));
      m.assert(
        'skipped_where_there_was_no_key',
        m
          .past('looked_up', idle)
          .not()
          .or(is('skip').eq(m.past('misses', dut.pinned.not().and(io.descriptor.valid).and(io.hold.not()).and(io.openHit.not())))),
      );
      m.assert('each_verdict_ends_a_pin', dut.verdict.request.not().or(dut.pinned));
      m.assert('no_verdict_without_a_key_that_opens', dut.verdict.request.not().or(io.openHit));
      const asked = m.past('asked', waitsForContext).and(io.openHit);
      m.assert('a_verdict_is_asked_for_until_it_is_heard', asked.not().or(dut.verdict.request));
      m.assert('nothing_while_it_is_held', idle.and(io.hold).not().or(verdict.or(dut.wordWrite).not()));

      // ---- the record: its length with the first cycle, the C_SDU, the APDU status with the verdict
      m.when(idle, () => r.words.next(dut.wordWrite.zext(COUNT_BITS))).elseWhen(dut.wordWrite, () => r.words.next(r.words.add(1)));
      const hasText = is('text', 'icv', 'trailer', 'compare');
      const { out } = m.let({ out: mux(is('text'), textLength.sub(left), textLength).sub(wide(aead.held)) });
      const { cSduOut } = m.let({ cSduOut: mux(hasText, mux(out.gt(length), length, out), 0) });
      const wordsSoFar = cSduOut
        .add(mux(cSduOut.eq(length), u(COUNT_BITS, 3), 0))
        .shr(2)
        .add(1);
      m.assert('words_of_the_record', inOrder.not().or(r.words.eq(wordsSoFar)));
      m.assert('no_words_without_a_key', is('skip').not().or(r.words.eq(0)));
      m.assert('the_record_is_whole_at_the_verdict', given.not().or(r.words.eq(length.add(3).shr(2).add(1)).and(dut.wordWrite)));
      const lane = mux(cSduOut.ne(length), cSduOut.take(2), 0);
      m.assert('lane_as_in_the_record', is('overrun', 'abandon').or(inside.lane.eq(lane)));
      m.assert('nothing_of_a_word_that_has_not_begun', inside.lane.ne(0).or(inside.partial.any().not()));
      m.assert('to_come_as_counted', inOrder.not().or(wide(inside.toCome).add(cSduOut).eq(length)));

      const offered = { valid: inside.aeadInValid, ready: inside.aeadInReady, last: inside.aeadInLast };
      offerStays(m, 'engine_input', { ...offered, data: cat(inside.aeadInText, inside.aeadInData) });

      // ---- what makes it hold for ever
      m.assert(
        'left_in_header',
        is('header')
          .not()
          .or(left.ne(0).and(left.add(wide(inside.place)).eq(headerLength))),
      );
      m.assert(
        'left_in_status',
        is('status')
          .not()
          .or(left.ne(0).and(left.le(APDU_STATUS_OCTETS))),
      );
      m.assert(
        'left_in_text',
        is('text')
          .not()
          .or(left.ne(0).and(left.le(textLength))),
      );
      m.assert('holds_what_it_took', is('text').and(aead.held).not().or(left.lt(textLength)));
      m.assert('paper_has_its_own_states', is('status', 'trailer').and(isStd).not());
      m.assert(
        'left_in_icv',
        is('icv')
          .not()
          .or(left.ne(0).and(left.le(ICV_OCTETS))),
      );
      m.assert(
        'left_in_trailer',
        is('trailer')
          .not()
          .or(left.ne(0).and(left.le(APDU_STATUS_OCTETS))),
      );
      m.assert('left_in_skip', is('skip').not().or(left.le(total)));
      const sealing = is('icv', 'trailer', 'compare', 'overrun', 'abandon');
      const { sealed } = m.let({ sealed: aead.held.and(aead.heldLast) });
      m.assert('engine_holds_text_only', aead.held.not().or(is('text').and(aead.heldLast.not()).or(sealing.and(aead.heldLast))));
      m.assert('engine_seals_at_the_end', sealing.eq(sealed.or(aead.done).or(inside.computedValid)));
      m.assert(
        'sealed_once',
        sealed
          .and(aead.done)
          .or(inside.computedValid.and(sealed.or(aead.done)))
          .not(),
      );
      if (engine.name !== 'aead_any') {
        m.assert(
          'its_icv_comes_at_once',
          sealed
            .not()
            .or(is('icv').and(left.eq(16)).or(is('abandon')))
            .and(aead.done.not().or(is('icv').and(left.ge(15)).or(is('abandon')))),
        );
        const { keyNow } = m.observe('dut.aead', { keyNow: bits(KEY_BITS) });
        m.assert(
          'no_key_is_left_behind_its_icv',
          inOrder.or(is('overrun', 'abandon')).and(inside.computedValid.not()).or(keyNow.any().not()),
        );
        m.assert('this_engine_never_makes_it_wait', idle.or(moves).or(waitsForStore).or(waitsForContext).or(is('abandon')));
      }

      if (early) m.cover('judged_before_its_end', m.past('was_judged_early', given.and(judgedEarly)).and(is('rest')));
      else m.cover('whole_round', m.past('was_judged', given).and(idle));
      m.unused(dut.lookUp.keyId, dut.frame);
    },
    'The frame opener from descriptor to verdict.',
  );
}
