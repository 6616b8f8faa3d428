/**
 * The packet parser never holds a frame up, says once what each one is, finds its fields at their octets, and is ready for
 * the next frame after each last octet. Octets are counted here; the places are those of `spec/header.ts`.
 */
import { type Bit, type Bits, bits, bool, cat, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import { LENGTH_BITS } from '../../hw/frame-length.ts';
import { FrameStream } from '../../hw/frame-stream.ts';
import { packetParser } from '../../hw/packet-parser.ts';
import {
  ADDRESS_OCTETS,
  C_SDU_MAX,
  ETHERTYPE_PROFINET,
  FRAME_MAX,
  PROFILES,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../../spec/header.ts';

/** As many as the longer header has of them behind the FrameID. */
const METADATA_OCTETS = 8;
const COUNT_BITS = 13;
const COUNT_MAX = 2 ** COUNT_BITS - 1;
/** The place where the parser's own count stays. */
const PLACE_MAX = 2 ** LENGTH_BITS - 1;

export const parserFields = module(
  'parser_fields',
  { rx: input(FrameStream), enable: input(bool), std: input(bool), frameId: input(bits(16)), apduStatus: output(bits(32)) },
  (io, m) => {
    const dut = m.instance('dut', packetParser);
    m.connect(io.rx, dut.rx);
    dut.enable.set(io.enable);
    // never reset: the solver chooses the protection mode, which stays
    const chosen = m.registers({ encrypt: bits(1, { reset: 'none' }) });
    chosen.encrypt.next(chosen.encrypt);
    dut.std.set(io.std);
    dut.encrypt.set(chosen.encrypt);
    dut.frameId.set(io.frameId);
    io.apduStatus.set(dut.apduStatus);

    const r = m.registers({
      /** octets of the frame before this one; stays at its largest */
      octets: bits(COUNT_BITS),
      /** the last four octets before this one, the youngest lowest */
      tail: bits(32),
      tagged: bits(1),
      /** profile of this frame, as it was with the first octet */
      stdFrame: bits(1),
      isProfinet: bits(1),
      isOurs: bits(1),
      described: bits(1),
    });
    /** the octets behind the FrameID, each caught where it stands */
    const behind = Array.from({ length: METADATA_OCTETS }, (_, at) => m.registers({ behind: bits(8) }, `_${at}`).behind);
    const caught = (from: number, octets: number): Bits<number> => cat(...behind.slice(from, from + octets));
    const ofProfile = (paper: number, std: number) => mux(r.stdFrame, u(COUNT_BITS, std), paper);
    const { end } = m.let({ end: io.rx.fire.and(io.rx.last) });
    const { pair } = m.let({ pair: cat(r.tail.take(8), io.rx.data) });
    // the octets of the tag are not counted
    const offset = mux(r.tagged, u(COUNT_BITS, VLAN_TAG_OCTETS), 0);
    const standsAt = (place: number | Bits<typeof COUNT_BITS>): Bit => r.octets.eq(offset.add(place as never));
    const type = 2 * ADDRESS_OCTETS;
    const frameId = type + 2;
    const information = frameId + 2;
    const keyIdsOctet = mux(r.stdFrame, caught(1, 1), caught(0, 1));
    const counter = mux(r.stdFrame, caught(2, 4), caught(1, 4));
    const { header } = m.let({ header: ofProfile(PROFILES.paper.headerOctets, PROFILES.std.headerOctets) });
    const trailer = ofProfile(PROFILES.paper.trailerOctets, PROFILES.std.trailerOctets);
    const isTag = r.octets
      .eq(type + 1)
      .and(pair.eq(TPID_VLAN))
      .and(r.tagged.not());
    const isType = standsAt(type + 1).and(isTag.not());
    const { matches } = m.let({
      matches: standsAt(frameId + 1)
        .and(r.isProfinet)
        .and(pair.eq(io.frameId))
        .and(io.enable),
    });
    m.when(io.rx.fire, () => {
      r.octets.next(mux(r.octets.eq(COUNT_MAX), r.octets, r.octets.add(1)));
      r.tail.next(cat(r.tail.take(24), io.rx.data));
      m.when(r.octets.eq(0), () => r.stdFrame.next(io.std));
      m.when(isTag, () => r.tagged.next(1));
      m.when(isType, () => r.isProfinet.next(pair.eq(ETHERTYPE_PROFINET)));
      m.when(standsAt(frameId + 1), () => r.isOurs.next(matches));
      behind.forEach((octet, at) => {
        m.when(standsAt(information + at), () => octet.next(io.rx.data));
      });
    });
    m.when(dut.described, () => r.described.next(1));
    m.when(end, () => {
      r.octets.next(0);
      r.described.next(0);
      r.tagged.next(0);
      r.isProfinet.next(0);
      r.isOurs.next(0);
    });

    const { frameLength } = m.let({ frameLength: r.octets.add(1) });
    const { cSdu } = m.let({ cSdu: frameLength.sub(offset).sub(header).sub(trailer) });
    const longEnough = frameLength.gt(offset.add(header).add(trailer));
    const isOurs = r.isOurs.or(matches);
    m.assert('never_holds_up', io.rx.ready);
    m.assert('a_verdict_for_each_frame', cat(dut.ours, dut.malformed, dut.foreign).any().eq(end));
    m.assert('ours_by_type_and_frame_id', dut.ours.or(dut.malformed).eq(end.and(isOurs)));
    // C_SDU and APDU status, and the mode with seven reserved bits
    const said = caught(METADATA_OCTETS - 2, 2);
    const saysSo = said
      .zext(COUNT_BITS + 4)
      .eq(cSdu.add(4).zext(COUNT_BITS + 4))
      .and(caught(0, 1).eq(chosen.encrypt.zext(8)));
    m.assert(
      'well_formed_by_length',
      dut.ours.eq(end.and(isOurs).and(longEnough).and(cSdu.le(C_SDU_MAX)).and(r.stdFrame.not().or(saysSo))),
    );
    // in `std` as soon as the header is there, and behind it there is more; and then nothing is ours that was not described
    const possible = pair.ge(securityLength(1)).and(pair.le(securityLength(C_SDU_MAX)));
    const modeFits = caught(0, 1).eq(chosen.encrypt.zext(8));
    const headerEnds = io.rx.fire.and(io.rx.last.not()).and(standsAt(header.sub(1)));
    m.assert(
      'described_when_it_is_known',
      dut.described.eq(mux(r.stdFrame, headerEnds.and(r.isOurs).and(modeFits).and(possible), dut.ours)),
    );
    m.assert('ours_of_std_was_described_before', dut.ours.and(r.stdFrame).not().or(r.described));
    m.assert('described_once', dut.described.and(r.described).not());
    const length = dut.length.zext(COUNT_BITS);
    const saidLength = pair.zext(COUNT_BITS + 4).sub(securityLength(0));
    m.assert(
      'length_of_the_c_sdu',
      dut.described.not().or(length.zext(COUNT_BITS + 4).eq(mux(r.stdFrame, saidLength, cSdu.zext(COUNT_BITS + 4)))),
    );
    m.assert('length_that_the_opener_takes', dut.described.not().or(dut.length.ne(0).and(dut.length.le(C_SDU_MAX))));
    m.assert('too_long', r.octets.lt(type + 2).or(dut.tooLong.eq(r.octets.sub(offset).ge(FRAME_MAX - VLAN_TAG_OCTETS))));
    m.assert('key_ids_of_the_frame', dut.described.not().or(cat(dut.currentKeyId, dut.nextKeyId).eq(keyIdsOctet)));
    m.assert('counter_of_the_frame', dut.described.not().or(dut.counter.eq(counter as never)));
    m.assert(
      'status_at_the_end',
      dut.ours
        .and(dut.described)
        .not()
        .or(dut.apduStatus.eq(cat(r.tail.take(24), io.rx.data))),
    );
    m.assert('tag_of_the_frame', dut.described.not().or(dut.hasTag.eq(r.tagged)));
    m.assert('profile_of_the_frame', dut.described.not().or(dut.isStd.eq(r.stdFrame)));

    // what makes it hold for ever: the parser stands where it should, and begins each frame anew
    const inside = m.observe('dut', {
      place: bits(LENGTH_BITS),
      stdNow: bits(1),
      sawTag: bits(1),
      isProfinet: bits(1),
      isOurs: bits(1),
      previous: bits(8),
      metadata: bits(8 * METADATA_OCTETS),
      tail: bits(24),
    });
    const place = r.octets.sub(offset);
    m.assert('place', inside.place.zext(COUNT_BITS).eq(mux(place.gt(PLACE_MAX), u(COUNT_BITS, PLACE_MAX), place)));
    m.assert('tag_lies_behind', r.tagged.not().or(r.octets.ge(type + 2)));
    m.assert('profile', inside.stdNow.eq(r.stdFrame));
    m.assert('tag', inside.sawTag.eq(r.tagged));
    m.assert('profinet', inside.isProfinet.eq(r.isProfinet));
    m.assert('ours', inside.isOurs.eq(r.isOurs));
    m.assert('ours_lies_behind', r.isOurs.not().or(r.octets.ge(offset.add(frameId + 2))));
    m.assert('previous', inside.previous.eq(r.tail.take(8)));
    m.assert('tail', inside.tail.eq(r.tail.take(24)));
    behind.forEach((_, at) => {
      const soFar = inside.metadata.take(8 * (at + 1)).eq(caught(0, at + 1));
      const isLast = at === METADATA_OCTETS - 1;
      const stands = isLast ? r.octets.gt(offset.add(information + at)) : standsAt(information + at + 1);
      m.assert(`metadata_${at}`, stands.not().or(soFar));
    });
    m.assert(
      'half_said',
      standsAt(information + METADATA_OCTETS - 1)
        .not()
        .or(caught(METADATA_OCTETS - 2, 1).eq(r.tail.take(8))),
    );
    const pastHeader = r.stdFrame.and(r.octets.gt(offset.add(header.sub(1) as never)));
    const saidPossible = said.ge(securityLength(1)).and(said.le(securityLength(C_SDU_MAX)));
    m.assert('described', r.described.eq(pastHeader.and(r.isOurs).and(modeFits).and(saidPossible)));
    m.cover('whole_round', m.past('was_ours', dut.ours).and(r.octets.eq(0)));
  },
  'The packet parser beside a count of octets.',
);
