/** What a simulation of a design is driven and looked at by. */
import { resetPorts } from './domain.ts';
import { netOf } from './external.ts';
import { modulesOf } from './hierarchy.ts';
import type { ModuleIr, Signal } from './module.ts';
import type { Netlist, NetPort } from './netlist.ts';
import { simulated } from './simulated.ts';

/** The clocks that a simulation of the module is stepped with, the default one first. */
export function clocksOf({ domains }: ModuleIr): readonly string[] {
  const clocks = new Set(domains.map(({ clock }) => clock));
  return clocks.size === 0 ? [''] : [...clocks];
}

/** What a simulation of the design is driven and looked at by. */
export type Interface = Pick<Netlist, 'name' | 'clocks' | 'resetting'> & {
  readonly inputs: readonly Pick<NetPort, 'name' | 'width'>[];
  readonly outputs: readonly (Pick<NetPort, 'name' | 'width'> & { readonly clock: string })[];
};

/** The same without lowering, for a design whose foreign modules have Verilog and no other model. @throws ModelMissing */
export function interfaceOf(design: ModuleIr): Interface {
  const top = simulated(design, { keepsVerilog: true });
  const clocks = clocksOf(top);
  const inputs = [
    ...resetPorts(top.domains).map(({ name }) => ({ name, width: 1 })),
    ...top.ports.filter(({ kind }) => kind === 'input').map(({ name, width }) => ({ name, width })),
  ];
  // without the logic between, any input may be behind an asynchronous reset
  const mayReset = [...modulesOf(top)].some(({ signals, externals }) => externals.length > 0 || signals.some(isResetAsynchronously));
  return {
    name: top.name,
    clocks,
    inputs,
    resetting: mayReset ? inputs.map(({ name }) => name) : [],
    outputs: top.ports
      .filter(({ kind }) => kind === 'output')
      .map((port) => ({ name: port.name, width: port.width, clock: sampledBy(top, clocks, port) })),
  };
}

/** The clock at whose edges an output is sampled. */
export function sampledBy(top: ModuleIr, clocks: readonly string[], { domain }: Signal): string {
  const net = netOf(top, domain.clock);
  return clocks.includes(net) ? net : (clocks[0] ?? '');
}

export function isResetAsynchronously(signal: Signal): boolean {
  return signal.kind === 'register' && signal.domain.reset?.kind === 'async' && signal.init !== null && signal.formal !== true;
}
