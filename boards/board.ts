/** The boards that Keyturn knows, one folder each. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError, suggestion } from '../spec/configuration.ts';
import { type Board, boardSchema } from './schema.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FILE = 'board.json';

/** There is no board of that name. */
export class UnknownBoard extends Error {
  constructor(name: string) {
    super(`there is no board ${name}: ${suggestion(name, boardNames())}; a folder with a ${FILE} does too`);
    this.name = 'UnknownBoard';
  }
}

export function boardNames(): readonly string[] {
  return readdirSync(HERE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(HERE, entry.name, FILE)))
    .map(({ name }) => name)
    .sort();
}

/**
 * @param name of a board here, or a path to a folder elsewhere, which has a slash
 * @throws UnknownBoard, ConfigurationError
 */
export function loadBoard(name: string): Board {
  const elsewhere = name.includes('/');
  if (!elsewhere && !boardNames().includes(name)) throw new UnknownBoard(name);
  const path = join(elsewhere ? name : join(HERE, name), FILE);
  return parseBoard(readFileSync(path, 'utf8'), path);
}

/** @throws ConfigurationError with a line for each fault: where it is, what was expected, what was found */
export function parseBoard(text: string, path: string): Board {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(path, [`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const { success, data: board, error } = boardSchema.safeParse(data);
  if (success) return board;
  throw new ConfigurationError(
    path,
    error.issues.map(({ path: at, message }) => {
      const found = at.reduce<unknown>(
        (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
        data,
      );
      const shown = found === undefined ? 'nothing' : JSON.stringify(found);
      return `${at.length === 0 ? '' : `${at.map(String).join('.')}: `}${message}${at.length === 0 || shown.length > 60 ? '' : `, found ${shown}`}`;
    }),
  );
}
