/** What a module does: instances, combinational signals, registers. */
import { distinctDomains, type Reset, sameDomain } from '../ir/domain.ts';
import { largest } from '../ir/lists.ts';
import type { Signal } from '../ir/module.ts';
import type { Context } from './context.ts';
import { attributeLines } from './declaration.ts';
import { padText } from './external.ts';
import { valueAfter } from './flatten.ts';
import { from, type Line } from './line.ts';
import { domainPins } from './pins.ts';
import { resets } from './reset.ts';

export function instances(context: Context): Line[][] {
  return context.module.instances.map((instance) => {
    const pins = [
      ...domainPins(instance.domains),
      ...instance.connections.map(({ port, signal }) => [port, context.pin(signal)]),
      ...(instance.pads ?? []).map(({ pin, pad }) => [pin, padText(pad)]),
    ];
    const widest = largest(pins.map(([port = '']) => port.length));
    return from(
      instance.location,
      `  // ${instance.location.toString()}`,
      ...attributeLines(instance.attributes, '  '),
      `  ${instance.module.name} ${instance.name} (`,
      ...pins.map(([port = '', name = ''], index) => `    .${port.padEnd(widest)} (${name})${index + 1 < pins.length ? ',' : ''}`),
      '  );',
    );
  });
}

/** Combinational signals with one unconditional value, or where constants decide: `always @(*)` never runs without an event. */
export function assigns(context: Context): Line[][] {
  const lines = context
    .combinationalSignals()
    .filter((signal) => !context.isProcedural(signal) && !context.hasNoWire(signal) && !context.isDrivenAtPin(signal))
    .flatMap((signal) => {
      const value = valueAfter(context.module.statements, signal, {
        kind: 'constant',
        width: signal.width,
        value: signal.fallback ?? 0n,
        ...(signal.enumeration === undefined ? {} : { enumeration: signal.enumeration }),
      });
      const at = context.drivenAt(signal);
      return from(at, `  assign ${signal.name} = ${context.expression(value, signal.name, at)};`);
    });
  return [lines];
}

/** Combinational signals whose value depends on control flow: an always block each, so that no false loop arises. */
export function combinational(context: Context): Line[][] {
  return context
    .combinationalSignals()
    .filter((signal) => context.isProcedural(signal))
    .map((signal) => {
      const here = (text: string): Line[] => from(signal.location, text);
      const start = signal.fallback === undefined ? [] : here(`    ${signal.name} = ${context.valueText(signal, signal.fallback)};`);
      const body = context.body({ signals: new Set([signal]) }, '    ', { reads: true });
      return [...here('  always @(*) begin'), ...start, ...body, ...here('  end')];
    });
}

export function clocked(context: Context): Line[][] {
  const registers = context.module.signals.filter((signal) => signal.kind === 'register' && signal.formal !== true);
  const domains = distinctDomains([...context.module.domains, ...registers.map(({ domain }) => domain)]);
  return domains.flatMap((domain) => {
    const here = registers.filter((register) => sameDomain(register.domain, domain));
    const { clock, reset } = domain;
    if (reset === undefined) return withoutReset(context, clock, here);
    return [
      ...withReset(
        context,
        clock,
        reset,
        here.filter((register) => register.init !== null),
      ),
      ...withoutReset(
        context,
        clock,
        here.filter((register) => register.init === null),
      ),
    ];
  });
}

function withReset(context: Context, clock: string, reset: Reset, registers: readonly Signal[]): Line[][] {
  if (registers.length === 0) return [];
  const widest = largest(registers.map((register) => register.name.length));
  const edge = reset.active === 'high' ? 'posedge' : 'negedge';
  return [
    [
      `  always @(posedge ${clock}${reset.kind === 'async' ? ` or ${edge} ${reset.name}` : ''}) begin`,
      `    if (${resets(reset)}) begin`,
      ...registers.flatMap((register) =>
        from(register.location, `      ${register.name.padEnd(widest)} <= ${context.valueText(register, register.init ?? 0n)};`),
      ),
      '    end else begin',
      ...context.body({ signals: new Set(registers) }, '      '),
      '    end',
      '  end',
    ],
  ];
}

function withoutReset(context: Context, clock: string, registers: readonly Signal[]): Line[][] {
  if (registers.length === 0) return [];
  return [[`  always @(posedge ${clock}) begin`, ...context.body({ signals: new Set(registers) }, '    '), '  end']];
}
