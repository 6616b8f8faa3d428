/** A bridge between ports in memory, over the mailboxes of a simulated board, and to a real interface of Linux. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { simulatedBoard } from '../../../cli/simulated-board.ts';
import { REGISTERS } from '../../../spec/registers.ts';
import { bridge } from '../../../sw/ethernet/bridge.ts';
import { mailboxPort } from '../../../sw/ethernet/mailbox-port.ts';
import { packetSocket, socketFailure } from '../../../sw/ethernet/packet-socket.ts';
import { NoPermission, TargetUnavailable } from '../../../sw/register-target/target.ts';
import { frameOf, MemoryPort, until } from './memory-port.ts';

/** Ends the bridges of a test, that of one which fails too. */
let end: AbortController;
beforeEach(() => {
  end = new AbortController();
});
afterEach(() => end.abort());

describe('a bridge', () => {
  it('carries frames both ways, each in its order, and counts them', async () => {
    const [left, right] = [new MemoryPort(), new MemoryPort()];
    const ours = Array.from({ length: 100 }, (_, index) => frameOf(60 + index, index));
    const theirs = Array.from({ length: 70 }, (_, index) => frameOf(60, 5 * index));
    left.waiting.push(...ours);
    right.waiting.push(...theirs);
    const running = bridge(left, right, end.signal);
    await until(() => right.sent.length === 100 && left.sent.length === 70);
    end.abort();
    expect(await running).toEqual({ left: { passed: 100, tooLong: 0 }, right: { passed: 70, tooLong: 0 } });
    expect(right.sent).toEqual(ours);
    expect(left.sent).toEqual(theirs);
  });

  it('keeps a frame for which there is no room, and those behind it wait where they are', async () => {
    const [left, right] = [new MemoryPort(), new MemoryPort()];
    right.room = 2;
    const frames = [1, 2, 3, 4, 5].map((from) => frameOf(60, from));
    left.waiting.push(...frames);
    right.waiting.push(frameOf(64, 9));
    const running = bridge(left, right, end.signal);
    await until(() => right.sent.length === 2 && left.sent.length === 1);
    for (let turn = 0; turn < 20; turn++) await left.wait();
    expect(left.waiting, 'one is held').toEqual(frames.slice(3));
    right.room = 10;
    await until(() => right.sent.length === 5);
    end.abort();
    await running;
    expect(right.sent).toEqual(frames);
  });

  it('drops what the other port can not send, and goes on', async () => {
    const [left, right] = [new MemoryPort(), new MemoryPort(100)];
    left.waiting.push(frameOf(101, 1), frameOf(100, 2));
    const running = bridge(left, right, end.signal);
    await until(() => right.sent.length === 1);
    end.abort();
    expect((await running).left).toEqual({ passed: 1, tooLong: 1 });
    expect(right.sent).toEqual([frameOf(100, 2)]);
  });

  it('gives each way its turn, of 32 frames', async () => {
    const order: string[] = [];
    const [left, right] = [new MemoryPort(), new MemoryPort()];
    for (const [name, port] of Object.entries({ left, right })) {
      port.waiting.push(...Array.from({ length: 40 }, () => frameOf(60, 0)));
      port.send = async () => order.push(name) > 0;
    }
    const running = bridge(left, right, end.signal);
    await until(() => order.length === 80);
    end.abort();
    await running;
    const turns = [...order.join(' ').matchAll(/(left|right)( \1)*/g)].map(([turn, name]) => [name, turn.split(' ').length]);
    expect(turns).toEqual([
      ['right', 32],
      ['left', 32],
      ['right', 8],
      ['left', 8],
    ]);
  });

  /** A port that has nothing to wait for until it is told: one that is asked again and again shows in its counts. */
  class QuietPort extends MemoryPort {
    readonly asked = { receive: 0, send: 0, wait: 0 };
    wake: () => void = () => {};
    override receive() {
      this.asked.receive++;
      return super.receive();
    }
    override send(frame: Uint8Array) {
      this.asked.send++;
      return super.send(frame);
    }
    override wait(): Promise<void> {
      this.asked.wait++;
      return new Promise((resolve) => {
        this.wake = resolve;
      });
    }
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  };

  it('waits once nothing moves, at both ports until one has something, and not before', async () => {
    const [left, right] = [new QuietPort(), new QuietPort()];
    left.waiting.push(...Array.from({ length: 33 }, (_, index) => frameOf(60, index)));
    const running = bridge(left, right, end.signal);
    await until(() => right.sent.length === 33);
    await turns();
    // the second turn found one frame, and the third none
    expect(left.asked).toEqual({ receive: 33 + 2, send: 0, wait: 1 });
    expect(right.asked).toEqual({ receive: 3, send: 33, wait: 1 });
    left.waiting.push(frameOf(60, 34));
    left.wake();
    await until(() => right.sent.length === 34);
    await turns();
    expect([left.asked.wait, right.asked.wait], 'the wait that goes on is not begun again').toEqual([2, 1]);
    end.abort();
    left.wake();
    await running;
  });

  it('waits where there is no room', async () => {
    const [left, right] = [new QuietPort(), new QuietPort()];
    left.waiting.push(...Array.from({ length: 5 }, (_, index) => frameOf(60, index)));
    right.room = 2;
    const running = bridge(left, right, end.signal);
    await until(() => right.sent.length === 2);
    await turns();
    expect(right.asked).toEqual({ receive: 2, send: 4, wait: 1 });
    end.abort();
    right.wake();
    await running;
  });

  it('ends with the error of a port', async () => {
    const [left, right] = [new MemoryPort(), new MemoryPort()];
    left.receive = () => Promise.reject(new Error('the interface is gone'));
    await expect(bridge(left, right, end.signal)).rejects.toThrow('the interface is gone');
  });
});

