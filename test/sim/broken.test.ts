/** Broken on purpose: the scoreboard must see naive readings of the paper, numbered as in docs/protocol.md. */
import { describe, expect, it } from 'vitest';
import { peer } from '../../hw/peer.ts';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import { runSimulation } from '../../sim/run.ts';
import { SafetyViolation, ScoreboardMismatch } from '../../sim/scoreboard.ts';
import { generateTraffic } from '../../sim/traffic/generate.ts';
import { INDEX_MODULUS, type KeyId } from '../../spec/key-id.ts';
import type { Role } from '../../spec/peer-rules.ts';
import { KeySchedule } from '../../sw/keys/key-schedule.ts';
import type { SlotMaterial } from '../../sw/keys/material.ts';
import { type NaiveReading, withNaiveReading } from '../hw/naive-step.ts';

function run(changes: Partial<SimulationOptions>, broken: Partial<Parameters<typeof runSimulation>[0]>) {
  return runSimulation({
    options: optionsSchema.parse({ frames: 1000, rekeyFrames: 60, cSduLengths: 'varied', vlanTags: 'initiator', ...changes }),
    ...broken,
  });
}

/** The hardware of that peer with a naive reading in it. */
const naive = (role: Role, reading: NaiveReading) => ({
  designs: { [role]: withNaiveReading(peer({ role, slots: 2 }).elaborate(), role, reading) },
});

describe('hardware that is broken on purpose', () => {
  it('a follower that signals ready before its key is installed sends another nextKeyId than the model', async () => {
    const failure = await run({}, naive('follower', 'announceBeforeInstalled')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScoreboardMismatch);
    expect(failure).toMatchObject({ peer: 'follower', what: 'frame sent' });
  });

  it('C5: an initiator that switches without the ready signal has another Active slot than the model', async () => {
    const failure = await run({}, naive('initiator', 'switchWithoutReady')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScoreboardMismatch);
    expect(failure).toMatchObject({ peer: 'initiator', what: 'provider view of the slots', hardware: 'UA', model: 'AP' });
  });

  it('C11: a header that acts before its ICV lets a forged frame move the counter or the slots', async () => {
    const failure = await run({ attacks: 0.3 }, naive('follower', 'actBeforeIcv')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ScoreboardMismatch);
  });

  it('says how to see the same failure again', async () => {
    const failure = await run({ seed: 42 }, naive('initiator', 'switchWithoutReady')).catch((error: unknown) => error);
    expect(String(failure)).toContain(
      'again with: npx keyturn sim --frames 1000 --seed 42 --rekey-frames 60 --c-sdu-lengths varied --vlan-tags initiator',
    );
  });
});

describe('keys that are derived wrongly', () => {
  it('C13: deriving from the index mod 4 installs a key again after four rekeys', async () => {
    class WireSchedule extends KeySchedule {
      readonly #master: Uint8Array;
      #count = 0;
      constructor(master: Uint8Array) {
        super(master);
        this.#master = master.slice();
      }
      override get keyId(): KeyId {
        return { master: 0, communication: this.#count };
      }
      override advance(): void {
        this.#count++;
      }
      override material(role: Role): SlotMaterial {
        const wrapped = new KeySchedule(this.#master);
        for (let step = 0; step < this.#count % INDEX_MODULUS; step++) wrapped.advance();
        return wrapped.material(role);
      }
    }
    const failure = await run({}, { keysOf: (_, master) => new WireSchedule(master) }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SafetyViolation);
    expect(String(failure)).toContain('0|4 installs a key and IV that were installed before');
  });

  const generated = generateTraffic(optionsSchema.parse({ cSduLengths: 'varied', vlanTags: 'initiator' }));
  // with one FrameID both ways nothing but the key tells the directions apart
  const followerToInitiator = { ...generated.followerToInitiator, frameId: generated.initiatorToFollower.frameId };
  const traffic = { ...generated, followerToInitiator };

  /** The key of the initiator for both directions. */
  class OneKey extends KeySchedule {
    override material(role: Role): SlotMaterial {
      const { transmit, receive } = super.material(role);
      const shared = role === 'initiator' ? transmit : receive;
      return { transmit: { key: shared.key.slice(), iv: shared.iv.slice() }, receive: shared };
    }
  }

  it('C17: one key for both directions is seen when it is installed, before any frame', async () => {
    const failure = await run({}, { traffic, keysOf: (_, master) => new OneKey(master) }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SafetyViolation);
    expect(String(failure)).toContain('0|0 installs a key and IV that were installed before');
  });

  it('C17: one key for both directions lets a reflected frame pass as one of the other peer', async () => {
    /**
     * The same octets off key and IV: to the dummy engine, whose ICV is the XOR of both, the very same key, and to the look
     * for keys installed before another one. So the frames run until one is reflected.
     */
    class OneKeyUnseen extends OneKey {
      override material(role: Role): SlotMaterial {
        const { transmit, receive } = super.material(role);
        const masked = (octets: Uint8Array): Uint8Array => octets.map((octet, index) => (index < receive.iv.length ? octet ^ 0x5a : octet));
        return { transmit, receive: { key: masked(receive.key), iv: masked(receive.iv) } };
      }
    }
    const broken = { traffic, keysOf: (_: Role, master: Uint8Array) => new OneKeyUnseen(master) };
    const settings = { protection: 'authentication', loss: 0, reorderChance: 0 } as const;
    // without an attacker such a connection works: nothing but reflection shows what is wrong with it
    expect((await run({ ...settings, frames: 100, attacks: 0 }, broken)).total).toMatchObject({ framesDelivered: 200, undecryptable: 0 });
    const failure = await run({ ...settings, attacks: 0.2 }, broken).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SafetyViolation);
    expect(String(failure)).toContain('a frame of the attacker (reflected) was accepted');
  });
});
