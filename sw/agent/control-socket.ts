/**
 * How a running agent is asked: a Unix socket of mode 0600, a JSON object a line each way. It also shows that an agent runs: a second one on
 * the same socket is refused.
 */
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';
import { RELATIONS_MAX } from '../../spec/configuration.ts';
import type { AgentStatus } from './status.ts';

const requestSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  /** @field relation its number; without it the only one that the agent has */
  z.strictObject({
    command: z.literal('rekey'),
    kind: z.enum(['0-RTT', 'n-RTT']),
    relation: z.number().int().min(0).max(0xffff).optional(),
  }),
]);
export type ControlRequest = z.infer<typeof requestSchema>;

/** What the agent answers: its status, and why it did not do what it was asked, if so. */
export interface ControlAnswer {
  readonly status: AgentStatus;
  readonly refused?: string | undefined;
}

/** Longest lines that are read, in characters: the answer of an agent tells of each relation in less than 4096. */
const REQUEST_MAX = 65_536;
const ANSWER_MAX = 4096 * RELATIONS_MAX;
const PATIENCE_MS = 5000;

/** An agent is there already, or is not. */
export class ControlError extends Error {
  constructor(path: string, problem: string, mend: string) {
    super(`${path}: ${problem}: ${mend}`);
    this.name = 'ControlError';
  }
}

/** Listens until it is closed. @throws ControlError where another agent listens; what the system says */
export async function listen(path: string, answer: (request: ControlRequest) => Promise<ControlAnswer>): Promise<Server> {
  if (await isAnswered(path)) throw new ControlError(path, 'another agent runs there', 'stop it, or give this one another "control"');
  // what a killed agent left
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    // it is closed by what went wrong
    socket.on('error', () => {});
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    void firstLine(socket, REQUEST_MAX).then(async (line) => {
      const request = requestSchema.safeParse(line);
      if (!request.success) return socket.end(`${JSON.stringify({ error: 'expected a request of keyturn status or keyturn rekey' })}\n`);
      return socket.end(`${JSON.stringify(await answer(request.data))}\n`);
    });
  });
  const umask = process.umask(0o177);
  // the name is bound when listen returns
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  process.umask(umask);
  await listening;
  return server;
}

/** Asks the agent of that socket. @throws ControlError where none answers */
export async function ask(path: string, request: ControlRequest): Promise<ControlAnswer> {
  const none = (error: unknown): ControlError => {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') return new ControlError(path, `no permission (${code})`, 'ask as the user whose agent it is');
    return new ControlError(path, `no agent answers (${code})`, 'start one: keyturn agent');
  };
  const socket = await opened(path).catch((error: unknown) => {
    throw none(error);
  });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.write(`${JSON.stringify(request)}\n`);
  const answer = await firstLine(socket, ANSWER_MAX);
  socket.destroy();
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) throw none({});
  return answer as ControlAnswer;
}

async function isAnswered(path: string): Promise<boolean> {
  try {
    (await opened(path)).destroy();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return false;
    throw error;
  }
}

/** Errors that come later close it. */
function opened(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket)).on('error', reject);
  });
}

/** What the JSON of the first line says; undefined where none comes, or it is no JSON. */
function firstLine(socket: Socket, longest: number): Promise<unknown> {
  return new Promise((resolve) => {
    let text = '';
    // UTF-8
    socket.setEncoding();
    socket.on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(jsonOf(text.slice(0, end)));
      else if (text.length > longest) socket.destroy();
    });
    socket.on('close', () => resolve(undefined));
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
