/** The calls of the C library that Node lacks: mapped memory, and waiting for a descriptor. Loaded when first needed. */
import { getSystemErrorName, promisify } from 'node:util';
import { TargetUnavailable } from './target.ts';

export interface Libc {
  /** @returns the memory, or the name of the error */
  map(
    descriptor: number,
    offset: number,
    size: number,
  ): { readonly memory: ArrayBuffer; readonly unmap: () => void } | { readonly error: string };
  /** Waits off the main thread. @returns whether there is something to read */
  poll(descriptor: number, milliseconds: number): Promise<boolean>;
}

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const POLLIN = 1;

let loaded: Promise<Libc> | undefined;

/** @throws TargetUnavailable where the package koffi is not installed for this machine */
export function libc(): Promise<Libc> {
  loaded ??= loadLibc(() => import('koffi').then((module) => module.default));
  return loaded;
}

/** @param loadKoffi fails where there is no koffi @throws TargetUnavailable */
export async function loadLibc(loadKoffi: () => Promise<typeof import('koffi').default>): Promise<Libc> {
  const koffi = await loadKoffi().catch((error: unknown) => {
    const [reason] = String(error).split('\n');
    throw new TargetUnavailable(
      `mapped registers need the package koffi, which does not load on ${process.platform} ${process.arch} (${reason})`,
      'install it with npm ci --include=optional; on ARM it needs glibc 2.34 or newer (Debian 12)',
    );
  });
  const library = koffi.load(null);
  // the 64-bit offset reaches every physical address on a 32-bit ARM too
  const mmap = library.func('void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, int64_t offset)');
  const munmap = library.func('int munmap(void *address, size_t length)');
  const pollFd = koffi.struct({ fd: 'int', events: 'short', revents: 'short' });
  const poll = library.func('poll', 'int', [koffi.inout(koffi.pointer(pollFd)), 'unsigned long', 'int']);
  const pollOffThread = promisify<readonly object[], number, number, number>(poll.async);
  const failed = BigInt.asUintN(8 * koffi.sizeof('void *'), -1n);
  return {
    map(descriptor, offset, size) {
      const address: unknown = mmap(null, size, PROT_READ_WRITE, MAP_SHARED, descriptor, offset);
      if (address === failed) return { error: getSystemErrorName(-koffi.errno()) };
      return { memory: koffi.view(address, size), unmap: () => munmap(address, size) };
    },
    poll: async (descriptor, milliseconds) => {
      return (await pollOffThread([{ fd: descriptor, events: POLLIN, revents: 0 }], 1, milliseconds)) > 0;
    },
  };
}
