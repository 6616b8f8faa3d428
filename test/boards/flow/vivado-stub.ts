/**
 * The commands of Vivado that a script may use, as stubs for tclsh: each writes itself down and refuses what Vivado would refuse, a
 * cell that was not made or a pin that a block has not. What no stub stands for is an error of Tcl.
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
}

export interface VivadoRun {
  readonly calls: readonly string[];
  readonly stderr: string;
  readonly status: number | null;
}

/** Pins and interfaces of each IP, from its product guide (PG082, PG164, PG247, and UG994 for the small ones). */
const IP: Readonly<Record<string, string>> = {
  processing_system7: 'M_AXI_GP0 M_AXI_GP0_ACLK FCLK_CLK0 FCLK_RESET0_N IRQ_F2P',
  smartconnect: 'aclk aresetn S00_AXI M00_AXI M01_AXI M02_AXI',
  proc_sys_reset: 'slowest_sync_clk ext_reset_in peripheral_reset peripheral_aresetn',
  xlconcat: 'In0 In1 In2 dout',
  xlconstant: 'dout',
};

export function runInVivado(script: string, folder: string, behaviour: VivadoBehaviour = {}): VivadoRun {
  const { version = '2024.2', slack, progress = [], boardFiles = true, routed = true, bitstream = true } = behaviour;
  const { max = '0.412', min = '0.031' } = slack ?? {};
  const slacks = {
    max: slack !== undefined && 'max' in slack ? slack.max : max,
    min: slack !== undefined && 'min' in slack ? slack.min : min,
  };
  const paths = Object.entries(slacks).flatMap(([type, value]) => (value === undefined ? [] : [`${type} {${value}}`]));
  const stub = `
proc log {args} { puts [join $args " "] }
foreach name {set_part read_xdc synth_design opt_design place_design phys_opt_design route_design write_checkpoint create_project
  update_compile_order create_bd_design apply_bd_automation create_bd_port connect_bd_net
  connect_bd_intf_net assign_bd_address validate_bd_design save_bd_design wait_on_run open_run report_timing_summary report_bus_skew
  report_utilization report_drc report_cdc report_methodology set_property} {
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
# modules and the ports and interfaces of each, as their attributes say
proc take {file} {
  if {[file extension $file] ne ".v" || ![file exists $file]} { return }
  set channel [open $file]
  set text [read $channel]
  close $channel
  regexp -line {^module (\\w+)} $text found module
  set ::pins($module) [lsort -unique [concat [regexp -all -inline {(?:clk|rst|irq)\\M} $text] \\
    [lmap {found name} [regexp -all -inline {interface:\\w+:1.0 (\\w+) } $text] { set name }]]]
}
proc read_verilog {files} { log read_verilog {*}[lmap file $files { file tail $file }]; foreach file $files { take $file } }
proc add_files {args} { log add_files {*}[lmap file $args { string map [list {${folder}/} {}] $file }]; foreach file [lindex $args end] { take $file } }
array set ip {${Object.entries(IP)
    .map(([name, pins]) => `${name} {${pins}}`)
    .join(' ')}}
proc create_bd_cell {args} {
  log create_bd_cell {*}$args
  set name [lindex $args end]
  if {[lindex $args 1] eq "ip"} {
    set ::cells($name) $::ip([lindex [split [lindex $args 3] :] 2])
  } else {
    if {![info exists ::pins([lindex $args 3])]} { error "no module [lindex $args 3]" }
    set ::cells($name) $::pins([lindex $args 3])
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
proc get_bd_ports {name} { return $name }
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
