/** A configuration file: a JSON object of settings, the same for every command. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../spec/configuration.ts';

/** The settings as they stand there, not checked yet. @throws ConfigurationError where it is no JSON object */
export async function readConfig(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Record<string, unknown>;
  } catch (error) {
    throw new ConfigurationError(path, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  throw new ConfigurationError(path, ['expected a JSON object of settings, as {"frames": 1000, "loss": 0.02}']);
}
