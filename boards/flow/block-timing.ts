/** Clocks and crossings of a block design, whose blocks stand deeper than in the top, and whose processing system names its own clocks. */
import { crossingConstraints, type DefinedClock } from '../../hdl-gen/constraints/xdc.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { type BoardTopOptions, boardTopPeriods } from '../tops/board-top.ts';
import { gmiiPins, rmiiPins } from '../tops/wire-mac.ts';

/** Where the module of the block `cell` is: the wrapper, the block design, Vivado's own wrapper of a module reference, and ours. */
export function blockPath(cell: string): string {
  return `system_i/${cell}/inst/inner`;
}

/** @param mac what stands behind the page of that name */
export function blockTiming(mac: ModuleIr, options: Pick<BoardTopOptions, 'board' | 'wire'>): string {
  const clocks = Object.entries(boardTopPeriods(options)).map(([name, period]): DefinedClock => {
    // the XDC of processing_system7 calls FCLK_CLK0 so (PG082)
    const fclk = /^ps7_fclkclk_(\d)$/.exec(name)?.[1];
    return { name: fclk === undefined ? name : `clk_fpga_${fclk}`, period };
  });
  const [system, wire] = clocks;
  if (system === undefined || wire === undefined) throw new RangeError(`the way ${options.wire} has no clock of its own`);
  const atPin =
    options.wire === 'rmii' ? [`create_clock -name ${wire.name} -period ${wire.period.toFixed(3)} [get_ports ${rmiiPins.clock}]`] : [];
  return [
    ...atPin,
    crossingConstraints(mac, blockPath('mac'), { clk: system, [gmiiPins.clock]: wire, [rmiiPins.clock]: wire }),
    '# the reset is that of a register here, which the top, where a primitive gives it, has no path from',
    `set_false_path -to [get_pins {${presets(mac).join(' ')}}]`,
    '',
  ].join('\n');
}

/** The pins that set the registers of its reset synchronisers, which end the reset by their own clock. */
function presets(mac: ModuleIr): string[] {
  const pins = mac.instances
    .filter(({ module }) => module.name === 'reset_synchroniser')
    .flatMap(({ name, module }) =>
      module.signals.filter(({ kind }) => kind === 'register').map((register) => `${name}/${register.name}_reg/PRE`),
    );
  if (pins.length === 0) throw new Error(`${mac.name} has no reset_synchroniser`);
  return pins.map((pin) => `${blockPath('mac')}/${pin}`);
}
