/**
 * The commands of Vivado that a script may use, as stubs for tclsh: each writes itself down and refuses what Vivado would refuse, a
 * cell or port that was not made, a pin that a block has not, or has only with another setting; and a block with a loose end. What no
 * stub stands for is an error of Tcl.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface VivadoBehaviour {
  readonly version?: string;
  /** worst slack in ns; empty: a path that is not constrained; undefined: no path at all */
  readonly slack?: { readonly max?: string | undefined; readonly min?: string | undefined };
  /** how far each run gets, in order */
  readonly progress?: readonly string[];
  readonly boardFiles?: boolean;
  readonly routed?: boolean;
  readonly bitstream?: boolean;
  /** whether the names of cells are those that the constraints have */
  readonly cells?: boolean;
}

export interface VivadoRun {
  readonly calls: readonly string[];
  readonly stderr: string;
  readonly status: number | null;
}

const numbered = (names: string, count: number): string =>
  Array.from({ length: count }, (_, index) => names.replaceAll('#', String(index))).join(' ');

/**
 * Pins and interfaces of each IP, from its product guide (PG082, PG164, PG247, and UG994 for the small ones): those that it always
 * has, and those that a setting gives it.
 */
const IP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  processing_system7: {
    always: 'Data',
    'PCW_USE_M_AXI_GP0 1': 'M_AXI_GP0 M_AXI_GP0_ACLK',
    'PCW_USE_FABRIC_INTERRUPT 1': 'IRQ_F2P',
    ...Object.fromEntries(
      [0, 1, 2, 3].flatMap((fclk) => [
        [`PCW_EN_CLK${fclk}_PORT 1`, `FCLK_CLK${fclk}`],
        [`PCW_EN_RST${fclk}_PORT 1`, `FCLK_RESET${fclk}_N`],
      ]),
    ),
    'PCW_ENET1_ENET1_IO EMIO': ['RXD', 'RX_CLK', 'RX_DV', 'RX_ER', 'TXD', 'TX_CLK', 'TX_EN', 'TX_ER', 'COL', 'CRS']
      .map((name) => `ENET1_GMII_${name}`)
      .join(' '),
    'PCW_ENET1_GRP_MDIO_IO EMIO': 'ENET1_MDIO_MDC ENET1_MDIO_I ENET1_MDIO_O ENET1_MDIO_T',
  },
  smartconnect: {
    always: 'aclk aresetn S00_AXI',
    ...Object.fromEntries([1, 2, 3, 4].map((count) => [`NUM_MI ${count}`, numbered('M0#_AXI', count)])),
  },
  proc_sys_reset: { always: 'slowest_sync_clk ext_reset_in peripheral_reset peripheral_aresetn' },
  xlconcat: { always: 'dout', ...Object.fromEntries([1, 2, 3, 4].map((count) => [`NUM_PORTS ${count}`, numbered('In#', count)])) },
  xlconstant: { always: 'dout' },
};

