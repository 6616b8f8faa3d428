/** What a run of many relations came to, and what is wrong with it. */
import type { Delivery } from '../../spec/delivery.ts';
import type { FrameCounts } from './tally.ts';

export interface RelationsResult {
  readonly seed: number;
  readonly relations: number;
  /** `ideal`, or the engine whose AEAD protected the frames */
  readonly aead: string;
  readonly profile: string;
  readonly delivery: Delivery;
  readonly simulatedNs: number;
  readonly cpuSeconds: number;
  readonly frames: FrameCounts;
  /** those that the initiator has switched to */
  readonly rekeys: { readonly zeroRtt: number; readonly nRtt: number };
  /** associations, the first ones among them */
  readonly associated: number;
  readonly agreementsFailed: number;
  readonly announcementsWithdrawn: number;
  /** sent, those that were lost among them */
  readonly messages: { readonly association: number; readonly nRtt: number };
  readonly agreementsAtOnce: { readonly most: number; readonly bound: number };
  readonly incidents: { readonly outages: number; readonly deviceRestarts: number; readonly agentRestarts: number };
  /** relations without an association at the end, of those that nothing befell shortly before */
  readonly unassociated: number;
  /** of the observer of every frame that was sealed */
  readonly nonces: { readonly keys: number; readonly sealed: number; readonly repeatedKeys: number; readonly repeatedNonces: number };
  /** after 10 %, 50 % and all of the run */
  readonly liveMemoryOctets: readonly number[];
}

/** Everything that is wrong with a run; empty where it showed what it is there to show. */
export function relationsShortcomings(result: RelationsResult): readonly string[] {
  const { frames, nonces, unassociated, agreementsAtOnce, rekeys, incidents, delivery } = result;
  const isQuiet = incidents.outages + incidents.deviceRestarts + incidents.agentRestarts === 0;
  const zeros: readonly (readonly [number, string])[] = [
    [frames.undecryptable, 'undecryptable frames in time'],
    [frames.replayed, `frames delivered again${delivery === 'newest' ? ' or after a newer one' : ''}`],
    // the channel lets far fewer overtake one than a window holds
    [delivery === 'window' ? frames.stale : 0, 'late frames dropped, though each is to be delivered once'],
    [frames.altered, 'frames delivered with another payload'],
    [nonces.repeatedNonces, 'repeated (key, nonce) pairs'],
    [nonces.repeatedKeys, 'repeated keys'],
    [unassociated, 'relations without keys at the end'],
  ];
  return [
    ...zeros.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...(isQuiet && frames.outside > 0 ? [`${frames.outside} frames outside of the only association of their relation`] : []),
    ...(nonces.sealed === frames.sent ? [] : [`${nonces.sealed} frames sealed, ${frames.sent} sent`]),
    ...(agreementsAtOnce.most <= agreementsAtOnce.bound ? [] : [`${agreementsAtOnce.most} agreements at once`]),
    ...(rekeys.zeroRtt + rekeys.nRtt > 0 ? [] : ['nothing was shown: no rekey came to its end']),
    ...(frames.delivered > 0 ? [] : ['nothing was shown: no payload was delivered']),
  ];
}
