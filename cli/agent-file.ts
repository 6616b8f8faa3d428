/** The configuration file of an agent: its paths are meant from the folder that it is in. */
import { dirname, resolve } from 'node:path';
import { type AgentConfiguration, parseAgentConfiguration } from '../spec/agent-configuration.ts';
import { readConfig } from './config-file.ts';

/** @throws ConfigurationError; what the file system says where there is none */
export async function agentConfiguration(path: string): Promise<AgentConfiguration> {
  const configuration = parseAgentConfiguration(await readConfig(path), path);
  const from = (name: string): string => resolve(dirname(path), name);
  return {
    ...configuration,
    identity: from(configuration.identity),
    relations: configuration.relations.map((relation) => ({ ...relation, psk: from(relation.psk) })),
    state: from(configuration.state),
    control: from(configuration.control),
  };
}
