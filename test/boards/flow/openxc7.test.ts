/** The script for openXC7, run by sh with tools on its PATH that write down what they are given. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { openXc7Script } from '../../../boards/flow/openxc7.ts';

const PLAN = {
  board: loadBoard('zybo-z7-10'),
  configuration: {
    board: 'zybo-z7-10',
    wire: 'fifo',
    role: 'initiator',
    relations: 1,
    slots: 2,
    engine: 'xor',
    delivery: 'newest',
    clockPeriod: 10,
    octetTime: 8,
  },
  fclks: new Map([[0, 100]]),
  buildId: 1,
  top: 'the_top',
  verilog: ['rtl/part.v', 'rtl/the_top.v'],
  pinConstraints: ['pins.xdc'],
  vivadoConstraints: ['vivado.xdc'],
} as const;
const TOOLS = ['yosys', 'nextpnr-xilinx', 'fasm2frames', 'xc7frames2bit'] as const;

let folder: string;
const at = (path: string): string => join(folder, path);
beforeEach(() => {
  // a place with a blank in its name, as people have them
  folder = mkdtempSync(join(tmpdir(), 'keyturn test-'));
  for (const path of ['rtl', 'bin', 'out', 'prefix/chipdb', 'prefix/prjxray-db/zynq7/xc7z010clg400-1'])
    mkdirSync(at(path), { recursive: true });
  writeFileSync(at('openxc7.sh'), openXc7Script(PLAN));
  chmodSync(at('openxc7.sh'), 0o755);
  for (const path of [
    'rtl/part.v',
    'rtl/the_top.v',
    'vivado.xdc',
    'prefix/chipdb/xc7z010clg400-1.bin',
    'prefix/prjxray-db/zynq7/xc7z010clg400-1/part.yaml',
  ])
    writeFileSync(at(path), '');
  writeFileSync(at('pins.xdc'), '# the pins\n');
  writeFileSync(at('out/keyturn.bit'), 'stale');
  for (const tool of TOOLS) fake(tool);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** It writes down its arguments, one a line, and makes the files that --fasm, --output_file and --log name. */
function fake(tool: string, exitCode = 0): void {
  const text = `#!/bin/sh
{ echo '== ${tool}'; printf '%s\\n' "$@"; } >> "$LOG"
while [ $# -gt 0 ]; do
  case $1 in --fasm|--output_file) echo ${tool} > "$2";; --log) echo 'Info: Max frequency for clock system: 101.50 MHz' > "$2";; esac
  shift
done
exit ${exitCode}
`;
  writeFileSync(at(`bin/${tool}`), text);
  chmodSync(at(`bin/${tool}`), 0o755);
}
function run(environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: `${at('bin')}:/usr/bin:/bin`, LOG: at('log'), PREFIX: at('prefix'), ...environment };
  const { stdout, stderr, status } = spawnSync(at('openxc7.sh'), [], { cwd: tmpdir(), env, encoding: 'utf8' });
  const log = existsSync(at('log')) ? readFileSync(at('log'), 'utf8').replaceAll(folder, '.') : '';
  return { stdout, stderr, status, log };
}

it('calls the four tools one after another, each with what the one before made', () => {
  const { stdout, stderr, status, log } = run();
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(log.trim().split('\n')).toEqual([
    '== yosys',
    '-q',
    '-l',
    './out/yosys.log',
    '-p',
    ' read_verilog "./rtl/part.v"; read_verilog "./rtl/the_top.v"; synth_xilinx -flatten -family xc7 -top the_top; write_json "./out/keyturn.json"',
    '== nextpnr-xilinx',
    ...['--chipdb', './prefix/chipdb/xc7z010clg400-1.bin', '--xdc', './out/keyturn.xdc', '--json', './out/keyturn.json'],
    ...['--fasm', './out/keyturn.fasm', '--freq', '100', '--log', './out/nextpnr.log'],
    '== fasm2frames',
    ...['--part', 'xc7z010clg400-1', '--db-root', './prefix/prjxray-db/zynq7', './out/keyturn.fasm'],
    '== xc7frames2bit',
    ...['--part_file', './prefix/prjxray-db/zynq7/xc7z010clg400-1/part.yaml', '--part_name', 'xc7z010clg400-1'],
    ...['--frm_file', './out/keyturn.frames', '--output_file', './out/keyturn.bit.part'],
  ]);
  // what only Vivado understands is not there
  expect(readFileSync(at('out/keyturn.xdc'), 'utf8')).toBe('# the pins\n');
  expect(readFileSync(at('out/keyturn.bit'), 'utf8')).toBe('xc7frames2bit\n');
  expect(stdout).toContain('Max frequency for clock system: 101.50 MHz');
});

it.each(TOOLS)('says what to install where %s is missing, before anything is made', (tool) => {
  rmSync(at(`bin/${tool}`));
  // the tools of the system itself, without the real ones that may be there
  const variable = { yosys: 'YOSYS', 'nextpnr-xilinx': 'NEXTPNR', fasm2frames: 'FASM2FRAMES', xc7frames2bit: 'FRAMES2BIT' }[tool];
  const { stderr, status, log } = run({ [variable]: `${tool}-of-mine` });
  expect({ status, log }).toEqual({ status: 1, log: '' });
  expect(stderr).toContain(`keyturn: ${tool}-of-mine is not on the PATH: install openXC7`);
  expect(stderr).toContain(`or name it with ${variable}=`);
});

it.each([
  ['prefix/chipdb/xc7z010clg400-1.bin', 'name it with CHIPDB='],
  ['prefix/prjxray-db/zynq7/xc7z010clg400-1/part.yaml', 'name its zynq7 with DB_ROOT='],
  ['rtl/part.v', 'generate this folder again'],
])('says what to do where %s is missing', (path, remedy) => {
  rmSync(at(path));
  const { stderr, status, log } = run();
  expect({ status, log }).toEqual({ status: 1, log: '' });
  expect(stderr).toContain(`keyturn: ${at(path)} is missing`);
  expect(stderr).toContain(remedy);
});

it.each(TOOLS)('ends where %s fails, with its exit code and no bitstream', (tool) => {
  fake(tool, 3);
  const { status, log } = run();
  expect(status).toBe(3);
  expect(log.split('== ').at(-1)?.split('\n')[0]).toBe(tool);
  expect(existsSync(at('out/keyturn.bit'))).toBe(false);
});
