/** Instances of foreign modules, the wires of the clocks that come out of them, and black boxes that stand for them to tools. */
import { clocksInUse, type ExternalInstance, type ExternalIr, type PadBits, type ParameterValue } from '../ir/external.ts';
import { largest } from '../ir/lists.ts';
import type { Context } from './context.ts';
import { attributeLines, lint, vector } from './declaration.ts';
import { printConstant } from './expression.ts';
import { from, type Line } from './line.ts';
import { domainPins } from './pins.ts';

const EMPTY_OFF = '  /* verilator lint_off PINCONNECTEMPTY */';
const EMPTY_ON = '  /* verilator lint_on PINCONNECTEMPTY */';

export function externals(context: Context): Line[][] {
  return context.module.externals.map((instance) => {
    const { external, name, location, parameters, attributes } = instance;
    const values = [...parameters].map(([key, value]) => [key, printParameter(value)] as const);
    const pins = pinsOf(context, instance);
    const head = values.length === 0 ? [`  ${external.name} ${name} (`] : [`  ${external.name} #(`, ...columns(values), `  ) ${name} (`];
    const lines = [...attributeLines(attributes, '  '), ...head, ...columns(pins), '  );'];
    const isPartlyOpen = pins.some(([, text]) => text === '');
    const told = isPartlyOpen ? [EMPTY_OFF, ...lines, EMPTY_ON] : lines;
    return from(location, `  // ${location.toString()}`, ...told);
  });
}

/** Every pin, and what it is connected to: an input without a value has its fallback, an output that nothing reads nothing. */
function pinsOf(context: Context, { external, connections, domains, clocks, pads }: ExternalInstance): (readonly [string, string])[] {
  const used = clocksInUse(context.module);
  const connected = new Map<string, string>([
    ...domainPins(domains),
    ...connections.map(({ port, signal }) => [port, context.pin(signal)] as const),
    ...pads.map(({ pin, pad }) => [pin, padText(pad)] as const),
    ...external.clockSources.flatMap(({ name, width }) => {
      const all = clocks.filter(({ pin }) => pin === name);
      const [first] = all;
      if (first === undefined || all.every(({ domain }) => !used.has(domain.clock))) return [];
      return [[name, width === undefined ? first.domain.clock : vectorName(first.domain.clock)] as const];
    }),
  ]);
  const order = [
    ...external.clockPins.flatMap(({ name, reset }) => [name, ...(reset === undefined ? [] : [reset.name])]),
    ...external.pins.map(({ name }) => name),
    ...external.clockSources.map(({ name }) => name),
  ];
  const open = new Map(external.clockPins.map(({ name, open: level }) => [name, level === undefined ? '' : `1'b${level}`]));
  return [...new Set(order)].map((pin) => [pin, connected.get(pin) ?? open.get(pin) ?? '']);
}

/** The wire of all clocks of a vector, of which each has a name of its own. */
function vectorName(firstClock: string): string {
  return firstClock.replace(/_0$/, '');
}

export function padText({ signal, low, width }: PadBits): string {
  if (width === signal.width) return signal.name;
  return `${signal.name}[${width === 1 ? low : `${low + width - 1}:${low}`}]`;
}

/** Wires of the clocks that come out of foreign modules, and of those that have a name. */
export function clockWires(context: Context): Line[] {
  const { externals: instances, clocks } = context.module;
  const used = clocksInUse(context.module);
  const ofExternals = instances.flatMap(({ external, clocks: all, location }) =>
    external.clockSources.flatMap(({ name, width }) => {
      const here = all.filter(({ pin, domain }) => pin === name && used.has(domain.clock));
      const first = all.find(({ pin }) => pin === name);
      if (here.length === 0 || first === undefined) return [];
      if (width === undefined) return from(location, `  wire ${first.domain.clock};`);
      const whole = vectorName(first.domain.clock);
      const bits = here.map(({ bit, domain }) => `  wire ${domain.clock} = ${whole}${width === 1 ? '' : `[${bit}]`};`);
      return [...lint(here.length < width, from(location, `  wire ${vector(width)} ${whole};`)), ...from(location, ...bits)];
    }),
  );
  const named = clocks.map((clock) => ({ ...clock, isUsed: used.has(clock.domain.clock) }));
  return [
    ...ofExternals,
    ...named.flatMap(({ domain, location, isUsed }) => lint(!isUsed, from(location, `  wire ${domain.clock};`))),
    ...named.flatMap(({ domain, from: source, location }) =>
      source === undefined ? [] : from(location, `  assign ${domain.clock} = ${source.clock};`),
    ),
  ];
}

/** A module with the pins and nothing in it: for linters, and for synthesis of what is not to be looked into. */
export function blackBox(external: ExternalIr): string {
  const parameters = [...external.parameters].map(([name, value]) => `    parameter ${range(value)}${name} = ${printParameter(value)}`);
  const resets = external.clockPins.flatMap(({ reset }) => (reset === undefined ? [] : [reset.name]));
  const pins = [
    ...[...external.clockPins.map(({ name }) => name), ...resets].map((name) => ['input ', 1, name] as const),
    ...external.pins.map(
      ({ name, direction, width }) => [{ in: 'input ', out: 'output', inout: 'inout ' }[direction], width, name] as const,
    ),
    ...external.clockSources.map(({ name, width }) => ['output', width ?? 1, name] as const),
  ];
  const widest = largest(pins.map(([, width]) => vector(width).length));
  const ports = pins.map(([direction, width, name]) => `    ${direction} wire ${vector(width).padEnd(widest)} ${name}`);
  return [
    `// Black box of the foreign module ${external.name}, for tools that do not know it. Not for synthesis where they do.`,
    '/* verilator lint_off DECLFILENAME */',
    '/* verilator lint_off UNUSED */',
    '/* verilator lint_off UNDRIVEN */',
    '(* blackbox *)',
    `module ${external.name}${parameters.length === 0 ? '' : ` #(\n${parameters.join(',\n')}\n)`} (`,
    ports.join(',\n'),
    ');',
    'endmodule',
    '/* verilator lint_on UNDRIVEN */',
    '/* verilator lint_on UNUSED */',
    '/* verilator lint_on DECLFILENAME */',
    '',
  ].join('\n');
}

/** A sized literal has a size in the declaration too; texts and numbers take that of what they are given. */
function range(value: ParameterValue): string {
  return typeof value === 'object' ? `[${value.width - 1}:0] ` : '';
}

export function printParameter(value: ParameterValue): string {
  if (typeof value === 'string') return `"${value}"`;
  return typeof value === 'number' ? String(value) : printConstant(value.width, value.value);
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const widest = largest(rows.map(([name]) => name.length));
  return rows.map(([name, text], index) => `    .${name.padEnd(widest)} (${text})${index + 1 < rows.length ? ',' : ''}`);
}
