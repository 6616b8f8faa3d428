/** The open tools for 7 series: Yosys, nextpnr-xilinx, Project X-Ray (github.com/openXC7/demo-projects, openXC7.mk). */
import { type BuildPlan, OUT, RESULT, systemMhz } from './build.ts';

export const OPENXC7_SCRIPT = 'openxc7.sh';

/** A POSIX shell script. nextpnr-xilinx reads pins and clocks only (xilinx/xdc.cc), so timing exceptions are not known to it. Without
 * `-abc9`, with which Yosys 0.23 (Debian 12) aborts on block RAM. */
export function openXc7Script(plan: BuildPlan): string {
  const part = plan.board.part.name;
  const sources = plan.verilog.map((path) => `"$here/${path}"`).join(' ');
  const constraints = plan.pinConstraints.map((path) => `"$here/${path}"`).join(' ');
  return `#!/bin/sh
# ${plan.board.title}, ${plan.configuration.wire}: a bitstream by openXC7. Paths and tools are variables:
#   CHIPDB=/opt/nextpnr-xilinx/${part}.bin DB_ROOT=/opt/prjxray-db/zynq7 ./${OPENXC7_SCRIPT}
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "\${PART:=${part}}"
: "\${PREFIX:=/opt/openxc7}"
: "\${CHIPDB:=$PREFIX/chipdb/$PART.bin}"
: "\${DB_ROOT:=$PREFIX/prjxray-db/zynq7}"
: "\${YOSYS:=yosys}"
: "\${NEXTPNR:=nextpnr-xilinx}"
: "\${FASM2FRAMES:=fasm2frames}"
: "\${FRAMES2BIT:=xc7frames2bit}"
: "\${OUT:=$here/${OUT}}"

fail() { echo "keyturn: $1" >&2; exit 1; }
tool() { command -v "$1" >/dev/null 2>&1 || fail "$1 is not on the PATH: install openXC7 (github.com/openXC7/toolchain-installer), or name it with $2="; }
there() { [ -e "$1" ] || fail "$1 is missing: $2"; }

tool "$YOSYS" YOSYS
tool "$NEXTPNR" NEXTPNR
tool "$FASM2FRAMES" FASM2FRAMES
tool "$FRAMES2BIT" FRAMES2BIT
there "$CHIPDB" "make it with bbaexport and bbasm of nextpnr-xilinx, and name it with CHIPDB="
there "$DB_ROOT/$PART/part.yaml" "get github.com/openXC7/prjxray-db, and name its zynq7 with DB_ROOT="
set -- ${sources}
for source in "$@"; do there "$source" "generate this folder again"; done

mkdir -p "$OUT"
rm -f "$OUT/${RESULT}.bit"
reads=
for source in "$@"; do reads="$reads read_verilog \\"$source\\";"; done
echo "keyturn: synthesis"
"$YOSYS" -q -l "$OUT/yosys.log" -p "$reads synth_xilinx -flatten -family xc7 -top ${plan.top}; write_json \\"$OUT/${RESULT}.json\\""
cat /dev/null ${constraints} > "$OUT/${RESULT}.xdc"
echo "keyturn: place and route"
"$NEXTPNR" --chipdb "$CHIPDB" --xdc "$OUT/${RESULT}.xdc" --json "$OUT/${RESULT}.json" --fasm "$OUT/${RESULT}.fasm" --freq ${systemMhz(plan)} --log "$OUT/nextpnr.log"
echo "keyturn: bitstream"
"$FASM2FRAMES" --part "$PART" --db-root "$DB_ROOT" "$OUT/${RESULT}.fasm" > "$OUT/${RESULT}.frames"
"$FRAMES2BIT" --part_file "$DB_ROOT/$PART/part.yaml" --part_name "$PART" --frm_file "$OUT/${RESULT}.frames" --output_file "$OUT/${RESULT}.bit.part"
mv "$OUT/${RESULT}.bit.part" "$OUT/${RESULT}.bit"
# nextpnr warns of a clock that is missed, and ends with 0: what it found is for a person to judge
grep -i 'max frequency' "$OUT/nextpnr.log" || true
echo "keyturn: $OUT/${RESULT}.bit is written"
`;
}
