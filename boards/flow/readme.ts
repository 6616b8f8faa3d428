/** The page of a build folder: from its files to registers on the board. */
import { AEAD_ENGINES } from '../../spec/aead-engines.ts';
import { lineOf, PAGE_OCTETS, PAGES, pageBase, pagesOf, type WireName } from '../../spec/pages.ts';
import type { Board } from '../schema.ts';
import { PHY_RESET } from '../tops/board-top.ts';
import { BLOCK_DESIGN_SCRIPT } from './block-design.ts';
import { type BuildPlan, hex32, OUT, RESULT, systemMhz } from './build.ts';
import { OPENXC7_SCRIPT } from './openxc7.ts';
import { VIVADO_SCRIPT } from './vivado.ts';

const WAYS: Readonly<Record<WireName, string>> = {
  fifo: `The page \`network\` is a mailbox that stands for the wire: software takes frames out of it and puts frames in. This joins it to
an Ethernet of Linux; Ctrl-C ends it and prints what passed:

    keyturn bridge --interface eth0`,
  gmii: `The logic is the PHY of the processor's second MAC, at 1 Gb/s. That MAC must take both its clocks from the logic: a boot loader that
was made with ENET1 on EMIO does that, any other needs these lines in U-Boot's script, behind the one that loads the bitstream
(UG585, SLCR: unlock, GEM1_RCLK_CTRL, GEM1_CLK_CTRL, lock):

    mw.l 0xf8000008 0xdf0d
    mw.l 0xf800013c 0x11
    mw.l 0xf8000144 0x100141
    mw.l 0xf8000004 0x767b

The overlay makes it an interface of Linux with a fixed link, \`eth1\` or \`end1\`.`,
  rmii: `A PHY module with RMII, as those with a LAN8720, on the Pmods; \`constraints/pins.xdc\` says which wire goes where. The 50 MHz come
from the module. Its header is no Pmod: use short wires. MDC and MDIO go to the processor's second MAC, which carries no frame here:
the overlay makes it an interface of Linux, \`eth1\` or \`end1\`, that manages the PHY. The MAC of the logic knows 100 Mb/s full duplex alone,
so let the PHY offer nothing else, and look what came of it:

    ip link set eth1 up
    ethtool -s eth1 advertise 0x008
    ethtool eth1`,
};

