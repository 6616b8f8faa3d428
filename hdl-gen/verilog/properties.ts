/** Properties of a module, for formal tools and simulators. */
import { type Domain, distinctDomains, sameDomain } from '../ir/domain.ts';
import type { SourceLocation } from '../ir/location.ts';
import type { Expression } from '../ir/module.ts';
import type { Context } from './context.ts';
import { hoistedWires, vector } from './declaration.ts';
import { printConstant } from './expression.ts';
import { from, type Line } from './line.ts';
import { isReleased, resets } from './reset.ts';

/**
 * Immediate assertions, for formal tools and for simulators (`-DFORMAL`): clocked, off in reset, and off before
 * the first edge; the environment is told to begin with a reset.
 */
export function properties(context: Context): Line[] {
  const { properties, pasts } = context.module;
  if (properties.length === 0) return [];
  const domains = distinctDomains([...properties.map(({ domain }) => domain), ...pasts.map(({ data }) => data.domain)]);
  // printed first, since they decide which wires are needed
  const blocks = domains.map((domain) => propertiesOf(context, domain));
  return [
    '`ifdef FORMAL',
    ...pasts.flatMap(({ data }) => from(data.location, `  reg ${vector(data.width)} ${data.name} = ${printConstant(data.width, 0n)};`)),
    ...hoistedWires(context.hoistedForProperties),
    ...blocks.flat(),
    '`endif',
  ];
}

function propertiesOf(context: Context, domain: Domain): Line[] {
  const properties = context.module.properties.filter((property) => sameDomain(property.domain, domain));
  const pasts = context.module.pasts.filter(({ data }) => sameDomain(data.domain, domain));
  const edge = `always @(posedge ${domain.clock})`;
  const print = (expression: Expression, near: string, at: SourceLocation): string =>
    context.expression(expression, near, at, { wires: context.hoistedForProperties });
  const updates = pasts.flatMap(({ data, value }) => {
    const now = print(value, data.name, data.location);
    const next = domain.reset === undefined ? now : `${resets(domain.reset)} ? ${printConstant(data.width, 0n)} : ${now}`;
    return from(data.location, `  ${edge} ${data.name} <= ${next};`);
  });
  if (properties.length === 0) return updates;
  const statements = (indent: string): Line[] =>
    properties.flatMap(({ name, kind, condition, location }) =>
      from(location, `${indent}// ${location.toString()}`, `${indent}${name}: ${kind} (${print(condition, name, location)});`),
    );
  if (domain.reset === undefined) return [...updates, `  ${edge} begin`, ...statements('    '), '  end'];
  const started = context.freeName('past_valid');
  return [
    `  reg ${started} = 1'b0;`,
    `  ${edge} ${started} <= 1'b1;`,
    '`ifdef YOSYS',
    `  always @(*) if (!${started}) assume (${resets(domain.reset)});`,
    '`endif',
    ...updates,
    `  ${edge} begin`,
    `    if (${started} && ${isReleased(domain.reset)}) begin`,
    ...statements('      '),
    '    end',
    '  end',
  ];
}
