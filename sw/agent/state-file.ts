/**
 * What outlives an agent. No key and no nonce hangs on it, since every start begins with an association of its own: it tells starts apart, and
 * what is lost with it is a count.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const schema = z.strictObject({
  version: z.literal(1),
  /** starts of the agent, this one too */
  starts: z.number().int().nonnegative(),
  /** associations that gave keys, over all starts */
  associations: z.number().int().nonnegative(),
});

export type AgentState = Omit<z.infer<typeof schema>, 'version'>;

const FIRST: AgentState = { starts: 0, associations: 0 };

/** Reads it. What is damaged is put aside under `NAME.damaged`, and counts begin anew. */
export function readState(path: string): AgentState & { readonly damaged: boolean } {
  let text: string;
  try {
    text = readFileSync(path).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { ...FIRST, damaged: false };
    throw error;
  }
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return { starts: parsed.data.starts, associations: parsed.data.associations, damaged: false };
  renameSync(path, `${path}.damaged`);
  return { ...FIRST, damaged: true };
}

/** Writes it whole, or leaves what was there. @throws what the file system says */
export function writeState(path: string, state: AgentState): void {
  const part = `${path}.part`;
  try {
    const file = openSync(part, 'w', 0o600);
    try {
      const octets = Buffer.from(`${JSON.stringify({ version: 1, ...state })}\n`);
      for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, path);
    // the new name is on the disk too
    const folder = openSync(dirname(path), 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
