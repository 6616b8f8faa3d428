/** What other tools say of every design of the tests: nothing. All at once, since each tool takes longer to begin than for a design. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Module, type Ports, warnings } from '../../../hdl-gen/index.ts';
import { distinctDomains, resetPorts } from '../../../hdl-gen/ir/domain.ts';
import type { ModuleIr } from '../../../hdl-gen/ir/module.ts';
import { verilogModules } from '../../../hdl-gen/verilog/design.ts';
import { gmiiMac } from '../../../hw/mac/gmii-mac.ts';
import { rmiiMac } from '../../../hw/mac/rmii-mac.ts';
import { peer } from '../../../hw/peer.ts';
import { providerImages } from '../../../hw/station/provider-images.ts';
import { recordArbiter } from '../../../hw/station/record-arbiter.ts';
import { scheduler } from '../../../hw/station/scheduler.ts';
import { station } from '../../../hw/station.ts';
import { parts } from '../library/parts.ts';
import { designs } from './designs.ts';
import { isInstalled, run } from './tools.ts';

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

it.each([...parts, ...peers, ...macs])('$name has no signal that nothing reads, and no when that does nothing', (subject) => {
  expect(warnings(subject.elaborate()).map(({ message }) => message)).toEqual([]);
});

describe('all designs together', () => {
  const tops = subjects.map((subject) => subject.elaborate());
  const modules = new Map(tops.flatMap(allModules).map((module) => [module.name, module]));
  let directory: string;
  let files: readonly string[];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hdl-gen-lint-'));
    const texts = new Map<string, string>();
    for (const { name, text } of tops.flatMap(verilogModules)) {
      expect(texts.get(name) ?? text, `two modules are called ${name}`).toBe(text);
      texts.set(name, text);
    }
    for (const [name, text] of texts) writeFileSync(join(directory, `${name}.v`), text);
    files = [...texts.keys()].map((name) => `${name}.v`);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.skipIf(!isInstalled('verilator')).each([[[]], [['-DFORMAL']]])(
    'leave Verilator nothing to say (skipped where it is not installed) %s',
    (defines) => {
      // that they are many is all that it may say
      expect(run('verilator', ['--lint-only', '-Wall', '-Wno-MULTITOP', ...defines, ...files], directory)).toBe('');
    },
  );

  it.skipIf(!isInstalled('iverilog'))('leave Icarus Verilog nothing to say (skipped where it is not installed)', () => {
    const roots = tops.flatMap(({ name }) => ['-s', name]);
    expect(run('iverilog', ['-g2005', '-Wall', ...roots, '-o', 'out.vvp', ...files], directory)).toBe('');
  });

  it.skipIf(!isInstalled('yosys'))(
    'are read by Yosys without a latch or a loose end, and hand it every property, none more (skipped where it is not installed)',
    () => {
      const kinds = ['assert', 'assume', 'cover'] as const;
      const lists = kinds.map((kind) => `tee -q -o ${kind} select -list t:$${kind}`).join('; ');
      const script = `read_verilog -formal -D FORMAL ${files.join(' ')}; hierarchy -check; proc; check -assert; select -assert-none t:$dlatch; ${lists}`;
      expect(run('yosys', ['-q', '-p', script], directory)).toBe('');
      // a line for each cell: MODULE/CELL
      const cells = kinds.map((kind) => readFileSync(join(directory, kind), 'utf8').split('\n'));
      for (const { name, properties } of modules.values()) {
        // each domain with properties and a reset also assumes a reset at the beginning
        const resets = resetPorts(distinctDomains(properties.map(({ domain }) => domain))).length;
        const expected = kinds.map((kind) => properties.filter((one) => one.kind === kind).length + (kind === 'assume' ? resets : 0));
        const found = cells.map((lines) => lines.filter((line) => line.startsWith(`${name}/`)).length);
        expect(found, name).toEqual(expected);
      }
    },
  );
});

/** The module and all below it, each once. */
function allModules(top: ModuleIr): ModuleIr[] {
  const seen = new Set([top]);
  for (const module of seen) for (const instance of module.instances) seen.add(instance.module);
  const byName = new Map([...seen].map((module) => [module.name, module]));
  return [...byName.values()];
}
