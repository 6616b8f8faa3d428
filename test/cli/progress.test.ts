import { afterEach, expect, it, vi } from 'vitest';
import { Progress } from '../../cli/progress.ts';

/** Back to the beginning of the line, which is cleared (ECMA-48: EL). */
const REWRITE = '\r\u001b[K';
const { isTTY } = process.stderr;
afterEach(() => {
  vi.unstubAllEnvs();
  process.stderr.isTTY = isTTY;
});

/** What a run writes to a terminal of such a kind. */
function written(terminal: string | undefined): string {
  process.stderr.isTTY = terminal !== undefined;
  vi.stubEnv('TERM', terminal);
  const texts: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  try {
    const progress = new Progress(true, 'rekeying');
    progress.phase('starting');
    progress.note('roles');
    progress.update(10, 100, '0 rekeys');
    progress.update(20, 100, '1 rekeys');
    progress.end();
  } finally {
    spy.mockRestore();
  }
  return texts.join('');
}

it('rewrites its line on a terminal, and leaves notes where they are', () => {
  const text = written('xterm');
  expect(text).toContain(`${REWRITE}roles\n`);
  expect(text.endsWith(`${REWRITE} 20 %  20 of 100 frames, 1 rekeys\n`)).toBe(true);
});

it.each(['dumb', undefined])('N11: writes plain lines where nothing can be rewritten: TERM=%s', (terminal) => {
  expect(written(terminal)).toBe('rekeying\nstarting\nroles\n 10 %  10 of 100 frames, 0 rekeys\n 20 %  20 of 100 frames, 1 rekeys\n');
});
