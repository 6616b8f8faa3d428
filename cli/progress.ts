/** Progress of long work on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #enabled: boolean;
  // a dumb terminal knows no way back to the beginning of a line (terminfo)
  readonly #rewrites = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
  #lastTenth = -1;
  #open = false;

  constructor(enabled: boolean, title: string) {
    this.#enabled = enabled;
    if (enabled) process.stderr.write(`${title}\n`);
  }

  phase(text: string): void {
    if (this.#enabled) this.#line(text);
  }

  /** A line that stays. */
  note(text: string): void {
    if (!this.#enabled) return;
    this.#line(text);
    this.end();
  }

  update(done: number, of: number, extra: string): void {
    if (!this.#enabled) return;
    const percent = Math.floor((100 * done) / of);
    const tenth = Math.floor(percent / 10);
    if (!this.#rewrites && tenth === this.#lastTenth) return;
    this.#lastTenth = tenth;
    this.#line(`${String(percent).padStart(3)} %  ${done} of ${of} frames, ${extra}`);
  }

  /** Leaves the last line as it is. Calling it again does nothing. */
  end(): void {
    if (this.#open) process.stderr.write('\n');
    this.#open = false;
  }

  #line(text: string): void {
    if (this.#rewrites) {
      process.stderr.write(`\r\x1b[K${text}`);
      this.#open = true;
    } else process.stderr.write(`${text}\n`);
  }
}
