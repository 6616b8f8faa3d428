/** `keyturn rekey`: a rekey by hand, by the running agent of the initiator. */
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { formatKeyId, type RekeyKind } from '../spec/key-id.ts';
import { ask } from '../sw/agent/control-socket.ts';
import type { RelationStatus } from '../sw/agent/status.ts';
import { controlOf, relationIn, relationOption } from './control.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { wordOption } from './register-options.ts';
import { interruptible } from './signals.ts';

/** ms between two looks at whether it is done. */
const LOOK_MS = 50;

interface Flags {
  readonly config?: string;
  readonly control?: string;
  readonly relation?: number;
  readonly agree?: boolean;
  readonly timeout: string;
  readonly json?: boolean;
}

export function rekeyCommand(setExit: (code: number) => void): Command {
  const command = new Command('rekey')
    .description(
      'have the running agent of the initiator rekey now, and wait until the new key is in use. Exit codes: 0 it is, 1 it could not be begun, was not in use in time (the old key goes on), or failed and another kind came in its place, 3 no agent answers',
    )
    .option('--config <file>', 'the configuration of the agent, which names its socket (default: none)')
    .option('--control <socket>', 'its socket (default: /run/keyturn/agent.sock)')
    .addOption(relationOption())
    .option('--agree', 'agree on a new master key, n-RTT (default: the next key of the chain, 0-RTT)')
    .option('--timeout <ms>', 'how long to wait; 0: not at all', '10000')
    .option('--json', 'print what came of it, the status of the relation, as JSON (default: false)')
    .action(async (flags: Flags) => setExit(await rekey(flags)));
  return command.showHelpAfterError('(keyturn rekey --help lists the options)').exitOverride();
}

async function rekey(flags: Flags): Promise<number> {
  const path = await controlOf(flags);
  const kind = flags.agree === true ? 'n-RTT' : '0-RTT';
  const timeout = wordOption('--timeout', flags.timeout);
  const { relation } = flags;
  const before = relationIn((await ask(path, { command: 'status' })).status, relation);
  const { refused, status } = await ask(path, { command: 'rekey', kind, ...(relation === undefined ? {} : { relation }) });
  const asked = relationIn(status, relation);
  if (refused !== undefined || before === undefined || asked === undefined) {
    process.stderr.write(`keyturn: ${path}: ${refused ?? 'the agent was started anew with other relations: ask again'}\n`);
    return EXIT.fault;
  }
  const after = timeout === 0 ? asked : await interruptible((signal) => settled(path, before, timeout, signal));
  if (flags.json === true) await print(`${JSON.stringify(after, null, 2)}\n`);
  const problem = timeout === 0 ? undefined : problemOf(kind, before, after, timeout);
  if (problem !== undefined) {
    const why = after.failures === before.failures ? '' : `; last failure ${after.lastFailure?.at}: ${after.lastFailure?.what}`;
    process.stderr.write(`keyturn: ${path}: ${problem}${why}\n`);
    return EXIT.fault;
  }
  if (flags.json !== true) await print(timeout === 0 ? `asked for a rekey, ${kind}\n` : `KeyId ${nameOf(before)} -> ${nameOf(after)}\n`);
  return EXIT.done;
}

/** What came in the place of the rekey that was asked for. An agreement that fails is followed by a rekey without one. */
function problemOf(kind: RekeyKind, before: RelationStatus, after: RelationStatus, timeout: number): string | undefined {
  if (after.associations !== before.associations)
    return `the stations have associated anew meanwhile, and nothing came of the rekey: KeyId ${nameOf(before)} -> ${nameOf(after)}`;
  if (!isOther(before, after)) return `no new key within ${timeout} ms, and the old one goes on`;
  if (kind === 'n-RTT' && after.key?.keyId.master === before.key?.keyId.master)
    return `the agreement failed, and a 0-RTT rekey came in its place: KeyId ${nameOf(before)} -> ${nameOf(after)}`;
  return undefined;
}

/** The status with the new key, or the last one in time. @throws ControlError where the agent ends meanwhile */
async function settled(path: string, before: RelationStatus, timeout: number, signal: AbortSignal): Promise<RelationStatus> {
  const end = performance.now() + timeout;
  for (;;) {
    const status = relationIn((await ask(path, { command: 'status' })).status, before.relation);
    if (status !== undefined && (isOther(before, status) || status.associations !== before.associations)) return status;
    if (performance.now() >= end || signal.aborted) return status ?? before;
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

function nameOf({ key }: RelationStatus): string {
  return key === undefined ? 'none' : formatKeyId(key.keyId);
}

function isOther(before: RelationStatus, after: RelationStatus): boolean {
  return after.key !== undefined && nameOf(before) !== nameOf(after);
}
