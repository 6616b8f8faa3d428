import {
  type Bit,
  type Bits,
  type Build,
  bits,
  bool,
  cat,
  type Inside,
  input,
  module,
  mux,
  type Outside,
  output,
  u,
} from '../hdl-gen/index.ts';
import {
  ADDRESS_OCTETS,
  APDU_STATUS_OCTETS,
  C_SDU_MAX,
  COUNTER_OCTETS,
  ETHERTYPE_PROFINET,
  FRAME_ID_OCTETS,
  FRAME_MAX,
  PROFILES,
  PROTECTION_MODE,
  type ProfileName,
  placeOf,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../spec/header.ts';
import { KEY_ID_BITS } from '../spec/key-id.ts';
import { byProfile, LENGTH_BITS } from './frame-length.ts';
import { FrameStream } from './frame-stream.ts';

const LENGTH_MAX = 2 ** LENGTH_BITS - 1;

const TYPE = placeOf('paper', 'etherType');
const FRAME_ID = placeOf('paper', 'frameId');
/** The octets behind the FrameID, as many as the longer header has of them: in them stands all that the security says. */
const METADATA = FRAME_ID + FRAME_ID_OCTETS;
const METADATA_OCTETS = PROFILES.std.headerOctets - METADATA;
const METADATA_END = METADATA + METADATA_OCTETS - 1;

/** What is said of a frame with its last octet, and what the opener has to know of it. */
const SAID = {
  rx: input(FrameStream),
  enable: input(bool),
  /** verdict, one cycle, together with the last octet */
  ours: output(bool),
  malformed: output(bool),
  foreign: output(bool),
  described: output(bool),
  /** this octet stands behind the longest frame, its tag not counted */
  tooLong: output(bool),
  isStd: output(bool),
  hasTag: output(bool),
  currentKeyId: output(bits(KEY_ID_BITS)),
  nextKeyId: output(bits(KEY_ID_BITS)),
  counter: output(bits(8 * COUNTER_OCTETS)),
  /** where it is in the clear: `paper` */
  apduStatus: output(bits(8 * APDU_STATUS_OCTETS)),
  /** octets of the C_SDU */
  length: output(bits(LENGTH_BITS)),
} as const;
export type Parsed = Outside<typeof SAID>;

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
    ...SAID,
    /** frames of profile `std`, else of `paper`, taken with the first octet of each; and whether they are enciphered */
    std: input(bool),
    encrypt: input(bool),
    frameId: input(bits(16)),
  },
  (io, m) => {
    const r = m.registers({ stdNow: bits(1), isOurs: bits(1) });
    parse(m, io, ({ begins, asks, frameId, ends }) => {
      const { matches } = m.let({ matches: asks.and(frameId.eq(io.frameId)) });
      m.when(begins, () => r.stdNow.next(io.std));
      m.when(asks, () => r.isOurs.next(matches));
      m.when(ends, () => r.isOurs.next(0));
      return { mine: r.isOurs.or(matches), std: r.stdNow, encrypt: io.encrypt };
    });
  },
  'Says of each received frame whether it is ours, and extracts its security header.',
);

/**
 * The parser of many relations, whose FrameIDs are looked up elsewhere: it asks with the last octet of the FrameID, and wants the
 * answer within the cycles of the `METADATA_OCTETS` octets behind it, to stand until it asks again. A frame that ends before is
 * foreign: it is shorter than any of Ethernet.
 */
export const relationsParser = module(
  'relations_parser',
  {
    ...SAID,
    /** a frame of PROFINET shows its FrameID, and its source, first octet in the highest bits */
    ask: output(bool),
    frameId: output(bits(16)),
    source: output(bits(8 * ADDRESS_OCTETS)),
    /** the answer: whether the frame is one of a relation, and how its frames are to be */
    isAssigned: input(bool),
    std: input(bool),
    encrypt: input(bool),
  },
  (io, m) => {
    const r = m.registers({ asked: bits(1), from: bits(8 * ADDRESS_OCTETS) });
    parse(m, io, ({ asks, frameId, inSource, ends }) => {
      m.when(inSource, () => r.from.next(cat(r.from.take(8 * (ADDRESS_OCTETS - 1)), io.rx.data)));
      m.when(asks, () => r.asked.next(1));
      m.when(ends, () => r.asked.next(0));
      io.ask.set(asks);
      io.frameId.set(frameId);
      return { mine: r.asked.and(io.isAssigned), std: io.std, encrypt: io.encrypt };
    });
    io.source.set(r.from);
  },
  'Says of each received frame whether it is of a relation, and extracts its security header.',
);

/** What shows whose a frame is. */
interface Shown {
  /** the first octet */
  readonly begins: Bit;
  readonly inSource: Bit;
  /** the last octet of the FrameID of a frame of PROFINET */
  readonly asks: Bit;
  readonly frameId: Bits<16>;
  /** the last octet of the frame; `asks` may come with it */
  readonly ends: Bit;
}

/** Whose it is. */
interface Owner {
  /** ours, as long as it stands; not before `asks` */
  readonly mine: Bit;
  /** in which profile, and whether it is enciphered, from the last octet of the header on */
  readonly std: Bit;
  readonly encrypt: Bit;
}

