/** Attributes: what a tool is told about a register, a wire, a port, an instance or a module, beside what it does. */

/** What each one takes. Vivado UG901 and UG912; Yosys reads `keep` too. Text is what the tool wants to read there. */
export const ATTRIBUTES = {
  /** registers of a synchroniser: placed side by side, never optimised or replicated */
  ASYNC_REG: 'flag',
  /** the signal or instance stays through synthesis; `DONT_TOUCH` through placement as well */
  keep: 'flag',
  DONT_TOUCH: 'flag',
  /** shown to the logic analyser */
  mark_debug: 'flag',
  /** readers that one driver may have; more make copies of it */
  max_fanout: 'count',
  /** the register stands in the pad (true), or does not (false) */
  IOB: 'switch',
  keep_hierarchy: 'flag',
  shreg_extract: 'switch',
  use_dsp: 'switch',
  X_INTERFACE_INFO: 'text',
  X_INTERFACE_PARAMETER: 'text',
} as const;

interface ValueOf {
  readonly flag: true;
  readonly switch: boolean;
  readonly count: number;
  readonly text: string;
}

type Kinds = typeof ATTRIBUTES;

/** What tools are told of a signal, an instance or a module, by the names that they know. */
export type Attributes = { readonly [K in keyof Kinds]?: ValueOf[Kinds[K]] };

/** What an attribute wants, in words; undefined for one that no tool is known to read. */
export function attributeWants(name: string, value: unknown): string | undefined {
  const kind: string | undefined = Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name as keyof Kinds] : undefined;
  switch (kind) {
    case 'flag':
      return value === true ? undefined : 'true, or to be left away';
    case 'switch':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'count':
      return Number.isSafeInteger(value) && Number(value) >= 1 ? undefined : 'a whole number, at least 1';
    case 'text':
      return typeof value === 'string' && /^[ !#-[\]-~]*$/.test(value) ? undefined : 'printable text without quotes and backslashes';
    default:
      return `a name of the list: ${Object.keys(ATTRIBUTES).join(', ')}`;
  }
}
