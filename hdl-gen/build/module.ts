/** Modules: a name, a record of ports, and a body that describes the hardware. */
import { elaborationErrors } from '../check/check.ts';
import { ModuleInsideItself } from '../errors/control-errors.ts';
import { SourceLocation } from '../ir/location.ts';
import type { ModuleIr } from '../ir/module.ts';
import type { InstanceOptions } from './attributes.ts';
import { type Build, build } from './builder.ts';
import type { Ports } from './interface.ts';
import type { Inside } from './ports.ts';
import type { Scope } from './scope.ts';

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

/**
 * Declares a module. A parametric module is a function that returns one (`parametric`); the parameters belong into
 * the name, since two modules of one name in a design must be the same.
 * @param name Verilog module name
 * @param ports the port record; the clock and the reset of each domain that is used are added, `clk` and `rst` for what names none
 * @param body called once, at elaboration, with the ports seen from inside and the builder; those of its instances are called after it
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
  const declared: Module<P> = { name, ports, elaborate: () => elaborated(declared) };
  bodies.set(declared, () => build(name, description, location, ports, body, attributes));
  return declared;
}

/** What describes a module that is not elaborated yet. */
const bodies = new WeakMap<object, () => Scope>();
const done = new WeakMap<object, ModuleIr>();

interface Open {
  readonly module: { readonly name: string };
  /** undefined while its body runs */
  scope: Scope | undefined;
}

/** Modules of which something inside is not elaborated yet, outermost first. */
const open: Open[] = [];
const openNames = new Set<string>();

/** What is instantiated waits in a list until the body around it has ended: a hierarchy may be deeper than the stack. */
function elaborated(top: { readonly name: string }): ModuleIr {
  const outside = open.length;
  try {
    if (!done.has(top)) describe(top);
    while (open.length > outside) {
      const { module, scope } = open.at(-1) ?? {};
      const waiting = scope?.waiting();
      if (module === undefined || scope === undefined) break;
      if (waiting === undefined) {
        done.set(module, checked(scope.ir()));
        close();
        continue;
      }
      if (bodies.has(waiting.module) && !done.has(waiting.module)) describe(waiting.module, waiting.at);
      else waiting.connect(waiting.module.elaborate());
    }
    const ir = done.get(top);
    if (ir === undefined) throw new RangeError(`${top.name} has no body`);
    return ir;
  } finally {
    while (open.length > outside) close();
  }
}

/** Runs the body of a module that is instantiated there. */
function describe(module: { readonly name: string }, at?: SourceLocation): void {
  const { name } = module;
  if (openNames.has(name)) {
    const names = open.map((one) => one.module.name);
    const refused = (): ModuleInsideItself => new ModuleInsideItself([...names.slice(names.indexOf(name)), name]);
    throw at === undefined ? refused() : SourceLocation.standingFor(at, refused);
  }
  const opened: Open = { module, scope: undefined };
  open.push(opened);
  openNames.add(name);
  opened.scope = bodies.get(module)?.();
}

function close(): void {
  openNames.delete(open.pop()?.module.name ?? '');
}

function checked(ir: ModuleIr): ModuleIr {
  const failure = elaborationErrors(ir);
  if (failure !== undefined) throw failure;
  return ir;
}