describe('mailboxes of a simulated board', () => {
  it('joined to two networks carry frames of every length through the logic, and wait for room', async () => {
    const board = simulatedBoard({ board: loadBoard('zybo-z7-20'), wire: 'fifo', peer: { role: 'initiator', slots: 2 } });
    try {
      await board.page('peer').write32(REGISTERS.control.offset, 0b11000);
      const [network, host] = [new MemoryPort(), new MemoryPort()];
      const running = [
        bridge(await mailboxPort(board.page('network'), 0), network, end.signal),
        bridge(await mailboxPort(board.page('host'), 0), host, end.signal),
      ];
      const inwards = [60, 61, 62, 63, 1518, 1517, 64, 1518].map((length, index) => frameOf(length, index));
      const outwards = [1518, 60, 1518, 1518, 99].map((length, index) => frameOf(length, 100 + index));
      network.waiting.push(...inwards);
      host.waiting.push(...outwards);
      await until(() => host.sent.length === inwards.length && network.sent.length === outwards.length);
      end.abort();
      await Promise.all(running);
      expect(host.sent).toEqual(inwards);
      expect(network.sent).toEqual(outwards);
    } finally {
      board.close();
    }
  });
});

/** Whether interfaces can be made here: root with CAP_NET_ADMIN, and a kernel with veth. */
let pairs = 0;
/** Names of the ends of a pair of interfaces, another one each time. */
const ends = (): readonly [string, string] => [`kta${process.pid}.${++pairs}`, `ktb${process.pid}.${pairs}`];
const ip = (...args: readonly string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
const canMakeInterfaces = (([near, far]) =>
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far) && ip('link', 'del', near) && spawnSync('python3', ['-V']).status === 0)(
  ends(),
);

