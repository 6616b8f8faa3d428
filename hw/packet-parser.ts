import { type Bits, bits, bool, cat, input, module, mux, output, u } from '../hdl-gen/index.ts';
import {
  APDU_STATUS_OCTETS,
  C_SDU_MAX,
  COUNTER_OCTETS,
  ETHERTYPE_PROFINET,
  FRAME_MAX,
  PROTECTION_MODE,
  placeOf,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../spec/header.ts';
import { byProfile, LENGTH_BITS } from './frame-length.ts';
import { FrameStream } from './frame-stream.ts';

const LENGTH_MAX = 2 ** LENGTH_BITS - 1;

const TYPE = placeOf('paper', 'etherType');
const FRAME_ID = placeOf('paper', 'frameId');
const KEY_IDS = { paper: placeOf('paper', 'keyIds'), std: placeOf('std', 'keyIds') } as const;
const STD_INFORMATION = placeOf('std', 'securityInformation');
const STD_LENGTH = placeOf('std', 'securityLength');

/**
 * Follows a received frame octet by octet (paper, section VI; `spec/header.ts` for the layout) and says, with
 * its last octet, what it is: ours, ours but malformed, or foreign. It never holds a frame up and never
 * changes one; the frame itself goes into the stores beside it, `ours` and `foreign` decide which one keeps it.
 * What the opener has to know is `described` as soon as it can be: in `std` with the last octet of a header that is as it has
 * to be, whose frame may still turn out shorter or longer than it says; in `paper` with the last octet of one of ours.
 *
 * A frame is ours when, behind at most one VLAN tag, the EtherType is PROFINET and the FrameID is `frameId`.
 * In profile `std` one of ours is malformed, too, where its metadata have another protection mode or length, or a reserved bit.
 * The fields extracted are valid in the cycle of `described`. Nothing here is authenticated.
 */
export const packetParser = module(
  'packet_parser',
  {
    rx: input(FrameStream),
    enable: input(bool),
    /** frames of profile `std`, else of `paper`, taken with the first octet of each; and whether they are enciphered */
    std: input(bool),
    encrypt: input(bool),
    frameId: input(bits(16)),
    /** verdict, one cycle, together with the last octet */
    ours: output(bool),
    malformed: output(bool),
    foreign: output(bool),
    described: output(bool),
    /** this octet stands behind the longest frame, its tag not counted */
    tooLong: output(bool),
    isStd: output(bool),
    hasTag: output(bool),
    currentKeyId: output(bits(4)),
    nextKeyId: output(bits(4)),
    counter: output(bits(32)),
    /** where it is in the clear: `paper` */
    apduStatus: output(bits(32)),
    /** octets of the C_SDU */
    length: output(bits(LENGTH_BITS)),
  },
  (io, m) => {
    const r = m.registers({
      /** where the next octet stands in a frame without its VLAN tag; saturates */
      place: bits(LENGTH_BITS),
      stdNow: bits(1),
      sawTag: bits(1),
      isProfinet: bits(1),
      isOurs: bits(1),
      previous: bits(8),
      keyIds: bits(8),
      counterSoFar: bits(32),
      /** SecurityInformation is as it has to be */
      modeFits: bits(1),
      /** SecurityLength */
      lengthSoFar: bits(16),
      /** the last octets received, the youngest in bits 7..0 */
      tail: bits(8 * (APDU_STATUS_OCTETS - 1)),
    });
    io.rx.ready.set(1);

    const { pair } = m.let({ pair: cat(r.previous, io.rx.data) });
    const at = (place: number) => r.place.eq(place);
    const { keyIdsAt } = m.let({ keyIdsAt: mux(r.stdNow, u(LENGTH_BITS, KEY_IDS.std), KEY_IDS.paper) });
    const saturating = (value: Bits<typeof LENGTH_BITS>) => value.add(value.ne(LENGTH_MAX).zext(LENGTH_BITS));

    m.when(io.rx.fire, () => {
      r.place.next(saturating(r.place));
      r.previous.next(io.rx.data);
      r.tail.next(cat(r.tail.take(8 * (APDU_STATUS_OCTETS - 2)), io.rx.data));
      m.when(at(TYPE + 1), () => {
        m.when(pair.eq(TPID_VLAN).and(r.sawTag.not()), () => {
          r.sawTag.next(1);
          // the tag's two octets so far are taken back, and room is made for the two to come
          r.place.next(TYPE - 2);
        }).otherwise(() => r.isProfinet.next(pair.eq(ETHERTYPE_PROFINET)));
      });
      m.when(at(FRAME_ID + 1), () => r.isOurs.next(r.isProfinet.and(pair.eq(io.frameId)).and(io.enable)));
      m.when(at(0), () => r.stdNow.next(io.std));
      m.when(at(STD_INFORMATION), () =>
        r.modeFits.next(io.rx.data.eq(mux(io.encrypt, u(8, PROTECTION_MODE.encryption), PROTECTION_MODE.authentication))),
      );
      m.when(r.place.eq(keyIdsAt), () => r.keyIds.next(io.rx.data));
      m.when(r.place.gt(keyIdsAt).and(r.place.le(keyIdsAt.add(COUNTER_OCTETS))), () =>
        r.counterSoFar.next(cat(r.counterSoFar.take(24), io.rx.data)),
      );
      m.when(at(STD_LENGTH).or(at(STD_LENGTH + 1)), () => r.lengthSoFar.next(cat(r.lengthSoFar.take(8), io.rx.data)));
      m.when(io.rx.last, () => {
        r.place.next(0);
        r.sawTag.next(0);
        r.isProfinet.next(0);
        r.isOurs.next(0);
      });
    });

    // with the last octet of a header of `std`
    const { said } = m.let({ said: cat(r.lengthSoFar.take(8), io.rx.data) });
    const { possible } = m.let({ possible: said.ge(securityLength(1)).and(said.le(securityLength(C_SDU_MAX))) });
    const { ofStd } = m.let({
      ofStd: io.rx.fire
        .and(io.rx.last.not())
        .and(at(STD_LENGTH + 1))
        .and(r.stdNow)
        .and(r.isOurs)
        .and(r.modeFits)
        .and(possible),
    });

    // with the last octet: `place` is one less than the length of the frame without its tag
    const { overhead } = m.let({ overhead: byProfile(r.stdNow, ({ headerOctets, trailerOctets }) => headerOctets + trailerOctets) });
    const { longEnough } = m.let({ longEnough: r.place.ge(overhead).and(r.isOurs) });
    const { cSduLength } = m.let({ cSduLength: r.place.add(1).sub(overhead) });
    const { saysSo } = m.let({ saysSo: r.modeFits.and(r.lengthSoFar.eq(cSduLength.zext(16).add(securityLength(0)))) });
    const { fits } = m.let({ fits: longEnough.and(cSduLength.le(C_SDU_MAX)).and(saysSo.or(r.stdNow.not())) });
    const { end } = m.let({ end: io.rx.fire.and(io.rx.last) });
    const { mine } = m.let({
      mine: r.isOurs.or(
        at(FRAME_ID + 1)
          .and(r.isProfinet)
          .and(pair.eq(io.frameId))
          .and(io.enable),
      ),
    });
    io.ours.set(end.and(mine).and(fits));
    io.malformed.set(end.and(mine).and(fits.not()));
    io.foreign.set(end.and(mine.not()));
    io.described.set(ofStd.or(io.ours.and(r.stdNow.not())));
    io.tooLong.set(r.place.ge(FRAME_MAX - VLAN_TAG_OCTETS));
    io.isStd.set(r.stdNow);
    io.hasTag.set(r.sawTag);
    io.currentKeyId.set(r.keyIds.bits(4, 4));
    io.nextKeyId.set(r.keyIds.take(4));
    io.counter.set(r.counterSoFar);
    io.apduStatus.set(cat(r.tail, io.rx.data));
    io.length.set(mux(r.stdNow, said.sub(securityLength(0)).trunc(LENGTH_BITS), cSduLength));

    m.assert('one_verdict', io.ours.and(io.malformed).or(io.ours.and(io.foreign)).or(io.malformed.and(io.foreign)).not());
    m.assert('verdict_for_each_frame', end.eq(io.ours.or(io.malformed).or(io.foreign)));
  },
  'Says of each received frame whether it is ours, and extracts its security header.',
);
