import { type Bit, type Bits, type Build, bits, bool, cat, input, module, mux, output, parametric, u } from '../hdl-gen/index.ts';
import {
  ADDRESS_OCTETS,
  APDU_STATUS_OCTETS,
  ETHERTYPE_PROFINET,
  ICV_OCTETS,
  NONCE_OCTETS,
  PROFILES,
  PROTECTION_MODE,
  securityLength,
  TPID_VLAN,
  VLAN_TAG_OCTETS,
} from '../spec/header.ts';
import { LENGTH_BITS as AEAD_LENGTH_BITS, type AeadModule, materialBitsOf } from './aead/aead.ts';
import { byProfile, headerLength, LENGTH_BITS } from './frame-length.ts';
import { FrameSettings } from './frame-settings.ts';
import { swapOctets } from './octets.ts';
import { relationsName } from './peer-options.ts';
import { sealingKey } from './station/frame-keys.ts';
import { relationBits } from './station/store.ts';
import { RecordHead, recordSource, recordWords } from './transmit-fifo.ts';

const TRAILER_OCTETS = PROFILES.paper.trailerOctets;
const WIRE_HEADER_OCTETS = PROFILES.std.headerOctets + VLAN_TAG_OCTETS;
const WIRE_HEADER_BITS = 8 * WIRE_HEADER_OCTETS;

/**
 * Makes a secured frame of each record in the TX FIFO (C_SDU length, APDU status, C_SDU): header, text through
 * the engine, ICV, APDU status; or, in profile `std`, header, text and APDU status through the engine, ICV
 * (`spec/header.ts`). A frame is asked for by `transmitRequest`; profile, material, KeyIds and counter are taken in the one cycle of
 * `transmit`, and hold for the whole frame, whatever happens to the slots meanwhile.
 *
 * The frame goes into two stores: what stands before the ICV, and from the ICV on. `sealed` says that the ICV is known;
 * from then on the frame can leave, so an engine of any latency makes no gap on the wire. The next frame begins in the next
 * cycle, while the ICV of this one is written: so a frame takes the engine for less time than the wire.
 *
 * A record asks for nothing while no key is Active, or its counter is used up; `stalled` is 1 in each such cycle. Of many relations
 * each record asks, and one that has no key is thrown away, so that none waits for another's.
 * @param engine an AEAD engine
 * @param relations 1 to 256
 */
