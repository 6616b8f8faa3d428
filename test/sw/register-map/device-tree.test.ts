/** The overlay, judged by the device-tree compiler: it must compile without a warning, apply to a tree of a Zynq, and give the node that Linux wants. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceTreeOverlay, type Placement } from '../../../sw/register-map/device-tree.ts';

const GOLDEN = fileURLToPath(new URL('golden/keyturn.dtso', import.meta.url));
const PLACEMENT: Placement = { base: 0x43c0_0000, interrupt: 29, fclk: 0, firmware: 'keyturn.bit.bin' };

/** The labels and what hangs on them of Linux' zynq-7000.dtsi. */
const ZYNQ = `/dts-v1/;
/ {
  #address-cells = <1>;
  #size-cells = <1>;
  compatible = "xlnx,zynq-7000";
  fpga_full: fpga-region { compatible = "fpga-region"; #address-cells = <1>; #size-cells = <1>; ranges; };
  amba: axi {
    compatible = "simple-bus";
    #address-cells = <1>;
    #size-cells = <1>;
    interrupt-parent = <&intc>;
    ranges;
    intc: interrupt-controller@f8f01000 {
      compatible = "arm,cortex-a9-gic"; #address-cells = <0>; #interrupt-cells = <3>; interrupt-controller; reg = <0xf8f01000 0x1000>;
    };
    gem1: ethernet@e000c000 { compatible = "xlnx,zynq-gem", "cdns,gem"; reg = <0xe000c000 0x1000>; status = "disabled"; };
    slcr: slcr@f8000000 {
      reg = <0xf8000000 0x1000>; ranges; #address-cells = <1>; #size-cells = <1>;
      clkc: clkc@100 { compatible = "xlnx,ps7-clkc"; #clock-cells = <1>; fclk-enable = <0>; reg = <0x100 0x100>; };
    };
  };
};
`;

