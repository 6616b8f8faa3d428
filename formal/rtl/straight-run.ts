/**
 * A design with most of its inputs fixed, for covers that lie a whole frame deep: the solver has to find the way, and
 * fixed inputs leave it few to try. All assumptions of the design hold there too.
 */
import { input, type Module, module, type Ports, type Wire } from '../../hdl-gen/index.ts';

/** @param fixed the inputs that are fixed, and their values; the others stay the solver's choice */
export function straightRun<P extends Ports>(of: Module<P>, fixed: { readonly [name in keyof P]?: number | bigint }): Module<Ports> {
  const inputs = Object.entries(of.ports).filter(([, port]) => port.direction === 'in');
  const free = Object.fromEntries(inputs.filter(([name]) => !(name in fixed)).map(([name, port]) => [name, input(port.shape)]));
  return module(`${of.name}_straight`, free as Ports, (io, m) => {
    const views = io as unknown as Record<string, Wire<number>>;
    const dut = m.instance('design', of) as unknown as Record<string, Wire<number>>;
    for (const [name] of inputs) dut[name]?.set(fixed[name] ?? views[name] ?? 0);
    m.unused(
      ...Object.keys(of.ports)
        .filter((name) => of.ports[name]?.direction === 'out')
        .flatMap((name) => dut[name] ?? []),
    );
  });
}
