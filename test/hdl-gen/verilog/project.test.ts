import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { projectFolder } from '../../../hdl-gen/verilog/project.ts';
import { designs } from './designs.ts';
import { inTemporaryDirectory } from './tools.ts';

afterEach(() => vi.restoreAllMocks());

it('the text of a design is the same wherever in its project it is printed', () => {
  const atTheTop = verilogText(designs.told.elaborate());
  expect(atTheTop).toContain('from test/hdl-gen/verilog/designs.ts:');
  vi.spyOn(process, 'cwd').mockReturnValue(join(process.cwd(), 'test/hdl-gen'));
  expect(verilogText(designs.told.elaborate())).toBe(atTheTop);
});

it('the project is the nearest folder above with a package.json, and without one the working directory', () =>
  inTemporaryDirectory(async (directory) => {
    const root = realpathSync(directory);
    const inner = join(root, 'src/inner');
    mkdirSync(inner, { recursive: true });
    expect(projectFolder(inner)).toBe(inner);
    writeFileSync(join(root, 'package.json'), '{}');
    expect(projectFolder(inner)).toBe(root);
  }));