export function folderReadme(plan: BuildPlan): string {
  const { board, configuration, buildId, top, fclks } = plan;
  const fclkMhz = systemMhz(plan);
  const { clockPeriod, octetTime } = configuration;
  const { base, fclk, interrupt } = board.registers;
  const bit = `${OUT}/${RESULT}.bit`;
  const { relations, imageOctets } = configuration;
  const images = imageOctets === undefined ? '' : `, process images of ${imageOctets} octets each way`;
  const pages = pagesOf(configuration.wire).map((page) => {
    const line = lineOf(page);
    return `| ${page} | ${hex32(pageBase(base, page))} | ${line === undefined ? 'none' : `IRQ_F2P[${line}], SPI ${interrupt + line}`} | ${PAGES[page].description} |`;
  });
  return `# Keyturn for ${board.title}

${configuration.role}, ${relations === 1 ? '' : `${relations} relations of `}${configuration.slots} key slots${images}, engine ${configuration.engine}, delivery ${configuration.delivery}, frames by ${configuration.wire}. Build ${hex32(buildId)}: \`keyturn.json\` says so, the
register \`buildId\` reads so, and the bitstream has it as USR_ACCESS.

${
  AEAD_ENGINES[configuration.engine].insecure
    ? `**The engine ${configuration.engine} protects nothing.** It is here to show the change of keys, not to keep a secret.

`
    : ''
}\`keyturn gen\` replaces this folder whole, \`${OUT}/\` too: copy what you want to keep.

## 1. Build

One of these; each writes \`${bit}\`, and none was run where this was written, since neither tool is there.

    vivado -mode batch -nolog -nojournal -source ${VIVADO_SCRIPT}
    vivado -mode batch -nolog -nojournal -source ${BLOCK_DESIGN_SCRIPT}
    ./${OPENXC7_SCRIPT}

* \`${VIVADO_SCRIPT}\` takes \`${top}\`, whose processing system is the primitive PS7. The bitstream has nothing of the
  processor's settings: the boot loader makes them.
* \`${BLOCK_DESIGN_SCRIPT}\` makes a block design with the processing system as IP, the same pages at the same addresses, and
  an .xsa beside the .bit, for Vitis, PetaLinux and PYNQ.
* \`${OPENXC7_SCRIPT}\` runs Yosys, nextpnr-xilinx and Project X-Ray; the names of tools and databases are variables at its top.

Vivado ends with an error when a path is late, for setup or hold, and writes no bitstream then; its reports are in \`${OUT}/\`.
nextpnr-xilinx knows no timing exception: read the frequency that it prints, it must be ${fclkMhz} MHz or more.

## 2. Boot

The board must have booted before its logic can be used: an SD card as \`docs/linux-image.md\` of Keyturn makes it. Compile the
overlay, and let U-Boot apply it, or a kernel that can:

    dtc -@ -I dts -O dtb -o keyturn.dtbo keyturn.dtso

It makes each page a UIO device, keeps the clocks of the logic on, and sets them: ${[...fclks].map(([index, mhz]) => `FCLK_CLK${index} to ${mhz} MHz`).join(', ')}. The kernel command line needs
\`uio_pdrv_genirq.of_id=generic-uio\`.

## 3. Load

    keyturn flash ${bit} --dry-run    # checks the bitstream, says what would be done
    keyturn flash ${bit}              # over JTAG from a host, or on the board by its fpga_manager
    keyturn flash ${bit} --save keyturn.bin    # for /lib/firmware: words byte-swapped, as Linux wants them

U-Boot can load it too, which opens the level shifters as well: \`fpga loadb 0 $ramdisk_addr_r $filesize\`.

## 4. Wire

${WAYS[configuration.wire]}

## 5. Use

    keyturn doctor
    keyturn regs list    # what there is
    keyturn regs dump    # what it reads
    keyturn regs dump --page ${configuration.wire === 'fifo' ? 'network' : 'mac'}    # the same of another page
    keyturn regs read buildId --build-id ${hex32(buildId)}
    keyturn regs write counterThreshold 1000${AEAD_ENGINES[configuration.engine].insecure ? ' --insecure' : ''}

| page | address | interrupt | |
|---|---|---|---|
${pages.join('\n')}

Each page has ${PAGE_OCTETS} octets. ${relations === 1 ? '' : severalText(relations)}\`registers/\` describes them for people (.md), for C (.h), for PeakRDL (.rdl) and for other programs
(.json). \`obsoleteTimeout\` counts cycles of the logic, ${clockPeriod} ns each: \`clockPeriod\` in \`keyturn.json\`. Whether the timing of a
network holds with this clock and wire:

    keyturn limits --slots ${configuration.slots} --clock-period ${clockPeriod} --octet-time ${octetTime}

\`keyturn.lua\` shows the security fields of frames in Wireshark and tshark (\`-X lua_script:keyturn.lua\`); its preferences take the
FrameIDs and the header profile of the relation.

## What goes wrong

* **The processor hangs at the first access.** FCLK_CLK${fclk} stands: Linux switches a clock off that no driver holds. The overlay keeps it
  on when U-Boot applies it; one applied later comes too late, so start Linux with \`clk_ignore_unused\`. \`keyturn doctor\` looks
  before it touches anything. The bus clock MAXIGP0ACLK is that same clock, connected in the top.
* **All registers read 0, or the processor hangs, after a load over JTAG.** JTAG leaves the level shifters between processor and
  logic as the boot left them. Boot from the SD card first, or load by U-Boot or by \`keyturn flash\` on the board.
* **\`Bus error\`.** The address is in no page, where the top answers DECERR, or no register is there, SLVERR: either ends a program
  with SIGBUS. M_AXI_GP1 has no clock: an access to 0x80000000 and above stops the processor.
* **"Invalid bitstream, could not find a sync word".** Linux wants swapped words: \`keyturn flash FILE --save FILE.bin\`. The
  .bin of Vivado's \`-bin_file\` is not swapped.
${phyTrap(board)}* **Vivado: "The board_part definition was not found".** Nothing here needs board files; the block design takes its own settings
  where they are missing.
* **openFPGALoader finds no board.** The boot jumper (JP5) may stay at SD; the USB port is PROG/UART (J12).
* **Another build id than expected.** The bitstream is not of this folder: load it again, or generate the folder again.
`;
}

/** What software has to know of hardware of many relations. */
function severalText(relations: number): string {
  return `That of relation R is R pages behind the first; \`peer\` is one UIO device with all ${relations}, and
\`keyturn regs dump --relation R\` reads one of them. FrameIDs that relations receive are in the same 2048, another one
for each. One \`keyturn agent\` keys them all: its configuration has a list of \`relations\`, in the order of the pages.

`;
}

function phyTrap({ pins, clocks }: Board): string {
  const reset = pins[PHY_RESET];
  if (reset === undefined) return '';
  const cautions = Object.entries(clocks).flatMap(([name, { caution }]) =>
    caution === undefined ? [] : [`\n  The clock ${name} (${pins[name]?.ball}) ${caution}. Nothing here uses it.`],
  );
  return `* **Ethernet is gone after the load.** ${PHY_RESET} (${reset.ball}) resets the PHY; this top holds it at 1.${cautions.join('')}\n`;
}
