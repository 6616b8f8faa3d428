/** A child process that answers questions over two named FIFOs, with blocking calls, so that the asker stays synchronous. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, open as openFile, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ToolMissing } from '../process-failures.ts';

/** The two FIFOs as the child has to open them, `in` first. */
export interface ChannelPaths {
  readonly in: string;
  readonly out: string;
}

export interface Program {
  /** what messages call it */
  readonly title: string;
  /** Debian packages that have it */
  readonly packages: string;
  readonly file: string;
  readonly args: (paths: ChannelPaths) => readonly string[];
}

/** The child has ended, or never began; `said` is what it printed. */
export class ChannelBroken extends Error {
  readonly said: string;
  constructor(said: string) {
    super('the other side has ended');
    this.name = 'ChannelBroken';
    this.said = said;
  }
}

export class Channel {
  readonly pid: number;
  readonly #output: number;
  readonly #input: number;
  readonly #said: () => string;
  readonly #close: () => void;
  #closed = false;

  /** @throws ToolMissing when there is no such program; ChannelBroken when it ends before it opens the FIFOs */
  static async open({ title, packages, file, args }: Program): Promise<Channel> {
    const folder = mkdtempSync(join(tmpdir(), `hdl-gen-${process.pid}-`));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove);
    try {
      const paths = { in: join(folder, 'in'), out: join(folder, 'out') };
      await execa('mkfifo', [paths.in, paths.out]);
      // what it prints goes into a file: a pipe would only be heard by the event loop, after a blocking call has failed
      const log = join(folder, 'log');
      const said = (): string => (existsSync(log) ? readFileSync(log, 'utf8') : '');
      const printed = openSync(log, 'w');
      // a session of its own: it is ended by us, or by the end of its FIFO, never by a Ctrl-C that is meant for us
      const child = spawn(file, args(paths), { stdio: ['ignore', printed, printed], detached: true });
      closeSync(printed);
      const ended = new Promise<Error>((resolve) => {
        child.once('error', (error: NodeJS.ErrnoException) =>
          resolve(error.code === 'ENOENT' ? new ToolMissing(title, packages) : new ChannelBroken(error.message)),
        );
        child.once('exit', () => resolve(new ChannelBroken(said())));
      });
      const output = await opened(paths.in, 'w', ended);
      const input = await opened(paths.out, 'r', ended).catch((error: unknown) => {
        closeSync(output);
        throw error;
      });
      return new Channel(child.pid ?? 0, output, input, said, () => {
        process.off('exit', remove);
        closeSync(output);
        closeSync(input);
        child.kill('SIGKILL');
        remove();
      });
    } catch (error) {
      process.off('exit', remove);
      remove();
      throw error;
    }
  }

  private constructor(pid: number, output: number, input: number, said: () => string, close: () => void) {
    this.pid = pid;
    this.#output = output;
    this.#input = input;
    this.#said = said;
    this.#close = close;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Sends the question, and waits for as many words as `answer` has. @throws ChannelBroken */
  ask(question: Uint32Array, answer: Uint32Array): void {
    try {
      const bytes = bytesOf(question);
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#output, bytes, at);
      receive(this.#input, bytesOf(answer));
    } catch {
      throw new ChannelBroken(this.#said());
    }
  }

  /** Ends the child. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#close();
  }
}

/** Opens one end of a FIFO, which waits for the other end; or throws when the child has ended. */
async function opened(path: string, flags: 'r' | 'w', ended: Promise<Error>): Promise<number> {
  const opening = openDescriptor(path, flags);
  const first = await Promise.race([opening, ended]);
  if (typeof first === 'number') return first;
  // still waiting for the other end: be it
  const other = openSync(path, 'r+');
  closeSync(await opening);
  closeSync(other);
  throw first;
}

function openDescriptor(path: string, flags: 'r' | 'w'): Promise<number> {
  return new Promise((resolve, reject) => openFile(path, flags, (error, descriptor) => (error ? reject(error) : resolve(descriptor))));
}

function receive(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, null);
    if (count === 0) throw new Error('end of file');
    at += count;
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
