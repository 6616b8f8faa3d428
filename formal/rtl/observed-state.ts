/** The state of an FSM inside an instance, by the names of its states. */
import { type Bit, type Bits, type Build, bits, type Module, mux, type Ports, u } from '../../hdl-gen/index.ts';

/** @throws RangeError for an FSM or a state that the module does not have */
export function observeState(m: Build, instance: string, of: Module<Ports>, fsm = 'state'): (...states: readonly string[]) => Bit {
  const names = of
    .elaborate()
    .signals.find((signal) => signal.name === fsm)
    ?.enumeration?.members.map(({ name }) => name);
  if (names === undefined) throw new RangeError(`module ${of.name} has no FSM ${fsm}`);
  const width: number = Math.max(1, Math.ceil(Math.log2(names.length)));
  const state = m.observe(instance, { [fsm]: bits(width) })[fsm] as Bits<number>;
  const is = (name: string): Bit => {
    const code = names.indexOf(name);
    if (code < 0) throw new RangeError(`FSM ${fsm} of module ${of.name} has no state ${name}; it has ${names.join(', ')}`);
    return state.eq(code);
  };
  return (...states) => states.map(is).reduce((a, b) => a.or(b));
}

/** A value that depends on the state: that of the one condition that holds, 0 where none does. */
export function choose<W extends number>(m: Build, name: string, cases: readonly (readonly [Bit, Bits<W>])[]): Bits<W> {
  const width = (cases[0]?.[1].width ?? 1) as W;
  const value = cases.reduceRight<Bits<W>>((rest, [condition, chosen]) => mux(condition, chosen, rest), u(width, 0));
  return m.let({ [name]: value })[name] ?? value;
}
