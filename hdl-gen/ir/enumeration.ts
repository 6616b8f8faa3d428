/** Values with names: the states of an FSM, the members of an enumeration. */

export interface Enumeration {
  /** before the names of the members, where they stand in the Verilog */
  readonly name: string;
  readonly width: number;
  /** names in snake case */
  readonly members: readonly { readonly name: string; readonly code: bigint }[];
}

/** The localparam that stands for a code: `MODE_FAST`; undefined for a code without a name. */
export function labelOf({ name, members }: Enumeration, code: bigint): string | undefined {
  const member = members.find((candidate) => candidate.code === code);
  return member && `${name}_${member.name}`.toUpperCase();
}

/** For waveforms: `0 idle, 2 busy`. */
export function legendOf({ members }: Enumeration): string {
  return members.map(({ name, code }) => `${code} ${name}`).join(', ');
}
