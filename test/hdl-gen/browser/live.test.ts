/** The language itself in a page: the sources as they are, types taken off, built, simulated and printed there. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled } from '../verilog/tools.ts';
import { documentOf, leaving, leftIn } from './chromium.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const PAGE = `<body><script type="module" src="/design.ts"></script>`;
const DESIGN = `
import { bits, bool, input, module, output } from '/hdl-gen/index.ts';
import { interpret, lower, simulateWasm } from '/hdl-gen/sim/index.ts';
const counter = module('counter', { go: input(bool), count: output(bits(40)) }, (io, m) => {
  const r = m.registers({ ticks: bits(40) });
  m.when(io.go, () => r.ticks.next(r.ticks.add(0x1_0000_0001)));
  io.count.set(r.ticks);
});
const counted = (simulator) => {
  for (const [rst, go] of [[1, 0], [0, 1], [0, 1], [0, 0]]) {
    simulator.inputs.get('rst').value = rst;
    simulator.inputs.get('go').value = go;
    simulator.step();
  }
  return simulator.outputs.get('count').big.toString(16);
};
const latch = module('latch', { go: input(bool), y: output(bool) }, (io, m) => { m.when(io.go, () => io.y.set(1)); });
const message = () => { try { latch.elaborate(); } catch (error) { return error.message; } };
const netlist = lower(counter.elaborate());
${leaving('[counted(interpret(netlist)), counted(simulateWasm(netlist)), message()]')}
`;

function reply(path: string): { readonly type: string; readonly text: string } {
  if (path === '/') return { type: 'text/html', text: PAGE };
  const source = path === '/design.ts' ? DESIGN : readFileSync(join(ROOT, path), 'utf8');
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  // without a name of its own, a file is module.ts, which it may not import
  const { outputText } = ts.transpileModule(source, { compilerOptions, fileName: path });
  return { type: 'text/javascript', text: extname(path) === '.ts' ? outputText : source };
}

describe.skipIf(!isInstalled('chromium'))('hdl-gen in Chromium (skipped where chromium is not installed)', () => {
  let server: Server;
  let address = '';
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer(({ url = '/' }, response) => {
      try {
        const { type, text } = reply(url);
        asked.push(url);
        response.writeHead(200, { 'content-type': type }).end(text);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  it('builds, checks and simulates a design; a mistake names the line of the page', async () => {
    const [interpreted, compiled, message] = leftIn(await documentOf(address)) as readonly string[];
    expect([interpreted, compiled]).toEqual(['200000002', '200000002']);
    expect(message).toContain('HG020 y is not assigned on every path');
    expect(message).toMatch(/declared: design\.ts:\d+\n/);
    expect(asked.length).toBeGreaterThan(20);
  });
});
