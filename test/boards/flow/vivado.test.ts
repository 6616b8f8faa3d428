/** Both scripts for Vivado, run by tclsh against stubs of its commands, in the folder that belongs to them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { designOf } from '../../../boards/flow/design.ts';
import { buildFiles } from '../../../boards/flow/folder.ts';
import { runInVivado, type VivadoBehaviour } from './vivado-stub.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (path: string): string => join(folder, path);
const configuration = {
  board: 'zybo-z7-20',
  wire: 'fifo',
  role: 'follower',
  relations: 1,
  slots: 3,
  engine: 'xor',
  delivery: 'newest',
  clockPeriod: 10,
  octetTime: 8,
} as const;
const board = loadBoard('zybo-z7-20');
let buildId = '';

beforeAll(() => {
  const design = designOf(configuration, board);
  buildId = `0x${design.buildId.toString(16).padStart(8, '0')}`;
  for (const [path, { text }] of Object.entries(buildFiles(design, configuration, board, '0'))) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
});
beforeEach(() => {
  rmSync(at('out'), { recursive: true, force: true });
  rmSync(at('system_wrapper.bit'), { force: true });
  mkdirSync(at('out'));
  // what an earlier run left
  for (const name of ['keyturn.bit', 'keyturn.xsa']) writeFileSync(at(`out/${name}`), 'stale');
});
const results = (): string[] => ['keyturn.bit', 'keyturn.xsa'].filter((name) => existsSync(at(`out/${name}`)));
const commands = (calls: readonly string[]): string[] =>
  calls.filter((call) => !call.startsWith('keyturn:')).map((call) => call.split(' ')[0] ?? '');

describe('the script without a project', () => {
  it('builds the top from every file, reports, and writes the bitstream last', () => {
    const { calls, stderr, status } = runInVivado('vivado.tcl', folder);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(commands(calls)).toEqual([
      'set_part',
      'read_verilog',
      'read_xdc',
      'synth_design',
      'opt_design',
      'place_design',
      'phys_opt_design',
      'route_design',
      'report_timing_summary',
      'report_bus_skew',
      'report_utilization',
      'report_drc',
      'report_cdc',
      'report_methodology',
      'report_route_status',
      'write_checkpoint',
      'write_bitstream',
    ]);
    expect(calls[0]).toBe('set_part xc7z020clg400-1');
    expect(calls[1]).toMatch(/ keyturn_station_follower_3_of_1\.v .*keyturn_top_follower_3_fifo\.v$/);
    expect(calls[2]).toBe('read_xdc constraints/pins.xdc constraints/timing.xdc constraints/vivado.xdc constraints/build-id.xdc');
    expect(calls[3]).toBe('synth_design -top keyturn_top_follower_3_fifo -part xc7z020clg400-1');
    expect(calls).toContain('keyturn: worst slack for setup: 0.412 ns');
    expect(calls).toContain('keyturn: worst slack for hold: 0.031 ns');
    expect(results()).toEqual(['keyturn.bit']);
  });
});

const SCRIPTS = ['vivado.tcl', 'vivado-block-design.tcl'] as const;
const FAILURES: readonly (readonly [string, VivadoBehaviour, string])[] = [
  ['negative slack for setup', { slack: { max: '-0.001' } }, 'keyturn: setup is not met, slack -0.001 ns'],
  ['negative slack for hold', { slack: { min: '-0.2' } }, 'keyturn: hold is not met, slack -0.2 ns'],
  ['no timed path', { slack: { max: undefined } }, 'keyturn: no path is timed for setup: a clock has no period'],
  ['a worst path that is not constrained', { slack: { min: '' } }, 'keyturn: the worst path for hold has no slack'],
  ['a Vivado that is too old', { version: '2018.3' }, 'keyturn: Vivado 2018.3 is too old, 2019.2 or newer is needed'],
];

/** What only this way to the wire has, in order. */
const WIRED: Readonly<Record<'gmii' | 'rmii', readonly string[]>> = {
  gmii: [
    'connect_bd_net ps/FCLK_CLK1 mac/gmii_clk ps/ENET1_GMII_TX_CLK ps/ENET1_GMII_RX_CLK',
    'connect_bd_net ps/ENET1_GMII_TXD mac/gmii_rxd',
    'connect_bd_net ps/ENET1_GMII_TX_EN mac/gmii_rx_dv',
    'connect_bd_net ps/ENET1_GMII_TX_ER mac/gmii_rx_er',
    'connect_bd_net mac/gmii_txd ps/ENET1_GMII_RXD',
    'connect_bd_net mac/gmii_tx_en ps/ENET1_GMII_RX_DV',
    'connect_bd_net mac/gmii_tx_er ps/ENET1_GMII_RX_ER',
    'connect_bd_net mdio_high/dout ps/ENET1_MDIO_I',
  ],
  rmii: [
    'create_bd_port -dir I -type clk -freq_hz 50000000 rmii_ref_clk',
    'create_bd_port -dir IO rmii_mdio',
    'connect_bd_net rmii_ref_clk mac/rmii_ref_clk',
    'connect_bd_net rmii_rxd mac/rmii_rxd',
    'connect_bd_net rmii_crs_dv mac/rmii_crs_dv',
    'connect_bd_net mac/rmii_txd rmii_txd',
    'connect_bd_net mac/rmii_tx_en rmii_tx_en',
    'connect_bd_net mac/rmii_mdio rmii_mdio',
    'connect_bd_net reset/peripheral_aresetn rmii_rst_n',
    'connect_bd_net ps/ENET1_MDIO_MDC rmii_mdc',
    'connect_bd_net ps/ENET1_MDIO_O mac/mdio_o',
    'connect_bd_net ps/ENET1_MDIO_T mac/mdio_t',
    'connect_bd_net mac/mdio_i ps/ENET1_MDIO_I',
  ],
};

