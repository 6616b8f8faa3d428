/** Broken on purpose: the scoreboard must see naive readings of the paper, numbered as in docs/protocol.md. */
import { describe, expect, it } from 'vitest';
import { station } from '../../hw/station.ts';
import { optionsSchema, type SimulationOptions } from '../../sim/options.ts';
import { runSimulation } from '../../sim/run.ts';
import { SafetyViolation } from '../../sim/safety-violation.ts';
import { StationMismatch } from '../../sim/station-mismatch.ts';
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

/** The hardware of that end with a naive reading in it. */
const naive = (role: Role, reading: NaiveReading) => ({
  designs: { [role]: withNaiveReading(station({ role, slots: 2, relations: 1 }).elaborate(), role, reading) },
});

describe('hardware that is broken on purpose', () => {
  it('a follower that signals ready before its key is installed sends another nextKeyId than the model', async () => {
    const failure = await run({}, naive('follower', 'announceBeforeInstalled')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StationMismatch);
    expect(failure).toMatchObject({ station: 'follower', what: 'frame on the wire' });
  });

  it('C5: an initiator that switches without the ready signal has another Active slot than the model', async () => {
    const failure = await run({}, naive('initiator', 'switchWithoutReady')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StationMismatch);
    expect(failure).toMatchObject({
      station: 'initiator',
      what: 'slots of relation 0',
      found: { provider: 'UA', consumer: 'AP' },
      expected: { provider: 'AP', consumer: 'AP' },
    });
  });

  it('C11: a header that acts before its ICV lets a forged frame move the counter or the slots', async () => {
    const failure = await run({ attacks: 0.3 }, naive('follower', 'actBeforeIcv')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StationMismatch);
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
});
