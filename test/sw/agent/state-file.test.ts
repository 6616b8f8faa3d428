import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readState, writeState } from '../../../sw/agent/state-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-'));
  path = join(folder, 'agent.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Of this process. */
const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // that of the folder itself is closed again
      return [];
    }
  });

describe('the state of an agent', () => {
  it('is read as it was written, whole and by its user alone; without a file it begins', () => {
    expect(readState(path)).toEqual({ starts: 0, associations: 0, damaged: false });
    writeState(path, { starts: 3, associations: 7 });
    expect(openFiles().filter((name) => name.startsWith(folder))).toEqual([]);
    expect(readState(path)).toEqual({ starts: 3, associations: 7, damaged: false });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['agent.json']);
  });

  it.each(['', '{"version":1,"starts":3', '{"version":2,"starts":3,"associations":7}', '{"version":1,"starts":-1,"associations":7}', '7'])(
    'is put aside when it is damaged: %s',
    (text) => {
      writeFileSync(path, text);
      expect(readState(path)).toEqual({ starts: 0, associations: 0, damaged: true });
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
    },
  );

  it('stays as it was where it can’t be written, and nothing half is left', () => {
    mkdirSync(path);
    expect(() => writeState(path, { starts: 1, associations: 0 })).toThrow('EISDIR');
    expect(readdirSync(folder)).toEqual(['agent.json']);
    expect(() => writeState(join(folder, 'none', 'agent.json'), { starts: 1, associations: 0 })).toThrow(/^ENOENT: .*, open/);
    expect(() => readState(path), 'what can not be read is not taken for none').toThrow('EISDIR');
  });
});
