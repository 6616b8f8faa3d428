/** The hardware of a build: elaborated once to know its build id, and again with it. */
import { fileURLToPath } from 'node:url';
import { timingConstraints } from '../../hdl-gen/constraints/xdc.ts';
import { SourceLocation } from '../../hdl-gen/ir/location.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { blackBoxes, verilogModules } from '../../hdl-gen/verilog/design.ts';
import { buildIdOf } from '../../hw/build-id.ts';
import { windowsFor } from '../../hw/peer-options.ts';
import type { Board } from '../schema.ts';
import { type BoardTopOptions, boardTop, boardTopPeriods, boardTopPins } from '../tops/board-top.ts';
import { boardTopFclks } from '../tops/clocks.ts';
import type { HardwareConfiguration } from './build.ts';

/** The root of the project, from which the Verilog names the lines that it comes from. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export interface Design {
  readonly top: ModuleIr;
  readonly buildId: number;
  /** MHz of each FCLK of the processor that is in use, by its number */
  readonly fclks: ReadonlyMap<number, number>;
  /** pins of the board, by the ports of the top */
  readonly pins: ReadonlyMap<string, string>;
  /** texts by the names of the modules, those that are instantiated first */
  readonly verilog: readonly { readonly name: string; readonly text: string }[];
  /** of the primitives, for tools that do not know them */
  readonly stubs: readonly { readonly name: string; readonly text: string }[];
  /** XDC of clocks and crossings */
  readonly timing: string;
}

export function designOf(configuration: HardwareConfiguration, board: Board): Design {
  const { wire, role, relations, imageOctets = 0, slots, engine, delivery } = configuration;
  const peer = { role, slots, engine, ...windowsFor(delivery) };
  const optionsOf = (buildId: number): BoardTopOptions => ({ board, wire, relations, imageOctets, peer: { ...peer, buildId } });
  return SourceLocation.within(PROJECT, () => {
    const draft = verilogModules(boardTop(optionsOf(0)).elaborate());
    const buildId = buildIdOf(
      configuration,
      draft.map(({ text }) => text),
    );
    const options = optionsOf(buildId);
    const top = boardTop(options).elaborate();
    return {
      top,
      buildId,
      fclks: boardTopFclks(options),
      pins: boardTopPins(options),
      verilog: verilogModules(top).map(({ name, text }) => ({ name, text })),
      stubs: blackBoxes(top),
      timing: timingConstraints(top, boardTopPeriods(options)),
    };
  });
}