describe.each(['gmii', 'rmii'] as const)('by %s', (wire) => {
  const other = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
  afterAll(() => rmSync(other, { recursive: true }));
  let files: ReturnType<typeof buildFiles> = {};
  beforeAll(() => {
    const of = { ...configuration, wire, octetTime: wire === 'rmii' ? 80 : 8 } as const;
    files = buildFiles(designOf(of, board), of, board, '0');
    for (const [path, { text }] of Object.entries(files)) {
      mkdirSync(dirname(join(other, path)), { recursive: true });
      writeFileSync(join(other, path), text);
    }
  });
  beforeEach(() => rmSync(join(other, 'out'), { recursive: true, force: true }));

  it('the script without a project builds the top from every file and constraint of the folder but stubs and blocks', () => {
    const { calls, stderr, status } = runInVivado('vivado.tcl', other);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const named = (command: string): string[] =>
      calls
        .find((call) => call.startsWith(`${command} `))
        ?.split(' ')
        .slice(1)
        .sort() ?? [];
    const inFolder = (start: string): string[] =>
      Object.keys(files)
        .filter((path) => path.startsWith(start) && !/\/stubs\/|\/blocks\/|\/block-/.test(path))
        .sort();
    expect(named('read_verilog')).toEqual(inFolder('rtl/').map((path) => path.slice('rtl/'.length)));
    expect(named('read_xdc')).toEqual(inFolder('constraints/'));
    expect(named('read_xdc').includes('constraints/rmii.xdc')).toBe(wire === 'rmii');
    expect(calls).toContain(`synth_design -top keyturn_top_follower_3_${wire} -part xc7z020clg400-1`);
    expect(existsSync(join(other, 'out/keyturn.bit'))).toBe(true);
  });

  it('the block design has the pages of the top, the MAC with its clocks and pins, and writes bitstream and hardware description', () => {
    const { calls, stderr, status } = runInVivado('vivado-block-design.tcl', other);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const inOrder = [
      `create_bd_cell -type module -reference ${wire}_wire_block mac`,
      'connect_bd_net ps/FCLK_CLK0 ps/M_AXI_GP0_ACLK bus/aclk reset/slowest_sync_clk peer/clk host/clk mac/clk',
      'connect_bd_net reset/peripheral_reset peer/rst host/rst mac/rst mac/request',
      'connect_bd_intf_net bus/M02_AXI mac/s_axi',
      'connect_bd_net peer/irq interrupts/In0',
      'connect_bd_net host/irq interrupts/In1',
      'connect_bd_net interrupts/dout ps/IRQ_F2P',
      'connect_bd_intf_net mac/rx peer/rx',
      'connect_bd_intf_net peer/tx mac/tx',
      ...WIRED[wire],
      'assign_bd_address -offset 0x43d02000 -range 4K -target_address_space ps/Data mac/s_axi/reg0 -force',
      'validate_bd_design',
      'set_property synth_checkpoint_mode None system.bd',
      'make_wrapper -files system.bd -top',
      'launch_runs synth_1 -jobs 2',
      'open_run impl_1',
      'keyturn: worst slack for hold: 0.031 ns',
      'launch_runs impl_1 -to_step write_bitstream',
      'write_hw_platform -fixed -include_bit -force -file out/keyturn.xsa',
    ];
    expect(calls.filter((call) => inOrder.includes(call))).toEqual(inOrder);
    const added = calls.filter((call) => call.startsWith('add_files')).join(' ');
    for (const path of Object.keys(files).filter((name) => /rtl\/blocks|block-timing|pins\.xdc|rmii\.xdc|build-id/.test(name)))
      expect(added).toContain(path);
    expect(added).not.toMatch(/keyturn_top|axi3_bridge|constraints\/timing\.xdc/);
    const settings = calls.find((call) => call.includes('CONFIG.PCW_FPGA0_PERIPHERAL_FREQMHZ')) ?? '';
    expect(settings).toContain('CONFIG.PCW_ENET1_ENET1_IO EMIO');
    expect(settings.includes('CONFIG.PCW_FPGA1_PERIPHERAL_FREQMHZ 125 CONFIG.PCW_EN_CLK1_PORT 1')).toBe(wire === 'gmii');
    for (const name of ['keyturn.bit', 'keyturn.xsa']) expect(existsSync(join(other, 'out', name))).toBe(true);
  });

  it('has the crossings of the top in its constraints, by the names that they have in a block design', () => {
    const lines = (path: string): string[] =>
      (files[path]?.text ?? '').split('\n').filter((line) => /^set_(max_delay|bus_skew)/.test(line));
    const ofTop = lines('constraints/timing.xdc');
    expect(ofTop.length).toBeGreaterThan(10);
    expect(
      lines('constraints/block-timing.xdc').map((line) =>
        line.replaceAll('system_i/mac/inst/inner/', 'mac/').replaceAll('clk_fpga_', 'ps7_fclkclk_'),
      ),
    ).toEqual(ofTop);
    const text = files['constraints/block-timing.xdc']?.text ?? '';
    expect(text).toContain(
      'set_false_path -to [get_pins {system_i/mac/inst/inner/wire_release/first_reg/PRE system_i/mac/inst/inner/wire_release/held_reg/PRE}]',
    );
    expect(text.includes('create_clock -name rmii_ref_clk -period 20.000 [get_ports rmii_ref_clk]')).toBe(wire === 'rmii');
  });

  it.each(FAILURES)('the block design fails with %s, says so, and leaves no bitstream', (_, behaviour, message) => {
    const { stderr, status } = runInVivado('vivado-block-design.tcl', other, behaviour);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(join(other, 'out/keyturn.bit'))).toBe(false);
  });

  it('the block design fails where its constraints find no cell', () => {
    const { stderr, status } = runInVivado('vivado-block-design.tcl', other, { cells: false });
    expect(status).toBe(1);
    expect(stderr).toContain('keyturn: there is no cell system_i/mac/inst/inner');
    expect(existsSync(join(other, 'out/keyturn.bit'))).toBe(false);
  });
});

