import { describe, expect, it } from 'vitest';
import { NonceObserver } from '../../../sim/relations/nonce-observer.ts';
import { idealAead } from '../../../sw/aead/ideal.ts';
import { nonceOf } from '../../../sw/frame/secured-frame.ts';

const directionKey = (octet: number) => ({ key: new Uint8Array(16).fill(octet), iv: new Uint8Array(12).fill(0x5a) });

/** An observer that has seen frames of these counters under a key, which was installed or not. */
function observing(counters: readonly number[], { installed = true, iv = directionKey(1).iv } = {}): NonceObserver {
  const observer = new NonceObserver();
  const aead = observer.watching(idealAead);
  const { key } = directionKey(1);
  if (installed) observer.installed(directionKey(1));
  for (const counter of counters)
    aead.seal({ key, nonce: nonceOf(iv, counter), aad: new Uint8Array(), text: new Uint8Array(), encrypt: true });
  return observer;
}

describe('a (key, nonce) pair', () => {
  it.each([
    ['counters that go up', [1, 2, 3, 0xffff_ffff], 0],
    ['counters with gaps', [5, 9], 0],
    ['counters that fill an octet and go on', [0xff, 0x100, 0xffff, 0x1_0000], 0],
    ['the same counter again', [1, 2, 2], 1],
    ['a counter that restarts', [1, 2, 3, 1, 2, 3, 4], 3],
    ['counter 0, which is no frame', [0], 1],
  ] as const)('%s', (_, counters, repeated) => {
    expect(observing(counters)).toMatchObject({ sealed: counters.length, repeatedNonces: repeated, repeatedKeys: 0 });
  });

  it('under a key that was never installed is one that nobody vouches for', () => {
    expect(observing([1], { installed: false }).repeatedNonces).toBe(1);
  });

  it('of another IV than was installed, too', () => {
    expect(observing([1], { iv: new Uint8Array(12) }).repeatedNonces).toBe(1);
  });
});

describe('a key', () => {
  it('that is installed again is known, and counts on', () => {
    const observer = observing([1, 2]);
    observer.installed(directionKey(1));
    observer.installed(directionKey(2));
    expect(observer).toMatchObject({ keys: 2, repeatedKeys: 1 });
    const { key, iv } = directionKey(1);
    observer.watching(idealAead).seal({ key, nonce: nonceOf(iv, 1), aad: iv, text: iv, encrypt: true });
    expect(observer.repeatedNonces).toBe(1);
  });

  it('is told by its octets, not by where they stand', () => {
    const observer = new NonceObserver();
    const aead = observer.watching(idealAead);
    const { key, iv } = directionKey(1);
    observer.installed({ key, iv });
    const seal = (counter: number) => aead.seal({ key, nonce: nonceOf(iv, counter), aad: iv, text: iv, encrypt: true });
    seal(7);
    key.fill(2);
    observer.installed({ key, iv });
    seal(1);
    expect(observer.repeatedNonces).toBe(0);
    key.fill(0);
    seal(8);
    expect(observer.repeatedNonces).toBe(1);
  });
});