export const packetGenerator = parametric((engine: AeadModule, relations = 1) => {
  return module(
    relationsName(`packet_generator_${engine.name}`, relations),
    {
      record: input(recordSource),
      /** the store has room for a frame */
      storeReady: input(bool),

      enable: input(bool),
      settings: input(FrameSettings),

      /** a key is Active, and its counter is not used up */
      mayTransmit: input(bool),
      transmitRequest: output(bool),
      /** whose frame it is to be, with the request */
      relation: output(bits(relationBits(relations))),
      /** answers the request: the frame has this key and counter */
      transmit: input(bool),
      /** answers it, too: it has none, and the record is thrown away; of many relations only, where another's may stand behind it */
      refused: input(bool),
      seal: input(sealingKey(materialBitsOf(engine))),
      /** the engine holds a key */
      sealing: output(bool),
      stalled: output(bool),

      /** header and text, `octetLast` with the last octet of text */
      octetWrite: output(bool),
      octet: output(bits(8)),
      octetLast: output(bool),
      /** the ICV of the frame written is known */
      sealed: output(bool),
      /** ICV and APDU status, in the cycles behind `sealed`, without a pause */
      trailerWrite: output(bool),
      trailerOctet: output(bits(8)),
      trailerLast: output(bool),
    },
    (io, m) => {
      const { settings, seal } = io;
      const aead = m.instance('aead', engine);
      const r = m.registers({
        /** the header of a tagged frame, its first octet on top, the octet of it that is sent next, and the place of the one behind */
        header: bits(WIRE_HEADER_BITS),
        headerOctet: bits(8),
        headerNext: bits(5),
        /** octets left in this part of the frame */
        left: bits(LENGTH_BITS),
        /** place in the header, to find the VLAN tag */
        place: bits(5),
        tagging: bits(1),
        isStd: bits(1),
        length: bits(LENGTH_BITS),
        /** APDU status, its next octet on top; turned round by one octet for each that was sent, so that it is whole at the end */
        status: bits(32),
        lane: bits(2),
        /** ICV and APDU status of the frame before, the place of the octet that is written next, and how many are left */
        trailer: bits(8 * TRAILER_OCTETS),
        trailerPlace: bits(5),
        trailerLeft: bits(5),
      });
      const to = m.wires({
        ask: bits(1, { fallback: 0 }),
        feed: bits(1, { fallback: 0 }),
        feedOctet: bits(8, { fallback: 0 }),
        text: bits(1, { fallback: 0 }),
        lastText: bits(1, { fallback: 0 }),
        takeWord: bits(1, { fallback: 0 }),
        write: bits(1, { fallback: 0 }),
      });

      const ids = cat(seal.keyId, seal.nextKeyId, seal.counter);
      const information = mux(settings.encrypt, u(8, PROTECTION_MODE.encryption), PROTECTION_MODE.authentication);
      const said = io.record.word.trunc(LENGTH_BITS).zext(16).add(securityLength(0));
      const secured = mux(settings.std, cat(information, ids, said), cat(ids, u(24, 0)));
      const addresses = cat(settings.destination, settings.source);
      const header = cat(addresses, u(16, TPID_VLAN), settings.vlanTci, u(16, ETHERTYPE_PROFINET), settings.frameId, secured);
      aead.start.set(io.transmit);
      aead.material.set(seal.material);
      aead.nonce.set(seal.iv.xor(cat(swapOctets(seal.counter), u(8 * (NONCE_OCTETS - 4), 0))));
      aead.encrypt.set(settings.encrypt);
      aead.open.set(0);
      aead.aadOctets.set(byProfile(settings.std, ({ aadOctets }) => aadOctets).zext(AEAD_LENGTH_BITS));
      const textBehind = byProfile(settings.std, ({ textBehindOctets }) => textBehindOctets);
      aead.textOctets.set(io.record.word.trunc(LENGTH_BITS).add(textBehind).zext(AEAD_LENGTH_BITS));
      aead.in.valid.set(to.feed);
      aead.in.data.set(to.feedOctet);
      aead.in.text.set(to.text);
      aead.in.last.set(to.lastText);
      io.transmitRequest.set(to.ask);
      io.relation.set(relations === 1 ? u(1, 0) : io.record.word.as(RecordHead).relation.take(relationBits(relations)));
      io.record.read.set(to.takeWord);

      const tagFrom = 2 * ADDRESS_OCTETS;
      const { inTag } = m.let({ inTag: r.tagging.and(r.place.ge(tagFrom)).and(r.place.lt(tagFrom + VLAN_TAG_OCTETS)) });
      // an untagged frame goes on behind the tag
      const { skipsTag } = m.let({ skipsTag: r.headerNext.eq(tagFrom - 1).and(r.tagging.not()) });
      const { lastOctet } = m.let({ lastOctet: r.left.eq(1) });
      const { wanted } = m.let({ wanted: io.enable.and(io.record.ready).and(io.storeReady) });

      const textFollows = (f: { goto(state: 'text'): void }): void => {
        r.left.next(r.length);
        f.goto('text');
      };
      const apduFollows = (f: { goto(state: 'apdu'): void }): void => {
        r.left.next(APDU_STATUS_OCTETS);
        f.goto('apdu');
      };
      const fsm = m.fsm('state', {
        reset: 'idle',
        states: {
          idle: (f) => {
            to.ask.set(wanted.and(io.mayTransmit).and(io.record.valid));
            m.when(io.transmit, () => {
              to.takeWord.set(1);
              r.header.next(header);
              r.headerOctet.next(header.bits(WIRE_HEADER_BITS - 8, 8));
              r.headerNext.next(1);
              r.tagging.next(settings.addTag);
              r.isStd.next(settings.std);
              r.length.next(io.record.word.trunc(LENGTH_BITS));
              r.left.next(headerLength(settings.std, settings.addTag));
              r.place.next(0);
              r.lane.next(0);
              f.goto('header');
            });
            if (relations === 1) m.unused(io.refused);
            else throwsAway(m, { refused: io.refused, valid: io.record.valid, word: io.record.word, take: () => to.takeWord.set(1) });
          },
          header: (f) => {
            to.feed.set(inTag.not());
            to.feedOctet.set(r.headerOctet);
            m.when(inTag.or(aead.in.ready), () => {
              to.write.set(1);
              r.headerOctet.next(octetAt(swapOctets(r.header), r.headerNext));
              r.headerNext.next(mux(skipsTag, u(5, tagFrom + VLAN_TAG_OCTETS), r.headerNext.add(1)));
              r.place.next(r.place.add(1));
              r.left.next(r.left.sub(1));
              // the APDU status stands behind the length, and a record shows its next word at once
              m.when(r.place.eq(0), () => {
                to.takeWord.set(1);
                r.status.next(io.record.word);
              });
              m.when(lastOctet, () => m.when(r.isStd, () => textFollows(f)).otherwise(() => apduFollows(f)));
            });
          },
          apdu: (f) => {
            to.feed.set(1);
            to.feedOctet.set(r.status.bits(24, 8));
            to.text.set(r.isStd);
            to.lastText.set(r.isStd.and(lastOctet));
            m.when(aead.in.ready, () => {
              r.status.next(cat(r.status.take(24), r.status.bits(24, 8)));
              r.left.next(r.left.sub(1));
              m.when(lastOctet, () => m.when(r.isStd, () => f.goto('seal')).otherwise(() => textFollows(f)));
            });
          },
          text: (f) => {
            to.feed.set(io.record.valid);
            to.feedOctet.set(io.record.word.shr(cat(r.lane, u(3, 0))).take(8));
            to.text.set(1);
            to.lastText.set(r.isStd.not().and(lastOctet));
            m.when(io.record.valid.and(aead.in.ready), () => {
              r.lane.next(r.lane.add(1));
              to.takeWord.set(r.lane.eq(3).or(lastOctet));
              r.left.next(r.left.sub(1));
              m.when(lastOctet, () => m.when(r.isStd, () => apduFollows(f)).otherwise(() => f.goto('seal')));
            });
          },
          seal: (f) => m.when(aead.icvValid, () => f.goto('idle')),
        },
      });
      io.sealing.set(fsm.is('idle').not());
      io.stalled.set(fsm.is('idle').and(wanted).and(io.mayTransmit.not()));

      // the text leaves the engine while no header is written
      aead.out.ready.set(1);
      io.octetWrite.set(to.write.or(aead.out.valid));
      io.octet.set(mux(aead.out.valid, aead.out.data, r.headerOctet));
      io.octetLast.set(aead.out.valid.and(aead.out.last));
      m.assert('one_octet_at_a_time', to.write.and(aead.out.valid).not());

      io.sealed.set(aead.icvValid);
      const { trailing } = m.let({ trailing: r.trailerLeft.ne(0) });
      m.when(aead.icvValid, () => {
        r.trailer.next(cat(swapOctets(r.status), aead.icv));
        r.trailerPlace.next(0);
        r.trailerLeft.next(mux(r.isStd, u(5, ICV_OCTETS), TRAILER_OCTETS));
      }).elseWhen(trailing, () => {
        r.trailerPlace.next(r.trailerPlace.add(1));
        r.trailerLeft.next(r.trailerLeft.sub(1));
      });
      io.trailerWrite.set(trailing);
      io.trailerOctet.set(octetAt(r.trailer, r.trailerPlace));
      io.trailerLast.set(r.trailerLeft.eq(1));
      m.assert('one_trailer_at_a_time', aead.icvValid.and(trailing).not());
      m.assume('transmits_when_it_is_asked', io.transmit.not().or(io.transmitRequest));
      m.assert('asks_with_a_key_and_a_counter_only', io.transmitRequest.not().or(io.mayTransmit));
      m.cover('frame_sent', io.trailerLast);
    },
    'Makes secured frames of the records in the TX FIFO.',
  );
});

/** An octet of several, the one of place 0 in bits 7..0. */
function octetAt(octets: Bits<number>, place: Bits<5>): Bits<8> {
  return octets.shr(cat(place, u(3, 0))).take(8);
}

interface Refusal {
  readonly refused: Bit;
  readonly valid: Bit;
  readonly word: Bits<32>;
  readonly take: () => void;
}

/** The words of a record that is refused, its length first, leave one a cycle. */
function throwsAway(m: Build, { refused, valid, word, take }: Refusal): void {
  const { unwanted } = m.registers({ unwanted: bits(LENGTH_BITS) });
  m.when(refused, () => {
    take();
    unwanted.next(recordWords(word).sub(1));
  }).elseWhen(unwanted.any().and(valid), () => {
    take();
    unwanted.next(unwanted.sub(1));
  });
}
