/**
 * Pins of instances that need no wire of their own, as a person would connect them: an input that only ever is another
 * signal (some bits of it, a constant), and an output that only goes on as a port or a wire of the module.
 */
import { driversOf } from '../ir/drivers.ts';
import type { Expression, ModuleIr, Signal } from '../ir/module.ts';
import { signalsRead } from './reads.ts';

export interface PlainPins {
  /** inputs of instances, and what stands at their pins */
  readonly inputs: ReadonlyMap<Signal, Expression>;
  /** outputs of instances, and the signal whose name each has */
  readonly outputs: ReadonlyMap<Signal, Signal>;
  /** the signals that an output drives at the pin: they are assigned nowhere else */
  readonly driven: ReadonlySet<Signal>;
}

export function plainPins(module: ModuleIr): PlainPins {
  const { instances, externals, ports, signals } = module;
  if (instances.length === 0 && externals.length === 0) return { inputs: new Map(), outputs: new Map(), driven: new Set() };
  const read = signalsRead(module);
  const resets = new Set(signals.flatMap(({ domain }) => domain.reset?.signal ?? []));
  for (const { here } of [...instances, ...externals].flatMap(({ domains }) => domains)) {
    if (here.reset?.signal !== undefined) resets.add(here.reset.signal);
  }
  const inputs = new Map<Signal, Expression>();
  const outputs = new Map<Signal, Signal>();
  for (const signal of [...ports, ...signals]) {
    const value = onlyValue(module, signal);
    if (value === undefined) continue;
    if (signal.kind === 'instanceInput' && isPlain(value) && !isNamed(signal) && !read.has(signal)) inputs.set(signal, value);
    const source = value.kind === 'signal' ? value.signal : undefined;
    const isFree = source?.kind === 'instanceOutput' && !isNamed(source) && !resets.has(source) && !outputs.has(source);
    const goesOn = signal.kind === 'output' || signal.kind === 'wire';
    if (source !== undefined && isFree && goesOn && driversOf(module.statements, source).length === 0) outputs.set(source, signal);
  }
  return { inputs, outputs, driven: new Set(outputs.values()) };
}

/** What a signal always is, where one statement says so, or the fallback of an input that none is set for. */
function onlyValue(module: ModuleIr, signal: Signal): Expression | undefined {
  const { kind, width, fallback, enumeration } = signal;
  const [first, second] = driversOf(module.statements, signal);
  if (first === undefined && kind === 'instanceInput' && fallback !== undefined)
    return { kind: 'constant', width, value: fallback, ...(enumeration === undefined ? {} : { enumeration }) };
  return first?.kind === 'assign' && first.low === undefined && second === undefined ? first.value : undefined;
}

/** What a pin can be connected to as it stands. */
function isPlain(value: Expression): boolean {
  return value.kind === 'signal' || value.kind === 'constant' || (value.kind === 'slice' && value.a.kind === 'signal');
}

/** Something is said of the wire itself. */
function isNamed({ attributes, crossing, comment }: Signal): boolean {
  return attributes !== undefined || crossing !== undefined || comment !== undefined;
}
