/** The application of a simulated station and the watch over its nonces, over registers in memory and frames of the reference model. */
import { beforeEach, describe, expect, it } from 'vitest';
import { NonceWatch } from '../../../cli/board/nonces.ts';
import { SimulatedRelation } from '../../../cli/board/relation.ts';
import type { ProfileName } from '../../../spec/header.ts';
import { REGISTERS, type RegisterName } from '../../../spec/registers.ts';
import { xorAead } from '../../../sw/aead/xor.ts';
import { ReferencePeer } from '../../../sw/reference-model/peer.ts';
import { FakeRegisters } from '../../sw/control-plane/fake-registers.ts';

const at = (name: RegisterName): number => REGISTERS[name].offset;
const [OWN, PEERS] = [0x8123, 0x8345];
/** Two slots (`test/vectors/registers.json`): none is used, the first one's provider is Active. */
const [UNUSED, ACTIVE] = [0, 17368578];
const ACCEPTED = 1;
const REFUSED = 2;
/** What a record of 40 octets takes in the TX FIFO. */
const RECORD_WORDS = 12;

/** Frames as a station sends them: counters from 1 on, under KeyId 0|0. */
function framesOf(profile: ProfileName = 'paper', frameId = OWN): () => Uint8Array {
  const settings = { encrypt: true, vlanTci: undefined, passReceived: true, obsoleteTimeout: 9, profile };
  const addresses = { source: new Uint8Array(6).fill(2), destination: new Uint8Array(6).fill(4) };
  const peer = new ReferencePeer('initiator', 2, { ...settings, ...addresses, transmitFrameId: frameId, receiveFrameId: PEERS }, xorAead);
  const key = () => ({ key: new Uint8Array(16), iv: new Uint8Array(12) });
  peer.push({ master: 0, communication: 0 }, { transmit: key(), receive: key() });
  return () => peer.transmit({ cSdu: new Uint8Array(40), apduStatus: new Uint8Array(4) }) ?? expect.fail('no key');
}

describe('a watch over nonces', () => {
  let watch: NonceWatch;
  const push = (word: number, { keyId = 0, accepted = true, register = 'transmitKey' as RegisterName, from = 0 } = {}): void => {
    watch.written(at(register) + from, word);
    watch.pushed(keyId, accepted);
  };
  beforeEach(() => {
    watch = new NonceWatch();
  });

  it('counts keys under which something was sent, and a counter that comes again under one', () => {
    const next = framesOf();
    push(1);
    const [one, two] = [next(), next()];
    for (const frame of [one, two]) expect(watch.sent(frame, 'paper', OWN)).toBe(true);
    expect(watch.account).toEqual({ keys: 1, noncesRepeated: 0 });
    watch.sent(two, 'paper', OWN);
    expect(watch.account).toEqual({ keys: 1, noncesRepeated: 1 });
    // another key under the same KeyId
    push(2);
    watch.sent(one, 'paper', OWN);
    expect(watch.account).toEqual({ keys: 2, noncesRepeated: 1 });
    // the first one again
    push(1);
    watch.sent(one, 'paper', OWN);
    expect(watch.account).toEqual({ keys: 2, noncesRepeated: 2 });
  });

  it.each([
    ['the last word of the key', { register: 'transmitKey', from: 4 * (REGISTERS.transmitKey.words - 1) }, true],
    ['the last word of the IV', { register: 'transmitIv', from: 8 }, true],
    ['the key of the other direction', { register: 'receiveKey' }, false],
    ['the register before the key', { register: 'transmitKey', from: -4 }, false],
    ['a Push that is refused', { accepted: false }, false],
    ['a Push of another KeyId', { keyId: 1 }, false],
  ] as const)('%s makes another key of it: %#', (_, how, isAnother) => {
    const frame = framesOf()();
    push(1);
    watch.sent(frame, 'paper', OWN);
    push(2, how);
    watch.sent(frame, 'paper', OWN);
    // where nothing of the own direction was written, the key is the empty one
    const isOfNothing = 'register' in how && !isAnother;
    expect(watch.account).toEqual(isAnother || isOfNothing ? { keys: 2, noncesRepeated: 0 } : { keys: 1, noncesRepeated: 1 });
  });

  it('takes words for the same key whatever the order in which they were written', () => {
    const frame = framesOf()();
    for (const order of [
      [0, 4],
      [4, 0],
    ]) {
      for (const from of order) watch.written(at('transmitKey') + from, 7 + from);
      watch.pushed(0, true);
      watch.sent(frame, 'paper', OWN);
    }
    expect(watch.account).toEqual({ keys: 1, noncesRepeated: 1 });
  });

  it('takes no notice of what is no frame of the relation', () => {
    const frame = framesOf()();
    push(1);
    expect(watch.sent(frame, 'paper', OWN + 1)).toBe(false);
    expect(watch.sent(frame.subarray(0, 20), 'paper', OWN)).toBe(false);
    expect(watch.account).toEqual({ keys: 0, noncesRepeated: 0 });
  });
});

