import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passTime } from '../../../sw/register-target/target.ts';

describe('time that passes where a target has no interrupt', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([undefined, new AbortController().signal])('is all of it, with or without a signal', async (signal) => {
    const passing = passTime(50, signal);
    vi.advanceTimersByTime(49);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(await passing).toBe(false);
    if (signal !== undefined) expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is cut short by the signal, before it began or later', async () => {
    const early = passTime(50, AbortSignal.abort());
    expect(vi.getTimerCount()).toBe(0);
    expect(await early).toBe(false);
    const abort = new AbortController();
    const late = passTime(50, abort.signal);
    expect(vi.getTimerCount()).toBe(1);
    abort.abort();
    expect(vi.getTimerCount()).toBe(0);
    expect(await late).toBe(false);
  });
});
