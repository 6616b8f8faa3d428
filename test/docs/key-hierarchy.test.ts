/** The example of docs/key-hierarchy.md, from the product, from a second implementation, and from the page: all three are the same. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AGREEMENT_TIMING } from '../../spec/agreement.ts';
import { FIRST_KEY_ID, nextKeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { followerState, stepFollower } from '../../sw/agreement/follower.ts';
import { handshakeOf, prologueOf } from '../../sw/agreement/handshake.ts';
import { initiatorState, stepInitiator } from '../../sw/agreement/initiator.ts';
import type { Parties } from '../../sw/agreement/parties.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import { keyPairOf } from '../../sw/noise/diffie-hellman.ts';
import { messageOf } from '../sw/agreement/ends.ts';
import { EXAMPLE, exampleLines } from '../vectors/make-hierarchy.ts';

const page = readFileSync(new URL('../../docs/key-hierarchy.md', import.meta.url), 'utf8');
const onPage = /```text example\n([^`]*)\n```/.exec(page)?.[1]?.split('\n');

function printed(): readonly string[] {
  const { statics, ephemerals, master0, attempt, initiatorAddress, followerAddress, profile, engine, relation } = EXAMPLE;
  const keys = { initiator: keyPairOf(statics.initiator), follower: keyPairOf(statics.responder) };
  const parties = (role: Role): Parties => {
    const remoteStatic = keys[role === 'initiator' ? 'follower' : 'initiator'].publicKey;
    return {
      role,
      relation,
      initiatorAddress,
      followerAddress,
      profile,
      engine,
      agreement: 'classic',
      staticKeys: keys[role],
      remoteStatic,
    };
  };
  const schedule = new KeySchedule(master0, EXAMPLE);
  const psk = schedule.agreementPsk();
  const keyId = nextKeyId(FIRST_KEY_ID, 'n-RTT');
  const sentBy = (actions: readonly { readonly kind: string; readonly frame?: Uint8Array }[]) =>
    messageOf(actions.find(({ kind }) => kind === 'send')?.frame ?? new Uint8Array());
  const begun = { ...initiatorState(parties('initiator'), AGREEMENT_TIMING), attempts: attempt - 1 };
  const first = stepInitiator(begun, { kind: 'begin', keyId, psk, ephemeral: ephemerals.initiator, now: 0 });
  const request = sentBy(first.actions);
  const expecting = stepFollower(followerState(parties('follower')), { kind: 'expect', keyId, psk });
  const answered = stepFollower(expecting.state, { kind: 'received', message: request, ephemeral: ephemerals.responder });
  const answer = sentBy(answered.actions);
  // the hash, which no message shows
  const handshake = handshakeOf(parties('initiator'), { keyId, attempt }, psk);
  handshake.writeMessage(new Uint8Array(), ephemerals.initiator);
  handshake.readMessage(answer.noise);
  const got = stepInitiator(first.state, { kind: 'received', message: answer });
  const confirmation = sentBy(stepInitiator(got.state, { kind: 'installed', now: 0 }).actions);
  const confirmed = stepFollower(answered.state, { kind: 'received', message: confirmation, ephemeral: new Uint8Array(32) });
  const key = confirmed.actions.flatMap((action) => (action.kind === 'confirmed' ? [action.masterKey] : []))[0] ?? new Uint8Array();
  const masterKey = key.slice();
  schedule.replaceMaster(key);
  const material = (name: string): readonly (readonly [string, Uint8Array])[] => {
    const { transmit, receive } = schedule.material('initiator');
    return [
      [`key ${name} IOC>IOD`, transmit.key],
      [`iv ${name} IOC>IOD`, transmit.iv],
      [`key ${name} IOD>IOC`, receive.key],
      [`iv ${name} IOD>IOC`, receive.iv],
    ];
  };
  const firstKeys = material('1|0');
  schedule.advance();
  const values: readonly (readonly [string, Uint8Array])[] = [
    ['initiator, static key', statics.initiator],
    ['  public', keys.initiator.publicKey],
    ['follower, static key', statics.responder],
    ['  public', keys.follower.publicKey],
    ['master key 0', master0],
    ['agreement 0|0 (PSK)', psk],
    ['prologue', prologueOf(parties('follower'), { keyId, attempt })],
    ['initiator, ephemeral', ephemerals.initiator],
    ['request', request.noise],
    ['follower, ephemeral', ephemerals.responder],
    ['answer', answer.noise],
    ['confirmation', confirmation.noise],
    ['handshake hash', handshake.handshakeHash],
    ['master key 1', masterKey],
    ['agreement 1|0 (PSK)', schedule.agreementPsk()],
    ...firstKeys,
    ...material('1|1'),
  ];
  return values.map(([name, value]) => `${name.padEnd(22)} ${Buffer.from(value).toString('hex')}`);
}

it('the code gives every octet that node:crypto gives', () => {
  expect(printed()).toEqual(exampleLines());
});

it('the page shows them (renew it with what `npx tsx test/vectors/make-hierarchy.ts` prints)', () => {
  expect(onPage).toEqual(exampleLines());
});

it('the script imports Node and the Noise script, and nothing of the product', () => {
  const text = readFileSync(new URL('../vectors/make-hierarchy.ts', import.meta.url), 'utf8');
  const imported = [...text.matchAll(/from\s*'([^']+)'/g)].map(([, name]) => name);
  expect(imported.filter((name) => name?.startsWith('node:') !== true)).toEqual(['./make-noise.ts']);
});
