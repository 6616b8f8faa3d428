import { type Bits, bits, cat, module, mux, parametric, u, vec } from '../../hdl-gen/index.ts';
import { materialOctets } from '../../spec/aead-engines.ts';
import { aeadPorts, isEmpty, NONCE_BITS } from './aead.ts';
import { ASCON_STATE_BITS, asconRound, LAST_ROUND } from './ascon-round.ts';

const KEY_BITS = 8 * materialOctets('ascon-aead128');
/** Of a block, which the state takes at once (SP 800-232, section 4.1). */
const RATE_OCTETS = 16;
const RATE_BITS = 8 * RATE_OCTETS;
/** Where the rounds begin between blocks: of 12 the last 8. */
const FIRST_OF_8 = 4;
/** The word x0 at the beginning (SP 800-232, table 2). */
const INITIAL_VALUE = 0x00001000808c0001n;
/** Behind the last octet of AAD and of text (SP 800-232, section 2.1). */
const PAD = 0x01;

/**
 * Ascon-AEAD128 (SP 800-232, section 4), a round a cycle, an octet a cycle. Octets are collected to a block, whose text leaves while
 * the rounds for the next one run and its octets come in.
 *
 * The nonce of Ascon has 16 octets: shorter ones are followed by zeros. With `encrypt` 0 the text is AAD too, with no padding in
 * between, and the frame ends with the block of an empty text.
 *
 * The key is added in a step of its own, and the state is zero before a frame: so each of its bits is either what the round gives, or
 * itself plus one addend, which one LUT6 can choose.
 *
 * Latency: octets go in from the cycle behind `start` on, without a pause. The text of a block comes out from 2 cycles behind its last
 * octet on, or 3 where it is not whole. From the last octet of text in to `icvValid`: 24 cycles behind a whole block, 18 to 30 behind
 * another, whose text waits for that of the block before to leave.
 */
