import { afterEach, expect, it } from 'vitest';
import { serveMetrics } from '../../../sw/agent/metrics.ts';
import type { AgentStatus } from '../../../sw/agent/status.ts';
import { freePort } from './free-port.ts';
import { RELATION, STATUS } from './told-status.ts';

let server: Awaited<ReturnType<typeof serveMetrics>> | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

it.each([
  ['secured', 200, 'secured\n'],
  ['degraded', 200, 'degraded: the disk is full\n'],
  ['peerSilent', 503, 'peerSilent; last failure 2026-11-27T00:00:00.000Z: peerSilent\n'],
  ['associating', 503, 'associating\n'],
] as const)('the health of an agent that is %s is %d', async (state, code, line) => {
  const status: AgentStatus = {
    ...STATUS,
    state,
    ...(state === 'degraded' ? { reason: 'the disk is full' } : {}),
    relations: [
      { ...RELATION, ...(state === 'peerSilent' ? { lastFailure: { at: '2026-11-27T00:00:00.000Z', what: 'peerSilent' } } : {}) },
    ],
  };
  const port = await freePort();
  server = await serveMetrics(port, () => status);
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  expect({ code: health.status, line: await health.text() }).toEqual({ code, line });
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(metrics).toContain(`keyturn_degraded{role="initiator"} ${state === 'degraded' ? 1 : 0}\n`);
});
