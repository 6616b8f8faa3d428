/** A relation of a simulated station: the application that sends a payload in each interval, and looks at what comes, and the watch over its nonces. */
import { fieldOf, fieldValue, REGISTERS } from '../../spec/registers.ts';
import { RelationDriver, type Status } from '../../sw/control-plane/driver.ts';
import type { RegisterSpace } from '../../sw/control-plane/register-space.ts';
import type { Payload } from '../../sw/frame/secured-frame.ts';
import { NonceWatch } from './nonces.ts';

const C_SDU_OCTETS = 40;
/** Of the record of a payload in the TX FIFO: its length, its APDU status, its C_SDU. */
const RECORD_WORDS = 2 + C_SDU_OCTETS / 4;

/** What became of one relation. */
export interface RelationAccount {
  readonly payloadsSent: number;
  readonly payloadsDelivered: number;
  /** delivered, but not what the other sent in this relation, or not newer than the last */
  readonly payloadsWrong: number;
  /** intervals without a key to send under */
  readonly intervalsWithoutKey: number;
  /** secured frames on the wire */
  readonly securedSent: number;
  readonly keys: number;
  readonly noncesRepeated: number;
}

export class SimulatedRelation {
  readonly #page: RegisterSpace;
  readonly #driver: RelationDriver;
  readonly #nonces = new NonceWatch();
  readonly #counts = { payloadsSent: 0, payloadsDelivered: 0, payloadsWrong: 0, intervalsWithoutKey: 0, securedSent: 0 };
  /** words of its registers as they were written, by their offsets */
  readonly #written = new Map<number, number>();
  #newest = 0;
  #hasKeys = false;

  /** @param page its registers, from offset 0 on */
  constructor(page: RegisterSpace) {
    this.#page = page;
    this.#driver = new RelationDriver(page);
  }

  get account(): RelationAccount {
    return { ...this.#counts, ...this.#nonces.account };
  }

  /** Number of the newest payload that came out. */
  get newest(): number {
    return this.#newest;
  }

  /**
   * Whether writing it makes frames and payloads from then on others than those that are under way: under another key, or another FrameID. Before
   * the first key none is.
   */
  changesWith(offset: number, value: number): boolean {
    if (!this.#hasKeys) return false;
    const { keyPush, transmitFrameId, receiveFrameId } = REGISTERS;
    const isFrameId = offset === transmitFrameId.offset || offset === receiveFrameId.offset;
    return offset === keyPush.offset || (isFrameId && value !== this.#word(offset));
  }

  /** Software writes a register. @throws BusError */
  async write(offset: number, value: number): Promise<void> {
    await this.#page.write32(offset, value);
    this.#nonces.written(offset, value);
    if (offset === REGISTERS.keyPush.offset) {
      this.#nonces.pushed(value & 0xf, await this.#isAccepted());
      this.#hasKeys = true;
    }
    // only what is not secret stays
    const { control, transmitFrameId, receiveFrameId } = REGISTERS;
    if ([control, transmitFrameId, receiveFrameId].some((register) => register.offset === offset)) this.#written.set(offset, value);
  }

  /** Its slots as they stand. */
  status(): Promise<Status> {
    return this.#driver.status();
  }

  /** An interval begins: sends a payload, if there is a key and room for it. */
  async send(index: number): Promise<void> {
    const { provider } = await this.#driver.status();
    if (!provider.includes('Active')) this.#counts.intervalsWithoutKey++;
    else if ((await this.#page.read32(REGISTERS.transmitSpace.offset)) >= RECORD_WORDS) {
      await this.#driver.sendPayload(payloadOf(index, this.#word(REGISTERS.transmitFrameId.offset)));
      this.#counts.payloadsSent++;
    }
  }

  /** Reads the oldest payload that came. @returns whether there was one */
  async take(): Promise<boolean> {
    const received = await this.#driver.receivePayload();
    if (received === undefined) return false;
    const number = indexOf(received, this.#word(REGISTERS.receiveFrameId.offset));
    if (number === undefined || number <= this.#newest) this.#counts.payloadsWrong++;
    else this.#newest = number;
    this.#counts.payloadsDelivered++;
    return true;
  }

  /** A frame has left the station. @returns whether it is a secured one of this relation */
  sent(frame: Uint8Array): boolean {
    const control = this.#word(REGISTERS.control.offset);
    const profile = fieldValue(fieldOf(REGISTERS.control, 'std'), control) === 1 ? 'std' : 'paper';
    const isOurs = this.#nonces.sent(frame, profile, this.#word(REGISTERS.transmitFrameId.offset));
    if (isOurs) this.#counts.securedSent++;
    return isOurs;
  }

  #word(offset: number): number {
    return this.#written.get(offset) ?? 0;
  }

  async #isAccepted(): Promise<boolean> {
    for (;;) {
      const result = await this.#page.read32(REGISTERS.pushResult.offset);
      if (result !== 0) return fieldValue(fieldOf(REGISTERS.pushResult, 'accepted'), result) === 1;
    }
  }
}

/** Each has a number, the FrameID that it is sent under, and octets that hang on both. */
function payloadOf(index: number, frameId: number): Payload {
  const octets = new Uint8Array(C_SDU_OCTETS).map((_, at) => (index * 31 + frameId * 13 + at * 7) & 0xff);
  const view = new DataView(octets.buffer);
  view.setUint32(0, index);
  view.setUint16(4, frameId);
  return { cSdu: octets, apduStatus: Uint8Array.from([index >> 8, index, 0x35, 0]) };
}

/** Undefined where it is none of those. */
function indexOf({ cSdu }: Payload, frameId: number): number | undefined {
  if (cSdu.length !== C_SDU_OCTETS) return undefined;
  const index = new DataView(cSdu.buffer, cSdu.byteOffset).getUint32(0);
  return Buffer.compare(cSdu, payloadOf(index, frameId).cSdu) === 0 ? index : undefined;
}
