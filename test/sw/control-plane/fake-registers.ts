import { REGISTERS, type RegisterName } from '../../../spec/registers.ts';
import type { RegisterSpace } from '../../../sw/control-plane/register-space.ts';

/** Nobody waits for a register for so many reads: a wait without an end fails where it would hang. */
const READS_MAX = 100_000;

/** Registers in memory: reads answer what was set, writes are written down. */
export class FakeRegisters implements RegisterSpace {
  readonly writes: { readonly name: string; readonly offset: number; readonly value: number }[] = [];
  reads = 0;
  readonly #values = new Map<number, number>();
  readonly #queues = new Map<number, number[]>();

  set(name: RegisterName, value: number): void {
    this.#values.set(REGISTERS[name].offset, value);
  }

  /** Answers of the reads to come; then the value that was set. */
  queue(name: RegisterName, ...values: readonly number[]): void {
    this.#queues.set(REGISTERS[name].offset, [...values]);
  }

  /** Answers that were queued and not read. */
  unread(name: RegisterName): number {
    return this.#queues.get(REGISTERS[name].offset)?.length ?? 0;
  }

  written(name: string): number[] {
    return this.writes.filter((write) => write.name === name).map(({ value }) => value);
  }

  read32(offset: number): Promise<number> {
    if (++this.reads > READS_MAX) return Promise.reject(new Error(`register ${offset} was read ${READS_MAX} times`));
    return Promise.resolve(this.#queues.get(offset)?.shift() ?? this.#values.get(offset) ?? 0);
  }

  write32(offset: number, value: number): Promise<void> {
    const name = Object.entries(REGISTERS).findLast(([, register]) => register.offset <= offset)?.[0] ?? '';
    this.writes.push({ name, offset, value });
    return Promise.resolve();
  }
}
