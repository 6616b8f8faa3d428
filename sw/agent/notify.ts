/**
 * What systemd is told (sd_notify(3)): a datagram to the socket that $NOTIFY_SOCKET names. Node has no datagrams on Unix sockets, so the C library
 * is called; the program systemd-notify would be a child for each sign of life, and would need NotifyAccess=all.
 */
import { koffiLibrary } from '../register-target/libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** of `sockaddr_un`, with the family in front and a zero at the end */
const LONGEST_PATH = 107;

export type Notify = (state: string) => void;

export interface Notifier {
  readonly notify: Notify;
  /** ms between two signs of life, half of what the watchdog allows; undefined: it is not watched */
  readonly aliveEvery: number | undefined;
}

/** Nobody listens where the variable is not set. @throws TargetUnavailable without koffi */
export async function notifier(environment: NodeJS.ProcessEnv): Promise<Notifier> {
  const { NOTIFY_SOCKET: path = '', WATCHDOG_USEC: patience = '', WATCHDOG_PID: watched } = environment;
  if (path === '') return { notify: () => {}, aliveEvery: undefined };
  const isWatched = Number(patience) > 0 && (watched === undefined || watched === String(process.pid));
  return { notify: await datagrams(path), aliveEvery: isWatched ? Number(patience) / 1000 / 2 : undefined };
}

/** To be called as often as may be: a sign of life goes to systemd once so much time has passed as that. @param now ms */
export function signsOfLife({ notify, aliveEvery }: Notifier, now: () => number = () => performance.now()): () => void {
  if (aliveEvery === undefined) return () => {};
  let toldAt = now();
  return () => {
    if (now() - toldAt < aliveEvery) return;
    toldAt = now();
    notify('WATCHDOG=1');
  };
}

async function datagrams(path: string): Promise<Notify> {
  const { library } = await koffiLibrary('messages to systemd');
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const send = library.func(
    'intptr_t sendto(int socket, const void *octets, size_t length, int flags, const void *address, unsigned int size)',
  );
  const close = library.func('int close(int descriptor)');
  // @ stands for the zero of an abstract name
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : path).subarray(0, LONGEST_PATH);
  const address = Buffer.concat([new Uint8Array(new Uint16Array([AF_UNIX]).buffer), name]);
  return (state) => {
    const descriptor: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const octets = Buffer.from(state);
    // whether anybody heard it does not matter to the service
    send(descriptor, octets, octets.length, 0, address, address.length);
    close(descriptor);
  };
}
