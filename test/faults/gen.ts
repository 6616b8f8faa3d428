/** Faults of what `keyturn gen` writes, and of how it takes its place. */
import type { Fault } from './fault.ts';

const VIVADO = 'test/boards/flow/vivado.test.ts';
const GEN = 'test/cli/gen-command.test.ts';
const REPLACE = 'test/sim/output/replace-folder.test.ts';

export const GEN_FAULTS: readonly Fault[] = [
  {
    id: 'gen-1',
    what: 'the Tcl ignores negative slack',
    file: 'boards/flow/tcl.ts',
    find: 'if {$slack < 0} { error',
    replace: 'if {$slack < 0} { puts',
    seenBy: { file: VIVADO, test: 'fails with negative slack for hold, says so, and leaves no bitstream' },
  },
  {
    id: 'gen-2',
    what: 'a run that stopped half-way counts as done',
    file: 'boards/flow/block-design.ts',
    find: 'if {$progress ne "100%"}',
    replace: 'if {$progress eq ""}',
    seenBy: { file: VIVADO, test: 'a run that does not finish ends the block design' },
  },
  {
    id: 'gen-3',
    what: 'M_AXI_GP0 of the block design has no clock, so the processor hangs',
    file: 'boards/flow/block-design.ts',
    find: "const clocked = ['ps/M_AXI_GP0_ACLK', ",
    replace: 'const clocked = [',
    seenBy: { file: VIVADO, test: 'makes the same pages as the top' },
  },
  {
    id: 'gen-4',
    what: 'a bitstream of an earlier build stays where a build fails',
    file: 'boards/flow/tcl.ts',
    find: 'file delete -force',
    replace: '# file delete -force',
    seenBy: { file: VIVADO, test: 'fails with negative slack for setup, says so, and leaves no bitstream' },
  },
  {
    id: 'gen-5',
    what: 'the build id is not that of keyturn.json',
    file: 'boards/flow/folder.ts',
    find: 'buildId: hex32(buildId),',
    replace: 'buildId: hex32(0),',
    seenBy: { file: GEN, test: 'the buildId register of the design reads the build id of keyturn.json' },
  },
  {
    id: 'gen-6',
    what: 'the hardware is generated without its build id',
    file: 'boards/flow/design.ts',
    find: 'const options = optionsOf(buildId);',
    replace: 'const options = optionsOf(0);',
    seenBy: { file: GEN, test: 'the buildId register of the Verilog that was written reads it too' },
  },
  {
    id: 'gen-7',
    what: 'what is written depends on where the command is started',
    file: 'hdl-gen/ir/location.ts',
    find: 'SourceLocation.#within = folder;',
    replace: '',
    seenBy: { file: GEN, test: 'gives the same bytes again, wherever it is started' },
  },
  {
    id: 'gen-8',
    what: 'a folder of somebody else is replaced',
    file: 'sim/output/replace-folder.ts',
    find: 'if (names.length > 0 && !names.includes(mark))',
    replace: 'if (names.length > 100)',
    seenBy: { file: REPLACE, test: 'is left alone where it is not ours' },
  },
  {
    id: 'gen-9',
    what: 'a folder that failed stays beside the old one',
    file: 'sim/output/replace-folder.ts',
    find: 'if (draft !== undefined) await rm(draft, { recursive: true, force: true });',
    replace: '',
    seenBy: { file: REPLACE, test: 'stays as it was when writing fails in the middle' },
  },
  {
    id: 'gen-10',
    what: 'an engine that protects nothing is generated without a word',
    file: 'boards/flow/insecure-engine.ts',
    find: '.insecure && !allowInsecure)',
    replace: '.insecure && allowInsecure === undefined)',
    seenBy: { file: GEN, test: 'an engine that protects nothing without --insecure' },
  },
  {
    id: 'gen-11',
    what: 'openXC7 goes on without its database',
    file: 'boards/flow/openxc7.ts',
    find: 'there() { [ -e "$1" ] ||',
    replace: 'there() { true ||',
    seenBy: { file: 'test/boards/flow/openxc7.test.ts', test: 'says what to do where prefix/prjxray-db' },
  },
  {
    id: 'gen-12',
    what: 'Linux stops the second clock of the logic',
    file: 'sw/register-map/device-tree.ts',
    find: 'new Set([fclk, ...fclks.keys()])',
    replace: 'new Set([fclk])',
    seenBy: { file: 'test/sw/register-map/device-tree.test.ts', test: 'sets and keeps every clock that is in use' },
  },
];
