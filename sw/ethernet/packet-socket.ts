/** A network interface of Linux as a port of frames: a packet socket (packet(7)), which needs CAP_NET_RAW. */
import { existsSync, readdirSync } from 'node:fs';
import { koffiLibrary, libc } from '../register-target/libc.ts';
import { NoPermission, TargetUnavailable } from '../register-target/target.ts';
import type { FramePort } from './bridge.ts';

// linux/if_packet.h, linux/if_ether.h, asm-generic/fcntl.h
const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_AUXDATA = 8;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
/** ETH_P_ALL, in the order of the network */
const ALL_PROTOCOLS = 0x0300;
const TP_STATUS_VLAN_VALID = 0x10;
const TP_STATUS_VLAN_TPID_VALID = 0x40;
const TPID_VLAN = 0x8100;
const ADDRESSES = 12;
/** Linux may hand up several frames of a connection as one (GRO): it is seen whole, and counted as too long. */
const RECEIVE_OCTETS = 65_536;
const CONTROL_OCTETS = 64;
/** How long one wait in a worker thread may last: an end of the process must not wait for a frame. */
const SLICE_MS = 100;

export interface PacketSocket extends FramePort {
  close(): void;
}

/**
 * Every frame that arrives at the interface, whoever it is for, with its VLAN tag; none that this machine sends. Frames that are sent
 * go out as they are.
 * @throws TargetUnavailable, NoPermission
 */
export async function packetSocket(name: string): Promise<PacketSocket> {
  const { koffi, library, lastError } = await koffiLibrary('packet sockets');
  const { poll, allocate } = await libc();
  const call = {
    index: library.func('unsigned int if_nametoindex(const char *name)'),
    socket: library.func('int socket(int domain, int type, int protocol)'),
    setOption: library.func('int setsockopt(int socket, int level, int name, const void *value, unsigned int length)'),
    bind: library.func('int bind(int socket, const void *address, unsigned int length)'),
    receive: library.func('intptr_t recvmsg(int socket, uintptr_t message, int flags)'),
    send: library.func('intptr_t send(int socket, const void *octets, size_t length, int flags)'),
    close: library.func('int close(int descriptor)'),
  };
  const index = call.index(name) as number;
  if (index === 0) {
    const there = existsSync('/sys/class/net') ? readdirSync('/sys/class/net').join(', ') : 'none that can be seen';
    throw new TargetUnavailable(`there is no network interface ${name}`, `there are: ${there}`);
  }
  // of no protocol: nothing of other interfaces comes before it is bound
  const socket = call.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0) as number;
  if (socket < 0) throw failure(name, lastError());
  const check = (result: number): void => {
    if (result === 0) return;
    const error = lastError();
    call.close(socket);
    throw failure(name, error);
  };
  check(call.setOption(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership(index), 16));
  check(call.setOption(socket, SOL_PACKET, PACKET_AUXDATA, integer(1), 4));
  check(call.setOption(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, integer(1), 4));
  check(call.bind(socket, address(index), 20));

  const message = new Message(allocate, koffi.sizeof('void *'));
  return {
    longest: RECEIVE_OCTETS,
    async receive() {
      const length = Number(call.receive(socket, message.reset(), 0));
      if (length >= 0) return message.frame(length);
      const error = lastError();
      if (error === 'EAGAIN' || error === 'EINTR') return undefined;
      throw failure(name, error);
    },
    async send(frame) {
      if (Number(call.send(socket, frame, frame.length, 0)) >= 0) return true;
      const error = lastError();
      if (error === 'EAGAIN' || error === 'ENOBUFS' || error === 'EINTR') return false;
      throw failure(name, error);
    },
    async wait(signal) {
      if (!signal.aborted) await poll(socket, SLICE_MS);
    },
    close() {
      call.close(socket);
      message.free();
    },
  };
}

function failure(name: string, error: string): Error {
  if (error === 'EPERM' || error === 'EACCES')
    return new NoPermission(
      `packet sockets (${name})`,
      'run as root, or give the process CAP_NET_RAW: AmbientCapabilities=CAP_NET_RAW in its systemd unit, or setcap cap_net_raw+ep on node',
    );
  if (error === 'ENETDOWN') return new TargetUnavailable(`the interface ${name} is down`, `ip link set ${name} up`);
  if (error === 'ENODEV' || error === 'ENXIO') return new TargetUnavailable(`the interface ${name} is gone`, 'start again when it is back');
  if (error === 'EMSGSIZE') return new TargetUnavailable(`the interface ${name} takes no frame that long`, `ip link set ${name} mtu 1500`);
  return new TargetUnavailable(`a packet socket at ${name} fails (${error})`, 'expected a Linux of 4.20 or newer with CONFIG_PACKET');
}

/** struct packet_mreq: frames for whomever. */
function membership(index: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(16));
  octets.setInt32(0, index, true);
  octets.setUint16(4, PACKET_MR_PROMISC, true);
  return new Uint8Array(octets.buffer);
}

/** struct sockaddr_ll: every protocol of one interface. */
function address(index: number): Uint8Array {
  const octets = new DataView(new ArrayBuffer(20));
  octets.setUint16(0, AF_PACKET, true);
  octets.setUint16(2, ALL_PROTOCOLS, true);
  octets.setInt32(4, index, true);
  return new Uint8Array(octets.buffer);
}

function integer(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** struct msghdr with all that it points to, in memory that does not move: Linux takes the tag out of a frame, and tells of it beside. */
class Message {
  readonly #memory: { readonly memory: ArrayBuffer; readonly address: bigint; readonly free: () => void };
  readonly #words: DataView;
  readonly #pointer: number;
  readonly #control: number;
  readonly #data: number;

  constructor(
    allocate: (size: number) => { readonly memory: ArrayBuffer; readonly address: bigint; readonly free: () => void },
    pointer: number,
  ) {
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
    if (this.#load(5 * p) < BigInt(p + 8 + 20)) return undefined;
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

  #load(at: number): bigint {
    return this.#pointer === 8 ? this.#words.getBigUint64(at, true) : BigInt(this.#words.getUint32(at, true));
  }
}
