#!/usr/bin/env node
/**
 * A filter for the output of Verilog tools, line by line as it comes:
 *
 *     verilator --lint-only -Wall out/top.v 2>&1 | npx hdl-gen-messages out/*.v.map
 *
 * Exit codes: 0 done, 2 a map is missing or unreadable. The tool's own exit code is that of the pipe (`set -o pipefail`).
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readMap, rewriteLocations, type VerilogMap } from './rewrite.ts';

const maps = readMaps(process.argv.slice(2));
if (maps !== undefined) {
  for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${rewriteLocations(line, maps)}\n`);
}

function readMaps(paths: readonly string[]): VerilogMap[] | undefined {
  try {
    if (paths.length === 0) throw new Error('usage: <tool> 2>&1 | npx hdl-gen-messages <module>.v.map ...');
    return paths.map((path) => readMap(path, readFileSync(path, 'utf8')));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
    return undefined;
  }
}
