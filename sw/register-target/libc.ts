/** The calls of the C library that Node lacks: mapped memory, and waiting for a descriptor; others can be had from the same library. Loaded when first needed. */
import { getSystemErrorName, promisify } from 'node:util';
import { TargetUnavailable } from './target.ts';

export interface Libc {
  /** @returns the memory, or the name of the error */
  map(
    descriptor: number,
    offset: number,
    size: number,
  ): { readonly memory: ArrayBuffer; readonly unmap: () => void } | { readonly error: string };
  /** Zeroed memory that does not move, for what a call fills in. @throws TargetUnavailable */
  allocate(size: number): { readonly memory: ArrayBuffer; readonly address: bigint; readonly free: () => void };
  /** Waits off the main thread. @returns whether there is something to read */
  poll(descriptor: number, milliseconds: number): Promise<boolean>;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const POLLIN = 1;

let loaded: Promise<Libc> | undefined;

type Koffi = typeof import('koffi').default;

/** The C library, to declare calls of it. */
export interface KoffiLibrary {
  readonly koffi: Koffi;
  readonly library: ReturnType<Koffi['load']>;
  /** name of the error of the last call, as EPERM */
  readonly lastError: () => string;
}

const installed = (): Promise<Koffi> => import('koffi').then((module) => module.default);

/** @throws TargetUnavailable where the package koffi is not installed for this machine */
export function libc(): Promise<Libc> {
  loaded ??= loadLibc(installed);
  return loaded;
}

/**
 * @param what needs it, for the message
 * @param loadKoffi fails where there is no koffi
 * @throws TargetUnavailable
 */
export async function koffiLibrary(what: string, loadKoffi = installed): Promise<KoffiLibrary> {
  const koffi = await loadKoffi().catch((error: unknown) => {
    const [reason] = String(error).split('\n');
    throw new TargetUnavailable(
      `${what} need the package koffi, which does not load on ${process.platform} ${process.arch} (${reason})`,
      'install it with npm ci --include=optional; on ARM it needs glibc 2.34 or newer (Debian 12)',
    );
  });
  return { koffi, library: koffi.load(null), lastError: () => getSystemErrorName(-koffi.errno()) };
}

/** @param loadKoffi fails where there is no koffi @throws TargetUnavailable */
export async function loadLibc(loadKoffi: () => Promise<Koffi>): Promise<Libc> {
  const { koffi, library, lastError } = await koffiLibrary('mapped registers', loadKoffi);
  // the 64-bit offset reaches every physical address on a 32-bit ARM too
  const mmap = library.func('void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, int64_t offset)');
  const munmap = library.func('int munmap(void *address, size_t length)');
  const pollFd = koffi.struct({ fd: 'int', events: 'short', revents: 'short' });
  const poll = library.func('poll', 'int', [koffi.inout(koffi.pointer(pollFd)), 'unsigned long', 'int']);
  const pollOffThread = promisify<object, number, number, number>(poll.async);
  const failed = BigInt.asUintN(8 * koffi.sizeof('void *'), -1n);
  return {
    map(descriptor, offset, size) {
      const address: unknown = mmap(null, size, PROT_READ_WRITE, MAP_SHARED, descriptor, offset);
      if (address === failed) return { error: lastError() };
      return { memory: koffi.view(address, size), unmap: () => munmap(address, size) };
    },
    allocate(size) {
      const address: bigint = mmap(null, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
      if (address === failed) throw new TargetUnavailable(`no memory of ${size} octets (${lastError()})`, 'end other programs');
      return { memory: koffi.view(address, size), address, free: () => munmap(address, size) };
    },
    poll: async (descriptor, milliseconds) => {
      return (await pollOffThread({ fd: descriptor, events: POLLIN, revents: 0 }, 1, milliseconds)) > 0;
    },
  };
}
