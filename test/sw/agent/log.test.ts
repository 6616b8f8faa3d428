import { expect, it } from 'vitest';
import { jsonLog } from '../../../sw/agent/log.ts';

it('writes a JSON object a line, and leaves out what is less grave than asked', () => {
  const lines: string[] = [];
  const log = jsonLog(
    'warning',
    (line) => lines.push(line),
    () => new Date(0),
  );
  log('info', 'state', { state: 'secured' });
  log('warning', 'failure', { what: 'peer\nSilent', counter: 7 });
  log('error', 'stateNotWritten');
  expect(lines).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","level":"warning","event":"failure","what":"peer\\nSilent","counter":7}\n',
    '{"time":"1970-01-01T00:00:00.000Z","level":"error","event":"stateNotWritten"}\n',
  ]);
});

it('has the time of the wall clock', () => {
  const lines: string[] = [];
  const before = Date.now();
  jsonLog('info', (line) => lines.push(line))('info', 'state');
  expect(Date.parse(JSON.parse(lines[0] ?? '').time)).toBeGreaterThanOrEqual(before);
});
