/** Every file of a build folder that follows from the hardware and the board, by its path there. */
import { readFileSync } from 'node:fs';
import { modulesOf } from '../../hdl-gen/ir/hierarchy.ts';
import { SourceLocation } from '../../hdl-gen/ir/location.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { AEAD_ENGINES } from '../../spec/aead-engines.ts';
import { type PageName, pagesOf, type WireName } from '../../spec/pages.ts';
import type { Board } from '../schema.ts';
import { PHY_RESET } from '../tops/board-top.ts';
import { blockName, blockVerilog } from './block.ts';
import { BLOCK_DESIGN_SCRIPT, type BlockPlan, blockDesignTcl } from './block-design.ts';
import { blockTiming } from './block-timing.ts';
import { type BuildPlan, type HardwareConfiguration, hex32 } from './build.ts';
import { type Design, PROJECT } from './design.ts';
import { OPENXC7_SCRIPT, openXc7Script } from './openxc7.ts';
import { pinConstraints } from './pins.ts';
import { folderReadme } from './readme.ts';
import { VIVADO_SCRIPT, vivadoTcl } from './vivado.ts';

export interface GeneratedFile {
  readonly text: string;
  readonly executable?: boolean;
}

/** Written by hand: for every top, and for the pins of RMII. */
const BY_HAND = new URL('../../constraints/', import.meta.url);

export function buildFiles(
  design: Design,
  configuration: HardwareConfiguration,
  board: Board,
  version: string,
): Readonly<Record<string, GeneratedFile>> {
  const rtl = (name: string): string => `rtl/${name}.v`;
  const xdc = {
    pins: 'constraints/pins.xdc',
    timing: 'constraints/timing.xdc',
    blockTiming: 'constraints/block-timing.xdc',
    id: 'constraints/build-id.xdc',
  };
  const byHand = ['vivado.xdc', ...(configuration.wire === 'rmii' ? ['rmii.xdc'] : [])];
  const handPaths = byHand.map((name) => `constraints/${name}`);
  const plan: BuildPlan = {
    board,
    configuration,
    fclks: design.fclks,
    buildId: design.buildId,
    top: design.top.name,
    verilog: design.verilog.map(({ name }) => rtl(name)),
    pinConstraints: [xdc.pins],
    vivadoConstraints: [xdc.timing, ...handPaths, xdc.id],
  };
  const blocks = blocksOf(design.top, configuration.wire);
  const used = new Set(blocks.values());
  const mac = blocks.get('mac');
  const inBlocks = new Set([...used].flatMap((block) => [...modulesOf(block)].map(({ name }) => name)));
  const blockFile = (block: ModuleIr): string => `rtl/blocks/${blockName(block)}.v`;
  const blockPlan: BlockPlan = {
    ...plan,
    // the top, the bridge and the primitives are what the processor's own IP and bus stand for
    verilog: [...design.verilog.filter(({ name }) => inBlocks.has(name)).map(({ name }) => rtl(name)), ...[...used].map(blockFile)],
    vivadoConstraints: [...(mac === undefined ? [] : [xdc.blockTiming]), ...handPaths, xdc.id],
    blocks: Object.fromEntries([...blocks].map(([page, block]) => [page, blockName(block)])),
    heldHigh: design.pins.has(PHY_RESET) ? [PHY_RESET] : [],
  };
  const texts: Record<string, string> = {
    'README.md': folderReadme(plan),
    'keyturn.json': `${JSON.stringify(buildJson(plan, version), null, 2)}\n`,
    ...Object.fromEntries(design.verilog.map(({ name, text }) => [rtl(name), text])),
    ...Object.fromEntries(design.stubs.map(({ name, text }) => [`rtl/stubs/${name}.v`, text])),
    [xdc.pins]: pinConstraints(board, design.pins),
    [xdc.timing]: design.timing,
    ...Object.fromEntries(byHand.map((name) => [`constraints/${name}`, readFileSync(new URL(name, BY_HAND), 'utf8')])),
    [xdc.id]: `# The same as the buildId register reads (XAPP1232).\nset_property BITSTREAM.CONFIG.USR_ACCESS ${hex32(design.buildId)} [current_design]\n`,
    [VIVADO_SCRIPT]: vivadoTcl(plan),
    ...Object.fromEntries([...used].map((block) => [blockFile(block), SourceLocation.within(PROJECT, () => blockVerilog(block))])),
    ...(mac === undefined
      ? {}
      : { [xdc.blockTiming]: SourceLocation.within(PROJECT, () => blockTiming(mac, { board, wire: configuration.wire })) }),
    [BLOCK_DESIGN_SCRIPT]: blockDesignTcl(blockPlan),
  };
  return {
    ...Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, { text }])),
    [OPENXC7_SCRIPT]: { text: openXc7Script(plan), executable: true },
  };
}

/** What stands behind each page in the top, where its instance has the name of the page. */
function blocksOf(top: ModuleIr, wire: WireName): ReadonlyMap<PageName, ModuleIr> {
  return new Map(
    pagesOf(wire).map((page) => {
      const found = top.instances.find(({ name }) => name === page)?.module;
      if (found === undefined) throw new Error(`${top.name} has no instance ${page}`);
      return [page, found];
    }),
  );
}

function buildJson({ board, configuration, buildId, top, fclks }: BuildPlan, version: string): object {
  return {
    keyturn: version,
    configuration,
    buildId: hex32(buildId),
    insecure: AEAD_ENGINES[configuration.engine].insecure,
    part: board.part.name,
    top,
    fclkMhz: Object.fromEntries(fclks),
  };
}