const folder = mkdtempSync(join(tmpdir(), 'keyturn-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string): string => join(folder, name);
/** Whatever the compiler says is an error here, warnings too. */
function compile(source: string, to: string): void {
  writeFileSync(path('source.dts'), source);
  const { stderr, status } = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', path(to), path('source.dts')], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
}
const get = (type: string, node: string, property: string): string =>
  execFileSync('fdtget', ['-t', type, path('whole.dtb'), node, property], { encoding: 'utf8', stdio: 'pipe' }).trim();

describe('the device-tree overlay', () => {
  it('is the golden file (renew it with `npx vitest run register-map -u`)', async () => {
    await expect(deviceTreeOverlay(PLACEMENT)).toMatchFileSnapshot(GOLDEN);
  });

  it('compiles, applies to the tree of a Zynq, and gives a UIO node with address, interrupt and clock', () => {
    compile(ZYNQ, 'zynq.dtb');
    compile(deviceTreeOverlay({ ...PLACEMENT, base: 0x43c1_0000, fclk: 1 }), 'overlay.dtbo');
    execFileSync('fdtoverlay', ['-i', path('zynq.dtb'), '-o', path('whole.dtb'), path('overlay.dtbo')], { stdio: 'pipe' });
    const node = '/axi/keyturn@43c10000';
    expect(get('x', node, 'reg')).toBe('43c10000 1000');
    // shared peripheral interrupt 29, level high
    expect(get('u', node, 'interrupts')).toBe('0 29 4');
    expect(get('x', node, 'interrupt-parent')).toBe(get('x', '/axi/interrupt-controller@f8f01000', 'phandle'));
    expect(get('s', node, 'compatible')).toBe('keyturn,station-4.0 generic-uio');
    expect(get('x', node, 'clocks')).toBe(`${get('x', '/axi/slcr@f8000000/clkc@100', 'phandle')} 10`);
    expect(get('x', '/axi/slcr@f8000000/clkc@100', 'fclk-enable')).toBe('2');
    expect(get('s', '/fpga-region', 'firmware-name')).toBe('keyturn.bit.bin');
  });

  it('gives each further page a device of its own, and sets and keeps every clock that is in use', () => {
    const fclks = new Map([
      [0, 125],
      [1, 125],
    ]);
    const pages = [
      { name: 'host', base: 0x43c0_1000, interrupt: 30 },
      { name: 'mac', base: 0x43c0_3000 },
    ] as const;
    compile(ZYNQ, 'zynq.dtb');
    compile(deviceTreeOverlay({ ...PLACEMENT, fclks, pages }), 'overlay.dtbo');
    execFileSync('fdtoverlay', ['-i', path('zynq.dtb'), '-o', path('whole.dtb'), path('overlay.dtbo')], { stdio: 'pipe' });
    expect(get('x', '/axi/slcr@f8000000/clkc@100', 'fclk-enable')).toBe('3');
    const clkc = get('x', '/axi/slcr@f8000000/clkc@100', 'phandle');
    // FCLK0 and FCLK1 are clocks 15 and 16
    expect(get('x', '/axi/keyturn@43c00000', 'assigned-clocks')).toBe(`${clkc} f ${clkc} 10`);
    expect(get('u', '/axi/keyturn@43c00000', 'assigned-clock-rates')).toBe('125000000 125000000');
    expect(get('u', '/axi/keyturn-host@43c01000', 'interrupts')).toBe('0 30 4');
    expect(get('s', '/axi/keyturn-mac@43c03000', 'compatible')).toBe('keyturn,mac-4.0 generic-uio');
    expect(() => get('u', '/axi/keyturn-mac@43c03000', 'interrupts')).toThrow();
  });

  it.each([
    ['fifo', 'disabled', undefined, undefined],
    ['gmii', 'okay', 'gmii', '1000'],
    ['rmii', 'okay', 'rmii', undefined],
  ] as const)('by %s the second MAC of the processor is %s', (wire, status, mode, speed) => {
    compile(ZYNQ, 'zynq.dtb');
    compile(deviceTreeOverlay({ ...PLACEMENT, wire }), 'overlay.dtbo');
    execFileSync('fdtoverlay', ['-i', path('zynq.dtb'), '-o', path('whole.dtb'), path('overlay.dtbo')], { stdio: 'pipe' });
    const mac = '/axi/ethernet@e000c000';
    const found = (type: string, node: string, property: string): string | undefined => {
      const { stdout, status: failed } = spawnSync('fdtget', ['-t', type, path('whole.dtb'), node, property], { encoding: 'utf8' });
      return failed === 0 ? stdout.trim() : undefined;
    };
    expect([found('s', mac, 'status'), found('s', mac, 'phy-mode'), found('u', `${mac}/fixed-link`, 'speed')]).toEqual([
      status,
      mode,
      speed,
    ]);
    expect(found('s', `${mac}/fixed-link`, 'full-duplex') !== undefined).toBe(wire === 'gmii');
  });

  it.each([
    [1, '43c00000 1000', 'one relation'],
    [5, '43c00000 5000', '5 relations'],
  ])('has the pages of %i relations in one device', (relations, reg, said) => {
    const overlay = deviceTreeOverlay({ ...PLACEMENT, relations });
    expect(overlay).toContain(`// A Keyturn station of ${said} as a UIO device.`);
    compile(ZYNQ, 'zynq.dtb');
    compile(overlay, 'overlay.dtbo');
    execFileSync('fdtoverlay', ['-i', path('zynq.dtb'), '-o', path('whole.dtb'), path('overlay.dtbo')], { stdio: 'pipe' });
    expect(get('x', '/axi/keyturn@43c00000', 'reg')).toBe(reg);
  });

  it('loads nothing where there is no firmware', () => {
    const overlay = deviceTreeOverlay({ base: 0x43c0_0000, interrupt: 29, fclk: 0 });
    expect(overlay).not.toContain('fpga_full');
    compile(overlay, 'overlay.dtbo');
  });
});
