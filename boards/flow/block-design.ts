/** Vivado with a block design: the processing system as IP, station and mailboxes as blocks; this way writes an .xsa (UG994, UG835). */
import { lineOf, PAGE_OCTETS, type PageName, pageBase, pagesOf, RELATIONS_OCTETS } from '../../spec/pages.ts';
import { blockPath } from './block-timing.ts';
import { blockWire } from './block-wires.ts';
import { type BuildPlan, hex32, OUT, RESULT, systemMhz } from './build.ts';
import { preamble, tclList } from './tcl.ts';

export const BLOCK_DESIGN_SCRIPT = 'vivado-block-design.tcl';

export interface BlockPlan extends BuildPlan {
  /** blocks by the page that they have */
  readonly blocks: Readonly<Partial<Record<PageName, string>>>;
  /** ports that are 1 for ever, as the reset of the Ethernet PHY is */
  readonly heldHigh: readonly string[];
}

export function blockDesignTcl(plan: BlockPlan): string {
  const { board, configuration } = plan;
  const { fclk, base } = board.registers;
  const pages = pagesOf(configuration.wire);
  const interrupting = pages.flatMap((page) => {
    const line = lineOf(page);
    return line === undefined ? [] : [{ page, line }];
  });
  const wire = blockWire(configuration.wire, board);
  const streams = [['peer/host_rx', 'host/received'], ['host/sent', 'peer/host_tx'], ...wire.streams];
  const settings = {
    [`PCW_FPGA${fclk}_PERIPHERAL_FREQMHZ`]: String(systemMhz(plan)),
    [`PCW_EN_CLK${fclk}_PORT`]: '1',
    [`PCW_EN_RST${fclk}_PORT`]: '1',
    PCW_USE_M_AXI_GP0: '1',
    PCW_USE_FABRIC_INTERRUPT: '1',
    PCW_IRQ_F2P_INTR: '1',
    PCW_IRQ_F2P_MODE: 'DIRECT',
    ...wire.settings,
  };
  const resets = [...pages.map((page) => `${page}/rst`), ...(pages.includes('mac') ? ['mac/request'] : [])];
  const clocked = ['ps/M_AXI_GP0_ACLK', 'bus/aclk', 'reset/slowest_sync_clk', ...pages.map((page) => `${page}/clk`)];
  return `${preamble(plan, BLOCK_DESIGN_SCRIPT)}
${tclList('sources', plan.verilog)}
${tclList('constraints', [...plan.pinConstraints, ...plan.vivadoConstraints])}

create_project -force ${RESULT} [file join $out project] -part $part
# the board's own settings of the processor where its files are installed; ours, which come from them, elsewhere
set board_part [lindex [get_board_parts -quiet ${board.vivadoBoard}] 0]
if {$board_part ne ""} { set_property board_part $board_part [current_project] }
add_files -norecurse $sources
add_files -fileset constrs_1 -norecurse $constraints
update_compile_order -fileset sources_1

create_bd_design system
create_bd_cell -type ip -vlnv xilinx.com:ip:processing_system7 ps
if {$board_part ne ""} {
  apply_bd_automation -rule xilinx.com:bd_rule:processing_system7 -config {make_external "FIXED_IO, DDR" apply_board_preset "1"} [get_bd_cells ps]
} else {
  puts "keyturn: no board files for ${board.vivadoBoard}: settings as generated"
  set_property -dict [list ${configs(board.processingSystem)}] [get_bd_cells ps]
  apply_bd_automation -rule xilinx.com:bd_rule:processing_system7 -config {make_external "FIXED_IO, DDR" apply_board_preset "0"} [get_bd_cells ps]
}
# no preset sets a clock of the logic
set_property -dict [list ${configs(settings)}] [get_bd_cells ps]

create_bd_cell -type ip -vlnv xilinx.com:ip:smartconnect bus
set_property -dict [list CONFIG.NUM_SI {1} CONFIG.NUM_MI {${pages.length}}] [get_bd_cells bus]
create_bd_cell -type ip -vlnv xilinx.com:ip:proc_sys_reset reset
create_bd_cell -type ip -vlnv xilinx.com:ip:xlconcat interrupts
set_property CONFIG.NUM_PORTS {${interrupting.length}} [get_bd_cells interrupts]
${pages.map((page) => `create_bd_cell -type module -reference ${plan.blocks[page]} ${page}`).join('\n')}

# the processor stops for ever at an access while M_AXI_GP0 has no clock
connect_bd_net [get_bd_pins ps/FCLK_CLK${fclk}] ${clocked.map((pin) => `[get_bd_pins ${pin}]`).join(' ')}
connect_bd_net [get_bd_pins ps/FCLK_RESET${fclk}_N] [get_bd_pins reset/ext_reset_in]
connect_bd_net [get_bd_pins reset/peripheral_aresetn] [get_bd_pins bus/aresetn]
connect_bd_net [get_bd_pins reset/peripheral_reset] ${resets.map((pin) => `[get_bd_pins ${pin}]`).join(' ')}
connect_bd_intf_net [get_bd_intf_pins ps/M_AXI_GP0] [get_bd_intf_pins bus/S00_AXI]
${pages
  .map(
    (page, index) => `connect_bd_intf_net [get_bd_intf_pins bus/M${String(index).padStart(2, '0')}_AXI] [get_bd_intf_pins ${page}/s_axi]`,
  )
  .join('\n')}
${interrupting.map(({ page, line }) => `connect_bd_net [get_bd_pins ${page}/irq] [get_bd_pins interrupts/In${line}]`).join('\n')}
connect_bd_net [get_bd_pins interrupts/dout] [get_bd_pins ps/IRQ_F2P]
${plan.heldHigh.map(holdHigh).join('')}${streams.map(([from, to]) => `connect_bd_intf_net [get_bd_intf_pins ${from}] [get_bd_intf_pins ${to}]`).join('\n')}
${wire.commands.map((command) => `${command}\n`).join('')}${pages
  .map(
    (page) =>
      `assign_bd_address -offset ${hex32(pageBase(base, page))} -range ${rangeOf(page) / 1024}K -target_address_space [get_bd_addr_spaces ps/Data] [get_bd_addr_segs ${page}/s_axi/reg0] -force`,
  )
  .join('\n')}
validate_bd_design
save_bd_design
# in one piece, so that names, buffers and constraints are those of one design
set_property synth_checkpoint_mode None [get_files system.bd]
add_files -norecurse [make_wrapper -files [get_files system.bd] -top]
set_property top system_wrapper [current_fileset]
update_compile_order -fileset sources_1

proc run {name args} {
  launch_runs $name {*}$args
  wait_on_run $name
  set progress [get_property PROGRESS [get_runs $name]]
  if {$progress ne "100%"} { error "keyturn: $name ended at $progress ([get_property STATUS [get_runs $name]])" }
}

run synth_1 -jobs 2
run impl_1 -jobs 2
open_run impl_1
${pages.includes('mac') ? found(blockPath('mac')) : ''}reports
closed setup max
closed hold min

run impl_1 -to_step write_bitstream
set bit [lindex [glob -nocomplain [file join [get_property DIRECTORY [get_runs impl_1]] *.bit]] 0]
if {$bit eq ""} { error "keyturn: impl_1 has written no bitstream" }
file copy -force $bit [file join $out ${RESULT}.bit]
write_hw_platform -fixed -include_bit -force -file [file join $out ${RESULT}.xsa]
puts "keyturn: ${OUT}/${RESULT}.bit and ${OUT}/${RESULT}.xsa are written"
`;
}

/** A station has the addresses of as many relations as there can be, and answers SLVERR where it has none. */
function rangeOf(page: PageName): number {
  return page === 'peer' ? RELATIONS_OCTETS : PAGE_OCTETS;
}

/** Constraints that find no cell are a warning to Vivado, and paths that it then times as if both clocks were one. */
function found(path: string): string {
  return `if {[get_cells -quiet ${path}] eq ""} { error "keyturn: there is no cell ${path}, which the constraints of the crossings name" }\n`;
}

function holdHigh(port: string): string {
  return `create_bd_cell -type ip -vlnv xilinx.com:ip:xlconstant ${port}_high
create_bd_port -dir O ${port}
connect_bd_net [get_bd_pins ${port}_high/dout] [get_bd_ports ${port}]
`;
}

function configs(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `CONFIG.${name} {${value}}`)
    .join(' ');
}
