/** What recvmsg(2) fills in: Linux takes the VLAN tag out of a frame, and tells of it beside (PACKET_AUXDATA, packet(7)). */
import type { Libc } from '../register-target/libc.ts';

// linux/if_packet.h
export const SOL_PACKET = 263;
export const PACKET_AUXDATA = 8;
const TP_STATUS_VLAN_VALID = 0x10;
const TP_STATUS_VLAN_TPID_VALID = 0x40;
const TPID_VLAN = 0x8100;
const ADDRESSES = 12;
/** Linux may hand up several frames of a connection as one (GRO): it is seen whole, and counted as too long. */
export const RECEIVE_OCTETS = 65_536;
const CONTROL_OCTETS = 64;

/** struct msghdr with all that it points to, in memory that does not move. */
export class ReceivedMessage {
  readonly #memory: ReturnType<Libc['allocate']>;
  readonly #words: DataView;
  readonly #pointer: number;
  readonly #control: number;
  readonly #data: number;

  /** @param pointer octets of a pointer, 4 or 8: so are the words of these structures */
  constructor(allocate: Libc['allocate'], pointer: number) {
    this.#pointer = pointer;
    // the header, one iovec, control, data
    this.#control = 16 * pointer;
    this.#data = this.#control + CONTROL_OCTETS;
    this.#memory = allocate(this.#data + RECEIVE_OCTETS);
    this.#words = new DataView(this.#memory.memory);
  }

  /** Empties it. @returns its address */
  reset(): bigint {
    const p = this.#pointer;
    const { address: at } = this.#memory;
    const iovec = 8 * p;
    // no name; iov, iovlen; control, controllen; flags
    [0n, 0n, at + BigInt(iovec), 1n, at + BigInt(this.#control), BigInt(CONTROL_OCTETS), 0n].forEach((word, place) => {
      this.#store(place * p, word);
    });
    this.#store(iovec, at + BigInt(this.#data));
    this.#store(iovec + p, BigInt(RECEIVE_OCTETS));
    return at;
  }

  /** What was received, with the tag where it was. */
  frame(length: number): Uint8Array {
    const octets = new Uint8Array(this.#memory.memory, this.#data, length);
    const tag = this.#tag();
    if (tag === undefined || length < ADDRESSES) return octets.slice();
    const whole = new Uint8Array(length + 4);
    whole.set(octets.subarray(0, ADDRESSES));
    new DataView(whole.buffer).setUint32(ADDRESSES, tag);
    whole.set(octets.subarray(ADDRESSES), ADDRESSES + 4);
    return whole;
  }

  free(): void {
    this.#memory.free();
  }

  /** TPID and TCI of struct tpacket_auxdata, if a tag was taken out. */
  #tag(): number | undefined {
    const p = this.#pointer;
    // its lower half, which comes first, says all: control has few octets
    if (this.#words.getUint32(5 * p, true) < p + 8 + 20) return undefined;
    const level = this.#words.getInt32(this.#control + p, true);
    const type = this.#words.getInt32(this.#control + p + 4, true);
    if (level !== SOL_PACKET || type !== PACKET_AUXDATA) return undefined;
    const data = this.#control + p + 8;
    const status = this.#words.getUint32(data, true);
    if ((status & TP_STATUS_VLAN_VALID) === 0) return undefined;
    const tpid = (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? TPID_VLAN : this.#words.getUint16(data + 18, true);
    return tpid * 0x10000 + this.#words.getUint16(data + 16, true);
  }

  #store(at: number, word: bigint): void {
    if (this.#pointer === 8) this.#words.setBigUint64(at, word, true);
    else this.#words.setUint32(at, Number(word), true);
  }
}