export const asconAead128 = parametric((nonceBits: number = NONCE_BITS) => {
  return module(
    nonceBits === NONCE_BITS ? 'aead_ascon128' : `aead_ascon128_nonce${nonceBits}`,
    aeadPorts(KEY_BITS, nonceBits),
    (io, m) => {
      const round = m.instance('permutation', asconRound);
      const r = m.registers({
        state: bits(ASCON_STATE_BITS),
        keyNow: bits(KEY_BITS),
        /** of the permutation, 0 to 11 */
        roundNow: bits(4),
        encrypting: bits(1),
        opening: bits(1),
        /** octets of AAD went in, and are not padded yet */
        aadOpen: bits(1),
        /** the bit that separates AAD from text is in the state */
        separated: bits(1),
        /** what the state takes next, zero where nothing came */
        block: vec(bits(8), RATE_OCTETS),
        /** place of the octet that comes */
        lane: bits(4),
        /** lanes of the block with enciphered text: its first ones */
        cipherLanes: bits(RATE_OCTETS),
        full: bits(1),
        fullText: bits(1),
        fullFinal: bits(1),
        /** the block has the last octet of the frame */
        withLast: bits(1),
        /** text on its way out, its next octet lowest, and a bit for each octet that is left */
        leaving: bits(RATE_BITS),
        left: bits(RATE_OCTETS),
        leavingLast: bits(1),
      });
      const to = m.wires({
        ready: bits(1, { fallback: 0 }),
        pad: bits(1, { fallback: 0 }),
        padText: bits(1, { fallback: 0 }),
        permute: bits(1, { fallback: 0 }),
        addKey: bits(1, { fallback: 0 }),
        absorb: bits(1, { fallback: 0 }),
        done: bits(1, { fallback: 0 }),
      });
      // lanes are bits and no numbers, so that whether there are any, or one, is seen at one or two of them
      const { isLast } = m.let({ isLast: r.left.bit(1).not() });
      const { canLeave } = m.let({ canLeave: r.left.bit(0).not().or(isLast.and(io.out.ready)) });
      const { canTake } = m.let({ canTake: r.full.not().or(to.absorb) });

      const { enciphered } = m.let({ enciphered: io.in.text.and(r.encrypting) });
      const { passing } = m.let({ passing: io.in.text.and(r.encrypting.not()) });
      const { padFirst } = m.let({ padFirst: enciphered.and(r.aadOpen) });
      m.fsm('input', {
        reset: 'idle',
        states: {
          idle: (f) => m.when(io.start, () => m.when(isEmpty(io), () => f.goto('closing')).otherwise(() => f.goto('data'))),
          data: (f) => {
            to.ready.set(canTake.and(padFirst.not()).and(passing.not().or(canLeave)));
            to.pad.set(io.in.valid.and(padFirst).and(canTake));
            m.when(io.in.fire.and(io.in.last), () => f.goto('closing'));
          },
          closing: (f) => {
            to.pad.set(canTake);
            to.padText.set(r.aadOpen.not());
            m.when(canTake.and(r.aadOpen.not()), () => f.goto('idle'));
          },
        },
      });
      const core = m.fsm('core', {
        reset: 'idle',
        states: {
          idle: (f) => m.when(io.start, () => f.goto('initialise')),
          initialise: (f) => {
            to.permute.set(1);
            m.when(r.roundNow.eq(LAST_ROUND), () => f.goto('keyed'));
          },
          keyed: (f) => {
            to.addKey.set(1);
            f.goto('absorbing');
          },
          absorbing: (f) => {
            to.absorb.set(r.full.and(r.cipherLanes.bit(0).not().or(canLeave)));
            m.when(to.absorb, () => m.when(r.fullFinal, () => f.goto('finalise')).otherwise(() => f.goto('between')));
          },
          between: (f) => {
            to.permute.set(1);
            m.when(r.roundNow.eq(LAST_ROUND), () => f.goto('absorbing'));
          },
          finalise: (f) => {
            to.permute.set(1);
            m.when(r.roundNow.eq(LAST_ROUND), () => f.goto('tag'));
          },
          tag: (f) => {
            to.addKey.set(1);
            f.goto('tagged');
          },
          tagged: (f) =>
            m.when(r.left.bit(0).not(), () => {
              to.done.set(1);
              f.goto('idle');
            }),
        },
      });
      io.in.ready.set(to.ready);

      // a block is filled octet by octet, the padding being one of them
      const { put } = m.let({ put: io.in.fire.or(to.pad) });
      const { complete } = m.let({ complete: to.pad.or(io.in.fire.and(r.lane.eq(RATE_OCTETS - 1))) });
      const { putText } = m.let({ putText: io.in.fire.and(enciphered) });
      m.when(to.absorb, () => {
        r.block.next(Array.from({ length: RATE_OCTETS }, () => 0));
        r.full.next(0);
      });
      m.when(put, () => {
        r.block.at(r.lane).next(mux(to.pad, u(8, PAD), io.in.data));
        r.lane.next(mux(complete, u(4, 0), r.lane.add(1)));
        r.aadOpen.next(to.pad.not().and(enciphered.not()));
      });
      m.when(complete, () => {
        r.full.next(1);
        r.fullText.next(mux(to.pad, to.padText, enciphered));
        r.fullFinal.next(to.padText);
      });
      // a block that text begins in takes none that is not enciphered in front of it
      const { lanesLeft } = m.let({ lanesLeft: mux(to.absorb, u(RATE_OCTETS, 0), r.cipherLanes) });
      r.cipherLanes.next(mux(putText, cat(lanesLeft.take(RATE_OCTETS - 1), u(1, 1)), lanesLeft));
      m.when(io.in.fire, () => r.withLast.next(io.in.last));

      const { rate } = m.let({ rate: r.state.take(RATE_BITS) });
      const { block } = m.let({ block: cat(...octets((lane) => r.block.at(lane)).toReversed()) });
      const isText = octets((lane) => mux(r.cipherLanes.bit(lane), u(8, 0xff), 0));
      const { textMask } = m.let({ textMask: cat(...isText.toReversed()) });
      const { result } = m.let({ result: rate.xor(block).and(textMask) });

      const given = io.nonce.zext(128);
      const { final } = m.let({ final: to.absorb.and(r.fullFinal) });
      const { separate } = m.let({ separate: to.absorb.and(r.fullText).and(r.separated.not()) });
      // of text that comes enciphered the state takes the octets themselves: what is added is what they were
      const { absorbed } = m.let({ absorbed: gated(to.absorb, mux(r.opening, result.or(block.and(textMask.not())), block)) });
      const { loaded } = m.let({ loaded: gated(io.start, cat(given, io.material, u(64, INITIAL_VALUE))) });
      const { finalKey } = m.let({ finalKey: gated(final, r.keyNow) });
      const { lastKey } = m.let({ lastKey: gated(to.addKey, r.keyNow) });
      // they come at different times, or stand in different places
      const addend = loaded
        .or(cat(u(64, 0), finalKey, absorbed))
        .or(cat(lastKey, u(192, 0)))
        .or(cat(separate, u(ASCON_STATE_BITS - 1, 0)));

      round.state.set(r.state);
      round.round.set(r.roundNow);
      m.when(to.permute, () => {
        r.state.next(round.result);
        r.roundNow.next(r.roundNow.add(1));
      }).otherwise(() => {
        r.state.next(r.state.xor(addend));
        r.roundNow.next(mux(io.start.or(final), u(4, 0), u(4, FIRST_OF_8)));
      });
      m.when(separate, () => r.separated.next(1));

      m.when(to.absorb.and(r.cipherLanes.bit(0)), () => {
        r.leaving.next(result);
        r.left.next(r.cipherLanes);
        r.leavingLast.next(r.withLast);
      })
        .elseWhen(io.in.fire.and(passing), () => {
          r.leaving.next(io.in.data.zext(RATE_BITS));
          r.left.next(1);
          r.leavingLast.next(io.in.last);
        })
        .elseWhen(io.out.fire, () => {
          r.leaving.next(r.leaving.shr(8));
          r.left.next(r.left.shr(1));
        });
      io.out.valid.set(r.left.bit(0));
      io.out.data.set(r.leaving.take(8));
      io.out.last.set(r.leavingLast.and(r.left.bit(0)).and(isLast));
      io.icv.set(r.state.bits(ASCON_STATE_BITS - 128, 128));
      io.icvValid.set(to.done);

      m.when(io.start, () => {
        r.keyNow.next(io.material);
        r.encrypting.next(io.encrypt);
        r.opening.next(io.open);
        r.separated.next(0);
      });
      m.when(to.done, () => {
        r.state.next(0);
        r.keyNow.next(0);
      });
      m.assert('one_frame_at_a_time', io.start.not().or(core.is('idle')));
      m.assert('begins_from_zero', io.start.not().or(r.state.any().or(r.full).not()));
      m.cover('whole_block_with_text', to.absorb.and(r.cipherLanes.bit(RATE_OCTETS - 1)));
      m.cover('icv', to.done);
    },
    'Ascon-AEAD128 (SP 800-232), a round and an octet a cycle.',
  );
});

function octets<T>(of: (lane: number) => T): T[] {
  return Array.from({ length: RATE_OCTETS }, (_, lane) => of(lane));
}

/** The value, or zero. */
function gated<W extends number>(condition: Bits<1>, value: Bits<W>): Bits<W> {
  return mux(condition, value, 0);
}
