import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadBoard } from '../../boards/board.ts';
import { designOf } from '../../boards/flow/design.ts';
import { lower } from '../../hdl-gen/ir/lower.ts';
import { Clock } from '../../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { AxiLiteMaster, portOf } from '../../sim/bus/axi-lite-master.ts';
import { REGISTERS } from '../../spec/registers.ts';
import { keyturn, type Outcome } from './in-process.ts';

const place = mkdtempSync(join(tmpdir(), 'keyturn-gen-'));
afterAll(() => rmSync(place, { recursive: true }));
const at = (path: string): string => join(place, path);
const read = (path: string): string => readFileSync(at(path), 'utf8');
const gen = (...args: readonly string[]): Promise<Outcome> => keyturn('gen', '--insecure', ...args);

interface BuildJson {
  readonly keyturn: string;
  readonly configuration: {
    readonly board: 'zybo-z7-20' | 'zybo-z7-10';
    readonly wire: 'fifo' | 'rmii';
    readonly role: 'initiator';
    readonly relations: number;
    readonly slots: number;
    readonly engine: 'xor' | 'aes-128-gcm';
    readonly delivery: 'newest' | 'window';
    readonly clockPeriod: number;
    readonly octetTime: number;
  };
  readonly buildId: string;
  readonly insecure: boolean;
  readonly part: string;
}
const json = (folder: string): BuildJson => JSON.parse(read(`${folder}/keyturn.json`)) as BuildJson;
/** Every file with its text. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    (readdirSync(at(folder), { recursive: true }) as string[])
      .filter((path) => statSync(at(`${folder}/${path}`)).isFile())
      .sort()
      .map((path) => [path, read(`${folder}/${path}`)]),
  );

let first: Outcome;
beforeAll(async () => {
  first = await gen('--board', 'zybo-z7-20', '--out', at('z20'));
  writeFileSync(at('plant.json'), JSON.stringify({ slots: 3, loss: 0.02, engine: 'aes-128-gcm' }));
  await keyturn('gen', '--board', 'zybo-z7-10', '--role', 'follower', '--wire', 'rmii', '--config', at('plant.json'), '--out', at('z10'));
});

describe('keyturn gen', () => {
  it('writes everything that the way to the board needs', () => {
    expect({ exitCode: first.exitCode, stdout: first.stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(first.stderr).toContain('generating initiator with 2 slots for Digilent Zybo Z7-20');
    expect(first.stderr).toContain(`build ${json('z20').buildId}; go on with ${at('z20')}/README.md`);
    expect(readdirSync(at('z20')).sort()).toEqual(
      [
        'README.md',
        'constraints',
        'keyturn.dtso',
        'keyturn.json',
        'keyturn.lua',
        'openxc7.sh',
        'registers',
        'rtl',
        'vivado-block-design.tcl',
        'vivado.tcl',
      ].sort(),
    );
    const maps = (...names: readonly string[]): string[] =>
      names.flatMap((name) => ['h', 'json', 'md', 'rdl'].map((kind) => `${name}_registers.${kind}`)).sort();
    expect(readdirSync(at('z20/registers')).sort()).toEqual(maps('keyturn', 'keyturn_mailbox'));
    expect(readdirSync(at('z10/registers')).sort()).toEqual(maps('keyturn', 'keyturn_mailbox', 'keyturn_mac'));
    expect(statSync(at('z20/openxc7.sh')).mode & 0o100).toBe(0o100);
  });

  it('says in keyturn.json what the hardware was generated for, by options or by a file', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
    expect(json('z20')).toMatchObject({
      keyturn: version,
      configuration: {
        board: 'zybo-z7-20',
        wire: 'fifo',
        role: 'initiator',
        relations: 1,
        slots: 2,
        engine: 'xor',
        delivery: 'newest',
        clockPeriod: 10,
        octetTime: 8,
      },
      insecure: true,
      part: 'xc7z020clg400-1',
    });
    expect(json('z10')).toMatchObject({
      configuration: {
        board: 'zybo-z7-10',
        wire: 'rmii',
        role: 'follower',
        relations: 1,
        slots: 3,
        engine: 'aes-128-gcm',
        clockPeriod: 10,
        octetTime: 80,
      },
      insecure: false,
      part: 'xc7z010clg400-1',
    });
    expect(json('z10').buildId).not.toBe(json('z20').buildId);
  });

  it('says in the README that an engine protects nothing, and nothing of the kind of one that does', () => {
    expect(read('z20/README.md')).toContain('**The engine xor protects nothing.**');
    expect(read('z10/README.md')).toContain('engine aes-128-gcm');
    expect(read('z10/README.md')).not.toMatch(/protects nothing|--insecure/);
  });

  it.each(['z20', 'z10'])(
    'the buildId register of the design reads the build id of keyturn.json, in the in-process simulator: %s',
    async (folder) => {
      const { configuration, buildId } = json(folder);
      const { top } = designOf(configuration, loadBoard(configuration.board));
      const peer = top.instances.find(({ name }) => name === 'peer')?.module;
      if (peer === undefined) throw new Error('the top has no station');
      const simulator = simulateWasm(lower(peer), { seed: 1 });
      const clock = new Clock();
      const axi = new AxiLiteMaster(simulator, clock);
      const reset = portOf(simulator.inputs, 'rst');
      reset.value = 1;
      simulator.step(2);
      reset.value = 0;
      let answer: number | undefined;
      clock.fork(async () => {
        answer = await axi.read32(REGISTERS.buildId.offset);
      });
      for (let cycle = 0; cycle < 32 && answer === undefined; cycle++) {
        await clock.settle();
        axi.drive();
        simulator.step();
        axi.sample();
        clock.advance();
      }
      simulator.close();
      expect(answer).toBe(Number(buildId));
      // and it is this design that was written
      expect(read(`${folder}/rtl/${top.name}.v`)).toContain(`module ${top.name} (`);
    },
  );

  it('the buildId register of the Verilog that was written reads it too, through the block of the block design, in Icarus', () => {
    writeFileSync(
      at('bench.v'),
      `module bench;
  reg clk = 0, rst = 1;
  always #1 clk = !clk;
  wire arready, rvalid;
  wire [31:0] rdata;
  reg arvalid = 0;
  keyturn_station_initiator_2_of_1_block block(.clk(clk), .rst(rst), .s_axi_awvalid(1'b0), .s_axi_wvalid(1'b0), .s_axi_bready(1'b1),
    .s_axi_araddr(20'd${REGISTERS.buildId.offset}), .s_axi_arvalid(arvalid), .s_axi_arready(arready),
    .s_axi_rdata(rdata), .s_axi_rvalid(rvalid), .s_axi_rready(1'b1),
    .rx_valid(1'b0), .tx_ready(1'b1), .host_rx_ready(1'b1), .host_tx_valid(1'b0));
  initial begin
    repeat (4) @(negedge clk);
    rst = 0; arvalid = 1;
    while (!arready) @(negedge clk);
    @(negedge clk) arvalid = 0;
    while (!rvalid) @(negedge clk);
    $display("%h", rdata);
    $finish;
  end
  initial #1000 $fatal(1, "no answer");
endmodule
`,
    );
    const sources = ['rtl', 'rtl/blocks'].flatMap((folder) =>
      readdirSync(at(`z20/${folder}`))
        .filter((name) => name.endsWith('.v') && !name.startsWith('keyturn_top'))
        .map((name) => at(`z20/${folder}/${name}`)),
    );
    execFileSync('iverilog', ['-g2005', '-s', 'bench', '-o', at('bench'), at('bench.v'), ...sources], { stdio: 'pipe' });
    expect(`0x${execFileSync('vvp', ['-n', at('bench')], { encoding: 'utf8' }).trim()}`).toBe(json('z20').buildId);
  });

  it.each([
    ['z20', ['frame_mailbox_block.v', 'keyturn_station_initiator_2_of_1_block.v']],
    ['z10', ['frame_mailbox_block.v', 'keyturn_station_follower_3_aes_128_gcm_of_1_block.v', 'rmii_wire_block.v']],
  ])('the blocks of %s pass the linter of Verilator', (folder, blocks) => {
    const rtl = at(`${folder}/rtl`);
    expect(readdirSync(`${rtl}/blocks`).sort()).toEqual(blocks);
    for (const name of blocks) {
      const args = [
        '--lint-only',
        '-Wall',
        '-y',
        rtl,
        '-y',
        `${rtl}/stubs`,
        '--top-module',
        name.replace('.v', ''),
        `${rtl}/blocks/${name}`,
      ];
      const { stderr, status } = spawnSync('verilator', args, { encoding: 'utf8' });
      expect({ name, stderr, status }).toEqual({ name, stderr: '', status: 0 });
    }
  });

  it('the pins of a PHY on wires are those of the board, and what only Vivado understands is elsewhere', () => {
    const pins = read('z10/constraints/pins.xdc');
    expect(pins).toContain('set_property -dict { PACKAGE_PIN U14 IOSTANDARD LVCMOS33 } [get_ports {rmii_ref_clk}]');
    expect(pins).toContain('PACKAGE_PIN T15 IOSTANDARD LVCMOS33 } [get_ports {rmii_txd[1]}]');
    for (const line of pins.trim().split('\n'))
      expect(line).toMatch(/^(#|set_property -dict \{ PACKAGE_PIN [A-Y]\d+ IOSTANDARD LVCMOS33 \} \[get_ports \{[a-z_[\]0-9]+\}\] ;# )/);
    expect(read('z10/constraints/timing.xdc')).toContain('create_clock -name rmii_ref_clk -period 20.000 [get_ports rmii_ref_clk]');
    expect(read('z10/vivado.tcl')).toContain('[needed {constraints/rmii.xdc}]');
    expect(read('z10/openxc7.sh')).not.toMatch(/(timing|vivado|rmii)\.xdc/);
    // its PHY is managed by Linux, which the page and the overlay are for
    expect(pins).toContain('V18 IOSTANDARD LVCMOS33 } [get_ports {rmii_mdio}]');
    expect(read('z10/rtl/stubs/IOBUF.v')).toContain('module IOBUF');
    expect(read('z10/keyturn.dtso')).toContain('&gem1');
    expect(read('z10/README.md')).toContain('ethtool -s eth1 advertise 0x008');
    expect(read('z10/vivado-block-design.tcl')).toContain('[needed {constraints/rmii.xdc}]');
    expect(read('z10/README.md')).toContain('vivado-block-design.tcl');
  });

  it('the overlay compiles without a warning', () => {
    const { stderr, status } = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', at('keyturn.dtbo'), at('z20/keyturn.dtso')], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const get = (type: string, node: string, name: string): string =>
      execFileSync('fdtget', ['-t', type, at('keyturn.dtbo'), `/fragment@1/__overlay__/${node}`, name], { encoding: 'utf8' }).trim();
    expect(get('x', 'keyturn-network@43d01000', 'reg')).toBe('43d01000 1000');
    expect(get('u', 'keyturn-network@43d01000', 'interrupts')).toBe('0 31 4');
    expect(get('u', 'keyturn@43c00000', 'assigned-clock-rates')).toBe('100000000');
  });

  it('the headers compile together, and the page leads from build to registers', () => {
    writeFileSync(
      at('use.c'),
      '#include "z10/registers/keyturn_registers.h"\n#include "z10/registers/keyturn_mailbox_registers.h"\n#include "z10/registers/keyturn_mac_registers.h"\nint main(void) { return 0; }\n',
    );
    execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-std=c99', '-fsyntax-only', '-I', place, at('use.c')], { stdio: 'pipe' });
    const page = read('z20/README.md');
    for (const name of ['vivado.tcl', 'vivado-block-design.tcl', 'openxc7.sh', 'keyturn.dtso', 'keyturn.lua', 'registers/'])
      expect(page).toContain(name);
    for (const trap of ['FCLK_CLK0', 'MAXIGP0ACLK', 'level shifters', 'eth_rst_b', 'K17', '-bin_file', 'SIGBUS', 'protects nothing'])
      expect(page).toContain(trap);
    expect(page).toContain('keyturn limits --slots 2 --clock-period 10 --octet-time 8\n');
    expect(page).toContain(`--build-id ${json('z20').buildId}`);
    expect(page).not.toMatch(/undefined|NaN|\[object/);
  });

  it('of many relations has windows of delivery where they are asked for, images, and one range of addresses for all pages', async () => {
    const { exitCode, stderr } = await keyturn(
      ...[
        'gen',
        '--board',
        'zybo-z7-20',
        '--relations',
        '5',
        '--image-octets',
        '960',
        '--engine',
        'aes-128-gcm',
        '--delivery',
        'window',
        '--out',
        at('many'),
      ],
    );
    expect({ exitCode, told: stderr.includes('generating initiator with 5 relations of 2 slots') }).toEqual({ exitCode: 0, told: true });
    expect(json('many').configuration).toMatchObject({ relations: 5, imageOctets: 960, delivery: 'window' });
    expect(json('z20').configuration).not.toHaveProperty('imageOctets');
    // the registers of a relation are the same, however many there are
    expect(read('many/registers/keyturn_registers.h')).toBe(read('z20/registers/keyturn_registers.h'));
    expect(readdirSync(at('many/rtl/blocks'))).toContain('keyturn_station_initiator_2_windows_aes_128_gcm_of_5_images_240_block.v');
    expect(read('many/vivado.tcl')).toContain('-top keyturn_top_initiator_2_fifo_of_5');
    expect(read('many/vivado-block-design.tcl')).toContain('assign_bd_address -offset 0x43c00000 -range 1024K');
    expect(read('many/vivado-block-design.tcl')).toContain('assign_bd_address -offset 0x43d01000 -range 4K');
    execFileSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', at('many.dtbo'), at('many/keyturn.dtso')], { stdio: 'pipe' });
    const reg = (node: string): string =>
      execFileSync('fdtget', ['-t', 'x', at('many.dtbo'), `/fragment@1/__overlay__/${node}`, 'reg'], { encoding: 'utf8' }).trim();
    expect(reg('keyturn@43c00000')).toBe('43c00000 5000');
    expect(reg('keyturn-host@43d00000')).toBe('43d00000 1000');
    expect(read('many/README.md')).toContain('5 relations of 2 key slots, process images of 960 octets each way');
    expect(read('many/README.md')).not.toMatch(/undefined|NaN|\[object/);
    expect(readdirSync(at('many/rtl'))).toContain('delivery_windows_2_of_5.v');
    const block = 'keyturn_station_initiator_2_windows_aes_128_gcm_of_5_images_240_block';
    const lint = ['--lint-only', '-Wall', '-y', at('many/rtl'), '--top-module', block, at(`many/rtl/blocks/${block}.v`)];
    expect(spawnSync('verilator', lint, { encoding: 'utf8' })).toMatchObject({ stderr: '', status: 0 });
  });

  it('gives the same bytes again, wherever it is started, and replaces the folder whole', async () => {
    const before = contents('z20');
    mkdirSync(at('z20/out'));
    writeFileSync(at('z20/out/keyturn.bit'), 'of an earlier build');
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue('/usr/lib');
    const { exitCode } = await gen('--board', 'zybo-z7-20', '--out', at('z20'));
    cwd.mockRestore();
    expect(exitCode).toBe(0);
    expect(contents('z20')).toEqual(before);
  });
});

describe('keyturn gen refuses, with exit code 2 and nothing written:', () => {
  it.each([
    ['an engine that protects nothing without --insecure', ['--board', 'zybo-z7-20'], 'the engine xor protects nothing'],
    ['a board that is not there', ['--insecure', '--board', 'zybo-z720'], 'there is no board zybo-z720: did you mean zybo-z7-20?'],
    ['a folder without a board', ['--insecure', '--board', './nowhere'], 'nowhere/board.json: no such file or folder'],
    ['no board', ['--insecure'], "required option '--board <name>' not specified"],
    ['another way to the wire', ['--insecure', '--board', 'zybo-z7-20', '--wire', 'mii'], 'Allowed choices are fifo, gmii, rmii'],
    [
      'too many relations',
      ['--insecure', '--board', 'zybo-z7-20', '--relations', '257'],
      '--relations: expected a whole number from 1 to 256, found 257',
    ],
    ...['402', '262148', '-4', 'many'].map((octets): [string, string[], string] => [
      `images of ${octets} octets`,
      ['--insecure', '--board', 'zybo-z7-20', `--image-octets=${octets}`],
      `--image-octets:\n  expected a multiple of 4 from 0 to 262144, found ${octets}`,
    ]),
    ['too many slots', ['--insecure', '--board', 'zybo-z7-20', '--slots', '9'], '--slots: expected a whole number from 2 to 4, found 9'],
  ])('%s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await keyturn('gen', ...args, '--out', at('never'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(place)).not.toContain('never');
  });

  it('a setting that is not there, with the one that was probably meant', async () => {
    writeFileSync(at('typo.json'), '{"slot": 3}');
    const { exitCode, stderr } = await gen('--board', 'zybo-z7-20', '--config', at('typo.json'), '--out', at('never'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('slot: no such setting; did you mean slots?');
    expect(readdirSync(place)).not.toContain('never');
  });

  it('a clock or a wire that is not that of the board', async () => {
    writeFileSync(at('fast.json'), '{"clockPeriod": 8, "octetTime": 80}');
    const { exitCode, stderr } = await gen('--board', 'zybo-z7-20', '--wire', 'rmii', '--config', at('fast.json'), '--out', at('never'));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('clockPeriod: by rmii it is 10 ns, found 8');
    expect(stderr).not.toContain('octetTime');
    expect(readdirSync(place)).not.toContain('never');
  });

  it('a place that is a file, or a folder of somebody else', async () => {
    writeFileSync(at('file'), 'kept');
    mkdirSync(at('mine'));
    writeFileSync(at('mine/thesis.txt'), 'kept');
    const onFile = await gen('--board', 'zybo-z7-20', '--out', at('file'));
    expect(onFile).toMatchObject({ exitCode: 2, stdout: '' });
    expect(onFile.stderr).toContain('a file stands where a folder is expected');
    const onMine = await gen('--board', 'zybo-z7-20', '--out', at('mine'));
    expect(onMine.exitCode).toBe(2);
    expect(onMine.stderr).toContain('is not empty and has no keyturn.json');
    expect([read('file'), read('mine/thesis.txt')]).toEqual(['kept', 'kept']);
  });
});
