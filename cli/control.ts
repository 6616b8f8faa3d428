/** Where the agent that a command asks is found, and which of its relations is meant. */
import { Option } from 'commander';
import type { AgentStatus, RelationStatus } from '../sw/agent/status.ts';
import { agentConfiguration } from './agent-file.ts';
import { wordOption } from './register-options.ts';

const DEFAULT = '/run/keyturn/agent.sock';

/** @throws ConfigurationError */
export async function controlOf({ config, control }: { readonly config?: string; readonly control?: string }): Promise<string> {
  if (control !== undefined) return control;
  return config === undefined ? DEFAULT : (await agentConfiguration(config)).control;
}

export function relationOption(): Option {
  return new Option('--relation <number>', 'the relation that is meant (default: the only one)').argParser((text) =>
    wordOption('--relation', text),
  );
}

/** Undefined where the agent has no relation of that number, or has several and none is named. */
export function relationIn({ relations }: AgentStatus, number: number | undefined): RelationStatus | undefined {
  if (number === undefined) return relations.length === 1 ? relations[0] : undefined;
  return relations.find(({ relation }) => relation === number);
}
