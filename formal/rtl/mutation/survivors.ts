/**
 * Mutants that nothing sees, by hand, with the reason why that is right; whatever else survives fails the run. A mutant is
 * named by its module and its fault, without the line, which moves.
 */
export interface Survivor {
  /** the module, or how its name begins */
  readonly module: string;
  /** as `mutantsOf` says it, from the signal or the `when` on */
  readonly fault: string;
  /** how many mutants of that name may survive; 1 unless given */
  readonly times?: number;
  readonly reason: string;
}

export const SURVIVORS: readonly Survivor[] = [
  ...['dropped', '0 became 1', '0 became 340282366920938463463374607431768211455'].map((fault) => ({
    module: 'frame_opener_',
    fault: `received: ${fault}`,
    reason: 'the 16 octets of the next ICV leave nothing of it: zeroed for tidiness',
  })),
  ...['dropped', '0 became 1'].map((fault) => ({
    module: 'aead_xor',
    fault: `text_seen: ${fault}`,
    reason: 'every frame begins with AAD and ends with its APDU status, which is AAD too: it is 0 at the start of each, whoever sets it',
  })),
  ...['0 became 1', '0 became 4294967295'].map((fault) => ({
    module: 'frame_fifo_32x',
    fault: `read_data: ${fault}`,
    reason: 'the registers read 0 while it shows nothing, whatever its data are',
  })),
  {
    module: 'frame_fifo_',
    fault: 'space: add became sub',
    reason: 'the depth is half of what the pointers count to: adding it and taking it away are one',
  },
  ...['0 became 1', '0 became 4294967295'].map((fault) => ({
    module: 'packet_generator_',
    fault: `header: ${fault}`,
    reason: 'the place of the tag in an untagged frame is never sent',
  })),
  {
    module: 'packet_generator_',
    fault: 'when: condition stuck at 1',
    reason: 'within a record the next word always shows: the TX FIFO commits whole records, and its claim says so',
  },
  {
    module: 'relation_step_follower',
    fault: 'pushes: or became and',
    times: 3,
    reason: "a follower's key is Pending in both views or in none: for its Push either view says so; an initiator's need not be",
  },
];

/** The fault without the place that it is in. */
export function faultName(fault: string): string {
  return fault.replace(/^\S+ /, '');
}

/** What stands in the list of a module for mutants of that name. */
export function explanation(module: string, fault: string, survivors = SURVIVORS): Survivor | undefined {
  return survivors.find((one) => module.startsWith(one.module) && one.fault === faultName(fault));
}

/** Faults that survive more often than the list allows. */
export function unexplained(module: string, faults: readonly string[], survivors = SURVIVORS): readonly string[] {
  const left = new Map<Survivor, number>(survivors.map((one) => [one, one.times ?? 1]));
  return faults.filter((fault) => {
    const known = explanation(module, fault, survivors);
    const times = known === undefined ? 0 : (left.get(known) ?? 0);
    if (known !== undefined) left.set(known, times - 1);
    return times <= 0;
  });
}

/** Entries of a module that no survivor needs: what they explain is seen by now. */
export function staleEntries(module: string, faults: readonly string[], survivors = SURVIVORS): readonly string[] {
  return survivors.flatMap((one) => {
    if (!module.startsWith(one.module)) return [];
    const found = faults.filter((fault) => faultName(fault) === one.fault).length;
    return found < (one.times ?? 1) ? [one.fault] : [];
  });
}
