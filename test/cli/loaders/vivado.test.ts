/** The script for Vivado's hardware manager, run by tclsh against stubs of its commands that write down each call. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { programTcl } from '../../../cli/loaders/vivado.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** @param devices of each target */
function run(devices: Readonly<Record<string, readonly string[]>>) {
  const stubs = `
set opened ""
proc log {args} { puts [join $args " "] }
foreach name {open_hw_manager connect_hw_server close_hw_manager close_hw_target current_hw_device program_hw_devices set_property} {
  proc $name {args} "log $name {*}\\$args"
}
proc get_hw_targets {args} { return {${Object.keys(devices).join(' ')}} }
proc current_hw_target {target} { global opened; set opened $target; log current_hw_target $target }
proc open_hw_target {args} { log open_hw_target {*}$args }
proc get_hw_devices {quiet pattern} {
  global opened
  array set devices {${Object.entries(devices)
    .map(([target, there]) => `${target} {${there.join(' ')}}`)
    .join(' ')}}
  return [lsearch -all -inline -glob $devices($opened) $pattern]
}
`;
  const script = join(folder, 'script.tcl');
  writeFileSync(script, stubs + programTcl('/tmp/a b.bit', 'xc7z020'));
  const { stdout, stderr, status } = spawnSync('tclsh', [script], { encoding: 'utf8' });
  return { calls: stdout.trim().split('\n'), error: stderr, status };
}

it('programs the one device of the part, behind whichever cable it is, and closes', () => {
  expect(run({ other: ['xc7a35t_0'], zybo: ['arm_dap_0', 'xc7z020_1'] }).calls).toEqual([
    'open_hw_manager',
    'connect_hw_server',
    'current_hw_target other',
    'open_hw_target',
    'close_hw_target',
    'current_hw_target zybo',
    'open_hw_target',
    'current_hw_device xc7z020_1',
    'set_property PROGRAM.FILE /tmp/a b.bit xc7z020_1',
    'program_hw_devices xc7z020_1',
    'close_hw_manager',
  ]);
});

it.each([
  ['no cable', {}, 'keyturn: no target'],
  ['another part behind the cable', { zybo: ['arm_dap_0', 'xc7z010_1'] }, 'keyturn: no device'],
])('with %s it fails, says so, and programs nothing', (_, devices, message) => {
  const { calls, error, status } = run(devices);
  expect(status).toBe(1);
  expect(error).toContain(message);
  expect(calls.join('\n')).not.toContain('program_hw_devices');
});
