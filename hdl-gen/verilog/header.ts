/** The head of a module: ports, names of FSM states, declarations. */
import { type Domain, sameDomain } from '../ir/domain.ts';
import { labelOf } from '../ir/enumeration.ts';
import { largest } from '../ir/lists.ts';
import type { Context } from './context.ts';
import { attributeLines, lint, remark, styleAttribute, vector } from './declaration.ts';
import { printConstant } from './expression.ts';
import { clockWires } from './external.ts';
import { from, type Line } from './line.ts';
import { lintOff } from './lint.ts';

export function ports(context: Context): Line[] {
  const { domains, ports } = context.module;
  const clocks = domains.flatMap((domain, index) => {
    const pin = (name: string, isUsed: boolean) => ({
      direction: 'input ',
      width: 1,
      name,
      isRegister: false,
      unread: !isUsed,
      attributes: undefined,
      comment: undefined,
    });
    const isFirst = domains.findIndex(({ clock }) => clock === domain.clock) === index;
    return [
      ...(isFirst ? [pin(domain.clock, usesClock(context, domain))] : []),
      ...(domain.reset === undefined ? [] : [pin(domain.reset.name, usesReset(context, domain))]),
    ];
  });
  const rows = [
    ...clocks,
    ...ports.map((port) => ({
      direction: port.kind === 'input' ? 'input ' : port.kind === 'inout' ? 'inout ' : 'output',
      width: port.width,
      name: port.name,
      isRegister: context.isProcedural(port),
      unread: port.kind !== 'inout' && context.isPartlyUnread(port),
      attributes: port.attributes,
      comment: port.comment,
    })),
  ];
  const widest = largest(rows.map((row) => vector(row.width).length));
  return rows.flatMap(({ direction, width, name, isRegister, unread, attributes, comment }, index) =>
    lint(unread, [
      ...attributeLines(attributes, '    '),
      `    ${direction} ${isRegister ? 'reg ' : 'wire'} ${vector(width).padEnd(widest)} ${name}${index + 1 < rows.length ? ',' : ''}${remark({ comment })}`,
    ]),
  );
}

function usesClock(context: Context, domain: Domain): boolean {
  const { signals, memories } = context.module;
  const registers = signals.filter((s) => (s.kind === 'register' && s.formal !== true) || s.kind === 'memoryOutput');
  const written = memories.filter((memory) => context.isWritten(memory));
  return [...[...registers, ...written].map((user) => user.domain), ...connectedDomains(context)].some(
    ({ clock }) => clock === domain.clock,
  );
}

function usesReset(context: Context, domain: Domain): boolean {
  const reset = context.module.signals.filter((s) => s.kind === 'register' && s.init !== null && s.formal !== true);
  return [...reset.map((register) => register.domain), ...connectedDomains(context)].some((user) => sameDomain(user, domain));
}

function connectedDomains(context: Context): Domain[] {
  const { instances, externals, clocks } = context.module;
  const ofInstances = [...instances, ...externals].flatMap(({ domains }) => domains.map(({ here }) => here));
  return [...ofInstances, ...clocks.flatMap(({ from: source }) => source ?? [])];
}

export function parameters(context: Context): Line[] {
  return [...context.enumerations].flatMap(([enumeration, location]) => {
    const { width, members } = enumeration;
    const labels = members.map(({ code }) => ({ label: labelOf(enumeration, code) ?? '', code }));
    const widest = largest(labels.map(({ label }) => label.length));
    const lines = labels.flatMap(({ label, code }) => {
      const declaration = `  localparam ${vector(width)}${width === 1 ? '' : ' '}${label.padEnd(widest)} = ${printConstant(width, code)};`;
      return lint(!context.namesUsed.has(label), from(location, declaration));
    });
    return [...from(location, `  // ${enumeration.name}: ${location.toString()}`), ...lines];
  });
}

export function declarations(context: Context): Line[] {
  const { signals, memories } = context.module;
  const visible = signals.filter((signal) => signal.formal !== true && !context.hasNoWire(signal));
  const widest = largest(visible.map((signal) => vector(signal.width).length));
  let place = '';
  const lines = visible.flatMap((signal) => {
    const at = signal.location.toString();
    const heading = at === place ? [] : from(signal.location, `  // ${at}`);
    place = at;
    const isRegister = signal.kind === 'register' || signal.kind === 'memoryOutput' || context.isProcedural(signal);
    // the device loads it with the configuration, so that power-up is the same there, in Verilog and in every simulator
    const start = signal.init === null ? '' : ` = ${context.valueText(signal, signal.init)}`;
    const declaration = `  ${isRegister ? 'reg ' : 'wire'} ${vector(signal.width).padEnd(widest)} ${signal.name}${start};${remark(signal)}`;
    return [
      ...heading,
      ...(signal.crossing === undefined ? [] : from(signal.location, `  // comes from another clock: ${signal.crossing}`)),
      ...from(signal.location, ...attributeLines(signal.attributes, '  ')),
      ...lint(context.isPartlyUnread(signal), from(signal.location, declaration)),
    ];
  });
  const stores = memories.flatMap((memory) => {
    const declaration = from(
      memory.location,
      `  // ${memory.location.toString()}`,
      ...styleAttribute(memory, context.isWritten(memory)),
      `  reg ${vector(memory.width)} ${memory.name} [0:${memory.depth - 1}];`,
    );
    // two write ports are two clocks
    return memory.second === undefined ? declaration : lintOff('MULTIDRIVEN', declaration);
  });
  return [...clockWires(context), ...lines, ...stores];
}