describe('a relation of a simulated station', () => {
  let registers: FakeRegisters;
  let relation: SimulatedRelation;
  beforeEach(async () => {
    registers = new FakeRegisters();
    registers.set('capabilities', 2);
    relation = new SimulatedRelation(registers);
    await relation.write(at('transmitFrameId'), OWN);
    await relation.write(at('receiveFrameId'), PEERS);
  });
  const push = async (result = ACCEPTED): Promise<void> => {
    registers.queue('pushResult', 0, result);
    await relation.write(at('keyPush'), 0);
  };
  /** The words of a payload as another relation, whose FrameID is that, was given it. */
  async function recordOf(index: number, frameId: number): Promise<readonly number[]> {
    const space = new FakeRegisters();
    space.set('capabilities', 2);
    space.set('status', ACTIVE);
    space.set('transmitSpace', RECORD_WORDS);
    const other = new SimulatedRelation(space);
    await other.write(at('transmitFrameId'), frameId);
    await other.send(index);
    return space.written('transmitData');
  }
  /** They come out in this order: length, C_SDU, APDU status. */
  const arrive = (record: readonly number[]): void => {
    const [length = 0, status = 0, ...words] = record;
    registers.queue('receiveLevel', record.length);
    registers.queue('receiveData', length, ...words, status);
  };

  it('has an interval without a key, or one payload where there is room for it', async () => {
    registers.set('status', UNUSED);
    registers.set('transmitSpace', RECORD_WORDS);
    await relation.send(1);
    expect(relation.account).toMatchObject({ payloadsSent: 0, intervalsWithoutKey: 1 });
    registers.set('status', ACTIVE);
    registers.queue('transmitSpace', RECORD_WORDS - 1);
    await relation.send(2);
    expect(registers.written('transmitData')).toEqual([]);
    await relation.send(0x1234);
    expect(relation.account).toMatchObject({ payloadsSent: 1, intervalsWithoutKey: 1 });
    const [length, status, ...words] = registers.written('transmitData');
    expect([length, status, words.length]).toEqual([40, 0x1234_3500, 10]);
    // number and FrameID, as on the wire
    expect([words[0], (words[1] ?? 0) & 0xffff]).toEqual([0x3412_0000, 0x2381]);
  });

  it('takes each payload that the other was given once, in its order', async () => {
    expect(await relation.take()).toBe(false);
    for (const index of [3, 7]) {
      arrive(await recordOf(index, PEERS));
      expect(await relation.take()).toBe(true);
      expect(relation.newest).toBe(index);
    }
    expect(relation.account).toMatchObject({ payloadsDelivered: 2, payloadsWrong: 0 });
    for (const index of [7, 3]) {
      arrive(await recordOf(index, PEERS));
      await relation.take();
    }
    expect(relation.account).toMatchObject({ payloadsDelivered: 4, payloadsWrong: 2 });
    expect(relation.newest).toBe(7);
  });

  it.each([
    ['of another relation', () => recordOf(9, PEERS + 1)],
    [
      'whose last octet was changed',
      async () => (await recordOf(9, PEERS)).map((word, place) => (place === 11 ? word ^ 0x8000_0000 : word)),
    ],
    ['of another length', async () => [36, ...(await recordOf(9, PEERS)).slice(1, -1)]],
  ])('takes a payload %s for a wrong one', async (_, made) => {
    arrive(await made());
    await relation.take();
    expect(relation.account).toMatchObject({ payloadsDelivered: 1, payloadsWrong: 1 });
    expect(relation.newest).toBe(0);
  });

  it('knows its frames by FrameID and profile, and counts them', async () => {
    const [paper, std] = [framesOf()(), framesOf('std')()];
    await push();
    expect([relation.sent(paper), relation.sent(framesOf('paper', OWN + 1)())]).toEqual([true, false]);
    // bit 1 of control: the profile is std
    await relation.write(at('control'), 0b10);
    expect(relation.sent(std)).toBe(true);
    expect(relation.account).toMatchObject({ securedSent: 2, keys: 1 });
  });

  it('is asked whether a key was accepted', async () => {
    const frame = framesOf()();
    await relation.write(at('transmitKey'), 1);
    await push();
    relation.sent(frame);
    await relation.write(at('transmitKey'), 2);
    await push(REFUSED);
    relation.sent(frame);
    expect(relation.account).toMatchObject({ keys: 1, noncesRepeated: 1 });
  });

  it('is another one behind a Push, and behind another FrameID, once it has had a key', async () => {
    const changing = (): readonly boolean[] => [
      relation.changesWith(at('keyPush'), 0),
      relation.changesWith(at('transmitFrameId'), OWN + 1),
      relation.changesWith(at('receiveFrameId'), PEERS + 1),
      relation.changesWith(at('transmitFrameId'), OWN),
      relation.changesWith(at('receiveFrameId'), PEERS),
      relation.changesWith(at('control'), 1),
    ];
    expect(changing()).toEqual([false, false, false, false, false, false]);
    await push(REFUSED);
    expect(changing()).toEqual([true, true, true, false, false, false]);
  });
});
