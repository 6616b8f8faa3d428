/** Interrupts of UIO, with one end of a socket pair as the device and the other as the kernel behind it. */
import { closeSync, readSync, writeSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { uioInterrupts } from '../../../sw/register-target/uio.ts';
import { socketPair } from './socket-pair.ts';

let device: number;
let kernel: number;
beforeEach(() => {
  [device, kernel] = socketPair();
});
afterEach(() => {
  closeSync(device);
  closeSync(kernel);
});
/** The kernel's side: an interrupt, as the count of all so far. */
const raise = (count: number): void => {
  writeSync(kernel, Uint8Array.of(count, 0, 0, 0));
};
const taken = (): Buffer => {
  const word = Buffer.alloc(8);
  return word.subarray(0, readSync(kernel, word));
};

it('arming writes the one word that the kernel wants', () => {
  uioInterrupts(device).arm();
  expect([...taken()]).toEqual([1, 0, 0, 0]);
});

it('an interrupt that has come is taken once', async () => {
  const interrupts = uioInterrupts(device);
  raise(1);
  // no time is too little even for one that is there
  expect(await interrupts.wait(0)).toBe(false);
  expect(await interrupts.wait(10_000)).toBe(true);
  expect(await interrupts.wait(1)).toBe(false);
});

it('an interrupt wakes who waits already', async () => {
  const waiting = uioInterrupts(device).wait(600_000, new AbortController().signal);
  setImmediate(() => raise(2));
  expect(await waiting).toBe(true);
});

it('whoever waits can be told to stop', async () => {
  const abort = new AbortController();
  const waiting = uioInterrupts(device).wait(600_000, abort.signal);
  setImmediate(() => abort.abort());
  // one that does not stop takes this interrupt
  const later = setTimeout(() => raise(1), 5000);
  expect(await waiting).toBe(false);
  clearTimeout(later);
});
