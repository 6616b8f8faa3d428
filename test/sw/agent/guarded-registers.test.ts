import { describe, expect, it } from 'vitest';
import { GuardedRegisters } from '../../../sw/agent/guarded-registers.ts';

const space = { read32: async () => 0, write32: async () => undefined };

describe('guarded registers', () => {
  it('end a command that hardware never answers', async () => {
    let reads = 0;
    const read32 = async (): Promise<number> => {
      reads++;
      return 0;
    };
    const guarded = new GuardedRegisters(new AbortController().signal).space({ ...space, read32 }, 'the board');
    const poll = async (): Promise<void> => {
      while ((await guarded.read32(0)) === 0);
    };
    await expect(poll()).rejects.toThrow('the board is lost (a command was not done after 100000 accesses)');
    expect(reads).toBe(100_000);
    await expect(guarded.read32(0)).rejects.toMatchObject({ name: 'HardwareLost' });
  });

  it('let others have their turn once in 256 accesses', async () => {
    const guarded = new GuardedRegisters(new AbortController().signal).space(space, 'the board');
    let turns = 0;
    let turn = setImmediate(function others() {
      turns++;
      turn = setImmediate(others);
    });
    for (let access = 0; access < 4 * 256; access++) await guarded.read32(0);
    clearImmediate(turn);
    expect(turns).toBe(4);
  });

  it('count anew with each look', async () => {
    const guard = new GuardedRegisters(new AbortController().signal);
    const guarded = guard.space(space, 'the board');
    for (let look = 0; look < 3; look++) {
      guard.look();
      for (let access = 0; access < 50_000; access++) await guarded.read32(0);
    }
    await expect(guarded.write32(0, 1)).resolves.toBeUndefined();
  });

  it('throw by name when stopped, and when the registers are gone', async () => {
    const abort = new AbortController();
    const guard = new GuardedRegisters(abort.signal);
    const gone = guard.space({ ...space, read32: () => Promise.reject(new Error('EIO: i/o error, read')) }, '/dev/uio0');
    await expect(gone.read32(0)).rejects.toThrow(
      '/dev/uio0 is lost (EIO: i/o error, read): bring it back, and start the agent again; what the hardware has goes on',
    );
    const mute = guard.space({ ...space, read32: () => Promise.reject('a bare word') }, '/dev/uio0');
    await expect(mute.read32(0)).rejects.toThrow('/dev/uio0 is lost (a bare word): ');
    abort.abort();
    await expect(gone.read32(0)).rejects.toThrow('the agent was stopped');
    await expect(gone.read32(0)).rejects.toMatchObject({ name: 'Stopped' });
  });

  it('write where and what they are told', async () => {
    const written: unknown[] = [];
    const write32 = async (...what: readonly number[]): Promise<void> => void written.push(what);
    await new GuardedRegisters(new AbortController().signal).space({ ...space, write32 }, 'the board').write32(8, 5);
    expect(written).toEqual([[8, 5]]);
  });
});
