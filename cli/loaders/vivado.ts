/** Vivado's hw_server, where that is what is there: a batch script for the hardware manager. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loader } from './loader.ts';
import { AFTER_JTAG, type Explanation, runTool } from './tool.ts';

const TOOL = 'vivado';
const ARGS = ['-mode', 'batch', '-nolog', '-nojournal', '-notrace', '-source'] as const;

const EXPLANATIONS: readonly Explanation[] = [
  { says: /keyturn: no target/, means: 'no cable: connect the USB port PROG/UART (J12) of the board, and switch the board on' },
  { says: /keyturn: no device/, means: 'no part of this kind behind the cable: switch the board on, and check that it is the one named' },
  { says: /Labtools 27-2223|Labtoolstcl 44-494|permission denied/i, means: "no permission for the cable: install Vivado's cable drivers" },
];

/**
 * The script of the hardware manager (UG908): the first target with the device, programmed once.
 * @param part without package and speed grade, as `xc7z020`
 */
export function programTcl(bitFile: string, part: string): string {
  return `open_hw_manager
connect_hw_server
set targets [get_hw_targets -quiet]
if {[llength $targets] == 0} { error "keyturn: no target" }
set device ""
foreach target $targets {
  current_hw_target $target
  open_hw_target
  set device [lindex [get_hw_devices -quiet ${part}_*] 0]
  if {$device ne ""} { break }
  close_hw_target
}
if {$device eq ""} { error "keyturn: no device" }
current_hw_device $device
set_property PROGRAM.FILE {${bitFile}} $device
program_hw_devices $device
close_hw_manager
`;
}

export const vivado: Loader = {
  name: 'vivado',
  plan: ({ path }) => [`${[TOOL, ...ARGS].join(' ')} program.tcl    # program.tcl: the hardware manager programs ${path}`],
  async load(load) {
    const status = await runTool(TOOL, {
      load,
      args: (bitFile, folder) => {
        const script = join(folder, 'program.tcl');
        writeFileSync(script, programTcl(bitFile, load.board.part.name.replace(/clg.*$/, '')));
        return [...ARGS, script];
      },
      explanations: EXPLANATIONS,
      install: 'install Vivado or Vivado Lab, and run its settings64.sh',
    });
    if (status === 0) load.say(AFTER_JTAG);
    return status;
  },
};
