/** Files that are there whole or not at all: written under a temporary name, then renamed. */

import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { OutputError } from './output-error.ts';

/** Text is written in pieces of so many characters: each one costs. */
const PIECE = 1 << 16;

/** A file being written. */
export class AtomicFile {
  readonly path: string;
  readonly #stream;
  #failure: OutputError | undefined;
  /** not written yet */
  #text = '';

  /** @param mode permissions of the file; what the umask leaves of 0666 unless given */
  constructor(path: string, { mode }: { readonly mode?: number } = {}) {
    this.path = path;
    // what an interrupted run left may have other permissions
    rmSync(`${path}.part`, { force: true });
    this.#stream = createWriteStream(`${path}.part`, mode === undefined ? {} : { mode });
    this.#stream.on('error', (error) => {
      this.#failure ??= new OutputError(path, error);
    });
  }

  write(data: string | Uint8Array): void {
    if (typeof data === 'string') this.#text += data;
    if (typeof data !== 'string' || this.#text.length >= PIECE) this.#flush();
    if (typeof data !== 'string') this.#stream.write(data);
  }

  /** Writes a whole file. @throws OutputError; nothing is left then */
  static async write(path: string, data: string | Uint8Array): Promise<void> {
    const file = new AtomicFile(path);
    file.write(data);
    await file.commit().catch(async (error: unknown) => {
      await file.discard();
      throw error;
    });
  }

  /** @throws OutputError what went wrong with what was written so far */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits until what was written so far is on its way, so that memory stays bounded. @throws OutputError */
  async drain(): Promise<void> {
    this.#flush();
    this.check();
    if (this.#stream.writableNeedDrain) await once(this.#stream, 'drain');
  }

  /** All is on the disk. @throws OutputError */
  async finish(): Promise<void> {
    if (!this.#stream.writableEnded) this.#flush();
    this.#stream.end();
    if (!this.#stream.closed) await new Promise<void>((resolve) => this.#stream.once('close', resolve));
    this.check();
  }

  /** The file gets its name. @throws OutputError */
  async commit(): Promise<void> {
    await this.finish();
    await rename(`${this.path}.part`, this.path).catch((error: NodeJS.ErrnoException) => {
      throw new OutputError(this.path, error);
    });
  }

  /** Nothing stays. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    // the file may only now be opened, and must not appear after its removal
    if (!this.#stream.closed) await new Promise<void>((resolve) => this.#stream.once('close', resolve));
    await rm(`${this.path}.part`, { force: true });
  }

  #flush(): void {
    if (this.#text !== '') this.#stream.write(this.#text);
    this.#text = '';
  }
}
