/** A store with any requests at all, each of which stays until it is answered, and frames that are opened when no command goes first. */

import type { Build, Inside } from '../../hdl-gen/index.ts';
import { contextStore, type requestPorts, type StoreOptions } from '../../hw/station/store.ts';

export const REQUESTERS = ['transmit', 'verdict', 'erase', 'cancel', 'push'] as const;

/** The instance `dut`. */
export function storeOf(m: Build, io: Inside<ReturnType<typeof requestPorts>>, options: StoreOptions) {
  const dut = m.instance('dut', contextStore(options));
  dut.obsoleteTimeout.set(io.obsoleteTimeout);
  dut.frame.set(io.frame);
  dut.pushKeyId.set(io.pushKeyId);
  dut.pinned.set(io.pinned);
  dut.pinnedRelation.set(io.pinnedRelation);
  m.connect(io.inspect, dut.inspect);
  m.assume('inspects_a_relation', io.inspect.relation.le(options.relations - 1));
  const pinnedRelation = io.pinnedRelation;
  m.assume('pins_a_relation', pinnedRelation.le(options.relations - 1));
  const isSameRelation = pinnedRelation.eq(m.past('pinned_relation', io.pinnedRelation));
  const mayBegin = m.past('commanded', dut.commanded).not().and(isSameRelation);
  const goesOn = m.past('pinned', io.pinned).and(isSameRelation);
  m.assume('a_pin_begins_with_a_look_up', io.pinned.not().or(goesOn).or(mayBegin));
  for (const name of REQUESTERS) {
    m.connect(io[name], dut[name]);
    const { request, relation, done } = io[name];
    m.assume(`${name}_names_a_relation`, relation.le(options.relations - 1));
    const waited = m.past(`${name}_waited`, request.and(done.not()));
    const same = relation.eq(m.past(`${name}_relation`, relation));
    m.assume(`${name}_stays`, waited.not().or(request.and(same)));
  }
  return dut;
}
