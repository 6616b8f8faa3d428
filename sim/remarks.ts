/** What a frame is to whoever reads the capture. */
import type { Side } from '../judge/points.ts';
import { isAssociation } from '../sw/agreement/association.ts';
import type { parseMessage } from '../sw/agreement/message.ts';
import { type FrameKind, parseFrame, type SecuredFrame } from '../sw/frame/secured-frame.ts';
import type { Origin } from './tally.ts';

/** The steps of the rekeys, from one frame of a peer to its next. */
export class RekeyRemarks {
  readonly #kinds: Readonly<Record<Side, FrameKind>>;
  /** of the newest frame of each peer */
  readonly #keyIds: Partial<Record<Side, Pick<SecuredFrame, 'currentKeyId' | 'nextKeyId'>>> = {};

  /** @param kinds of the frames that the peers send */
  constructor(kinds: Readonly<Record<Side, FrameKind>>) {
    this.#kinds = kinds;
  }

  on(from: Side, frame: Uint8Array): string | undefined {
    const parsed = parseFrame(frame, this.#kinds[from]);
    if (parsed.kind !== 'ours') return undefined;
    const { currentKeyId, nextKeyId } = parsed.frame;
    const before = this.#keyIds[from];
    this.#keyIds[from] = { currentKeyId, nextKeyId };
    if (before === undefined) return undefined;
    if (before.currentKeyId !== currentKeyId) return `first frame of the ${from} under KeyId ${wireText(currentKeyId)}`;
    if (before.nextKeyId === nextKeyId || nextKeyId === currentKeyId) return undefined;
    return from === 'initiator' ? `announces KeyId ${wireText(nextKeyId)}` : `ready for KeyId ${wireText(nextKeyId)}`;
  }
}

export function agreementRemark(message: ReturnType<typeof parseMessage>): string | undefined {
  if (message === undefined) return undefined;
  const what = isAssociation(message) ? 'association' : `n-RTT agreement on KeyId ${message.master}|0`;
  return `${what}, attempt ${message.attempt}: ${message.kind}`;
}

/** Where a frame that arrives comes from, if not from the other peer alone. */
export function originRemark(origin: Origin | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const attack = ['genuine', 'duplicate', 'host'].includes(origin.kind) ? origin.tampered : origin.kind;
  if (attack !== undefined) return `attacker: ${attack}`;
  return origin.kind === 'duplicate' ? 'second copy' : undefined;
}

function wireText(wireKeyId: number): string {
  return `${wireKeyId >> 2}|${wireKeyId & 3}`;
}
