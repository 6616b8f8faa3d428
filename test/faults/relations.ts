/** Faults that a run of many relations must see by its figures. */
import type { Fault } from './fault.ts';

const RUN = 'test/sim/relations/run.test.ts';
const DEVICES = 'test/sim/network.test.ts';

export const RELATIONS_FAULTS: readonly Fault[] = [
  {
    id: 'many-1',
    what: 'the counter of a key restarts whenever a slot changes',
    file: 'sw/reference-model/peer.ts',
    find: 'if (activeSlot(next) !== activeSlot(this.#state)) this.#sent = 0;',
    replace: 'this.#sent = 0;',
    seenBy: { file: RUN, test: 'no (key, nonce) pair and no key came twice' },
  },
  {
    id: 'many-2',
    what: 'an old key is dropped at the switch, while frames under it are on their way',
    file: 'spec/peer-rules.ts',
    find: "const view = stepView(before, { kind: 'switch', slot }, obsoleteTimeout > 0);",
    replace: "const view = stepView(before, { kind: 'switch', slot }, false);",
    seenBy: { file: RUN, test: 'no frame in time was undecryptable' },
  },
  {
    id: 'many-3',
    what: 'the follower takes a key with its answer, before the confirmation (M10)',
    file: 'sw/agreement/follower.ts',
    find: "    actions: [{ kind: 'send', frame: answer }, erasing(...before)],",
    replace:
      "    actions: [{ kind: 'send', frame: answer }, { kind: 'confirmed', keyId, masterKey: concluded(handshake.clone()).masterKey }, erasing(...before)],",
    seenBy: { file: RUN, test: 'each relation associates once, and no frame is outside of that' },
  },
  {
    id: 'many-4',
    what: 'a place for an agreement is never free again',
    file: 'sw/control-plane/agreement-places.ts',
    find: 'if (!this.#held.delete(relation)) return undefined;',
    replace: 'if (!this.#held.has(relation)) return undefined;',
    seenBy: { file: 'test/sw/control-plane/agreement-places.test.ts', test: 'holds no more than its bound' },
  },
  {
    id: 'many-5',
    what: 'time stands still for a station that nobody looks at',
    file: 'sw/reference-model/station.ts',
    find: 'for (const relation of due) this.relation(relation);',
    replace: '',
    seenBy: { file: 'test/sw/reference-model/station.test.ts', test: 'passes for all relations at once' },
  },
  {
    id: 'many-6',
    what: 'a frame finds its relation by its FrameID alone',
    file: 'sw/reference-model/station.ts',
    find: ' && equalTags(octets.subarray(ADDRESS_OCTETS, 2 * ADDRESS_OCTETS), known.peerAddress);',
    replace: ';',
    seenBy: { file: 'test/sw/reference-model/station.test.ts', test: 'of the SA of another relation is of none' },
  },
  {
    id: 'devices-1',
    what: 'all relations of a controller rekey together',
    file: 'sim/station-end.ts',
    find: 'return (relation + 1) / this.#options.relations.length;',
    replace: 'return relation < 0 ? 0 : 1;',
    seenBy: { file: DEVICES, test: 'rekeys the relations one after another' },
  },
  {
    id: 'devices-2',
    what: 'software of one relation stages keys amid the accesses of another',
    file: 'sim/bus/turns.ts',
    find: 'if (busy) await clock.block<void>((settle) => waiting.push(() => settle()));',
    replace: '',
    seenBy: { file: 'test/sim/bus/turns.test.ts', test: 'does the work of one task whole before that of the next' },
  },
  {
    id: 'devices-3',
    what: 'a cut of one relation is one of all',
    file: 'sim/network-run.ts',
    find: 'outages: all.outages.filter((outage) => outage.relation === undefined || outage.relation === relation),',
    replace: '',
    seenBy: { file: DEVICES, test: 'cuts the link of one relation and of no other' },
  },
  {
    id: 'devices-4',
    what: 'a message goes to the software of the first relation, whatever it names',
    file: 'sim/station-end.ts',
    find: 'parseMessage(frame)?.relation ?? RELATION;',
    replace: '(parseMessage(frame)?.relation ?? RELATION) * 0;',
    seenBy: { file: DEVICES, test: 'rekeys every relation without a trace' },
  },
];
