/** Domains whose reset is made inside a module. */
import { NotAReset } from '../errors/domain-errors.ts';
import type { Domain, Reset, ResetOptions } from '../ir/domain.ts';
import { driversOf } from '../ir/drivers.ts';
import type { Expression, Signal } from '../ir/module.ts';
import { requireOpen } from './running.ts';
import type { Scope } from './scope.ts';
import type { Bit } from './value.ts';

/** An asynchronous reset must have no logic behind it, and so no glitch. @throws NotAReset */
export function resetBy(scope: Scope, domain: Domain, reset: Bit, options: ResetOptions): Domain {
  requireOpen(scope, 'resetBy');
  scope.use(domain);
  const signal = signalOf(reset.expression);
  const { kind, active }: Pick<Reset, 'kind' | 'active'> = {
    kind: options.reset ?? domain.reset?.kind ?? 'sync',
    active: options.active ?? domain.reset?.active ?? 'high',
  };
  if (signal === undefined || (kind === 'async' && !isRegistered(scope, signal))) throw new NotAReset(domain.clock, signal?.name);
  scope.unused.add(signal);
  return { ...domain, reset: { name: signal.name, kind, active, signal } };
}

function isRegistered(scope: Scope, signal: Signal): boolean {
  if (signal.kind !== 'instanceOutput') return signal.kind === 'register' || signal.kind === 'input';
  const instance = scope.instance(({ signals }) => signals.includes(signal));
  const port = instance?.connections.find((connection) => connection.signal === signal)?.port;
  const output = instance?.module.ports.find(({ kind, name }) => kind === 'output' && name === port);
  if (instance === undefined || output === undefined) return false;
  return driversOf(instance.module.statements, output).some(
    (statement) => statement.kind === 'assign' && signalOf(statement.value)?.kind === 'register',
  );
}

function signalOf(expression: Expression): Signal | undefined {
  return expression.kind === 'signal' ? expression.signal : undefined;
}
