import {
  type AnyBits,
  type Bit,
  type Build,
  bits,
  bool,
  cat,
  input,
  module,
  mux,
  output,
  parametric,
  stream,
  struct,
  u,
} from '../hdl-gen/index.ts';
import { ADDRESS_OCTETS, APDU_STATUS_OCTETS, COUNTER_OCTETS, ICV_OCTETS, NONCE_OCTETS, VLAN_TAG_OCTETS } from '../spec/header.ts';
import { KEY_ID_BITS } from '../spec/key-id.ts';
import { LENGTH_BITS as AEAD_LENGTH_BITS, type AeadModule, materialBitsOf } from './aead/aead.ts';
import { byProfile, headerLength, LENGTH_BITS } from './frame-length.ts';
import { FrameStream } from './frame-stream.ts';
import { swapOctets } from './octets.ts';
import { relationsName } from './peer-options.ts';
import { keyLookUp, OpenedFrame } from './station/frame-keys.ts';
import { eventRequest, relationBits } from './station/store.ts';
import { recordHead } from './transmit-fifo.ts';

/** What the parser leaves for the opener. @param relations of which the frame is one's */
export function frameDescriptor(relations: number) {
  return struct({
    isStd: bool,
    hasTag: bool,
    encrypt: bool,
    /** octets of the C_SDU */
    length: bits(LENGTH_BITS),
    currentKeyId: bits(KEY_ID_BITS),
    nextKeyId: bits(KEY_ID_BITS),
    counter: bits(8 * COUNTER_OCTETS),
    /** of `paper` */
    apduStatus: bits(8 * APDU_STATUS_OCTETS),
    relation: bits(relationBits(relations)),
  });
}

/** Cycles from the naming of a KeyId to the answer, where there are many relations (`hw/station/relations.ts`). */
const LOOK_UP_CYCLES = 2;

/**
 * Opens our frames, one after another: looks the key up by currentKeyId, feeds the engine with the AAD (header
 * without VLAN tag; in `paper` then the APDU status) and the text (C_SDU; in `std` then the APDU status), writes a record
 * into the RX FIFO, and compares the ICV. All that a frame causes, it causes in the one cycle of the verdict; until then the
 * record in the RX FIFO is not committed.
 *
 * A frame of `std` is opened while its octets still come, and only its last one says whether it is as long as it said. One that is
 * not has no verdict: the engine is led to its end, and the record thrown away.
 *
 * Of a frame that the opener does not fall behind with, the ICV is taken as it comes in: so long as the engine has the AAD, the octets
 * are held up by as much as the header is long, and to read the ICV behind them would be time lost. So the verdict may come before the
 * last octet was read; the rest is read, and is nothing to anybody.
 *
 * A frame whose currentKeyId names no slot in use is skipped without starting the engine. From its look-up to its verdict, or to its last
 * octet where it has none, a frame pins its relation: no slot gets another key meanwhile, so the key that is found at the verdict is the one that it
 * was opened with, or has run out. Of one relation the look-up takes no time; else the relation is pinned while it goes on.
 * @param engine an AEAD engine
 * @param relations 1 to 256
 */