describe('the script with a block design', () => {
  it('makes the same pages as the top, and writes bitstream and hardware description last', () => {
    const { calls, stderr, status } = runInVivado('vivado-block-design.tcl', folder);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const inOrder = [
      'create_project -force keyturn out/project -part xc7z020clg400-1',
      'set_property board_part digilentinc.com:zybo-z7-20:part0:1.2 project',
      'create_bd_design system',
      'create_bd_cell -type ip -vlnv xilinx.com:ip:processing_system7 ps',
      'apply_bd_automation -rule xilinx.com:bd_rule:processing_system7 -config make_external "FIXED_IO, DDR" apply_board_preset "1" ps',
      'create_bd_cell -type module -reference keyturn_station_follower_3_of_1_block peer',
      'connect_bd_net ps/FCLK_CLK0 ps/M_AXI_GP0_ACLK bus/aclk reset/slowest_sync_clk peer/clk host/clk network/clk',
      'connect_bd_intf_net ps/M_AXI_GP0 bus/S00_AXI',
      'connect_bd_intf_net bus/M00_AXI peer/s_axi',
      'connect_bd_intf_net bus/M01_AXI host/s_axi',
      'connect_bd_net peer/irq interrupts/In0',
      'connect_bd_net interrupts/dout ps/IRQ_F2P',
      'connect_bd_net eth_rst_b_high/dout eth_rst_b',
      'connect_bd_intf_net network/sent peer/rx',
      'assign_bd_address -offset 0x43c00000 -range 1024K -target_address_space ps/Data peer/s_axi/reg0 -force',
      'assign_bd_address -offset 0x43d01000 -range 4K -target_address_space ps/Data network/s_axi/reg0 -force',
      'validate_bd_design',
      'make_wrapper -files system.bd -top',
      'set_property top system_wrapper sources_1',
      'launch_runs synth_1 -jobs 2',
      'wait_on_run synth_1',
      'launch_runs impl_1 -jobs 2',
      'open_run impl_1',
      'report_timing_summary -file out/timing.rpt',
      'keyturn: worst slack for hold: 0.031 ns',
      'launch_runs impl_1 -to_step write_bitstream',
      'write_hw_platform -fixed -include_bit -force -file out/keyturn.xsa',
    ];
    expect(calls.filter((call) => inOrder.includes(call))).toEqual(inOrder);
    const fclk = calls.find((call) => call.includes('CONFIG.PCW_FPGA0_PERIPHERAL_FREQMHZ')) ?? '';
    for (const setting of [
      'FPGA0_PERIPHERAL_FREQMHZ 100',
      'EN_CLK0_PORT 1',
      'EN_RST0_PORT 1',
      'USE_M_AXI_GP0 1',
      'USE_FABRIC_INTERRUPT 1',
      'IRQ_F2P_INTR 1',
    ])
      expect(fclk).toContain(`CONFIG.PCW_${setting} `);
    expect(results()).toEqual(['keyturn.bit', 'keyturn.xsa']);
  });

  it('sets the processor up from the board where its files are not installed', () => {
    const { calls, status } = runInVivado('vivado-block-design.tcl', folder, { boardFiles: false });
    expect(status).toBe(0);
    const settings = calls.find((call) => call.includes('CONFIG.PCW_UIPARAM_DDR_PARTNO')) ?? '';
    expect(settings).toContain('CONFIG.PCW_UIPARAM_DDR_PARTNO {MT41K256M16 RE-125} ');
    expect(settings).toContain('CONFIG.PCW_ENET0_ENET0_IO {MIO 16 .. 27} ');
    expect(calls.join('\n')).toContain('apply_board_preset "0"');
    expect(calls.join('\n')).not.toContain('set_property board_part');
  });
});

