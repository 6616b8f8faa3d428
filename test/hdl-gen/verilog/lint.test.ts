import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Module, type Ports, warnings } from '../../../hdl-gen/index.ts';
import { distinctDomains, resetPorts } from '../../../hdl-gen/ir/domain.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { gmiiMac } from '../../../hw/mac/gmii-mac.ts';
import { rmiiMac } from '../../../hw/mac/rmii-mac.ts';
import { peer } from '../../../hw/peer.ts';
import { providerImages } from '../../../hw/station/provider-images.ts';
import { recordArbiter } from '../../../hw/station/record-arbiter.ts';
import { scheduler } from '../../../hw/station/scheduler.ts';
import { station } from '../../../hw/station.ts';
import { parts } from '../library/parts.ts';
import { designs } from './designs.ts';
import { inTemporaryDirectory, isInstalled, run } from './tools.ts';

const peers: readonly Module<Ports>[] = [
  peer({ role: 'initiator', slots: 2 }),
  peer({ role: 'follower', slots: 3 }),
  peer({ role: 'initiator', slots: 4, engine: 'aes-256-gcm' }),
  station({ role: 'initiator', slots: 2, relations: 5, engine: 'ascon-aead128', imageWords: 240 }),
  scheduler(5, 125_000_000),
  providerImages(5, 300),
  recordArbiter,
];
const macs = [rmiiMac, gmiiMac];
const subjects: readonly Module<Ports>[] = [...Object.values(designs), ...parts, ...peers, ...macs];

/** Everything that a tool says about a design, written into one file a module. */
function complaints(
  subject: Module<Ports>,
  tool: string,
  argsFor: (top: string, files: readonly string[]) => readonly string[],
): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    const files = (await writeVerilog(subject.elaborate(), directory)).map((path) => basename(path));
    return run(tool, argsFor(subject.name, files), directory);
  });
}

it.each([...parts, ...peers, ...macs])('$name has no signal that nothing reads, and no when that does nothing', (subject) => {
  expect(warnings(subject.elaborate()).map(({ message }) => message)).toEqual([]);
});

describe.each(subjects)('$name', (subject) => {
  it.skipIf(!isInstalled('verilator')).each([[[]], [['-DFORMAL']]])(
    'leaves Verilator nothing to say (skipped where it is not installed) %s',
    async (defines) => {
      expect(
        await complaints(subject, 'verilator', (top, files) => ['--lint-only', '-Wall', ...defines, '--top-module', top, ...files]),
      ).toBe('');
    },
  );

  it.skipIf(!isInstalled('iverilog'))('leaves Icarus Verilog nothing to say (skipped where it is not installed)', async () => {
    expect(await complaints(subject, 'iverilog', (top, files) => ['-g2005', '-Wall', '-s', top, '-o', 'out.vvp', ...files])).toBe('');
  });

  it.skipIf(!isInstalled('yosys'))('is read by Yosys without a latch or a loose end (skipped where it is not installed)', async () => {
    const script = (top: string, files: readonly string[]) =>
      `read_verilog ${files.join(' ')}; hierarchy -check -top ${top}; proc; check -assert; select -assert-none t:$dlatch`;
    expect(await complaints(subject, 'yosys', (top, files) => ['-q', '-p', script(top, files)])).toBe('');
  });

  it.skipIf(!isInstalled('yosys'))('hands every property to Yosys, none more (skipped where it is not installed)', async () => {
    const modules = allModules(subject.elaborate());
    const properties = modules.flatMap((module) => module.properties);
    const count = (kind: string) => properties.filter((property) => property.kind === kind).length;
    // each domain with properties and a reset also assumes a reset at the beginning
    const resets = modules.flatMap((module) => resetPorts(distinctDomains(module.properties.map(({ domain }) => domain)))).length;
    const script = (top: string, files: readonly string[]) =>
      [
        `read_verilog -formal -D FORMAL ${files.join(' ')}; hierarchy -check -top ${top}; proc; check -assert`,
        `select -assert-count ${count('assert')} t:$assert; select -assert-count ${count('assume') + resets} t:$assume`,
        `select -assert-count ${count('cover')} t:$cover`,
      ].join('; ');
    expect(await complaints(subject, 'yosys', (top, files) => ['-q', '-p', script(top, files)])).toBe('');
  });
});

/** The module and all below it, each once. */
function allModules(top: ModuleIr): ModuleIr[] {
  const seen = new Set([top]);
  for (const module of seen) for (const instance of module.instances) seen.add(instance.module);
  const byName = new Map([...seen].map((module) => [module.name, module]));
  return [...byName.values()];
}
