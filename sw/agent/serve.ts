/** The service around the relations of a station: the loop that looks at the hardware, and what the world sees of it. */
import { randomBytes } from 'node:crypto';
import type { AgentConfiguration } from '../../spec/agent-configuration.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { passTime, type RegisterTarget } from '../register-target/target.ts';
import { type ControlAnswer, type ControlRequest, listen } from './control-socket.ts';
import { GuardedRegisters, HardwareLost, Stopped } from './guarded-registers.ts';
import type { Log } from './log.ts';
import { serveMetrics } from './metrics.ts';
import { type Notifier, signsOfLife } from './notify.ts';
import { type AgentState, readState, writeState } from './state-file.ts';
import type { StationHardware } from './station-hardware.ts';
import { StationService } from './station-service.ts';
import { type AgentStateName, healthLine } from './status.ts';

export interface ServeOptions {
  readonly role: Role;
  readonly configuration: AgentConfiguration;
  /** where that comes from, for messages */
  readonly source: string;
  /** as of `StationServiceOptions`; zeroed when the service ends */
  readonly secrets: { readonly identity: Uint8Array; readonly psks: readonly Uint8Array[] };
  /** on registers that are guarded */
  readonly hardware: (guard: GuardedRegisters) => StationHardware | Promise<StationHardware>;
  /** what it is, for messages */
  readonly description: string;
  readonly allowInsecure: boolean;
  readonly log: Log;
  readonly notifier: Notifier;
  /** until an interrupt of the hardware comes, or so many ms have passed; default: the time passes */
  readonly wait?: RegisterTarget['waitForInterrupt'];
  /** ends the service */
  readonly signal: AbortSignal;
}

/**
 * Serves until the signal comes.
 * @throws HardwareMismatch, ConfigurationError, ControlError for what is wrong at the start; HardwareLost when the registers can't be reached
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { secrets, log } = options;
  try {
    // whenever the signal comes: hardware is asked what it is before there is a service
    await served(options);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    for (const secret of [secrets.identity, ...secrets.psks]) secret.fill(0);
    log('info', 'stopped');
  }
}

async function served(options: ServeOptions): Promise<void> {
  const { configuration, log, signal, description } = options;
  const guard = new GuardedRegisters(signal);
  const state = stateAtStart(configuration.state, log);
  const service = new StationService({
    ...options,
    hardware: await options.hardware(guard),
    onLook: () => guard.look(),
    // the time since the machine started: it goes on whatever becomes of the wall clock
    now: () => performance.now() * 1e6,
    random: (octets) => randomBytes(octets),
    state,
    onState: (next) => written(configuration.state, next, log),
  });
  const control = await listen(configuration.control, async (request) => answer(service, request));
  const metrics = configuration.metricsPort === 0 ? undefined : await serveMetrics(configuration.metricsPort, () => service.status);
  try {
    await service.begin();
    const { starts } = service.status;
    log('info', 'started', { role: options.role, relations: configuration.relations.length, hardware: description, starts });
    options.notifier.notify('READY=1');
    await loop(service, options);
  } finally {
    options.notifier.notify('STOPPING=1');
    service.stop();
    metrics?.close();
    metrics?.closeAllConnections();
    await new Promise((resolve) => control.close(resolve));
  }
}

async function loop(service: StationService, { configuration, description, notifier, log, signal, wait }: ServeOptions): Promise<void> {
  const { poll, look } = configuration;
  const pause = look === 'all' || wait === undefined ? passTime : wait;
  const alive = signsOfLife(notifier);
  let told: AgentStateName | undefined;
  while (!signal.aborted) {
    await service.poll();
    const { status } = service;
    if (status.state !== told) {
      told = status.state;
      log('info', 'state', { state: told });
      notifier.notify(`STATUS=${healthLine(status)}`);
    }
    alive();
    await pause(poll, signal).catch((error: unknown) => {
      throw new HardwareLost(description, error instanceof Error ? error.message : String(error));
    });
  }
}

function answer(service: StationService, request: ControlRequest): ControlAnswer {
  const refused = request.command === 'rekey' ? service.rekey(request.relation, request.kind) : undefined;
  return { status: service.status, refused };
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
