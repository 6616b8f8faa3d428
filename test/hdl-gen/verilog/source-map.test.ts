import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bits, bundle, module, output } from '../../../hdl-gen/index.ts';
import { verilogModules, writeVerilog } from '../../../hdl-gen/verilog/design.ts';
import { peer } from '../../../hw/peer.ts';
import { designs } from './designs.ts';
import { inTemporaryDirectory } from './tools.ts';

const subjects = [...Object.values(designs), peer({ role: 'follower', slots: 3 })];

describe('the source map', () => {
  it.each(subjects)('of $name agrees with the comments of the text, as Node reads it', (design) =>
    inTemporaryDirectory(async (directory) => {
      const files = await writeVerilog(design.elaborate(), directory);
      let comments = 0;
      for (const file of files) {
        const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
        expect(map.payload.sources.length).toBeGreaterThan(0);
        readFileSync(file, 'utf8')
          .split('\n')
          .forEach((text, index) => {
            const [, path = '', line] = /^ +\/\/ (\S+\.ts):(\d+)$/.exec(text) ?? [];
            if (line === undefined) return;
            const entry = map.findEntry(index, 0);
            if (!('originalSource' in entry)) throw new Error(`no mapping of line ${index + 1}: ${text}`);
            expect([join(directory, entry.originalSource), entry.originalLine + 1]).toEqual([resolve(path), Number(line)]);
            comments += 1;
          });
      }
      // a module of nothing but assignments has no comment of its own
      if (design.name !== 'contexts' && design.name !== 'constants') expect(comments).toBeGreaterThan(0);
    }),
  );

  it('knows a place for every line', () => {
    for (const { text, locations } of verilogModules(designs.ethTypeParser.elaborate())) {
      expect(locations).toHaveLength(text.split('\n').length);
      expect(locations.filter((location) => location.position() === undefined)).toEqual([]);
    }
  });

  it('knows a place for the ports of an instance, however deep they stand in bundles', () => {
    const inmost = bundle({ leaf: output(bits(4)) });
    const middle = bundle({ inmost: output(inmost) });
    const outmost = bundle({ middle: output(middle) });
    const below = module('below', { port: output(outmost) }, (io) => io.port.middle.inmost.leaf.set(5));
    const above = module('above', { out: output(bits(4)) }, (io, m) => io.out.set(m.instance('dut', below).port.middle.inmost.leaf));
    const [signal] = above.elaborate().signals;
    expect(signal?.location.position()?.path).toBe('test/hdl-gen/verilog/source-map.test.ts');
  });
});
