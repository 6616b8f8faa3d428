/** Two MACs, and what the one sends on the pins of the other. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { captureFile } from '../../../capture/read.ts';
import { type Kind, MacBench } from '../../../formal/rtl/cosimulation/mac/mac-bench.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';

const SEED = Number(process.env['MAC_SEED'] ?? Date.now() % 2 ** 31);
const CAPTURE = fileURLToPath(new URL('../../../../shared/data/captures/cisagov_profinet_io_cm_mixed_1.pcap', import.meta.url));

function overTheCable(kind: Kind, frames: readonly Uint8Array[]): Uint8Array[] {
  const [here, there] = [new MacBench(kind, { seed: SEED, period: 7.9 }), new MacBench(kind, { seed: SEED + 1, jitter: 0.9, takes: 0.99 })];
  here.send(...frames);
  here.run();
  there.receive(here.sent);
  there.run();
  expect([here.counts.sent, there.counts.received], `MAC_SEED=${SEED}`).toEqual([frames.length, frames.length]);
  return there.frames;
}

const padded = (frame: Uint8Array): Uint8Array => Uint8Array.from({ length: Math.max(60, frame.length) }, (_, index) => frame[index] ?? 0);

it.each(['rmii', 'gmii'] as const)('a frame over %s arrives as it was sent, and padded', (kind) => {
  const random = new Random(SEED);
  const frames = [1, 59, 60, 61, 1518, ...Array.from({ length: 15 }, () => 1 + random.below(150))].map((length) => random.bytes(length));
  expect(overTheCable(kind, frames)).toEqual(frames.map(padded));
});

it.for(['rmii', 'gmii'] as const)('so does the traffic of a real controller and its device over %s', async (kind, { skip }) => {
  if (!existsSync(CAPTURE)) return skip('../shared/data is not here: the capture of real hardware is not part of the project');
  const frames: Uint8Array[] = [];
  for await (const { data } of captureFile(CAPTURE)) frames.push(Uint8Array.from(data));
  expect(overTheCable(kind, frames.slice(0, 40))).toEqual(frames.slice(0, 40).map(padded));
});