describe('a network interface', () => {
  // another implementation at the other end: CPython's packet sockets
  const STATION = `
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5))
s.bind((sys.argv[1], 0x88b5))
for line in sys.stdin:
    s.send(bytes.fromhex(line))
s.settimeout(20)
for _ in range(int(sys.argv[2])):
    print(s.recv(2000).hex())
`;
  const TYPE = [0x88, 0xb5];
  const frame = (length: number, ...between: readonly number[]): Uint8Array =>
    Uint8Array.from([...[2, 0, 0, 0, 0, 9], ...[2, 0, 0, 0, 0, 8], ...between, ...TYPE, ...frameOf(length - 14 - between.length, length)]);
  const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
  const shown = (name: string, attribute: string): number => Number(readFileSync(`/sys/class/net/${name}/${attribute}`, 'utf8'));
  /** What the kernel says of packet sockets at an interface: SOCK_RAW is 3, ETH_P_ALL 0003. */
  const sockets = (name: string) =>
    readFileSync('/proc/net/packet', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , , index]) => Number(index) === shown(name, 'ifindex'))
      .map(([, , type, protocol]) => ({ type, protocol }));
  /** IFF_PROMISC of linux/if.h */
  const isPromiscuous = (name: string): boolean => (shown(name, 'flags') & 0x100) !== 0;

  it.skipIf(!canMakeInterfaces)(
    'receives and sends frames for whomever, tagged ones with their tag (skipped where no veth pair can be made, or python3 is not there)',
    async () => {
      const [near, far] = ends();
      ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
      try {
        for (const name of [near, far]) {
          // the kernel itself shall say nothing
          ip('link', 'set', name, 'addrgenmode', 'none');
          ip('link', 'set', name, 'up');
        }
        const memory = new MemoryPort();
        const socket = await packetSocket(near);
        expect(sockets(near)).toEqual([{ type: '3', protocol: '0003' }]);
        expect(isPromiscuous(near)).toBe(true);
        const sent = [frame(60), frame(100, 0x81, 0x00, 0xc0, 0x05), frame(1514), frame(80, 0x88, 0xa8, 0x20, 0x07)];
        const back = [frame(64), frame(1500)];
        const running = bridge(socket, memory, end.signal);
        const input = sent.map(hex).join('\n');
        const station = execa('python3', ['-c', STATION, far, String(back.length)], { input, cancelSignal: end.signal });
        const ours = (): readonly Uint8Array[] => memory.sent.filter((each) => each[5] === 9);
        // another process takes its time
        await until(() => end.signal.aborted || ours().length === sent.length, Number.POSITIVE_INFINITY);
        memory.waiting.push(...back);
        expect((await station).stdout.split('\n')).toEqual(back.map(hex));
        end.abort();
        await running;
        expect(ours().map(hex)).toEqual(sent.map(hex));
        // what was sent here does not come back
        expect(await socket.receive()).toBeUndefined();
        ip('link', 'set', near, 'down');
        await expect(socket.receive()).rejects.toThrow(`the interface ${near} is down`);
        await expect(socket.send(frame(60))).rejects.toThrow(`the interface ${near} is down: ip link set ${near} up`);
        socket.close();
        // a wait that is under way in its thread holds it for its last slice
        await until(() => sockets(near).length === 0 && !isPromiscuous(near));
      } finally {
        ip('link', 'del', near);
      }
    },
  );

  it.skipIf(!canMakeInterfaces || spawnSync('tc', ['-V']).status !== 0)(
    'has no room while its queue is held, for the socket and for itself (skipped where no veth pair can be made, or tc is not there)',
    async () => {
      const [near, far] = ends();
      ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far);
      try {
        for (const name of [near, far]) ip('link', 'set', name, 'up');
        const socket = await packetSocket(near);
        const held = (...queue: readonly string[]): boolean => {
          const rate = ['rate', '8kbit', 'burst', '2000', ...queue];
          return spawnSync('tc', ['qdisc', 'replace', 'dev', near, 'root', 'tbf', ...rate], { stdio: 'ignore' }).status === 0;
        };
        const taken = async (): Promise<number> => {
          for (let count = 0; count < 10_000; count++) if (!(await socket.send(frame(1514)))) return count;
          return Number.POSITIVE_INFINITY;
        };
        // 10,000 octets wait at the interface at most
        expect(held('limit', '10000')).toBe(true);
        expect(await taken()).toBeLessThan(10);
        // and now more than those of one socket (net.core.wmem_default)
        expect(held('limit', '100000000')).toBe(true);
        expect(await taken()).toBeLessThan(10_000);
        socket.close();
      } finally {
        ip('link', 'del', near);
      }
    },
  );

  it('that is not there is named, with those that are', async () => {
    await expect(packetSocket('nowhere9')).rejects.toThrow(
      `there is no network interface nowhere9: there are: ${readdirSync('/sys/class/net').join(', ')}`,
    );
  });
});

describe('what a packet socket says that fails', () => {
  it.each([
    ['EPERM', NoPermission, 'no permission for packet sockets (eth7): run as root, or give the process CAP_NET_RAW'],
    ['EACCES', NoPermission, 'AmbientCapabilities=CAP_NET_RAW in its systemd unit, or setcap cap_net_raw+ep on node'],
    ['ENETDOWN', TargetUnavailable, 'the interface eth7 is down: ip link set eth7 up'],
    ['ENODEV', TargetUnavailable, 'the interface eth7 is gone: start again when it is back'],
    ['ENXIO', TargetUnavailable, 'the interface eth7 is gone: start again when it is back'],
    ['EMSGSIZE', TargetUnavailable, 'the interface eth7 takes no frame that long: ip link set eth7 mtu 1500'],
    ['EINVAL', TargetUnavailable, 'a packet socket at eth7 fails (EINVAL): expected a Linux of 4.20 or newer with CONFIG_PACKET'],
  ])('%s has its kind, and what to do', (code, kind, message) => {
    const error = socketFailure('eth7', code);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(message);
  });
});
