import { describe, expect, it } from 'vitest';
import { bits, module, output } from '../../../hdl-gen/index.ts';
import { verilogModules, verilogText } from '../../../hdl-gen/verilog/design.ts';
import { parts } from '../library/parts.ts';
import { designs } from './designs.ts';

/** Of each part the smallest that shows it; the CRC is matrices. */
const WORTH_READING = [
  'skid_buffer_data8',
  'sync_fifo_data8_5',
  'round_robin_arbiter_4',
  'upsizer_8_32',
  'downsizer_32_8',
  'example_registers',
];

describe('the Verilog text', () => {
  it.each(Object.values(designs))('of $name is as agreed', async (design) => {
    await expect(verilogText(design.elaborate())).toMatchFileSnapshot(`golden/${design.name}.v`);
  });

  it.each(parts.filter(({ name }) => WORTH_READING.includes(name)))('of the part $name is as agreed', async (part) => {
    await expect(verilogText(part.elaborate())).toMatchFileSnapshot(`golden/library/${part.name}.v`);
  });

  it('is the same on every run, and has each module once, those instantiated first', () => {
    const ir = designs.pipeline.elaborate();
    expect(verilogText(ir)).toBe(verilogText(ir));
    expect(verilogModules(ir).map(({ name }) => name)).toEqual(['stage', 'pipeline']);
  });

  it('refuses two different modules of one name, and takes two equal ones', () => {
    const constantOf = (value: number) => module('constant', { y: output(bits(4)) }, (io) => io.y.set(value));
    const both = (one: number, two: number) =>
      module('both', { y: output(bits(4)) }, (io, m) => {
        io.y.set(m.instance('one', constantOf(one)).y.xor(m.instance('two', constantOf(two)).y));
      }).elaborate();
    expect(() => verilogText(both(1, 2))).toThrow(
      /^HG011 two different modules are called constant\n {2}one: test\/hdl-gen\/verilog\/golden.test.ts:\d+/,
    );
    expect(verilogModules(both(1, 1))).toHaveLength(2);
  });
});
