/** Where the agent that a command asks is found. */
import { agentConfiguration } from './agent-file.ts';

const DEFAULT = '/run/keyturn/agent.sock';

/** @throws ConfigurationError */
export async function controlOf({ config, control }: { readonly config?: string; readonly control?: string }): Promise<string> {
  if (control !== undefined) return control;
  return config === undefined ? DEFAULT : (await agentConfiguration(config)).control;
}
