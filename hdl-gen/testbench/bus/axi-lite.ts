/** AXI4-Lite master: reads and writes with random stalls on every channel (AMBA AXI4, part B). */
import { AxiLiteError } from '../errors.ts';
import type { Driven, Observed } from '../ports.ts';
import type { Testbench } from '../testbench.ts';
import type { StallOptions } from './axi-stream.ts';

/** The ports of a slave, as the bench sees them. */
export interface AxiLitePorts {
  readonly awaddr: Driven<number>;
  readonly awvalid: Driven<number>;
  readonly awready: Observed<number>;
  readonly wdata: Driven<number>;
  readonly wstrb: Driven<number>;
  readonly wvalid: Driven<number>;
  readonly wready: Observed<number>;
  readonly bvalid: Observed<number>;
  readonly bresp: Observed<number>;
  readonly bready: Driven<number>;
  readonly araddr: Driven<number>;
  readonly arvalid: Driven<number>;
  readonly arready: Observed<number>;
  readonly rvalid: Observed<number>;
  readonly rdata: Observed<number>;
  readonly rresp: Observed<number>;
  readonly rready: Driven<number>;
}

const CHANNELS = {
  aw: ['addr', 'valid', 'ready'],
  w: ['data', 'strb', 'valid', 'ready'],
  b: ['valid', 'resp', 'ready'],
  ar: ['addr', 'valid', 'ready'],
  r: ['valid', 'data', 'resp', 'ready'],
} as const;

/**
 * The ports of a port view with a common prefix, `axiLitePorts(io, 's_axi_')`, or those of a bundle, `axiLitePorts(io.sAxi)`.
 * @throws RangeError
 */
export function axiLitePorts(io: object, prefix = ''): AxiLitePorts {
  const ports = io as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  const found = Object.entries(CHANNELS).flatMap(([channel, signals]) =>
    signals.map((signal) => [`${channel}${signal}`, ports[channel]?.[signal] ?? ports[`${prefix}${channel}${signal}`]] as const),
  );
  const missing = found.filter(([, port]) => port === undefined).map(([name]) => prefix + name);
  if (missing.length > 0) throw new RangeError(`no AXI4-Lite port ${missing.join(', ')}`);
  return Object.fromEntries(found) as unknown as AxiLitePorts;
}

/** Reads and writes over AXI4-Lite, one access after the other. */
export class AxiLiteMaster {
  readonly #bench: Testbench;
  readonly #ports: AxiLitePorts;
  readonly #stalls: number;

  constructor(bench: Testbench, ports: AxiLitePorts, { stalls = 0 }: Pick<StallOptions, 'stalls'> = {}) {
    this.#bench = bench;
    this.#ports = ports;
    this.#stalls = stalls;
  }

  /** @throws AxiLiteError, Timeout */
  async read(address: number): Promise<number> {
    const { araddr, arvalid, arready, rvalid, rready, rdata, rresp } = this.#ports;
    araddr.set(address);
    await this.#offer(arvalid, arready);
    await this.#take(rvalid, rready);
    if (rresp.sampled !== 0) throw new AxiLiteError('read', address, rresp.sampled);
    return rdata.sampled;
  }

  /** Address and data go their own ways, either first. @throws AxiLiteError, Timeout */
  async write(address: number, data: number, strobe = 0xf): Promise<void> {
    const { awaddr, awvalid, awready, wdata, wstrb, wvalid, wready, bvalid, bready, bresp } = this.#ports;
    awaddr.set(address);
    wdata.set(data >>> 0);
    wstrb.set(strobe);
    const dataWritten = this.#bench.fork(`write data of 0x${address.toString(16)}`, () => this.#offer(wvalid, wready));
    await this.#offer(awvalid, awready);
    await this.#bench.join(dataWritten);
    // a secret written once does not stay on the wires
    wdata.set(0);
    await this.#take(bvalid, bready);
    if (bresp.sampled !== 0) throw new AxiLiteError('write', address, bresp.sampled);
  }

  async #offer(valid: Driven<number>, ready: Observed<number>): Promise<void> {
    await this.#stall();
    valid.set(1);
    for (let left = 1_000; left > 0; left--) {
      await this.#bench.tick();
      if (ready.sampled === 1) break;
      if (left === 1) await this.#bench.until(() => false, { within: 1, what: ready.name });
    }
    valid.set(0);
  }

  async #take(valid: Observed<number>, ready: Driven<number>): Promise<void> {
    await this.#stall();
    ready.set(1);
    for (let left = 1_000; left > 0; left--) {
      await this.#bench.tick();
      if (valid.sampled === 1) break;
      if (left === 1) await this.#bench.until(() => false, { within: 1, what: valid.name });
    }
    ready.set(0);
  }

  async #stall(): Promise<void> {
    while (this.#bench.random.chance(this.#stalls)) await this.#bench.tick();
  }
}
