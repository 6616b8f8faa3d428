/** What an error means for the one who typed the command: the text, and the exit code. */
import { describe, expect, it } from 'vitest';
import { EXIT, explain } from '../../cli/exit.ts';
import { KeyLogMissing } from '../../judge/folder.ts';
import { SimulationAborted } from '../../sim/aborted.ts';
import { OutputError } from '../../sim/output/output-error.ts';
import { TrafficError } from '../../sim/traffic/traffic.ts';
import { VectorFileMissing } from '../../sim/vectors/vector.ts';
import { ConfigurationError } from '../../spec/configuration.ts';
import { ControlError } from '../../sw/agent/control-socket.ts';
import { HardwareLost } from '../../sw/agent/guarded-registers.ts';

const ofSystem = (code: string, more: Partial<NodeJS.ErrnoException> = {}): Error =>
  Object.assign(new Error(`${code}: said by the system`), { code, ...more });

describe('an error', () => {
  it.each<readonly [string, Error, number]>([
    ['an interruption', new SimulationAborted(), EXIT.interrupted],
    ['hardware that is gone', new HardwareLost('the board', 'EIO'), EXIT.unavailable],
    ['an agent that is not there', new ControlError('/run/x', 'nobody listens', 'start it'), EXIT.unavailable],
    ['a wrong setting', new ConfigurationError('a.json', ['loss: too much']), EXIT.usage],
    ['traffic that is none', new TrafficError('a.pcap', 'no frame'), EXIT.usage],
    ['a folder without keys', new KeyLogMissing('out'), EXIT.usage],
    ['vectors that are not there', new VectorFileMissing('a.rsp'), EXIT.usage],
    ['a full disk', new OutputError('out', ofSystem('ENOSPC')), EXIT.fault],
    ['a place that must not be written', new OutputError('out', ofSystem('EACCES')), EXIT.usage],
  ])('%s is told by its message', (_, error, exit) => {
    expect(explain(error)).toEqual({ text: error.message, exit });
  });

  it.each([
    ['ENOENT', 'a.json: no such file or folder; check the name'],
    ['EISDIR', 'a.json is a folder, expected a file'],
    ['EACCES', "a.json: can't be read (EACCES); check the name and its permissions"],
    ['ENOTDIR', "a.json: can't be read (ENOTDIR); check the name and its permissions"],
    ['EEXIST', "a.json: can't be read (EEXIST); check the name and its permissions"],
  ])('of a file, %s, is the one of who named it', (code, text) => {
    expect(explain(ofSystem(code, { path: 'a.json', syscall: 'open' }))).toEqual({ text, exit: EXIT.usage });
  });

  it('of a folder that is read without its name says what it is all the same', () => {
    expect(explain(ofSystem('EISDIR', { syscall: 'read' })).text).toBe('the path is a folder, expected a file');
  });

  it('of the system else is told as the system does, with the path where there is one', () => {
    expect(explain(ofSystem('EIO', { syscall: 'read' }))).toEqual({ text: 'EIO: said by the system', exit: EXIT.fault });
    expect(explain(ofSystem('EIO', { syscall: 'read', path: 'a' }))).toEqual({ text: 'a: EIO: said by the system', exit: EXIT.fault });
  });

  it('that has a name of its own needs no stack; one of ours that has not shows it', () => {
    class Named extends Error {
      override name = 'Named';
    }
    expect(explain(new Named('told'))).toEqual({ text: 'told', exit: EXIT.fault });
    for (const error of [new Error('bare'), new TypeError('bare'), new RangeError('bare')]) {
      expect(explain(error)).toEqual({ text: error.stack, exit: EXIT.fault });
      expect(explain(error).text).toContain('\n    at ');
    }
    const withoutStack = new Error('bare');
    delete withoutStack.stack;
    expect(explain(withoutStack).text).toBe('bare');
    expect(explain('thrown')).toEqual({ text: 'thrown', exit: EXIT.fault });
  });
});

it('exit codes are those of the README', () => {
  expect(EXIT).toEqual({ done: 0, fault: 1, usage: 2, unavailable: 3, interrupted: 130 });
});
