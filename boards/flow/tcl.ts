/** What both scripts for Vivado begin and end with. */
import { type BuildPlan, hex32, OUT, RESULT } from './build.ts';

/** The first Vivado that writes .xsa files (UG1400); scripts are written after the documents of the other. */
const OLDEST = '2019.2';
const DOCUMENTED = '2024.2';

/** Files of the folder as a list of Tcl, one a line. */
export function tclList(variable: string, paths: readonly string[]): string {
  return [`set ${variable} {}`, ...paths.map((path) => `lappend ${variable} [needed {${path}}]`)].join('\n');
}

/** Version, folders, and the checks that decide over success. What an earlier run left as its result is gone first. */
export function preamble(plan: BuildPlan, script: string): string {
  return `# ${plan.board.title}, ${plan.configuration.wire}: build ${hex32(plan.buildId)}. Run it anywhere with
#   vivado -mode batch -nolog -nojournal -source ${script}
# It ends with an error where anything fails, negative slack too, and leaves no ${OUT}/${RESULT}.bit then.

set here [file dirname [file normalize [info script]]]
set out [file join $here ${OUT}]
set part ${plan.board.part.name}

proc needed {path} {
  global here
  set file [file join $here $path]
  if {![file exists $file]} { error "keyturn: $file is missing: generate this folder again" }
  return $file
}

# a path without a clock has no slack, which is no success
proc closed {kind type} {
  set path [lindex [get_timing_paths -quiet -delay_type $type -max_paths 1] 0]
  if {$path eq ""} { error "keyturn: no path is timed for $kind: a clock has no period" }
  set slack [get_property SLACK $path]
  if {![string is double -strict $slack]} { error "keyturn: the worst path for $kind has no slack: it is not constrained" }
  puts "keyturn: worst slack for $kind: $slack ns"
  if {$slack < 0} { error "keyturn: $kind is not met, slack $slack ns: see [file join $::out timing.rpt]" }
}

proc reports {} {
  global out
  report_timing_summary -file [file join $out timing.rpt]
  report_bus_skew -file [file join $out bus_skew.rpt]
  report_utilization -hierarchical -file [file join $out utilisation.rpt]
  report_drc -file [file join $out drc.rpt]
  report_cdc -details -file [file join $out cdc.rpt]
  report_methodology -file [file join $out methodology.rpt]
}

if {![regexp {^(\\d+)\\.(\\d+)} [version -short] found year release]} { error "keyturn: Vivado does not say its version" }
if {$year * 10 + $release < ${OLDEST.replace('.', '')}} { error "keyturn: Vivado $found is too old, ${OLDEST} or newer is needed" }
if {$found ne "${DOCUMENTED}"} { puts "WARNING: keyturn: written after the documents of Vivado ${DOCUMENTED}, and this is $found" }

file mkdir $out
file delete -force [file join $out ${RESULT}.bit] [file join $out ${RESULT}.xsa]
`;
}
