/** Vivado without a project: the raw PS7 primitive, no IP and no board files (UG894, UG835). */
import { type BuildPlan, OUT, RESULT } from './build.ts';
import { preamble, tclList } from './tcl.ts';

export const VIVADO_SCRIPT = 'vivado.tcl';

/** Writes .bit and reports; an .xsa needs the block design, since nothing here tells a tool of the processor's settings. */
export function vivadoTcl(plan: BuildPlan): string {
  return `${preamble(plan, VIVADO_SCRIPT)}
${tclList('sources', plan.verilog)}
${tclList('constraints', [...plan.pinConstraints, ...plan.vivadoConstraints])}

set_part $part
read_verilog $sources
read_xdc $constraints

synth_design -top ${plan.top} -part $part
opt_design
place_design
phys_opt_design
route_design

reports
if {![report_route_status -boolean_check ROUTED_FULLY]} { error "keyturn: not every net is routed" }
closed setup max
closed hold min

write_checkpoint -force [file join $out ${RESULT}.dcp]
write_bitstream -force [file join $out ${RESULT}.bit]
puts "keyturn: ${OUT}/${RESULT}.bit is written"
`;
}
