/** A store with any requests at all, each of which stays until it is answered, and frames that are opened when no command goes first. */

import { type Bit, type Bits, type Build, bits, bool, type Inside, input } from '../../hdl-gen/index.ts';
import { TIME_BITS } from '../../hw/station/context.ts';
import { OpenedFrame } from '../../hw/station/frame-keys.ts';
import { contextStore, relationBits, type StoreOptions } from '../../hw/station/store.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';

export const REQUESTERS = ['transmit', 'verdict', 'erase', 'cancel', 'push'] as const;
export type Requester = (typeof REQUESTERS)[number];

export function storeRequestPorts(relations: number) {
  const number = input(bits(relationBits(relations)));
  return {
    obsoleteTimeout: input(bits(TIME_BITS)),
    verdictRequest: input(bool),
    verdictRelation: number,
    frame: input(OpenedFrame),
    transmitRequest: input(bool),
    transmitRelation: number,
    eraseRequest: input(bool),
    eraseRelation: number,
    cancelRequest: input(bool),
    cancelRelation: number,
    pushRequest: input(bool),
    pushRelation: number,
    pushKeyId: input(bits(KEY_ID_BITS)),
    pinned: input(bool),
    pinnedRelation: number,
    inspectRequest: input(bool),
    inspectRelation: number,
  };
}

/** The instance `dut`, and what each requester asks and is told. */
export function storeOf(m: Build, io: Inside<ReturnType<typeof storeRequestPorts>>, options: StoreOptions) {
  const dut = m.instance('dut', contextStore(options));
  dut.obsoleteTimeout.set(io.obsoleteTimeout);
  dut.frame.set(io.frame);
  dut.pushKeyId.set(io.pushKeyId);
  dut.pinned.set(io.pinned);
  dut.pinnedRelation.set(io.pinnedRelation);
  dut.inspectRequest.set(io.inspectRequest);
  dut.inspectRelation.set(io.inspectRelation);
  m.assume('inspects_a_relation', io.inspectRelation.le(options.relations - 1));
  const pinnedRelation = io.pinnedRelation;
  m.assume('pins_a_relation', pinnedRelation.le(options.relations - 1));
  const isSameRelation = pinnedRelation.eq(m.past('pinned_relation', io.pinnedRelation));
  const mayBegin = m.past('commanded', dut.commanded).not().and(isSameRelation);
  const goesOn = m.past('pinned', io.pinned).and(isSameRelation);
  m.assume('a_pin_begins_with_a_look_up', io.pinned.not().or(goesOn).or(mayBegin));
  const asked = Object.fromEntries(
    REQUESTERS.map((name) => {
      const [request, relation, done] = [io[`${name}Request`], io[`${name}Relation`], dut[`${name}Done`]];
      dut[`${name}Request`].set(request);
      dut[`${name}Relation`].set(relation);
      m.assume(`${name}_names_a_relation`, relation.le(options.relations - 1));
      const waited = m.past(`${name}_waited`, request.and(done.not()));
      const same = relation.eq(m.past(`${name}_relation`, relation));
      m.assume(`${name}_stays`, waited.not().or(request.and(same)));
      return [name, { request, relation: relation, done }];
    }),
  ) as Readonly<Record<Requester, { readonly request: Bit; readonly relation: Bits<number>; readonly done: Bit }>>;
  return { dut, asked };
}
