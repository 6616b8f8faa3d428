import { describe, expect, it } from 'vitest';
import { Forgeries } from '../../../sw/agent/forgeries.ts';

/** A key that was installed and is in use, of hardware that has counted so many before. */
function inUse(bound: number, before: number): Forgeries {
  const forgeries = new Forgeries(bound);
  forgeries.looked(before);
  forgeries.installed();
  forgeries.switched();
  return forgeries;
}

describe('failed verdicts of a key', () => {
  it('ask for another key once half of the bound is reached, and once for each key', () => {
    const forgeries = inUse(100, 1000);
    expect([1000, 1049, 1050, 1060].map((failed) => forgeries.looked(failed))).toEqual([false, false, true, false]);
    expect(forgeries.count).toBe(60);
    forgeries.installed();
    forgeries.switched();
    expect(forgeries.count).toBe(0);
    expect([1109, 1110].map((failed) => forgeries.looked(failed))).toEqual([false, true]);
  });

  it('are those of the key that the hardware goes on with, before there is another', () => {
    const forgeries = new Forgeries(100);
    expect([1000, 1049, 1050].map((failed) => forgeries.looked(failed))).toEqual([false, false, true]);
  });

  it('are counted from its installation on, not from its use on', () => {
    const forgeries = inUse(100, 0);
    forgeries.looked(10);
    forgeries.installed();
    forgeries.looked(17);
    expect(forgeries.count).toBe(17);
    forgeries.switched();
    expect(forgeries.count).toBe(7);
  });

  it('go on over the wrap of the hardware’s count, and begin anew with hardware that was set up', () => {
    const forgeries = inUse(100, 0xffff_fff0);
    forgeries.looked(4);
    expect(forgeries.count).toBe(20);
    forgeries.begun();
    forgeries.looked(0);
    expect(forgeries.count).toBe(20);
  });
});
