import { afterEach, expect, it } from 'vitest';
import { metricsText, serveMetrics } from '../../../sw/agent/metrics.ts';
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

it('the metrics of a relation are its counts, and times in seconds', async () => {
  const key = { keyId: { master: 0, communication: 1 }, age: 1500, framesSent: 11, framesLeft: 12, timeLeft: 13, failedVerdicts: 14 };
  const text = await metricsText({
    ...STATUS,
    agreementsAtOnce: 21,
    relations: [{ ...RELATION, relation: 7, associations: 2, failures: 3, framesDelivered: 4, rekeys: { '0-RTT': 5, 'n-RTT': 6 }, key }],
  });
  expect(text).toContain('keyturn_agreements_at_once{role="initiator"} 21\n');
  const of = (more = '') => `{relation="7",peer="02:00:00:00:00:02"${more},role="initiator"}`;
  for (const line of [
    `keyturn_associations${of()} 2`,
    `keyturn_failures${of()} 3`,
    `keyturn_frames_delivered${of()} 4`,
    `keyturn_rekeys${of(',kind="0-RTT"')} 5`,
    `keyturn_rekeys${of(',kind="n-RTT"')} 6`,
    `keyturn_key_age_seconds${of()} 1.5`,
    `keyturn_key_frames_sent${of()} 11`,
    `keyturn_key_frames_left${of()} 12`,
    `keyturn_key_failed_verdicts${of()} 14`,
  ])
    expect(text).toContain(`${line}\n`);
  expect(await metricsText(STATUS), 'of no key there is no age').not.toMatch(/^keyturn_key_/m);
});

it('metrics that can’t be told are an error of the server, in words', async () => {
  const port = await freePort();
  server = await serveMetrics(port, () => JSON.parse(JSON.stringify({ ...STATUS, starts: 'many' })));
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([500, 'text/plain; charset=utf-8']);
  expect(await response.text()).toMatch(/^TypeError: .*many\n$/);
});

it('what is asked for otherwise is refused in words, and a port that is taken by its error', async () => {
  const port = await freePort();
  server = await serveMetrics(port, () => STATUS);
  expect(server.address()).toMatchObject({ address: '127.0.0.1' });
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  expect(await get('/other')).toEqual([404, 'text/plain; charset=utf-8', '/metrics or /health\n']);
  expect(await get('/metrics', 'POST')).toEqual([405, 'text/plain; charset=utf-8', 'only GET\n']);
  await expect(serveMetrics(port, () => STATUS)).rejects.toThrow('EADDRINUSE');
});
