/** Bus model of an AXI4-Lite master with 32-bit data: one request at a time, in the order asked. */
import type { AxiLiteHandshakes } from '../../hdl-gen/sim/movers.ts';
import type { InputPort, OutputPort, Simulator } from '../../hdl-gen/sim/simulator.ts';
import type { Clock } from '../../hdl-gen/sim/testbench.ts';
import type { RegisterSpace } from '../../sw/control-plane/register-space.ts';

/** The slave answered SLVERR or DECERR. */
export class BusError extends Error {
  constructor(access: 'read' | 'write', offset: number, response: number) {
    super(
      `AXI4-Lite ${access} at 0x${offset.toString(16).padStart(3, '0')} was answered with ${response === 3 ? 'DECERR' : 'SLVERR'}: no such register, or not for this access (see spec/registers.ts)`,
    );
    this.name = 'BusError';
  }
}

interface Request {
  readonly offset: number;
  /** undefined: a read */
  readonly data: number | undefined;
  readonly settle: (value: number) => void;
  readonly fail: (error: Error) => void;
}

/** Drives the `s_axi_…` ports of a simulator; call `drive` before each step and `sample` after it. */
export class AxiLiteMaster implements RegisterSpace {
  readonly #clock: Clock;
  /** where the simulator has them */
  readonly #handshakes: AxiLiteHandshakes | undefined;
  readonly #queue: Request[] = [];
  #current: Request | undefined;
  readonly #in: Readonly<
    Record<'awaddr' | 'awvalid' | 'wdata' | 'wstrb' | 'wvalid' | 'bready' | 'araddr' | 'arvalid' | 'rready', InputPort>
  >;
  readonly #out: Readonly<Record<'awready' | 'wready' | 'bvalid' | 'bresp' | 'arready' | 'rvalid' | 'rdata' | 'rresp', OutputPort>>;

  constructor(simulator: Simulator, clock: Clock) {
    this.#clock = clock;
    this.#handshakes = simulator.movers?.axiLite('s_axi');
    const input = (name: string): InputPort => portOf(simulator.inputs, `s_axi_${name}`);
    const output = (name: string): OutputPort => portOf(simulator.outputs, `s_axi_${name}`);
    this.#in = {
      awaddr: input('awaddr'),
      awvalid: input('awvalid'),
      wdata: input('wdata'),
      wstrb: input('wstrb'),
      wvalid: input('wvalid'),
      bready: input('bready'),
      araddr: input('araddr'),
      arvalid: input('arvalid'),
      rready: input('rready'),
    };
    this.#out = {
      awready: output('awready'),
      wready: output('wready'),
      bvalid: output('bvalid'),
      bresp: output('bresp'),
      arready: output('arready'),
      rvalid: output('rvalid'),
      rdata: output('rdata'),
      rresp: output('rresp'),
    };
    this.#in.wstrb.value = 0xf;
    this.#in.bready.value = 1;
    this.#in.rready.value = 1;
  }

  read32(offset: number): Promise<number> {
    return this.#request(offset, undefined);
  }

  async write32(offset: number, value: number): Promise<void> {
    await this.#request(offset, value);
  }

  #request(offset: number, data: number | undefined): Promise<number> {
    return this.#clock.block((settle, fail) => this.#queue.push({ offset, data, settle, fail }));
  }

  /** Whether `sample` has to be called after each step only when the simulator says that something has happened. */
  get isMoved(): boolean {
    return this.#handshakes !== undefined;
  }

  /** Whether a request is under way. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** Cycles in which nothing is to be done unless an output changes. */
  get quietFor(): number {
    const isMoved = this.#handshakes !== undefined && this.#current !== undefined;
    return isMoved || (this.#current === undefined && this.#queue.length === 0) ? Number.POSITIVE_INFINITY : 1;
  }

  drive(): void {
    if (this.#current !== undefined || this.#queue.length === 0) return;
    const request = this.#queue.shift();
    this.#current = request;
    if (request === undefined) return;
    if (request.data === undefined) {
      this.#in.araddr.value = request.offset;
      this.#in.arvalid.value = 1;
    } else {
      this.#in.awaddr.value = request.offset;
      this.#in.awvalid.value = 1;
      this.#in.wdata.value = request.data >>> 0;
      this.#in.wvalid.value = 1;
    }
    this.#handshakes?.begin(request.data === undefined ? 'read' : 'write');
  }

  sample(): void {
    const request = this.#current;
    if (request === undefined) return;
    const isRead = request.data === undefined;
    if (this.#handshakes?.isBusy ?? !this.#shakeHands(isRead)) return;
    this.#current = undefined;
    const response = (isRead ? this.#out.rresp : this.#out.bresp).sampled;
    if (response === 0) request.settle(isRead ? this.#out.rdata.sampled : 0);
    else request.fail(new BusError(isRead ? 'read' : 'write', request.offset, response));
  }

  /** The same a cycle at a time. Returns whether the answer is there. */
  #shakeHands(isRead: boolean): boolean {
    if (isRead) {
      if (this.#in.arvalid.value === 0) return this.#out.rvalid.sampled === 1;
      if (this.#out.arready.sampled === 1) this.#in.arvalid.value = 0;
      return false;
    }
    if (this.#in.awvalid.value === 0 && this.#in.wvalid.value === 0) return this.#out.bvalid.sampled === 1;
    if (this.#out.awready.sampled === 1) this.#in.awvalid.value = 0;
    if (this.#in.wvalid.value === 1 && this.#out.wready.sampled === 1) {
      this.#in.wvalid.value = 0;
      // a key word may be on the bus: it does not stay there
      this.#in.wdata.value = 0;
    }
    return false;
  }
}

export function portOf<P>(ports: ReadonlyMap<string, P>, name: string): P {
  const port = ports.get(name);
  if (port === undefined) throw new RangeError(`the design has no port ${name}; it has ${[...ports.keys()].join(', ')}`);
  return port;
}