export function runInVivado(script: string, folder: string, behaviour: VivadoBehaviour = {}): VivadoRun {
  const { version = '2024.2', slack, progress = [], boardFiles = true, routed = true, bitstream = true, cells = true } = behaviour;
  const { max = '0.412', min = '0.031' } = slack ?? {};
  const slacks = {
    max: slack !== undefined && 'max' in slack ? slack.max : max,
    min: slack !== undefined && 'min' in slack ? slack.min : min,
  };
  const paths = Object.entries(slacks).flatMap(([type, value]) => (value === undefined ? [] : [`${type} {${value}}`]));
  const stub = `
proc log {args} { puts [join $args " "] }
foreach name {set_part read_xdc synth_design opt_design place_design phys_opt_design route_design write_checkpoint create_project
  update_compile_order create_bd_design apply_bd_automation
  assign_bd_address save_bd_design wait_on_run open_run report_timing_summary report_bus_skew
  report_utilization report_drc report_cdc report_methodology} {
  proc $name {args} "log $name {*}\\$args"
}
proc version {flag} { return ${version} }
array set slacks {${paths.join(' ')}}
proc get_timing_paths {args} {
  set type [lindex $args [expr {[lsearch $args -delay_type] + 1}]]
  return [expr {[info exists ::slacks($type)] ? "path_$type" : ""}]
}
set progress {${progress.join(' ')}}
proc get_property {name object} {
  switch $name {
    SLACK { return $::slacks([string map {path_ {}} $object]) }
    PROGRESS { return $::reached($object) }
    STATUS { return "what Vivado says of $object" }
    DIRECTORY { return {${folder}} }
  }
  error "no property $name"
}
proc launch_runs {name args} {
  log launch_runs $name {*}$args
  set ::reached($name) [expr {[llength $::progress] > 0 ? [lindex $::progress 0] : "100%"}]
  set ::progress [lrange $::progress 1 end]
  if {${bitstream ? 1 : 0} && [lsearch $args write_bitstream] >= 0} { close [open [file join {${folder}} system_wrapper.bit] w] }
}
proc get_runs {name} { return $name }
proc get_board_parts {args} { return [expr {${boardFiles ? 1 : 0} ? [lindex $args end] : ""}] }
proc current_project {} { return project }
proc current_fileset {} { return sources_1 }
proc get_files {name} { return $name }
proc make_wrapper {args} { log make_wrapper {*}$args; return system_wrapper.v }
proc report_route_status {args} { log report_route_status {*}$args; return ${routed ? 1 : 0} }
# modules, and of each the interfaces that its attributes name, and the ports that are in none
proc take {file} {
  if {[file extension $file] ne ".v" || ![file exists $file]} { return }
  set channel [open $file]
  set interface ""
  foreach line [split [read $channel] "\n"] {
    if {[regexp {^module (\\w+)} $line found name] && ![info exists module]} { set module $name; set ::pins($module) {} }
    regexp {interface:\\w+:1.0 (\\w+) } $line found interface
    if {[regexp {^    (?:input|output|inout) +wire +(?:\\[\\d+:0\\])? *(\\w+),?$} $line found port]} {
      lappend ::pins($module) [expr {$interface eq "" ? $port : $interface}]
      set interface ""
    }
  }
  close $channel
  set ::pins($module) [lsort -unique $::pins($module)]
}
proc read_verilog {files} { log read_verilog {*}[lmap file $files { file tail $file }]; foreach file $files { take $file } }
proc add_files {args} { log add_files {*}[lmap file $args { string map [list {${folder}/} {}] $file }]; foreach file [lindex $args end] { take $file } }
${Object.entries(IP)
  .map(
    ([name, pins]) =>
      `set ip(${name}) {${Object.entries(pins)
        .map(([setting, names]) => `{${setting}} {${names}}`)
        .join(' ')}}`,
  )
  .join('\n')}
proc set_property {args} {
  log set_property {*}$args
  set cell [lindex $args end]
  if {![info exists ::modes($cell)]} { return }
  foreach {name value} [expr {[lindex $args 0] eq "-dict" ? [lindex $args 1] : [lrange $args 0 1]}] {
    set setting "[string map {CONFIG. {}} $name] $value"
    if {[dict exists $::modes($cell) $setting]} { lappend ::cells($cell) {*}[dict get $::modes($cell) $setting] }
  }
}
proc create_bd_cell {args} {
  log create_bd_cell {*}$args
  set name [lindex $args end]
  if {[lindex $args 1] eq "ip"} {
    set ::modes($name) $::ip([lindex [split [lindex $args 3] :] 2])
    set ::cells($name) [dict get $::modes($name) always]
  } else {
    if {![info exists ::pins([lindex $args 3])]} { error "no module [lindex $args 3]" }
    set ::cells($name) $::pins([lindex $args 3])
    foreach pin $::cells($name) { set ::loose($name/$pin) {} }
  }
}
proc get_bd_cells {name} { if {![info exists ::cells($name)]} { error "no cell $name" }; return $name }
proc pin {path} {
  lassign [split $path /] cell pin
  if {[lsearch -exact $::cells([get_bd_cells $cell]) $pin] < 0} { error "no pin $path, only $::cells($cell)" }
  return $path
}
proc get_bd_pins {path} { pin $path }
proc get_bd_intf_pins {path} { pin $path }
proc create_bd_port {args} { log create_bd_port {*}$args; set ::loose([lindex $args end]) {} }
proc get_bd_ports {name} { if {$name ni $::ends && ![info exists ::loose($name)]} { error "no port $name" }; return $name }
set ends {}
foreach name {connect_bd_net connect_bd_intf_net} {
  proc $name {args} "log $name {*}\\$args; foreach end \\$args { lappend ::ends \\$end; unset -nocomplain ::loose(\\$end) }"
}
proc validate_bd_design {} { log validate_bd_design; if {[array size ::loose] > 0} { error "not connected: [lsort [array names ::loose]]" } }
proc get_cells {flag path} { return [expr {${cells ? 1 : 0} ? $path : ""}] }
proc get_bd_addr_spaces {path} { return $path }
proc get_bd_addr_segs {path} { pin [file dirname $path]; return $path }
proc write_bitstream {args} { log write_bitstream {*}$args; close [open [lindex $args end] w] }
proc write_hw_platform {args} { log write_hw_platform {*}$args; close [open [lindex $args end] w] }
`;
  const file = join(folder, 'stub.tcl');
  // Vivado reads the script with source too, so that it finds its own folder
  writeFileSync(file, `${stub}\nsource {${join(folder, script)}}\n`);
  const { stdout, stderr, status } = spawnSync('tclsh', [file], { encoding: 'utf8' });
  return {
    calls: stdout
      .trim()
      .split('\n')
      .map((call) => call.replaceAll(`${folder}/`, '')),
    stderr,
    status,
  };
}
