/** What software says of each relation: to whom its frames go, and how they are. */
import {
  type AnyBits,
  type Bits,
  bits,
  bool,
  bundle,
  cat,
  input,
  module,
  mux,
  output,
  parametric,
  struct,
  u,
} from '../../hdl-gen/index.ts';
import { fieldOf, REGISTERS, type RegisterName } from '../../spec/registers.ts';
import { FRAME_ID_WINDOW_BITS, frameIdEntry, PARTNER_MODE_BITS, partnerEntry } from './frame-id-table.ts';
import { relationBits } from './store.ts';
import { wideMemory } from './wide-memory.ts';

/** A flag each. */
export const CONTROL_BITS = REGISTERS.control.fields.length;

/** The registers that each relation has for itself, and their bits. */
export const RelationParameters = struct({
  control: bits(CONTROL_BITS),
  destinationHigh: bits(16),
  destinationLow: bits(32),
  vlanTci: bits(16),
  transmitFrameId: bits(16),
  receiveFrameId: bits(16),
  counterThreshold: bits(32),
});
/** How a frame from the partner has to be, and is treated, as the table of FrameIDs keeps it. */
export const PartnerMode = struct({ deliverLate: bool, encrypt: bool, std: bool, enable: bool });

export const PARAMETER_NAMES = Object.keys(RelationParameters.fields) as (keyof typeof RelationParameters.fields & RegisterName)[];

/** The flag of a control word. */
export function controlFlag(control: Bits<typeof CONTROL_BITS>, name: string) {
  return control.bit(fieldOf(REGISTERS.control, name).low);
}

/** A register of one relation, read or written by software; an output of the registers. @param relations 2 to 256 */
export function parameterAccess(relations: number) {
  return bundle({
    /** stays until the cycle of `done` */
    access: output(bool),
    isWrite: output(bool),
    relation: output(bits(relationBits(relations))),
    /** by its place in `PARAMETER_NAMES`, one-hot */
    which: output(bits(PARAMETER_NAMES.length)),
    data: output(bits(32)),
    done: input(bool),
    /** with `done`; of a write what was there before */
    found: input(bits(32)),
  });
}

/**
 * Block RAM with a word for each relation. The generator asks first: what belongs to its relation shows from the cycle behind on, as
 * long as it asks. Software reads and writes one register in three cycles, four where that is the FrameID that is received; a write
 * reads the word, changes it, and tells the table of FrameIDs (`frame_id_table`) what it has to know, so that both always agree.
 *
 * A FrameID belongs to one relation: whoever gives it to another one takes it from the first before. Outside the table's window no
 * frame is received. Reset makes all empty, one relation a cycle.
 * @param relations 2 to 256
 */
export const relationParameters = parametric((relations: number) => {
  const number = bits(relationBits(relations));
  return module(
    `relation_parameters_of_${relations}`,
    {
      ready: output(bool),
      software: input(parameterAccess(relations)),

      /** the generator */
      seeks: input(bool),
      sought: input(number),
      parameters: output(RelationParameters),

      /** the table of FrameIDs: until then what is written would be lost in it, and software waits */
      tableReady: input(bool),
      /** first FrameID of the window */
      base: input(bits(16)),
      entry: output(frameIdEntry(relations)),
      partner: output(partnerEntry(relations)),
    },
    (io, m) => {
      const r = m.registers({
        cleared: bits(1),
        toClear: number,
        /** the word that was read shows, and is software's */
        shows: bits(1),
        /** the FrameID is to be entered */
        enters: bits(1),
      });
      const words = wideMemory(m, 'parameters', RelationParameters.width, relations);
      const { relation } = io.software;
      m.when(r.cleared.not(), () => r.toClear.next(r.toClear.add(1)));
      m.when(r.toClear.eq(relations - 1), () => r.cleared.next(1));
      io.ready.set(r.cleared);

      const { reads } = m.let({
        reads: io.software.access.and(io.tableReady).and(io.seeks.not()).and(r.shows.not()).and(r.enters.not()).and(r.cleared),
      });
      r.shows.next(reads);
      const word = words.read('read_parameters', mux(io.seeks, io.sought, relation));
      const { read } = m.let({ read: word.as(RelationParameters) });
      io.parameters.set(read);

      // ---- software
      const { written } = m.wires({ written: RelationParameters });
      written.set(read);
      const parameters = PARAMETER_NAMES.map((name): AnyBits => read[name]);
      const changed = written as unknown as Readonly<Record<string, { set(value: AnyBits): void }>>;
      PARAMETER_NAMES.forEach((name, index) => {
        const { width } = RelationParameters.fields[name];
        m.when(io.software.which.bit(index), () => changed[name]?.set(io.software.data.take(width)));
      });
      const values = parameters.map((value, index) => mux(io.software.which.bit(index), value.as(bits(value.width)).zext(32), 0));
      io.software.found.set(values.reduce((a, b) => a.or(b)));
      const { writes } = m.let({ writes: r.shows.and(io.software.isWrite) });
      m.when(r.cleared.not().or(writes), () => words.write(mux(r.cleared, relation, r.toClear), mux(r.cleared, written.asBits(), 0)));
      const { moves } = m.let({ moves: writes.and(io.software.which.bit(PARAMETER_NAMES.indexOf('receiveFrameId'))) });
      r.enters.next(moves);
      io.software.done.set(r.enters.or(r.shows.and(moves.not())));

      // ---- what the table has to know: the FrameID before is no one's, then the new one is this relation's
      const { frameId } = m.let({ frameId: mux(r.enters, io.software.data.take(16), read.receiveFrameId) });
      const { offset } = m.let({ offset: frameId.sub(io.base) });
      const { inside } = m.let({ inside: offset.shr(FRAME_ID_WINDOW_BITS).any().not() });
      io.entry.write.set(inside.and(moves.or(r.enters)));
      io.entry.offset.set(offset.take(FRAME_ID_WINDOW_BITS));
      io.entry.valid.set(r.enters);
      io.entry.relation.set(relation);
      io.partner.write.set(writes.or(r.cleared.not()));
      io.partner.relation.set(mux(r.cleared, relation, r.toClear));
      io.partner.address.set(mux(r.cleared, cat(written.destinationHigh, written.destinationLow), 0));
      const mode = cat(...Object.keys(PartnerMode.fields).map((name) => controlFlag(written.control, name)));
      io.partner.mode.set(mux(r.cleared, mode, u(PARTNER_MODE_BITS, 0)));
    },
    'What software says of each relation.',
  );
});
