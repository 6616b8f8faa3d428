/** Prometheus metrics and the health of an agent, over HTTP on this machine only. */
import { createServer, type Server } from 'node:http';
import { Gauge, Registry } from 'prom-client';
import { type AgentStatus, healthLine, isSecured, RELATION_STATES, type RelationStatus } from './status.ts';

const MS_PER_S = 1000;

interface Metric<S> {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  /** a value for each set of labels; none: it has no value now */
  readonly values: (status: S) => readonly (readonly [Readonly<Record<string, string>>, number])[];
}

const ofKey = (pick: (key: NonNullable<RelationStatus['key']>) => number) => (status: RelationStatus) =>
  status.key === undefined ? [] : [[{}, pick(status.key)] as const];

const OF_AGENT: readonly Metric<AgentStatus>[] = [
  { name: 'keyturn_starts', help: 'starts of the agent', values: ({ starts }) => [[{}, starts]] },
  {
    name: 'keyturn_degraded',
    help: '1 while something is wrong with the agent itself',
    values: ({ reason }) => [[{}, reason === undefined ? 0 : 1]],
  },
  {
    name: 'keyturn_agreements_at_once',
    help: 'the most agreements under way at once',
    values: (status) => [[{}, status.agreementsAtOnce]],
  },
];

/** Each has the labels relation and peer besides. */
const OF_RELATIONS: readonly Metric<RelationStatus>[] = [
  {
    name: 'keyturn_state',
    help: '1 for the state that the relation is in',
    labels: ['state'],
    values: ({ state }) => RELATION_STATES.map((name) => [{ state: name }, state === name ? 1 : 0] as const),
  },
  { name: 'keyturn_associations', help: 'associations that gave keys', values: ({ associations }) => [[{}, associations]] },
  {
    name: 'keyturn_rekeys',
    help: 'rekeys whose key came into use',
    labels: ['kind'],
    values: ({ rekeys }) => Object.entries(rekeys).map(([kind, number]) => [{ kind }, number] as const),
  },
  { name: 'keyturn_failures', help: 'what went wrong, and was got over', values: ({ failures }) => [[{}, failures]] },
  {
    name: 'keyturn_frames_delivered',
    help: 'frames of the peer that were authentic and new, as the hardware counts them, modulo 2^32',
    values: ({ framesDelivered }) => [[{}, framesDelivered]],
  },
  { name: 'keyturn_key_age_seconds', help: 'how long the key has been in use', values: ofKey(({ age }) => age / MS_PER_S) },
  { name: 'keyturn_key_frames_sent', help: 'frames sent under the key', values: ofKey(({ framesSent }) => framesSent) },
  { name: 'keyturn_key_frames_left', help: 'frames that the key may still protect', values: ofKey(({ framesLeft }) => framesLeft) },
  {
    name: 'keyturn_key_failed_verdicts',
    help: 'frames that failed verification since the key was installed',
    values: ofKey((key) => key.failedVerdicts),
  },
];

/** The metrics as a scrape reads them (Prometheus text format). Each has the label role; counts are those of one start, but for `keyturn_starts`. */
export async function metricsText(status: AgentStatus): Promise<string> {
  const registry = new Registry();
  registry.setDefaultLabels({ role: status.role });
  for (const { name, help, values } of OF_AGENT) {
    const gauge = new Gauge({ name, help, registers: [registry] });
    for (const [labels, value] of values(status)) gauge.set(labels, value);
  }
  for (const { name, help, labels: own = [], values } of OF_RELATIONS) {
    const gauge = new Gauge({ name, help, labelNames: ['relation', 'peer', ...own], registers: [registry] });
    for (const relation of status.relations)
      for (const [labels, value] of values(relation))
        gauge.set({ relation: String(relation.relation), peer: relation.peer, ...labels }, value);
  }
  return registry.metrics();
}

/** Serves `/metrics` and `/health`, which is 200 while keys are in use in every relation and 503 otherwise. @throws what the system says, as EADDRINUSE */
export async function serveMetrics(port: number, status: () => AgentStatus): Promise<Server> {
  const server = createServer((request, response) => {
    const end = (code: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(code, { 'content-type': type }).end(text);
    };
    if (request.method !== 'GET') return end(405, 'only GET\n');
    if (request.url === '/health') {
      const now = status();
      return end(isSecured(now) ? 200 : 503, `${healthLine(now)}\n`);
    }
    if (request.url !== '/metrics') return end(404, '/metrics or /health\n');
    metricsText(status()).then(
      (text) => end(200, text, new Registry().contentType),
      (error: unknown) => end(500, `${String(error)}\n`),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
