/** A network interface of Linux as a port of frames: a packet socket (packet(7)), which needs CAP_NET_RAW. */
import { existsSync, readdirSync } from 'node:fs';
import { koffiLibrary, libc } from '../register-target/libc.ts';
import { NoPermission, TargetUnavailable } from '../register-target/target.ts';
import type { FramePort } from './bridge.ts';
import { PACKET_AUXDATA, RECEIVE_OCTETS, ReceivedMessage, SOL_PACKET } from './received-message.ts';

// linux/if_packet.h, linux/if_ether.h, asm-generic/fcntl.h
const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
/** ETH_P_ALL, in the order of the network */
const ALL_PROTOCOLS = 0x0300;
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
  if (socket < 0) throw socketFailure(name, lastError());
  const check = (result: number): void => {
    if (result === 0) return;
    const error = lastError();
    call.close(socket);
    throw socketFailure(name, error);
  };
  check(call.setOption(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership(index), 16));
  check(call.setOption(socket, SOL_PACKET, PACKET_AUXDATA, integer(1), 4));
  check(call.setOption(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, integer(1), 4));
  check(call.bind(socket, address(index), 20));

  const message = new ReceivedMessage(allocate, koffi.sizeof('void *'));
  return {
    longest: RECEIVE_OCTETS,
    async receive() {
      const length = Number(call.receive(socket, message.reset(), 0));
      if (length >= 0) return message.frame(length);
      const error = lastError();
      if (error === 'EAGAIN') return undefined;
      throw socketFailure(name, error);
    },
    async send(frame) {
      if (Number(call.send(socket, frame, frame.length, 0)) >= 0) return true;
      const error = lastError();
      // the room of this socket, and that of the interface
      if (error === 'EAGAIN' || error === 'ENOBUFS') return false;
      throw socketFailure(name, error);
    },
    wait: () => poll(socket, SLICE_MS),
    close() {
      call.close(socket);
      message.free();
    },
  };
}

/** What a call at a packet socket says, in words, with what to do. @param error as EPERM */
export function socketFailure(name: string, error: string): Error {
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