function parse(m: Build, io: Inside<typeof SAID>, ownerOf: (shown: Shown) => Owner): void {
  const r = m.registers({
    /** where the next octet stands in a frame without its VLAN tag; saturates */
    place: bits(LENGTH_BITS),
    sawTag: bits(1),
    isProfinet: bits(1),
    previous: bits(8),
    /** the octets behind the FrameID, the youngest in bits 7..0 */
    metadata: bits(8 * METADATA_OCTETS),
    /** the last octets received, the youngest in bits 7..0 */
    tail: bits(8 * (APDU_STATUS_OCTETS - 1)),
  });
  io.rx.ready.set(1);

  const { pair } = m.let({ pair: cat(r.previous, io.rx.data) });
  const at = (place: number) => r.place.eq(place);
  const saturating = (value: Bits<typeof LENGTH_BITS>) => value.add(value.ne(LENGTH_MAX).zext(LENGTH_BITS));
  const { end } = m.let({ end: io.rx.fire.and(io.rx.last) });
  const { asks } = m.let({
    asks: io.rx.fire
      .and(at(FRAME_ID + 1))
      .and(r.isProfinet)
      .and(io.enable),
  });
  const { mine, std, encrypt } = ownerOf({
    begins: io.rx.fire.and(at(0)),
    // the TCI of a tag is counted from there on, too
    inSource: io.rx.fire
      .and(r.place.ge(ADDRESS_OCTETS))
      .and(r.place.lt(2 * ADDRESS_OCTETS))
      .and(r.sawTag.not()),
    asks,
    frameId: pair,
    ends: end,
  });

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
    m.when(r.place.ge(METADATA).and(r.place.le(METADATA_END)), () =>
      r.metadata.next(cat(r.metadata.take(8 * (METADATA_OCTETS - 1)), io.rx.data)),
    );
    m.when(io.rx.last, () => {
      r.place.next(0);
      r.sawTag.next(0);
      r.isProfinet.next(0);
    });
  });

  // ---- with the last octet of a header of `std`, which is not among the metadata yet
  const { said } = m.let({ said: cat(r.metadata.take(8), io.rx.data) });
  const { possible } = m.let({ possible: said.ge(securityLength(1)).and(said.le(securityLength(C_SDU_MAX))) });
  const mode = mux(encrypt, u(8, PROTECTION_MODE.encryption), PROTECTION_MODE.authentication);
  const { ofStd } = m.let({
    ofStd: io.rx.fire
      .and(io.rx.last.not())
      .and(at(METADATA_END))
      .and(std)
      .and(mine)
      .and(metadataOf(r.metadata, 'std', 'securityInformation', 8, 1).eq(mode))
      .and(possible),
  });

  // ---- with the last octet: `place` is one less than the length of the frame without its tag
  const { overhead } = m.let({ overhead: byProfile(std, ({ headerOctets, trailerOctets }) => headerOctets + trailerOctets) });
  const { longEnough } = m.let({ longEnough: r.place.ge(overhead) });
  const { cSduLength } = m.let({ cSduLength: r.place.add(1).sub(overhead) });
  const { saysSo } = m.let({
    saysSo: metadataOf(r.metadata, 'std', 'securityInformation', 8)
      .eq(mode)
      .and(metadataOf(r.metadata, 'std', 'securityLength', 16).eq(cSduLength.zext(16).add(securityLength(0)))),
  });
  const { fits } = m.let({ fits: longEnough.and(cSduLength.le(C_SDU_MAX)).and(saysSo.or(std.not())) });
  io.ours.set(end.and(mine).and(fits));
  io.malformed.set(end.and(mine).and(fits.not()));
  io.foreign.set(end.and(mine.not()));
  io.described.set(ofStd.or(io.ours.and(std.not())));
  io.tooLong.set(r.place.ge(FRAME_MAX - VLAN_TAG_OCTETS));
  io.isStd.set(std);
  io.hasTag.set(r.sawTag);
  const { keyIds } = m.let({
    keyIds: mux(std, metadataOf(r.metadata, 'std', 'keyIds', 8, 1), metadataOf(r.metadata, 'paper', 'keyIds', 8)),
  });
  io.currentKeyId.set(keyIds.bits(KEY_ID_BITS, KEY_ID_BITS));
  io.nextKeyId.set(keyIds.take(KEY_ID_BITS));
  io.counter.set(mux(std, metadataOf(r.metadata, 'std', 'counter', 32, 1), metadataOf(r.metadata, 'paper', 'counter', 32)));
  io.apduStatus.set(cat(r.tail, io.rx.data));
  io.length.set(mux(std, said.sub(securityLength(0)).trunc(LENGTH_BITS), cSduLength));

  m.assert('one_verdict', io.ours.and(io.malformed).or(io.ours.and(io.foreign)).or(io.malformed.and(io.foreign)).not());
  m.assert('verdict_for_each_frame', end.eq(io.ours.or(io.malformed).or(io.foreign)));
}

/**
 * A field of the metadata, of that many bits.
 * @param missing octets of them that are still to come
 */
function metadataOf<W extends number>(metadata: Bits<number>, profile: ProfileName, name: string, width: W, missing = 0): Bits<W> {
  return metadata.bits(8 * (METADATA_END + 1 - placeOf(profile, name) - missing) - width, width);
}