export const frameOpener = parametric((engine: AeadModule, relations = 1) => {
  const Descriptor = frameDescriptor(relations);
  return module(
    relationsName(`frame_opener_${engine.name}`, relations),
    {
      /** of the frame that is opened: it is taken when nothing more is wanted of it */
      descriptor: input(stream(Descriptor.fields, { last: false })),
      /** the frame as it was received */
      octets: input(FrameStream),
      /** an octet of this frame comes in, before it can be read; and with it the last one of a frame that is as long as it said */
      arrives: input(bool),
      arriving: input(bits(8)),
      arrivesWhole: input(bool),

      /** no look-up now: something that changes keys goes first */
      hold: input(bool),
      pinned: output(bool),
      lookUp: output(keyLookUp(materialBitsOf(engine))),

      /** the ICV was compared: asked for until its `done`, in which the frame causes what it causes, or until the key has run out; the relation shows from the look-up on */
      verdict: output(eventRequest(relations)),
      /** with the request */
      frame: output(OpenedFrame),
      /** one cycle a whole frame that has no verdict: there was no key, or there is none any more */
      unknownKey: output(bool),
      /** one cycle a frame that was not as long as it said, and is forgotten */
      dropped: output(bool),

      /** record for the RX FIFO: C_SDU length, with the relation above it; C_SDU, octet 0 in bits 7..0; with the verdict, APDU status */
      wordWrite: output(bool),
      word: output(bits(32)),
    },
    (io, m) => {
      const aead = m.instance('aead', engine);
      const r = m.registers({
        /** octets left in this part of the frame */
        left: bits(LENGTH_BITS),
        /** it is one */
        lastOctet: bits(1),
        /** place in the header, to find the VLAN tag */
        place: bits(5),
        status: bits(32),
        received: bits(8 * ICV_OCTETS),
        /** the ICV is taken as it comes in, and is there */
        direct: bits(1),
        whole: bits(1),
        computed: bits(8 * ICV_OCTETS),
        computedValid: bits(1),
        lane: bits(2),
        partial: bits(24),
        /** octets of the C_SDU that have not left the engine */
        toCome: bits(LENGTH_BITS),
      });

      const { descriptor } = io;
      const { isStd, hasTag, length } = descriptor;
      io.verdict.relation.set(descriptor.relation);
      io.lookUp.keyId.set(descriptor.currentKeyId);
      io.frame.keyId.set(descriptor.currentKeyId);
      io.frame.nextKeyId.set(descriptor.nextKeyId);
      io.frame.counter.set(descriptor.counter);
      const { headerOctets, textOctets } = m.let({
        headerOctets: headerLength(isStd, hasTag),
        textOctets: length.add(byProfile(isStd, ({ textBehindOctets }) => textBehindOctets)),
      });

      const tagFrom = 2 * ADDRESS_OCTETS;
      const { inTag } = m.let({ inTag: hasTag.and(r.place.ge(tagFrom)).and(r.place.lt(tagFrom + VLAN_TAG_OCTETS)) });
      const leave = (octets: AnyBits, isOne: Bit = u(1, 0)): void => {
        r.left.next(octets.as(bits(LENGTH_BITS)));
        r.lastOctet.next(isOne);
      };
      const leaveOneLess = (): void => leave(r.left.sub(1), r.left.eq(2));

      const counterOctets = swapOctets(descriptor.counter);
      const nonce = io.lookUp.iv.xor(cat(counterOctets, u(8 * (NONCE_OCTETS - 4), 0)));
      const to = m.wires({
        start: bits(1, { fallback: 0 }),
        feed: bits(1, { fallback: 0 }),
        text: bits(1, { fallback: 0 }),
        lastText: bits(1, { fallback: 0 }),
        feedOctet: bits(8, { fallback: 0 }),
        take: bits(1, { fallback: 0 }),
        noKey: bits(1, { fallback: 0 }),
        ask: bits(1, { fallback: 0 }),
        judge: bits(1, { fallback: 0 }),
        drop: bits(1, { fallback: 0 }),
        done: bits(1, { fallback: 0 }),
      });
      aead.start.set(to.start);
      aead.material.set(io.lookUp.material);
      aead.nonce.set(nonce);
      aead.encrypt.set(descriptor.encrypt);
      aead.open.set(1);
      aead.aadOctets.set(byProfile(isStd, ({ aadOctets }) => aadOctets).zext(AEAD_LENGTH_BITS));
      aead.textOctets.set(textOctets.zext(AEAD_LENGTH_BITS));
      aead.in.valid.set(to.feed);
      aead.in.data.set(to.feedOctet);
      aead.in.text.set(to.text);
      aead.in.last.set(to.lastText);
      io.octets.ready.set(to.take);
      descriptor.ready.set(to.done);
      io.unknownKey.set(to.noKey.or(to.ask.and(io.lookUp.hit.not())));
      io.dropped.set(to.drop);
      io.verdict.request.set(to.ask.and(io.lookUp.hit));
      io.frame.authentic.set(r.received.eq(r.computed));

      const look = lookUp(m, relations, descriptor.valid, io.hold);
      const textFollows = (f: { goto(state: 'text'): void }): void => {
        leave(textOctets, textOctets.eq(1));
        f.goto('text');
      };
      const { octetEnds } = m.let({ octetEnds: io.octets.valid.and(io.octets.last) });
      const ask = (then: () => void): void => {
        to.ask.set(1);
        m.when(io.verdict.done.or(io.lookUp.hit.not()), () => {
          to.judge.set(1);
          to.done.set(1);
          then();
        });
      };
      const fsm = m.fsm('state', {
        reset: 'idle',
        states: {
          idle: (f) => {
            look.goOn();
            m.when(look.found, () => {
              r.place.next(0);
              r.status.next(descriptor.apduStatus);
              r.toCome.next(length);
              m.when(io.lookUp.hit, () => {
                to.start.set(1);
                leave(headerOctets);
                f.goto('header');
              }).otherwise(() => {
                leave(headerOctets.add(length).add(byProfile(isStd, ({ trailerOctets }) => trailerOctets)));
                f.goto('skip');
              });
            });
          },
          header: (f) => {
            to.feed.set(io.octets.valid.and(inTag.not()));
            to.feedOctet.set(io.octets.data);
            m.when(io.octets.valid.and(inTag.or(aead.in.ready)), () => {
              to.take.set(1);
              r.place.next(r.place.add(1));
              leaveOneLess();
              m.when(r.lastOctet, () =>
                m
                  .when(isStd, () => textFollows(f))
                  .otherwise(() => {
                    leave(u(LENGTH_BITS, APDU_STATUS_OCTETS));
                    f.goto('status');
                  }),
              );
            });
          },
          status: (f) => {
            to.feed.set(1);
            to.feedOctet.set(r.status.bits(24, 8));
            m.when(aead.in.ready, () => {
              r.status.next(cat(r.status.take(24), r.status.bits(24, 8)));
              leaveOneLess();
              m.when(r.lastOctet, () => textFollows(f));
            });
          },
          text: (f) => {
            to.feed.set(io.octets.valid);
            to.feedOctet.set(io.octets.data);
            to.text.set(1);
            to.lastText.set(r.lastOctet.or(io.octets.last));
            m.when(io.octets.valid.and(aead.in.ready), () => {
              to.take.set(1);
              leaveOneLess();
              m.when(io.octets.last, () => f.goto('abandon')).elseWhen(r.lastOctet, () => {
                leave(u(LENGTH_BITS, ICV_OCTETS));
                f.goto('icv');
              });
            });
          },
          icv: (f) => {
            m.when(io.octets.valid, () => {
              to.take.set(1);
              leaveOneLess();
              m.when(r.lastOctet.and(isStd.not()), () => {
                leave(u(LENGTH_BITS, APDU_STATUS_OCTETS));
                f.goto('trailer');
              })
                .elseWhen(r.lastOctet.and(io.octets.last), () => f.goto('compare'))
                .elseWhen(io.octets.last, () => f.goto('abandon'))
                .elseWhen(r.lastOctet, () => f.goto('overrun'));
            });
            m.when(r.whole.and(r.computedValid), () => ask(() => m.when(octetEnds, () => f.goto('idle')).otherwise(() => f.goto('rest'))));
          },
          rest: (f) =>
            m.when(io.octets.valid, () => {
              to.take.set(1);
              m.when(io.octets.last, () => f.goto('idle'));
            }),
          trailer: (f) =>
            m.when(io.octets.valid, () => {
              to.take.set(1);
              leaveOneLess();
              m.when(r.lastOctet, () => f.goto('compare'));
            }),
          compare: (f) => m.when(r.computedValid, () => ask(() => f.goto('idle'))),
          skip: (f) =>
            m.when(io.octets.valid, () => {
              to.take.set(1);
              leave(r.left.sub(r.left.any().zext(LENGTH_BITS)), r.left.eq(2));
              m.when(io.octets.last, () => {
                to.noKey.set(r.lastOctet);
                to.drop.set(r.lastOctet.not());
                to.done.set(1);
                f.goto('idle');
              });
            }),
          overrun: (f) =>
            m.when(io.octets.valid, () => {
              to.take.set(1);
              m.when(io.octets.last, () => f.goto('abandon'));
            }),
          abandon: (f) =>
            m.when(r.computedValid, () => {
              to.drop.set(1);
              to.done.set(1);
              r.lane.next(0);
              r.partial.next(0);
              f.goto('idle');
            }),
        },
      });

      io.pinned.set(fsm.is('idle').or(fsm.is('rest')).not().or(look.looks));

      // the last 16 octets that were taken
      const { takesIcv } = m.let({ takesIcv: fsm.is('icv').and(io.octets.valid).and(r.direct.not()) });
      m.when(io.arrives.or(takesIcv), () =>
        r.received.next(cat(mux(io.arrives, io.arriving, io.octets.data), r.received.bits(8, 8 * (ICV_OCTETS - 1)))),
      );
      m.when(io.arrives, () => {
        r.direct.next(1);
        r.whole.next(io.arrivesWhole);
      });
      m.when(to.done, () => {
        r.direct.next(0);
        r.whole.next(0);
      });

      // the ICV may come at any time after the text
      m.when(aead.icvValid, () => {
        r.computed.next(aead.icv);
        r.computedValid.next(1);
      });
      // before all else, so that it becomes the reset of the flip-flops
      m.when(to.done.and(aead.icvValid.not()), () => {
        r.received.next(0);
        r.computed.next(0);
        r.computedValid.next(0);
      });

      // octets of the C_SDU to words; what text comes behind it is the APDU status
      aead.out.ready.set(1);
      const { inCSdu } = m.let({ inCSdu: aead.out.valid.and(r.toCome.any()) });
      const { lastOfCSdu } = m.let({ lastOfCSdu: r.toCome.eq(1) });
      const { fullWord } = m.let({ fullWord: inCSdu.and(r.lane.eq(3).or(lastOfCSdu)) });
      m.when(inCSdu, () => {
        r.toCome.next(r.toCome.sub(1));
        r.lane.next(mux(lastOfCSdu, u(2, 0), r.lane.add(1)));
        m.when(fullWord, () => r.partial.next(0)).otherwise(() =>
          r.partial.next(r.partial.or(aead.out.data.zext(24).shl(cat(r.lane, u(3, 0))))),
        );
      }).elseWhen(aead.out.valid, () => r.status.next(cat(r.status.take(24), aead.out.data)));
      m.unused(aead.out.last);
      const word = r.partial.zext(32).or(aead.out.data.zext(32).shl(cat(r.lane, u(3, 0))));
      io.wordWrite.set(to.start.or(fullWord).or(to.judge));
      io.word.set(mux(to.start, recordHead(descriptor.relation, length), mux(to.judge, r.status, word)));

      m.assert('reads_only_what_is_there', to.take.not().or(io.octets.valid));
      m.assert('a_header_is_whole', fsm.is('header').and(io.octets.valid).and(io.octets.last).not());
      m.assert('arrives_behind_its_descriptor', io.arrives.not().or(descriptor.valid.and(isStd)));
      m.assert('ends_where_it_was_said', fsm.is('icv').and(r.whole).and(io.octets.valid).not().or(io.octets.last.eq(r.lastOctet)));
      m.assert('last_octet_as_left', r.lastOctet.eq(r.left.eq(1)));
      m.assert('one_write_at_a_time', fullWord.and(to.start.or(to.judge)).not());
      m.assume('a_verdict_answers_a_request', io.verdict.done.not().or(io.verdict.request));
      m.cover('verdict', io.verdict.done);
      m.assert('idle_without_frame', fsm.is('idle').or(fsm.is('rest')).or(descriptor.valid));
    },
    'Opens our frames: key look-up, AEAD, verdict; the payload is written on approval.',
  );
});

interface LookUp {
  /** its answer stands */
  readonly found: Bit;
  /** it goes on */
  readonly looks: Bit;
  /** what it does in each cycle between two frames */
  readonly goOn: () => void;
}

/** With one relation the answer stands at once. */
function lookUp(m: Build, relations: number, valid: Bit, hold: Bit): LookUp {
  const { begins } = m.let({ begins: valid.and(hold.not()) });
  if (relations === 1) return { found: begins, looks: u(1, 0), goOn: () => undefined };
  const { looking } = m.registers({ looking: bits(2) });
  const { looks, found } = m.let({ looks: looking.any(), found: looking.eq(LOOK_UP_CYCLES) });
  const goOn = () => m.when(found, () => looking.next(0)).elseWhen(looks.or(begins), () => looking.next(looking.add(1)));
  return { found, looks, goOn };
}
