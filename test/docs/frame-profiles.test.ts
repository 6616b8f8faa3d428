/** The examples of docs/frame-profiles.md, from the product, from the vectors that node:crypto made, and from the page: all three are the same. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AEADS } from '../../sw/aead/engines.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import { ReferencePeer } from '../../sw/reference-model/peer.ts';
import { FRAME_VECTORS } from '../vectors/vectors.ts';

const page = readFileSync(new URL('../../docs/frame-profiles.md', import.meta.url), 'utf8');
const onPage = /```text example\n([^`]*)\n```/.exec(page)?.[1];
const SHOWN = ['paper, AES-256-GCM', 'std, AES-256-GCM'];
const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');

type Vector = (typeof FRAME_VECTORS.frames)[number];
const vectors = SHOWN.map((what) => FRAME_VECTORS.frames.find((vector) => vector.what === what) as Vector);

function lines({ what, key, iv, nonce, aad, cSdu, apduStatus, text, icv, frame }: Vector): string {
  const values = { key, iv, nonce, AAD: aad, C_SDU: cSdu, 'APDU status': apduStatus, 'text on the wire': text, ICV: icv, frame };
  return [what, ...Object.entries(values).map(([name, octets]) => `  ${name.padEnd(16)} ${hex(octets)}`)].join('\n');
}

describe('docs/frame-profiles.md', () => {
  it('shows what node:crypto made', () => {
    expect(onPage).toBe(vectors.map(lines).join('\n'));
  });

  it.each(vectors)('$what is what a peer sends', ({ profile, engine, source, destination, frameId, cSdu, apduStatus, frame }) => {
    const kind = { profile, encrypt: true, vlanTci: undefined, obsoleteTimeout: 1, passReceived: false };
    const settings = { ...kind, source, destination, transmitFrameId: frameId, receiveFrameId: frameId ^ 1 };
    const peer = new ReferencePeer('initiator', 2, settings, AEADS[engine]);
    const keys = new KeySchedule(FRAME_VECTORS.masterKey, { profile, engine, relation: 0 });
    peer.push(keys.keyId, keys.material('initiator'));
    expect(hex(peer.transmit({ cSdu, apduStatus }) ?? new Uint8Array())).toBe(hex(frame));
  });
});
