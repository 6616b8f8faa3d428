/**
 * Registers of a simulated board in another process (`keyturn board`), over its Unix socket: a JSON array a line each way. Key words pass over
 * it, so it is for trials on one machine, as everything simulated is.
 */
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';
import { z } from 'zod';
import { PAGES, type PageName } from '../../spec/pages.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { passTime, type RegisterTarget, TargetUnavailable } from './target.ts';

/** Whose register of which page, and what is written there; without a value it is read. */
export const boardRequest = z.tuple([
  z.enum(['initiator', 'follower']),
  z.enum(Object.keys(PAGES) as [PageName, ...PageName[]]),
  z.number().int().min(0).max(0xffff_ffff),
  z.number().int().min(0).max(0xffff_ffff).nullable(),
]);
/** What was read, 0 for a write; or why it was not possible. */
export const boardAnswer = z.tuple([z.number(), z.string().nullable()]);

/** @throws TargetUnavailable where no board answers */
export async function boardTarget(path: string, role: Role, page: PageName): Promise<RegisterTarget> {
  const socket = await opened(path);
  const waiting: { readonly resolve: (value: number) => void; readonly reject: (error: Error) => void }[] = [];
  let closed = false;
  socket.on('close', () => {
    closed = true;
    for (const { reject } of waiting.splice(0)) reject(gone(path));
  });
  lines(socket).on('line', (line) => {
    const [value, problem] = boardAnswer.parse(JSON.parse(line));
    for (const asked of waiting.splice(0, 1)) {
      if (problem === null) asked.resolve(value);
      else asked.reject(new Error(problem));
    }
  });
  const access = (offset: number, value: number | null): Promise<number> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(gone(path));
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify([role, page, offset, value])}\n`);
    });
  return {
    description: `${page === 'peer' ? '' : `page ${page} of `}the ${role} on the simulated board at ${path}`,
    read32: (offset) => access(offset, null),
    write32: async (offset, value) => {
      await access(offset, value);
    },
    waitForInterrupt: passTime,
    close: () => socket.destroy(),
  };
}

function opened(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket)).on('error', (error: NodeJS.ErrnoException) =>
      // one that comes later rejects nothing any more; the socket closes after it
      reject(new TargetUnavailable(`no simulated board answers at ${path} (${error.code})`, 'start one: keyturn board --socket PATH')),
    );
  });
}

function gone(path: string): TargetUnavailable {
  return new TargetUnavailable(`the simulated board at ${path} has ended`, 'start it again');
}

/** The lines that come. An end of the other side is told by the socket, and is no error. */
export function lines(socket: Socket): Interface {
  return createInterface({ input: socket }).on('error', () => undefined);
}
