/** A station on the simulated board: its logic, and the application that sends a payload in each interval and looks at what comes. */
import type { BoardTopOptions } from '../../boards/tops/board-top.ts';
import type { PageName } from '../../spec/pages.ts';
import { fieldOf, fieldValue, REGISTERS } from '../../spec/registers.ts';
import { RelationDriver } from '../../sw/control-plane/driver.ts';
import { FrameMailbox } from '../../sw/control-plane/frame-mailbox.ts';
import type { Payload } from '../../sw/frame/secured-frame.ts';
import type { RegisterTarget } from '../../sw/register-target/target.ts';
import { simulatedBoard } from '../simulated-board.ts';
import { NonceWatch } from './nonces.ts';

const C_SDU_OCTETS = 40;
/** Cycles in which what is under way in the logic has left it: the longest frame and more. */
const SETTLED = 2500;

/** What a station did. */
export interface Account {
  readonly payloadsSent: number;
  readonly payloadsDelivered: number;
  /** delivered, but not what the other sent, or not newer than the last */
  readonly payloadsWrong: number;
  /** intervals without a key to send under */
  readonly intervalsWithoutKey: number;
  /** secured frames on the wire */
  readonly securedSent: number;
  /** frames that found a mailbox full: of the network, on either side, and of the host */
  readonly framesWithoutRoom: number;
  readonly keys: number;
  readonly noncesRepeated: number;
}

export class SimulatedStation {
  readonly #board;
  readonly #pages = new Map<PageName, RegisterTarget>();
  readonly #driver: RelationDriver;
  readonly #network: FrameMailbox;
  readonly #host: FrameMailbox;
  readonly #nonces = new NonceWatch();
  readonly #counts = {
    payloadsSent: 0,
    payloadsDelivered: 0,
    payloadsWrong: 0,
    intervalsWithoutKey: 0,
    securedSent: 0,
    framesWithoutRoom: 0,
  };
  /** the same as the mailboxes themselves have counted */
  #dropped = 0;
  #newest = 0;

  constructor(options: BoardTopOptions) {
    this.#board = simulatedBoard(options);
    for (const page of ['peer', 'host', 'network'] as const) this.#pages.set(page, this.#board.page(page));
    this.#driver = new RelationDriver(this.#page('peer'));
    this.#network = new FrameMailbox(this.#page('network'));
    this.#host = new FrameMailbox(this.#page('host'));
  }

  get account(): Account {
    const framesWithoutRoom = this.#counts.framesWithoutRoom + this.#dropped;
    return { ...this.#counts, framesWithoutRoom, ...this.#nonces.account };
  }

  /** Number of the newest payload that came out. */
  get newest(): number {
    return this.#newest;
  }

  close(): void {
    this.#board.close();
  }

  /** Software reads or writes a register. @throws BusError */
  async access(page: PageName, offset: number, value: number | null): Promise<number> {
    const target = this.#page(page);
    if (value === null) return target.read32(offset);
    if (page !== 'peer') {
      await target.write32(offset, value);
      return 0;
    }
    const isPush = offset === REGISTERS.keyPush.offset;
    // frames under an earlier key of this KeyId are on the wire before it stands for another
    if (isPush) this.#board.elapse(SETTLED);
    await target.write32(offset, value);
    this.#nonces.written(offset, value);
    if (isPush) this.#nonces.pushed(value & 0xf, await this.#isAccepted());
    return 0;
  }

  /** An interval begins: the application sends a payload, if there is a key for it, and reads what came. */
  async application(index: number): Promise<void> {
    const payload = payloadOf(index);
    const { provider } = await this.#driver.status();
    if (!provider.includes('Active')) this.#counts.intervalsWithoutKey++;
    else if ((await this.#page('peer').read32(REGISTERS.transmitSpace.offset)) >= 2 + C_SDU_OCTETS / 4) {
      await this.#driver.sendPayload(payload);
      this.#counts.payloadsSent++;
    }
    for (let received = await this.#driver.receivePayload(); received !== undefined; received = await this.#driver.receivePayload()) {
      const number = indexOf(received);
      if (number === undefined || number <= this.#newest) this.#counts.payloadsWrong++;
      else this.#newest = number;
      this.#counts.payloadsDelivered++;
    }
  }

  elapse(cycles: number): void {
    this.#board.elapse(cycles);
  }

  /** What it has sent since the last call. */
  async sent(): Promise<readonly Uint8Array[]> {
    const frames: Uint8Array[] = [];
    const peer = this.#page('peer');
    for (let frame = await this.#network.receive(); frame !== undefined; frame = await this.#network.receive()) {
      const control = await peer.read32(REGISTERS.control.offset);
      const profile = fieldValue(fieldOf(REGISTERS.control, 'std'), control) === 1 ? 'std' : 'paper';
      if (this.#nonces.sent(frame, profile, await peer.read32(REGISTERS.transmitFrameId.offset))) this.#counts.securedSent++;
      frames.push(frame);
    }
    this.#dropped = (await this.#network.statistics()).framesReceiveDropped + (await this.#host.statistics()).framesReceiveDropped;
    return frames;
  }

  /** A frame arrives; without room for it, it is lost as on a line, and counted. */
  async receive(frame: Uint8Array): Promise<void> {
    if (!(await this.#network.send(frame))) this.#counts.framesWithoutRoom++;
  }

  #page(name: PageName): RegisterTarget {
    const page = this.#pages.get(name);
    if (page === undefined) throw new RangeError(`a simulated station has no page ${name}`);
    return page;
  }

  async #isAccepted(): Promise<boolean> {
    for (;;) {
      const result = await this.#page('peer').read32(REGISTERS.pushResult.offset);
      if (result !== 0) return fieldValue(fieldOf(REGISTERS.pushResult, 'accepted'), result) === 1;
    }
  }
}

/** Each has a number, and octets that hang on it. */
function payloadOf(index: number): Payload {
  const octets = new Uint8Array(C_SDU_OCTETS).map((_, at) => (index * 31 + at * 7) & 0xff);
  new DataView(octets.buffer).setUint32(0, index);
  return { cSdu: octets, apduStatus: Uint8Array.from([index >> 8, index, 0x35, 0]) };
}

/** Undefined where it is none of those. */
function indexOf({ cSdu }: Payload): number | undefined {
  const index = new DataView(cSdu.buffer, cSdu.byteOffset).getUint32(0);
  return Buffer.compare(cSdu, payloadOf(index).cSdu) === 0 ? index : undefined;
}
