/** Frames on the interfaces of an Ethernet PHY: GMII, 8 bits at 125 MHz, and RMII, 2 bits at 50 MHz (IEEE 802.3, clause 35; RMII 1.2). */
import { crc32 } from 'node:zlib';
import { FrameError } from '../errors.ts';
import type { Driven, Observed } from '../ports.ts';
import type { Testbench } from '../testbench.ts';

/** What is sent before a frame: seven octets of preamble and the start frame delimiter. */
const PREAMBLE = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5];
/** Octet times between two frames. */
const INTERFRAME_GAP = 12;
const FCS_OCTETS = 4;

/** What a PHY gives to the design: `data` is 8 bits wide (GMII: RXD) or 2 (RMII: RXD), `valid` is RX_DV or CRS_DV. */
export interface PhyReceive {
  readonly data: Driven<number>;
  readonly valid: Driven<number>;
  /** RX_ER, where there is one */
  readonly error?: Driven<number>;
}

/** What the design gives to a PHY: TXD and TX_EN. */
export interface PhyTransmit {
  readonly data: Observed<number>;
  readonly enable: Observed<number>;
  /** TX_ER, where there is one */
  readonly error?: Observed<number>;
}

export interface PhyOptions {
  /** bits a cycle: 8 for GMII, 2 for RMII */
  readonly width: 2 | 8;
  /** default: the design's first clock */
  readonly clock?: string;
}

export interface SendOptions {
  /** an octet during which RX_ER is given */
  readonly errorAt?: number;
  /** the FCS is wrong */
  readonly badFcs?: boolean;
}

/** The FCS of a frame, in the order of the wire. */
export function fcsOf(frame: Uint8Array): Uint8Array {
  const fcs = new Uint8Array(FCS_OCTETS);
  new DataView(fcs.buffer).setUint32(0, crc32(frame), true);
  return fcs;
}

/** The PHY's side of what the design receives. */
export class PhySource {
  readonly #bench: Testbench;
  readonly #ports: PhyReceive;
  readonly #options: PhyOptions;

  constructor(bench: Testbench, ports: PhyReceive, options: PhyOptions) {
    this.#bench = bench;
    this.#ports = ports;
    this.#options = options;
  }

  /** A frame from destination to the end of its data: preamble and FCS are added, and the gap is kept. */
  async send(frame: Uint8Array, { errorAt, badFcs = false }: SendOptions = {}): Promise<void> {
    const { width, clock } = this.#options;
    const fcs = fcsOf(frame);
    if (badFcs) fcs[0] = (fcs[0] ?? 0) ^ 1;
    const octets = [...PREAMBLE, ...frame, ...fcs];
    this.#ports.valid.set(1);
    for (const [index, octet] of octets.entries()) {
      this.#ports.error?.set(index - PREAMBLE.length === errorAt ? 1 : 0);
      // the lowest bits first
      for (let bit = 0; bit < 8; bit += width) {
        this.#ports.data.set((octet >> bit) & (2 ** width - 1));
        await this.#bench.tick(1, clock);
      }
    }
    this.#ports.error?.set(0);
    this.#ports.valid.set(0);
    this.#ports.data.set(0);
    await this.#bench.tick((INTERFRAME_GAP * 8) / width, clock);
  }
}

/** The PHY's side of what the design sends. */
export class PhySink {
  readonly #bench: Testbench;
  readonly #ports: PhyTransmit;
  readonly #options: PhyOptions;

  constructor(bench: Testbench, ports: PhyTransmit, options: PhyOptions) {
    this.#bench = bench;
    this.#ports = ports;
    this.#options = options;
  }

  /**
   * The next frame, without preamble and FCS.
   * @param within cycles until it begins
   * @throws FrameError for a wrong preamble, a wrong FCS, an octet cut short, TX_ER; Timeout
   */
  async receive(within = 10_000): Promise<Uint8Array> {
    const { width, clock } = this.#options;
    const until = clock === undefined ? { within } : { within, clock };
    await this.#bench.until(() => this.#ports.enable.sampled === 1, { ...until, what: `a frame (${this.#ports.enable.name})` });
    const octets: number[] = [];
    let [octet, bits] = [0, 0];
    while (this.#ports.enable.sampled === 1) {
      if (this.#ports.error?.sampled === 1) throw new FrameError(`the design gives an error in octet ${octets.length - PREAMBLE.length}`);
      octet |= this.#ports.data.sampled << bits;
      bits += width;
      if (bits === 8) {
        octets.push(octet);
        [octet, bits] = [0, 0];
      }
      await this.#bench.tick(1, clock);
    }
    if (bits !== 0) throw new FrameError(`it ends ${bits} bits into octet ${octets.length}`);
    const wrong = PREAMBLE.findIndex((value, index) => octets[index] !== value);
    if (wrong >= 0) throw new FrameError(`octet ${wrong} of the preamble is ${hex(octets[wrong])}, expected ${hex(PREAMBLE[wrong])}`);
    const frame = Uint8Array.from(octets.slice(PREAMBLE.length, -FCS_OCTETS));
    const [found, expected] = [octets.slice(-FCS_OCTETS), [...fcsOf(frame)]];
    if (found.join() !== expected.join())
      throw new FrameError(`its FCS is ${found.map(hex).join(' ')}, expected ${expected.map(hex).join(' ')}`);
    return frame;
  }
}

function hex(octet: number | undefined): string {
  return octet === undefined ? 'missing' : octet.toString(16).padStart(2, '0');
}
