/** The service around a relation: the loop that looks at the hardware, and what the world sees of it. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { AgentConfiguration } from '../../spec/agent-configuration.ts';
import { ConfigurationError } from '../../spec/configuration.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { HardwareMismatch } from '../control-plane/driver.ts';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import { type ControlAnswer, type ControlRequest, listen } from './control-socket.ts';
import { GuardedRegisters, HardwareLost, Stopped } from './guarded-registers.ts';
import type { Log } from './log.ts';
import { serveMetrics } from './metrics.ts';
import type { Notifier } from './notify.ts';
import { RelationService } from './relation-service.ts';
import { type AgentState, readState, writeState } from './state-file.ts';
import { healthLine } from './status.ts';

export interface ServeOptions {
  readonly role: Role;
  readonly configuration: AgentConfiguration;
  /** where that comes from, for messages */
  readonly source: string;
  /** zeroed when the service ends */
  readonly secrets: { readonly identity: Uint8Array; readonly psk: Uint8Array };
  readonly registers: { readonly peer: RegisterSpace; readonly host: RegisterSpace };
  /** what they are, for messages */
  readonly description: string;
  readonly allowInsecure: boolean;
  readonly log: Log;
  readonly notifier: Notifier;
  /** ends the service */
  readonly signal: AbortSignal;
}

/**
 * Serves until the signal comes.
 * @throws HardwareMismatch, ConfigurationError, ControlError for what is wrong at the start; HardwareLost when the registers can't be reached
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { configuration, log, signal, secrets, registers, description } = options;
  const guard = new GuardedRegisters(signal);
  const state = stateAtStart(configuration.state, log);
  const service: RelationService = new RelationService({
    ...options,
    registers: { peer: guard.space(registers.peer, description), host: guard.space(registers.host, description) },
    // the time since the machine started: it goes on whatever becomes of the wall clock
    now: () => performance.now() * 1e6,
    random: (octets) => randomBytes(octets),
    state,
    onState: (next) => service.degraded(written(configuration.state, next, log)),
  });
  const control = await listen(configuration.control, async (request) => answer(service, request));
  const metrics = configuration.metricsPort === 0 ? undefined : await serveMetrics(configuration.metricsPort, () => service.status);
  try {
    await service.begin();
    log('info', 'started', { role: options.role, relation: configuration.relation, hardware: description, starts: service.status.starts });
    options.notifier.notify('READY=1');
    await loop(service, guard, options);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    options.notifier.notify('STOPPING=1');
    service.stop();
    for (const secret of Object.values(secrets)) secret.fill(0);
    metrics?.close();
    metrics?.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
    log('info', 'stopped');
  }
}

async function loop(
  service: RelationService,
  guard: GuardedRegisters,
  { configuration, notifier, log, signal }: ServeOptions,
): Promise<void> {
  let [toldAt, told] = [performance.now(), ''];
  while (!signal.aborted) {
    guard.look();
    try {
      await service.poll();
    } catch (error) {
      if (FINAL.some((kind) => error instanceof kind)) throw error;
      // a fault of ours, or hardware that does what it must not: the connection goes on in the hardware
      service.failed(error instanceof Error ? error.message : String(error));
    }
    const { status } = service;
    if (status.state !== told) {
      told = status.state;
      log('info', 'state', { state: told });
      notifier.notify(`STATUS=${healthLine(status)}`);
    }
    if (notifier.aliveEvery !== undefined && performance.now() - toldAt >= notifier.aliveEvery / 2) {
      toldAt = performance.now();
      notifier.notify('WATCHDOG=1');
    }
    await setTimeout(configuration.poll, undefined, { signal }).catch(() => undefined);
  }
}

/** After these the service can't go on. */
const FINAL: readonly (abstract new (...args: never[]) => Error)[] = [Stopped, HardwareLost, HardwareMismatch, ConfigurationError];

function answer(service: RelationService, request: ControlRequest): ControlAnswer {
  const refused = request.command === 'rekey' ? service.rekey(request.kind) : undefined;
  return { status: service.status, ...(refused === undefined ? {} : { refused }) };
}

function stateAtStart(path: string, log: Log): AgentState {
  const { damaged, ...state } = readState(path);
  if (damaged) log('warning', 'stateDamaged', { path, kept: `${path}.damaged` });
  return state;
}

/** @returns what is wrong, if it could not be written: no key hangs on it, and the agent goes on */
function written(path: string, state: AgentState, log: Log): string | undefined {
  try {
    writeState(path, state);
    return undefined;
  } catch (error) {
    const reason = `the state can't be written: ${error instanceof Error ? error.message : String(error)}`;
    log('error', 'stateNotWritten', { path, reason });
    return reason;
  }
}
