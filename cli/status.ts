/** `keyturn status`: relations as their running agent knows them, or one as its registers show it. */
import { Command } from 'commander';
import { table } from '../judge/table.ts';
import { formatKeyId } from '../spec/key-id.ts';
import { formatView } from '../spec/slot-machine.ts';
import { ask, ControlError } from '../sw/agent/control-socket.ts';
import { type AgentStatus, isSecured, type RelationStatus } from '../sw/agent/status.ts';
import { type Capabilities, RelationDriver, type Status } from '../sw/control-plane/driver.ts';
import { controlOf, relationIn, relationOption } from './control.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';
import { addPlaceOptions, openTarget, type PageFlags, type TargetFlags } from './register-options.ts';

interface Flags extends Omit<TargetFlags, keyof PageFlags> {
  readonly config?: string;
  readonly control?: string;
  readonly relation?: number;
  readonly registers?: boolean;
  readonly json?: boolean;
}

/** What the registers alone tell. */
interface RegisterStatus extends Status, Pick<Capabilities, 'role' | 'engine'> {
  readonly framesSent: number;
  readonly framesDelivered: number;
}

export function statusCommand(setExit: (code: number) => void): Command {
  const command = new Command('status')
    .description(
      'the relations, their slots and KeyIds, age and rest of their keys, and the last failures, asked of the running agent; --registers reads the hardware instead. Exit codes: 0 keys are in use in all of them, 1 they are not, or a peer is silent, 3 no agent answers',
    )
    .option('--config <file>', 'the configuration of the agent, which names its socket (default: none)')
    .option('--control <socket>', 'its socket (default: /run/keyturn/agent.sock)')
    .addOption(relationOption())
    .option('--registers', 'read the registers of the target, and ask no agent (default: false)')
    .option('--json', 'print it as JSON, times in ms (default: false)');
  addPlaceOptions(command).action(async (flags: Flags) => setExit(await status(flags)));
  return command.showHelpAfterError('(keyturn status --help lists the options)').exitOverride();
}

async function status(flags: Flags): Promise<number> {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  if (flags.registers === true) {
    const found = await ofRegisters(flags);
    await print(flags.json === true ? json(found) : registersText(found));
    return found.provider.includes('Active') ? EXIT.done : EXIT.fault;
  }
  const path = await controlOf(flags);
  const { status: found } = await ask(path, { command: 'status' }).catch((error: unknown) => {
    if (!(error instanceof ControlError)) throw error;
    throw new ControlError(path, 'no agent answers', 'start one, or read the registers alone with --registers');
  });
  const { relation } = flags;
  const one = relationIn(found, relation);
  if (relation !== undefined && one === undefined) {
    const numbers = found.relations.map((each) => each.relation).join(', ');
    process.stderr.write(`keyturn: ${path}: found no relation ${relation}, expected one of ${numbers}\n`);
    return EXIT.fault;
  }
  if (flags.json === true) await print(json(relation === undefined || one === undefined ? found : one));
  else await print(one === undefined ? relationsText(found) : relationText(found, one));
  return relation === undefined || one === undefined ? codeOf(isSecured(found)) : codeOf(one.state === 'secured');
}

function codeOf(secured: boolean): number {
  return secured ? EXIT.done : EXIT.fault;
}

async function ofRegisters(flags: Flags): Promise<RegisterStatus> {
  const { target } = await openTarget({ ...flags, page: 'peer' }, true);
  try {
    const driver = new RelationDriver(target);
    const { role, engine } = await driver.identify({ allowInsecure: true });
    return {
      role,
      engine,
      ...(await driver.status()),
      framesSent: await driver.transmitCounter(),
      framesDelivered: await driver.framesDelivered(),
    };
  } finally {
    target.close();
  }
}

/** An agent and one relation of it. */
function relationText(agent: AgentStatus, status: RelationStatus): string {
  const { relation, peer, state, rekeys, lastFailure, slots, key } = status;
  const rows = [
    ['relation', `${relation}, ${agent.role}, peer ${peer}`],
    ['state', state],
    ['KeyId', key === undefined ? 'none in use' : formatKeyId(key.keyId)],
    ...(key === undefined
      ? []
      : [
          ['age', duration(key.age)],
          ['sent under it', `${key.framesSent} frames`],
          ['rest', `${key.framesLeft} frames, ${duration(key.timeLeft)} at this cycle time`],
          ['failed verdicts', `${key.failedVerdicts} since it was installed`],
        ]),
    ['delivered', `${status.framesDelivered} frames of the peer`],
    ['rekeys', `${rekeys['0-RTT']} 0-RTT, ${rekeys['n-RTT']} n-RTT`],
    ['agent', agentText(agent)],
    ['last failure', lastFailure === undefined ? 'none' : `${lastFailure.at}: ${lastFailure.what}`],
  ];
  return `${table(rows, 'text')}\n${slotsText(slots)}`;
}

/** An agent, and a line for each of its relations. */
function relationsText(agent: AgentStatus): string {
  const rows = agent.relations.map(({ relation, peer, state, key, slots, rekeys, lastFailure }) => [
    String(relation),
    peer,
    state,
    ...(key === undefined ? ['none in use', '-', '-'] : [formatKeyId(key.keyId), duration(key.age), duration(key.timeLeft)]),
    slots.length === 0 ? '-' : `${formatView(slots.map(({ provider }) => provider))} ${formatView(slots.map(({ consumer }) => consumer))}`,
    `${rekeys['0-RTT']} + ${rekeys['n-RTT']}`,
    lastFailure === undefined ? 'none' : `${lastFailure.at}: ${lastFailure.what}`,
  ]);
  const head = ['relation', 'peer', 'state', 'KeyId', 'age', 'rest', 'slots', '0-RTT + n-RTT', 'last failure'];
  return `${agent.role}: ${agentText(agent)}\n${table([head, ...rows], 'text')}`;
}

function agentText({ state, reason, uptime, starts, associations }: AgentStatus): string {
  const told = reason === undefined ? state : `${state}: ${reason}`;
  return `${told}, up ${duration(uptime)}, start ${starts}, ${associations} associations`;
}

function registersText({ role, engine, provider, consumer, currentKeyId, nextKeyId, framesSent, framesDelivered }: RegisterStatus): string {
  const rows = [
    ['relation', `${role}, ${engine}`],
    ['wire KeyId', `${currentKeyId}, announced or ready ${nextKeyId}`],
    ['sent under it', `${framesSent} frames`],
    ['delivered', `${framesDelivered} frames of the peer`],
  ];
  return `${table(rows, 'text')}\n${slotsText(provider.map((view, slot) => ({ provider: view, consumer: consumer[slot] ?? 'Unused' })))}`;
}

function slotsText(slots: RelationStatus['slots']): string {
  return table(
    [['slot', 'provider', 'consumer'], ...slots.map(({ provider, consumer }, slot) => [String(slot), provider, consumer])],
    'text',
  );
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** ms in the largest unit that they have one of. */
export function duration(ms: number): string {
  const unit = UNITS.find(([, length]) => ms >= length);
  return unit === undefined ? `${ms} ms` : `${(ms / unit[1]).toFixed(1)} ${unit[0]}`;
}