it('the bitstream carries the build id, and unused pins are left alone', () => {
  expect(readFileSync(at('constraints/build-id.xdc'), 'utf8')).toContain(
    `set_property BITSTREAM.CONFIG.USR_ACCESS ${buildId} [current_design]`,
  );
  expect(readFileSync(at('constraints/vivado.xdc'), 'utf8')).toContain('BITSTREAM.CONFIG.UNUSEDPIN PULLNONE');
});

describe.each(SCRIPTS)('%s', (script) => {
  it.each(FAILURES)('fails with %s, says so, and leaves no bitstream', (_, behaviour, message) => {
    const { stderr, status } = runInVivado(script, folder, behaviour);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    // too old a Vivado has touched nothing yet
    if (behaviour.version === undefined) expect(results()).toEqual([]);
  });

  it('warns of another Vivado than it was written for, and goes on', () => {
    const { calls, status } = runInVivado(script, folder, { version: '2025.1.1' });
    expect(status).toBe(0);
    expect(calls[0]).toBe('WARNING: keyturn: written after the documents of Vivado 2024.2, and this is 2025.1');
  });

  it.each(['rtl/keyturn_station_follower_3_of_1.v', 'constraints/pins.xdc'])('fails without %s before it starts', (missing) => {
    renameSync(at(missing), at('away'));
    const { calls, stderr, status } = runInVivado(script, folder);
    renameSync(at('away'), at(missing));
    expect(status).toBe(1);
    expect(stderr).toContain(`keyturn: ${at(missing)} is missing: generate this folder again`);
    expect(calls).toEqual(['']);
  });
});

it('without every net routed there is no bitstream', () => {
  const { stderr, status } = runInVivado('vivado.tcl', folder, { routed: false });
  expect({ status, results: results() }).toEqual({ status: 1, results: [] });
  expect(stderr).toContain('keyturn: not every net is routed');
});

it.each([
  ['synthesis', ['43%'], 'keyturn: synth_1 ended at 43% (what Vivado says of synth_1)'],
  ['place and route', ['100%', '60%'], 'keyturn: impl_1 ended at 60%'],
  ['the bitstream', ['100%', '100%', '80%'], 'keyturn: impl_1 ended at 80%'],
])('a run that does not finish ends the block design: %s', (_, progress, message) => {
  const { stderr, status } = runInVivado('vivado-block-design.tcl', folder, { progress });
  expect({ status, results: results() }).toEqual({ status: 1, results: [] });
  expect(stderr).toContain(message);
});

it('a finished run without a bitstream is an error', () => {
  const { stderr, status } = runInVivado('vivado-block-design.tcl', folder, { bitstream: false });
  expect({ status, results: results() }).toEqual({ status: 1, results: [] });
  expect(stderr).toContain('keyturn: impl_1 has written no bitstream');
});
