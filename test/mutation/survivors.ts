/** Mutants that survive, each with its reason; kept by hand. `npm run mutate` fails on one that is not here. */
import type { Survivor } from './verdict.ts';

export const SURVIVORS: readonly Survivor[] = [
  {
    file: 'spec/key-id.ts',
    mutator: 'StringLiteral',
    original: "'n-RTT'",
    replacement: '""',
    reason: 'there are two kinds: what is not 0-RTT is n-RTT to nextWireKeyId',
  },
  {
    file: 'spec/peer-rules.ts',
    mutator: 'ConditionalExpression',
    original: 'target === undefined',
    replacement: 'false',
    reason: 'canPush, asked next, refuses without a target too; stands for the type',
  },
  {
    file: 'spec/peer-rules.ts',
    mutator: 'OptionalChaining',
    original: 'pushed.slots[target]?.provider',
    replacement: 'pushed.slots[target].provider',
    reason: 'the target was found among the slots; stands for the type',
  },
  {
    file: 'spec/peer-rules.ts',
    mutator: 'BooleanLiteral',
    original: 'false',
    replacement: 'true',
    reason: 'a Push demotes nothing, so it does not matter whether what it demoted would be kept',
  },
  {
    file: 'spec/peer-rules.ts',
    mutator: 'OptionalChaining',
    original: 'slots[slot]?.provider',
    replacement: 'slots[slot].provider',
    reason: 'the slot was seen to be Pending before; stands for the type',
  },
  {
    file: 'spec/peer-rules.ts',
    mutator: 'BooleanLiteral',
    original: 'true',
    replacement: 'false',
    reason: 'a Timeout demotes nothing, so it does not matter whether what it demoted would be kept',
  },
  {
    file: 'spec/slot-machine.ts',
    mutator: 'ConditionalExpression',
    original: 'next === undefined',
    replacement: 'false',
    reason: 'isAllowed, asked next, refuses it too; stands for the type',
  },
];
