/** Single flipped bits of whole frames at a peer as it is generated: none is delivered, wherever it is, and the frame itself is. */
import { describe, expect, it } from 'vitest';
import { Clock } from '../../hdl-gen/sim/testbench.ts';
import { peer } from '../../hw/peer.ts';
import { AxiLiteMaster } from '../../sim/bus/axi-lite-master.ts';
import { FIELDS, type ProfileName } from '../../spec/header.ts';
import { FIRST_KEY_ID } from '../../spec/key-id.ts';
import { RelationDriver } from '../../sw/control-plane/driver.ts';
import { FRAME_VECTORS } from '../vectors/vectors.ts';
import { Bench, compiled } from './bench.ts';

/** Cycles from the last octet to the verdict, and more. */
const PATIENCE = 160;

type Vector = (typeof FRAME_VECTORS.frames)[number];

function vectorNamed(what: string): Vector {
  const found = FRAME_VECTORS.frames.find((frame) => frame.what === what);
  if (found === undefined) throw new RangeError(`no vector ${what}`);
  return found;
}

/** The peer that the frame is for, with its key. */
class Receiver {
  readonly #bench: Bench;
  readonly #axi: AxiLiteMaster;
  readonly #driver: RelationDriver;
  readonly #clock = new Clock();

  constructor({ engine, direction }: Vector) {
    const role = direction === 'IOC>IOD' ? 'follower' : 'initiator';
    this.#bench = new Bench(compiled(peer({ role, slots: 2, engine })));
    this.#bench.set({ tx_ready: 1, host_rx_ready: 1 });
    this.#axi = new AxiLiteMaster(this.#bench.simulator, this.#clock);
    this.#driver = new RelationDriver(this.#axi);
  }

  async start({ profile, encrypt, source, destination, frameId, key, iv }: Vector): Promise<void> {
    await this.#while(async () => {
      await this.#driver.configure({
        profile,
        encrypt,
        source: destination,
        destination: source,
        transmitFrameId: frameId ^ 0x100,
        receiveFrameId: frameId,
        vlanTci: undefined,
        passReceived: false,
        obsoleteTimeout: 1000,
      });
      const other = { key: key.map((octet) => octet ^ 0xff), iv };
      expect(await this.#driver.pushKey(FIRST_KEY_ID, { transmit: other, receive: { key, iv } })).toBe('accepted');
    });
  }

  /** @returns whether it was delivered */
  arrives(frame: Uint8Array): boolean {
    let delivered = false;
    const step = (): void => {
      delivered ||= this.#bench.get('trace_deliver') === 1;
      this.#bench.step();
    };
    frame.forEach((octet, index) => {
      this.#bench.set({ rx_valid: 1, rx_data: octet, rx_last: index === frame.length - 1 });
      step();
    });
    this.#bench.set({ rx_valid: 0 });
    for (let waited = 0; waited < PATIENCE; waited++) step();
    return delivered;
  }

  async statistics(): Promise<Readonly<Record<string, number>>> {
    let found: Readonly<Record<string, number>> = {};
    await this.#while(async () => {
      found = await this.#driver.statistics();
    });
    return found;
  }

  async #while(work: () => Promise<void>): Promise<void> {
    let done = false;
    this.#clock.fork(async () => {
      await work();
      done = true;
    });
    while (!done) {
      await this.#clock.settle();
      this.#axi.drive();
      this.#bench.step();
      this.#axi.sample();
      this.#clock.advance();
    }
  }
}

/** Of a frame without VLAN tag: the octets from where a field begins to where it ends. */
function placesOf(
  profile: ProfileName,
  cSduOctets: number,
): readonly { readonly name: string; readonly from: number; readonly to: number }[] {
  let at = 0;
  return FIELDS[profile]
    .filter(({ name }) => name !== 'vlanTag')
    .map(({ name, octets }) => {
      const from = at;
      at += octets ?? cSduOctets;
      return { name, from, to: at };
    });
}

describe.each(['paper, AES-256-GCM', 'std, AES-256-GCM', 'std, AES-256-GCM, authentication only'])('%s', (what) => {
  const vector = vectorNamed(what);
  const { frame } = vector;
  const flipped = (bit: number): Uint8Array => frame.map((octet, index) => (index === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));

  it('is not delivered with any one bit flipped, in any field, and is delivered as it was sealed', async () => {
    const receiver = new Receiver(vector);
    await receiver.start(vector);
    const places = placesOf(vector.profile, vector.cSdu.length);
    expect(places.at(-1)?.to).toBe(frame.length);
    for (const { name, from, to } of places)
      for (let bit = 8 * from; bit < 8 * to; bit++) expect(receiver.arrives(flipped(bit)), `bit ${bit - 8 * from} of ${name}`).toBe(false);

    // what the parser takes for a frame of ours is refused by the key that it names, or by its ICV
    const { framesReceived, framesUnknownKey, framesIcvFailed, framesMalformed, framesDelivered } = await receiver.statistics();
    expect(framesDelivered).toBe(0);
    expect((framesUnknownKey ?? 0) + (framesIcvFailed ?? 0) + (framesMalformed ?? 0)).toBe(framesReceived);
    expect(framesUnknownKey).toBe(4);

    expect(receiver.arrives(frame)).toBe(true);
    expect(receiver.arrives(frame), 'a second time').toBe(false);
  });
});
