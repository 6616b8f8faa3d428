/** Files that are there whole or not at all: written under a temporary name, then renamed. */

import { once } from 'node:events';
import { createWriteStream, rmSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';

/** A file being written. */
export class AtomicFile {
  readonly path: string;
  readonly #stream;
  #failure: Error | undefined;

  /** @param mode permissions of the file; what the umask leaves of 0666 unless given */
  constructor(path: string, { mode }: { readonly mode?: number } = {}) {
    this.path = path;
    // what an interrupted run left may have other permissions
    rmSync(`${path}.part`, { force: true });
    this.#stream = createWriteStream(`${path}.part`, mode === undefined ? {} : { mode });
    this.#stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  write(data: string | Uint8Array): void {
    this.#stream.write(data);
  }

  /** Waits until what was written so far is on its way, so that memory stays bounded. */
  async drain(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stream.writableNeedDrain) await once(this.#stream, 'drain');
  }

  /** The file gets its name. @throws what went wrong with writing it */
  async commit(): Promise<void> {
    this.#stream.end();
    if (this.#failure === undefined) await once(this.#stream, 'close');
    if (this.#failure !== undefined) throw this.#failure;
    await rename(`${this.path}.part`, this.path);
  }

  /** Nothing stays. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    // the file may only now be opened, and must not appear after its removal
    if (!this.#stream.closed) await new Promise<void>((resolve) => this.#stream.once('close', resolve));
    await rm(`${this.path}.part`, { force: true });
  }
}
