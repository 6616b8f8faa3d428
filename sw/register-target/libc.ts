/** The calls of the C library that Node lacks: mapped memory, and waiting for a descriptor; others can be had from the same library. Loaded when first needed. */
import { TargetUnavailable } from './target.ts';

export interface Libc {
  /** @returns the memory, or the name of the error */
  map(
    descriptor: number,
    offset: number,
    size: number,
  ): { readonly memory: ArrayBuffer; readonly unmap: () => void } | { readonly error: string };
  /** Zeroed memory that does not move, for what a call fills in. */
  allocate(size: number): { readonly memory: ArrayBuffer; readonly address: bigint; readonly free: () => void };
  /** Waits off the main thread. @returns whether there is something to read */
  poll(descriptor: number, milliseconds: number): Promise<boolean>;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS = 0x22;
const POLLIN = 1;

let loaded: Promise<Libc> | undefined;

/** @throws TargetUnavailable where the package koffi is not installed for this machine */
export function libc(): Promise<Libc> {
  loaded ??= load();
  return loaded;
}

type Koffi = typeof import('koffi').default;

/** The C library, to declare calls of it. */
export interface KoffiLibrary {
  readonly koffi: Koffi;
  readonly library: ReturnType<Koffi['load']>;
  /** name of the error of the last call, as EPERM */
  readonly lastError: () => string;
}

/** @throws TargetUnavailable where the package koffi is not installed for this machine */
export async function koffiLibrary(): Promise<KoffiLibrary> {
  const koffi = await import('koffi').then(
    (module) => module.default,
    (error: unknown) => {
      throw new TargetUnavailable(
        `mapped registers and packet sockets need the package koffi, which does not load on ${process.platform} ${process.arch} (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`,
        'install it with npm ci --include=optional; on ARM it needs glibc 2.34 or newer (Debian 12)',
      );
    },
  );
  const nameOf = (errno: number): string => Object.entries(koffi.os.errno).find(([, code]) => code === errno)?.[0] ?? `error ${errno}`;
  return { koffi, library: koffi.load(null), lastError: () => nameOf(koffi.errno()) };
}

async function load(): Promise<Libc> {
  const { koffi, library, lastError } = await koffiLibrary();
  // the 64-bit offset reaches every physical address on a 32-bit ARM too
  const mmap = library.func('void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, int64_t offset)');
  const munmap = library.func('int munmap(void *address, size_t length)');
  const pollFd = koffi.struct({ fd: 'int', events: 'short', revents: 'short' });
  const poll = library.func('poll', 'int', [koffi.inout(koffi.pointer(pollFd)), 'unsigned long', 'int']);
  const failed = BigInt.asUintN(8 * koffi.sizeof('void *'), -1n);
  return {
    map(descriptor, offset, size) {
      const address: unknown = mmap(null, size, PROT_READ_WRITE, MAP_SHARED, descriptor, offset);
      if (address === failed || address === null) return { error: lastError() };
      return { memory: koffi.view(address, size), unmap: () => munmap(address, size) };
    },
    allocate(size) {
      const address: unknown = mmap(null, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
      if (typeof address !== 'bigint' || address === failed)
        throw new TargetUnavailable(`no memory of ${size} octets (${lastError()})`, 'end other programs');
      return { memory: koffi.view(address, size), address, free: () => munmap(address, size) };
    },
    poll: (descriptor, milliseconds) =>
      new Promise((resolve, reject) => {
        const descriptors = [{ fd: descriptor, events: POLLIN, revents: 0 }];
        poll.async(descriptors, 1, milliseconds, (error: unknown, ready: number) => {
          if (error) reject(error instanceof Error ? error : new Error(String(error)));
          else resolve(ready > 0);
        });
      }),
  };
}
