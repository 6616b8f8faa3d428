/** A configuration file: a JSON object of settings, the same for every command. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../spec/configuration.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** The settings as they stand there, not checked yet. @throws ConfigurationError where it is no JSON object, or has a key twice */
export async function readConfig(path: string): Promise<Record<string, unknown>> {
  const file = await readFile(path, 'utf8');
  // RFC 8259, section 8.1: a parser may ignore it, and editors write it
  const text = file.startsWith(BYTE_ORDER_MARK) ? file.slice(1) : file;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(path, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigurationError(path, ['expected a JSON object of settings, as {"frames": 1000, "loss": 0.02}']);
  const keys = keysOf(text);
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  if (twice.size > 0)
    throw new ConfigurationError(
      path,
      [...twice].map((key) => `${key}: stands there more than once; keep one of them`),
    );
  return parsed as Record<string, unknown>;
}

/** The keys of the outermost object of a text that is JSON, in their order: JSON.parse keeps only the last of those that are equal. */
function keysOf(text: string): readonly string[] {
  const keys: string[] = [];
  let depth = 0;
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (colon !== undefined && depth === 1 && string !== undefined) keys.push(String(JSON.parse(string)));
  }
  return keys;
}
