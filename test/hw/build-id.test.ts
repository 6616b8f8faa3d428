import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { buildIdOf } from '../../hw/build-id.ts';

const VERILOG = ['module a;\nendmodule\n', 'module b;\nendmodule\n'];

it('the build id is the head of the SHA-256 of configuration and Verilog, as another implementation computes it', () => {
  const digest = createHash('sha256').update('[{"slots":2},["module a;\\nendmodule\\n","module b;\\nendmodule\\n"]]').digest();
  expect(buildIdOf({ slots: 2 }, VERILOG)).toBe(digest.readUInt32BE(0));
});

it('another configuration, another text and another cut of the same text have other build ids', () => {
  const ids = [
    buildIdOf({ slots: 2 }, VERILOG),
    buildIdOf({ slots: 3 }, VERILOG),
    buildIdOf({ slots: 2 }, [VERILOG.join('')]),
    buildIdOf({ slots: 2 }, VERILOG.toReversed()),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
