/**
 * The failure cases R1 to R25 of the protocol, and for each the faults that break what is done about it: every fault names the test that fails while
 * it is in. `npx tsx test/faults/failure-cases.ts` prints the page docs/failure-cases.md.
 */
import { fileURLToPath } from 'node:url';
import type { Fault } from './fault.ts';
import { FAULTS } from './list.ts';

interface FailureCase {
  readonly rule: `R${number}`;
  /** the case, and what is done about it */
  readonly what: string;
  readonly faults: readonly string[];
}

export const FAILURE_CASES: readonly FailureCase[] = [
  {
    rule: 'R1',
    what: 'a frame is lost at the switch: every frame names its key, so no frame is the one that switches',
    faults: ['case-1'],
  },
  { rule: 'R2', what: 'a frame under the old key after the switch: never delivered, nor obeyed', faults: ['model-1', 'rules-1'] },
  {
    rule: 'R3',
    what: 'an old frame is replayed: no signal acts unless its frame is the newest',
    faults: ['activation-2', 'activation-3', 'agreement-4'],
  },
  { rule: 'R4', what: 'a forged header: nothing acts before the ICV is verified', faults: ['case-4', 'J6'] },
  { rule: 'R5', what: 'an unknown KeyId: dropped, and no other key is tried', faults: ['case-5', 'slots-1'] },
  {
    rule: 'R6',
    what: 'a flood of forgeries: the bound on attempts is part of the limits of a key, and an agent replaces the key at half of it',
    faults: ['N18', 'agent-12', 'agent-13'],
  },
  {
    rule: 'R7',
    what: 'reflection, and two stations of one role: the roles are in labels and prologue',
    faults: ['agreement-7', 'driver-2'],
  },
  {
    rule: 'R8',
    what: 'an agreement fails or is half done: nothing is announced before its confirmation, and the old key goes on',
    faults: ['agreement-1', 'agreement-2', 'agreement-12', 'association-5'],
  },
  {
    rule: 'R9',
    what: 'a peer starts again: a new association, and nothing of the old one',
    faults: ['association-1', 'association-3', 'association-4', 'erase-1'],
  },
  { rule: 'R10', what: 'both start again with the same secret: fresh ephemeral keys, so other keys', faults: ['case-10'] },
  { rule: 'R11', what: 'the counter of a key ends: sending ends with it, and never wraps', faults: ['case-11', 'J7b', 'activation-1'] },
  { rule: 'R12', what: 'the nonce: IV of key and direction, XOR a counter from 1', faults: ['case-12', 'generator-1', 'frame-2', 'J11b'] },
  { rule: 'R13', what: 'the limit of a key races the rekey: thresholds leave room for it', faults: ['P4', 'P4b', 'agents-2'] },
  { rule: 'R14', what: 'a Timeout and a Push in one cycle: one arbiter, erase first', faults: ['J3', 'store-2'] },
  { rule: 'R15', what: 'a key is Obsolete for longer than a rekey interval: E3 says so, three slots help', faults: ['timing-2', 'J10'] },
  {
    rule: 'R16',
    what: '0-RTT and n-RTT at once: one key is Pending, and n-RTT does not depend on the communication index',
    faults: ['slots-2', 'key-id-1', 'P3'],
  },
  {
    rule: 'R17',
    what: 'an announcement changes: only by a withdrawal, once under each Active key',
    faults: ['agreement-9', 'cancel-1', 'cancel-3', 'step-3'],
  },
  { rule: 'R18', what: 'a request while no slot is free: it stands, and is looked at again', faults: ['agents-1'] },
  {
    rule: 'R19',
    what: 'the follower is not seen to switch: the next rekey waits, and silence ends the association',
    faults: ['case-19', 'association-4'],
  },
  {
    rule: 'R20',
    what: 'a wrong key is installed: none is before it is confirmed',
    faults: ['agreement-3', 'agreement-10', 'agreement-11'],
  },
  {
    rule: 'R21',
    what: 'what is erased is zeroed, wherever it was',
    faults: ['slots-3', 'J13', 'agreement-8', 'agents-3', 'aead-7', 'ascon-3', 'xor-1'],
  },
  { rule: 'R22', what: 'a second copy of a frame: stale, silently', faults: ['activation-2'] },
  { rule: 'R23', what: 'a ready signal of a key before: the KeyId of a withdrawn key is not given again', faults: ['step-2', 'formal-4'] },
  { rule: 'R24', what: 'ready is said before the key is there: the signal is made of installed slots', faults: ['case-24'] },
  { rule: 'R25', what: 'plaintext before the verdict: none leaves', faults: ['J5', 'erase-2'] },
];

function faultOf(id: string): Fault {
  const fault = FAULTS.find((one) => one.id === id);
  if (fault === undefined) throw new RangeError(`no fault ${id} in test/faults`);
  return fault;
}

/** @throws RangeError for a fault that there is not */
export function failureCasesPage(): string {
  const rows = FAILURE_CASES.flatMap(({ rule, what, faults }) =>
    faults.map((id, index) => {
      const fault = faultOf(id);
      return `| ${index === 0 ? rule : ''} | ${index === 0 ? what : ''} | \`${id}\`: ${fault.what} | \`${fault.seenBy.file}\`: ${fault.seenBy.test} |`;
    }),
  );
  return `# Failure cases, and the tests that see each

Made by \`npx tsx test/faults/failure-cases.ts\`. \`npx tsx test/faults/run.ts ID\` puts a fault in and runs the test, which must fail. R6: hardware
counts the failed verdicts of a relation, not those of each key; an agent takes those since a key was installed for its own.

| case | what is done about it | fault | test that fails |
|---|---|---|---|
${rows.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(failureCasesPage());
