/** Faults of the agent, the service around the relations of a station. */
import type { Fault } from './fault.ts';

const STATION = 'test/sw/agent/station-service.test.ts';
const SERVE = 'test/sw/agent/serve.test.ts';
const SERVICE = 'sw/agent/station-service.ts';

export const AGENT_FAULTS: readonly Fault[] = [
  {
    id: 'agent-1',
    what: 'a peer that never answers holds its place for an agreement for ever',
    file: 'sw/agent/relation-service.ts',
    find: '        // those that wait come first: a peer that never answers would hold the place for ever\n        this.#options.place.release();\n',
    replace: '',
    seenBy: { file: STATION, test: 'lets no peer that is gone keep the others from their turn' },
  },
  {
    id: 'agent-2',
    what: 'relations that associated together rekey together',
    file: SERVICE,
    find: 'firstRekey: 1 - index / (2 * configuration.relations.length),',
    replace: 'firstRekey: 1,',
    seenBy: { file: STATION, test: 'rekeys those that associated together one after another' },
  },
  {
    id: 'agent-3',
    what: 'as many agreements are under way at once as there are relations',
    file: SERVICE,
    find: 'new AgreementPlaces(agreements)',
    replace: 'new AgreementPlaces(Math.max(agreements, relations.length))',
    seenBy: { file: STATION, test: 'with no more agreements at once than it was told' },
  },
  {
    id: 'agent-4',
    what: 'every message is taken for one of the first relation',
    file: SERVICE,
    find: 'this.#byNumber.get(message.relation)?.receive(frame);',
    replace: 'this.#relations[0]?.receive(frame);',
    seenBy: { file: STATION, test: 'associates all of them' },
  },
  {
    id: 'agent-5',
    what: 'a fault of one relation ends the look at those behind it',
    file: SERVICE,
    find: '(what) => relation.failed(what)',
    replace: '(what) => { for (const each of this.#relations) each.failed(what); }',
    seenBy: { file: STATION, test: 'leaves the others alone when its hardware does what it must not' },
  },
  {
    id: 'agent-6',
    what: 'a state that could not be written is never written again',
    file: SERVICE,
    find: 'this.#fault === undefined ? Number.POSITIVE_INFINITY : now() + WRITE_AGAIN_AFTER;',
    replace: 'Number.POSITIVE_INFINITY;',
    seenBy: { file: STATION, test: 'is told, hinders nothing, and is written as soon as it can be' },
  },
  {
    id: 'agent-7',
    what: 'a rekey by hand is of the first relation, whichever was named',
    file: SERVICE,
    find: 'this.#byNumber.get(number ?? only ?? 0);',
    replace: 'this.#byNumber.get(only ?? 0);',
    seenBy: { file: STATION, test: 'is of the relation that is named' },
  },
  {
    id: 'agent-8',
    what: 'the metrics of a relation stand where those of another were',
    file: 'sw/agent/metrics.ts',
    find: '{ relation: String(relation.relation), peer',
    replace: "{ relation: '1', peer",
    seenBy: { file: SERVE, test: 'with a name for each relation' },
  },
  {
    id: 'agent-9',
    what: 'an agent is healthy as long as one of its relations has keys',
    file: 'sw/agent/status.ts',
    find: 'relations.some((relation) => relation.state === state)',
    replace: 'relations.every((relation) => relation.state === state)',
    seenBy: { file: SERVE, test: 'says 503 while a peer is missing' },
  },
  {
    id: 'agent-10',
    what: 'an error of the file system ends the agent',
    file: 'sw/agent/serve.ts',
    find: "    log('error', 'stateNotWritten', { path, reason });\n    return reason;",
    replace: "    log('error', 'stateNotWritten', { path, reason });\n    throw error;",
    seenBy: { file: SERVE, test: 'goes on with a full disk' },
  },
  {
    id: 'agent-11',
    what: 'the answer of an agent may be no longer than a request',
    file: 'sw/agent/control-socket.ts',
    find: 'firstLine(socket, ANSWER_MAX)',
    replace: 'firstLine(socket, REQUEST_MAX)',
    seenBy: { file: 'test/cli/status-command.test.ts', test: 'tells of 256 relations' },
  },
  {
    id: 'agent-12',
    what: 'failed verdicts are counted, and end no key',
    file: 'sw/agent/relation-service.ts',
    find: "    if (this.#association instanceof InitiatorAssociation) this.#association.rekey('0-RTT');\n",
    replace: '',
    seenBy: { file: STATION, test: 'ends the key that they are tried against before its bound' },
  },
  {
    id: 'agent-13',
    what: 'failed verdicts of a key are counted from its switch on',
    file: 'sw/agent/forgeries.ts',
    find: 'this.#inUse = this.#installed;',
    replace: 'this.#inUse = 0;',
    seenBy: { file: 'test/sw/agent/forgeries.test.ts', test: 'are counted from its installation on' },
  },
];
