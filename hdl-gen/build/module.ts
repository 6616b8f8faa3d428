/** Modules: a name, a record of ports, and a body that describes the hardware. */
import { elaborationErrors } from '../check/check.ts';
import { ModuleInsideItself } from '../errors/control-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import type { ModuleIr } from '../ir/module.ts';
import type { InstanceOptions } from './attributes.ts';
import { type Build, build } from './builder.ts';
import type { Ports } from './interface.ts';
import type { Inside } from './ports.ts';

/** A module: ports that its users see, and a body that runs when it is elaborated. */
export interface Module<P extends Ports> {
  readonly name: string;
  readonly ports: P;
  /**
   * Runs the body once, checks the result, and keeps it.
   * @throws HdlError for the first mistake while the body runs; ElaborationFailure with all that the checks find
   */
  elaborate(): ModuleIr;
}

/** Names of the modules whose bodies run, outermost first. */
const open: string[] = [];

/**
 * Declares a module. A parametric module is a function that returns one; the parameters belong into the name,
 * since two modules of one name in a design must be the same.
 * @param name Verilog module name
 * @param ports the port record; the clock and the reset of each domain that is used are added, `clk` and `rst` for what names none
 * @param body called once, at elaboration, with the ports seen from inside and the builder
 * @param description printed above the module in the Verilog
 * @param options attributes of the module
 */
export function module<const P extends Ports>(
  name: string,
  ports: P,
  body: (io: Inside<P>, m: Build) => void,
  description = '',
  { attributes }: InstanceOptions = {},
): Module<P> {
  const location = SourceLocation.capture();
  let ir: ModuleIr | undefined;
  return {
    name,
    ports,
    elaborate() {
      if (ir !== undefined) return ir;
      if (open.includes(name)) throw new ModuleInsideItself([...open.slice(open.indexOf(name)), name]);
      open.push(name);
      try {
        const built = build(name, description, location, ports, body, attributes);
        const failure = elaborationErrors(built);
        if (failure !== undefined) throw failure;
        ir = built;
        return ir;
      } finally {
        open.pop();
      }
    },
  };
}
