/** The result of a run of many relations, for people. */
import { table } from '../../judge/table.ts';
import { type RelationsResult, relationsShortcomings } from './result.ts';

const MIB = 2 ** 20;

export function relationsText(result: RelationsResult): string {
  const { frames, rekeys, nonces, messages, agreementsAtOnce, incidents, liveMemoryOctets, simulatedNs, cpuSeconds, delivery } = result;
  const count = (value: number): string => value.toLocaleString('en');
  const rows: readonly (readonly [string, string])[] = [
    ['frames sent', count(frames.sent)],
    ['delivered', count(frames.delivered)],
    ['of them late', count(frames.deliveredLate)],
    ['of these under an Obsolete key', count(frames.deliveredUnderOldKey)],
    ['lost by the channel and in cuts', count(frames.lost)],
    ['overtaken, dropped', count(frames.stale)],
    ['duplicates dropped', count(frames.duplicates)],
    ['outside an association, dropped', count(frames.outside)],
    ['undecryptable in time', count(frames.undecryptable)],
    [delivery === 'newest' ? 'delivered again or after a newer one' : 'delivered again', count(frames.replayed)],
    ['payloads that waited for an association', count(frames.waited)],
    ['0-RTT rekeys', count(rekeys.zeroRtt)],
    ['n-RTT rekeys', count(rekeys.nRtt)],
    ['associations', count(result.associated)],
    ['agreements that failed', count(result.agreementsFailed)],
    ['agreements at once, at most', `${agreementsAtOnce.most} of ${agreementsAtOnce.bound}`],
    ['messages of associations', count(messages.association)],
    ['messages of n-RTT agreements', count(messages.nRtt)],
    [
      'incidents',
      `${incidents.outages} cuts, ${incidents.deviceRestarts} device restarts, ${incidents.agentRestarts} restarts of the controller's agent`,
    ],
    ['keys that sent', count(nonces.keys)],
    ['repeated (key, nonce) pairs', count(nonces.repeatedNonces)],
    ['repeated keys', count(nonces.repeatedKeys)],
    ['live memory at 10, 50, 100 %', `${liveMemoryOctets.map((octets) => (octets / MIB).toFixed(1)).join(', ')} MiB`],
    ['simulated', `${(simulatedNs / 1e6).toFixed(1)} ms`],
    ['processor time', `${cpuSeconds.toFixed(1)} s, ${((cpuSeconds * 1e6) / Math.max(1, frames.sent)).toFixed(1)} µs a frame`],
  ];
  return `${table([['', `${result.relations} relations, ${result.aead}, ${result.profile}, ${delivery}`], ...rows])}\n${verdict(result)}\n`;
}

function verdict(result: RelationsResult): string {
  const wrong = relationsShortcomings(result);
  if (wrong.length > 0) return `NOT seamless: ${wrong.join('; ')}`;
  const { frames, rekeys, nonces, delivery } = result;
  const late = frames.deliveredUnderOldKey.toLocaleString('en');
  const old =
    delivery === 'newest'
      ? 'of cyclic data the newest counts: an Obsolete key delivered nothing, its slot only keeps late frames decryptable'
      : `the slot of the old key earned its place: ${late} late frames were delivered under an Obsolete key, each once`;
  return (
    `${(rekeys.zeroRtt + rekeys.nRtt).toLocaleString('en')} rekeys: 0 undecryptable frames in time, 0 repeated (key, nonce) pairs ` +
    `over ${frames.sent.toLocaleString('en')} frames under ${nonces.keys.toLocaleString('en')} keys\n${old}`
  );
}
