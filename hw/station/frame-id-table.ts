/** Whose a received frame is: its FrameID stands in a table of relations, and its source is that of the relation's partner. */
import { bits, bool, bundle, cat, input, module, mux, output, parametric, u } from '../../hdl-gen/index.ts';
import { FRAME_IDS } from '../../spec/station-registers.ts';
import { relationBits } from './store.ts';
import { wideMemory } from './wide-memory.ts';

export const FRAME_ID_WINDOW_BITS = Math.log2(FRAME_IDS);

const ADDRESS_BITS = 48;
/** What else is kept of a relation's partner, for whoever asks: how its frames are to be. */
export const PARTNER_MODE_BITS = 4;
/** Of a partner's word. */
export const PARTNER_BITS = PARTNER_MODE_BITS + ADDRESS_BITS;

/** An entry of the table changes. @param relations 2 to 256 */
export function frameIdEntry(relations: number, windowBits = FRAME_ID_WINDOW_BITS) {
  return bundle({
    write: output(bool),
    /** the FrameID of that distance from the base belongs to the relation, or to none */
    offset: output(bits(windowBits)),
    valid: output(bool),
    relation: output(bits(relationBits(relations))),
  });
}

/** The address of a relation's partner changes, and how its frames are to be. @param relations 2 to 256 */
export function partnerEntry(relations: number) {
  return bundle({
    write: output(bool),
    relation: output(bits(relationBits(relations))),
    address: output(bits(ADDRESS_BITS)),
    mode: output(bits(PARTNER_MODE_BITS)),
  });
}

/**
 * A window of FrameIDs from `base` on, counted modulo 2^16, an entry for each in block RAM: the relation that the FrameID belongs
 * to, if any. Behind it the addresses of the partners. The answer comes 2 cycles after the question, whatever it is, and stands
 * until the next one; a question that comes sooner takes the place of the one before.
 *
 * A frame with a FrameID outside the window, one without an entry, or another source than the relation's partner is no frame of
 * ours: it is foreign, or dropped, by configuration. Nothing here is authenticated: a frame that is ours is one that will be opened.
 * Reset empties all entries, one a cycle; until then no FrameID has one, and a write is lost.
 * @param relations 2 to 256
 */
export const frameIdTable = parametric((relations: number, windowBits = FRAME_ID_WINDOW_BITS) => {
  const number = bits(relationBits(relations));
  const entryBits = relationBits(relations) + 1;
  return module(
    `frame_id_table_${relations}x${2 ** windowBits}`,
    {
      /** every entry has been emptied since the reset */
      ready: output(bool),
      base: input(bits(16)),
      /** what is no frame of ours is dropped, else foreign */
      drop: input(bool),
      entry: input(frameIdEntry(relations, windowBits)),
      partner: input(partnerEntry(relations)),

      /** a frame has shown its FrameID and, before it, its source, first octet in the highest bits */
      ask: input(bool),
      frameId: input(bits(16)),
      source: input(bits(ADDRESS_BITS)),
      /** the first cycle of the answer */
      answered: output(bool),
      /** one of them while an answer stands */
      ours: output(bool),
      foreign: output(bool),
      dropped: output(bool),
      /** of a frame of ours; 0 else */
      relation: output(number),
      mode: output(bits(PARTNER_MODE_BITS)),
      /** with `answered`, to be counted: why it is no frame of ours */
      outside: output(bool),
      unassigned: output(bool),
      otherSource: output(bool),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: bits(windowBits),
        asked: bits(1),
        fetched: bits(1),
        stood: bits(1),
        isInside: bits(1),
        from: bits(ADDRESS_BITS),
      });
      const entries = m.memory('entries', bits(entryBits), 2 ** windowBits, { style: 'block' });
      const partners = wideMemory(m, 'partners', PARTNER_BITS, relations);

      // ---- what software says
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.allOnes(), () => r.cleared.next(1));
      io.ready.set(r.cleared);
      const entry = mux(r.cleared.and(io.entry.valid), cat(u(1, 1), io.entry.relation), u(entryBits, 0));
      m.when(r.cleared.not().or(io.entry.write), () => entries.write(mux(r.cleared, io.entry.offset, r.toClear), entry));
      m.when(io.partner.write, () => partners.write(io.partner.relation, cat(io.partner.mode, io.partner.address)));

      // ---- FrameID, entry, partner
      const { offset } = m.let({ offset: io.frameId.sub(io.base) });
      const found = entries.readSync('entry', offset.take(windowBits), { enable: io.ask, onCollision: 'old' });
      m.when(io.ask, () => {
        r.isInside.next(offset.shr(windowBits).any().not().and(r.cleared));
        r.from.next(io.source);
      });
      r.asked.next(io.ask);
      r.fetched.next(r.asked.and(io.ask.not()));
      const relation = found.take(relationBits(relations));
      const partner = partners.read('of_partner', relation, r.asked);

      // ---- the answer
      const { stands } = m.let({ stands: r.fetched.or(r.stood) });
      r.stood.next(stands.and(io.ask.not()));
      const { isAssigned } = m.let({ isAssigned: r.isInside.and(found.bit(relationBits(relations))) });
      const { isPartner } = m.let({ isPartner: partner.take(ADDRESS_BITS).eq(r.from) });
      io.answered.set(r.fetched);
      io.ours.set(stands.and(isAssigned).and(isPartner));
      const { isOther } = m.let({ isOther: stands.and(io.ours.not()) });
      io.foreign.set(isOther.and(io.drop.not()));
      io.dropped.set(isOther.and(io.drop));
      io.relation.set(mux(io.ours, relation, u(relationBits(relations), 0)));
      io.mode.set(mux(io.ours, partner.bits(ADDRESS_BITS, PARTNER_MODE_BITS), 0));
      io.outside.set(r.fetched.and(r.isInside.not()));
      io.unassigned.set(r.fetched.and(r.isInside).and(isAssigned.not()));
      io.otherSource.set(r.fetched.and(isAssigned).and(isPartner.not()));
    },
    'Whose a received frame is: by its FrameID in a table, and its source.',
  );
});
