/** Names, from the keys of object literals to Verilog. */
import { IllegalName } from '../errors/name-errors.ts';

/** Names are few, and asked for often. */
const inSnakeCase = new Map<string, string>();

/** `ethType` → `eth_type`; a name in snake case stays. */
export function snakeCase(key: string): string {
  const known = inSnakeCase.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  inSnakeCase.set(key, name);
  return name;
}

/** @throws IllegalName for what Verilog can't spell */
export function verilogName(key: string): string {
  const name = snakeCase(key);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new IllegalName(key, 'a name has letters, digits and underscores and begins with a letter');
  return name;
}

export function isKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}

/** Port names are a contract: one all in capitals (`LED`) stays as it is, and a keyword is an error. @throws IllegalName */
export function portName(key: string): string {
  return noKeyword(portCase(key));
}

/** How the name of a port, or the beginning of it, is spelt. @throws IllegalName */
export function portCase(key: string): string {
  return /^[A-Z][A-Z0-9_]*$/.test(key) ? key : verilogName(key);
}

/** The name, if it is none that a language keeps which the Verilog is read as. @throws IllegalName */
export function noKeyword(name: string): string {
  if (KEYWORDS.has(name)) throw new IllegalName(name, 'it is a keyword of Verilog or SystemVerilog');
  if (WORDS_OF_CPP.has(name)) throw new IllegalName(name, 'it is a word of C++, which Verilator makes of the Verilog');
  return name;
}

/** Internal names step aside for keywords: `type` → `type_q`. */
export function internalName(key: string): string {
  const name = verilogName(key);
  return KEYWORDS.has(name) || WORDS_OF_CPP.has(name) ? `${name}_q` : name;
}

/** What everything in a module is called passes here. @throws IllegalName for what Verilog can't spell, however it came about */
export function spelt(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
    throw new IllegalName(name, 'a name has letters, digits and underscores and begins with a letter');
  return name;
}

/** IEEE 1364-2005 and IEEE 1800-2017, Annex B. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins binsof bit break buf
  bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const constraint context continue cover covergroup
  coverpoint cross deassign default defparam design disable dist do edge else end endcase endchecker endclass endclocking endconfig
  endfunction endgenerate endgroup endinterface endmodule endpackage endprimitive endprogram endproperty endspecify endsequence endtable
  endtask enum event eventually expect export extends extern final first_match for force foreach forever fork forkjoin function generate
  genvar global highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input inside
  instance int integer interconnect interface intersect join join_any join_none large let liblist library local localparam logic longint
  macromodule matches medium modport module nand negedge nettype new nexttime nmos nor noshowcancelled not notif0 notif1 null or output
  package packed parameter pmos posedge primitive priority program property protected pull0 pull1 pulldown pullup pulsestyle_ondetect
  pulsestyle_onevent pure rand randc randcase randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos
  rpmos rtran rtranif0 rtranif1 s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled
  signed small soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on
  sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand trior trireg
  type typedef union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void wait wait_order wand weak
  weak0 weak1 while wildcard wire with within wor xnor xor`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Beside those of SystemVerilog: what Verilator 5 warns of (SYMRSVDWORD). */
const WORDS_OF_CPP: ReadonlySet<string> = new Set(
  `abort alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool catch char char16_t char32_t
  complex compl concept const_cast constexpr decltype delete deque double dynamic_cast explicit false far float friend goto huge inline
  interrupt list long map mutable namespace near noexcept not_eq nullptr operator or_eq override private public register
  reinterpret_cast requires sc_in sensitive set short sizeof static_assert static_cast switch synchronized template thread_local throw
  transaction_safe transaction_safe_dynamic true try typeid typename uint32_t using vector volatile wchar_t xor_eq`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
