/** What is wrong with a run of many relations, and how it is told. */
import { describe, expect, it } from 'vitest';
import { type RelationsResult, relationsShortcomings } from '../../../sim/relations/result.ts';
import { relationsText } from '../../../sim/relations/text.ts';
import { GOOD } from './results.ts';

const withFrames = (changes: Partial<RelationsResult['frames']>): RelationsResult => ({ ...GOOD, frames: { ...GOOD.frames, ...changes } });
const QUIET = { outages: 0, deviceRestarts: 0, agentRestarts: 0 };

describe('shortcomings', () => {
  it('are none of a run that went well', () => expect(relationsShortcomings(GOOD)).toEqual([]));

  it.each<readonly [RelationsResult, string]>([
    [withFrames({ undecryptable: 1 }), '1 undecryptable frames in time'],
    [withFrames({ replayed: 1 }), '1 frames delivered again or after a newer one'],
    [{ ...withFrames({ replayed: 1, stale: 0 }), delivery: 'window' }, '1 frames delivered again'],
    [{ ...withFrames({ stale: 1 }), delivery: 'window' }, '1 late frames dropped, though each is to be delivered once'],
    [withFrames({ altered: 1 }), '1 frames delivered with another payload'],
    [{ ...GOOD, nonces: { ...GOOD.nonces, repeatedNonces: 1 } }, '1 repeated (key, nonce) pairs'],
    [{ ...GOOD, nonces: { ...GOOD.nonces, repeatedKeys: 1 } }, '1 repeated keys'],
    [{ ...GOOD, unassociated: 1 }, '1 relations without keys at the end'],
    [{ ...GOOD, incidents: QUIET }, '1008 frames outside of the only association of their relation'],
    [{ ...GOOD, nonces: { ...GOOD.nonces, sealed: 7 } }, '7 frames sealed, 20000 sent'],
    [{ ...GOOD, agreementsAtOnce: { most: 5, bound: 4 } }, '5 agreements at once'],
    [{ ...GOOD, rekeys: { zeroRtt: 0, nRtt: 0 } }, 'nothing was shown: no rekey came to its end'],
    [withFrames({ delivered: 0 }), 'nothing was shown: no payload was delivered'],
  ])('of case %#: %s', (result, message) => {
    expect(relationsShortcomings(result)).toEqual([message]);
  });

  it.each(Object.keys(QUIET))('frames outside an association are none where there were %s', (incident) => {
    expect(relationsShortcomings({ ...GOOD, incidents: { ...QUIET, [incident]: 1 } })).toEqual([]);
  });

  it('incidents do not make up for each other', () => {
    for (const incidents of [
      { outages: 1, deviceRestarts: 1, agentRestarts: 0 },
      { outages: 1, deviceRestarts: 0, agentRestarts: 1 },
      { outages: 0, deviceRestarts: 1, agentRestarts: 1 },
    ])
      expect(relationsShortcomings({ ...GOOD, incidents })).toEqual([]);
  });

  it('are none where nobody was outside, where as many agreed as may, and where rekeys were of one kind', () => {
    const quiet = { ...withFrames({ outside: 0 }), incidents: QUIET };
    expect(relationsShortcomings({ ...quiet, agreementsAtOnce: { most: 4, bound: 4 }, rekeys: { zeroRtt: 0, nRtt: 1 } })).toEqual([]);
  });
});

describe('text', () => {
  const linesOf = (): readonly string[] => relationsText(GOOD).trimEnd().split('\n');
  const row = (label: string): string | undefined =>
    linesOf()
      .find((line) => line.startsWith(`${label} `))
      ?.slice(label.length)
      .trim();

  it.each([
    ['frames sent', '20,000'],
    ['delivered', '19,002'],
    ['of them late', '1,003'],
    ['of these under an Obsolete key', '1,004'],
    ['lost by the channel and in cuts', '1,005'],
    ['overtaken, dropped', '1,006'],
    ['duplicates dropped', '1,007'],
    ['outside an association, dropped', '1,008'],
    ['undecryptable in time', '0'],
    ['delivered again or after a newer one', '0'],
    ['payloads that waited for an association', '1,001'],
    ['0-RTT rekeys', '1,500'],
    ['n-RTT rekeys', '1,111'],
    ['associations', '1,012'],
    ['agreements that failed', '1,013'],
    ['agreements at once, at most', '3 of 4'],
    ['messages of associations', '1,015'],
    ['messages of n-RTT agreements', '1,016'],
    ['incidents', "5 cuts, 6 device restarts, 7 restarts of the controller's agent"],
    ['keys that sent', '1,017'],
    ['repeated (key, nonce) pairs', '0'],
    ['repeated keys', '0'],
    ['live memory at 10, 50, 100 %', '1.0, 1.5, 3.0 MiB'],
    ['simulated', '12.3 ms'],
    ['processor time', '2.5 s, 125.0 µs a frame'],
  ])('%s: %s', (label, value) => expect(row(label)).toBe(value));

  it('begins with what was run, and ends with a verdict', () => {
    const lines = linesOf();
    expect(lines[0]?.trim()).toBe('8 relations, ideal, paper, newest');
    expect(lines.slice(-2)).toEqual([
      '2,611 rekeys: 0 undecryptable frames in time, 0 repeated (key, nonce) pairs over 20,000 frames under 1,017 keys',
      'of cyclic data the newest counts: an Obsolete key delivered nothing, its slot only keeps late frames decryptable',
    ]);
  });

  it('of a window says what the old key was good for', () => {
    const text = relationsText({ ...withFrames({ stale: 0 }), delivery: 'window' });
    expect(text).toMatch(/^delivered again +0$/m);
    expect(text).toContain(
      '\nthe slot of the old key earned its place: 1,004 late frames were delivered under an Obsolete key, each once\n',
    );
  });

  it('says everything that is wrong, and divides by no frame', () => {
    const text = relationsText({ ...withFrames({ delivered: 0, sent: 0 }), nonces: { ...GOOD.nonces, sealed: 0 }, unassociated: 2 });
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'NOT seamless: 2 relations without keys at the end; nothing was shown: no payload was delivered',
    );
    expect(text).toContain('2500000.0 µs a frame');
  });
});
