/**
 * Registers in mapped memory, accessed by `Atomics`: the one way in JavaScript that promises a single access of 32 bits. (A
 * `Buffer` reads a word as four octets, and a copy of any array may be made in other widths.)
 */
import { closeSync } from 'node:fs';
import type { RegisterSpace } from '../control-plane/register-space.ts';
import type { Libc } from './libc.ts';
import { type OpenedFile, orClose } from './open-file.ts';
import { NoPermission, WindowError } from './target.ts';

export interface MappedRegisters extends RegisterSpace {
  close(): void;
}

/**
 * Maps the registers of an open file, which is closed with them; where it can't be mapped, at once.
 * @param offset octets into the file, on a page
 * @param skip octets between the page and the first register
 * @throws WindowError, NoPermission
 */
export function mapRegisters(map: Libc['map'], file: OpenedFile, path: string, offset: number, size: number, skip = 0): MappedRegisters {
  // an access beyond the end of a file would end the process
  const mapped = orClose(file, () => {
    if (file.stats.isFile() && file.stats.size < offset + skip + size)
      throw new WindowError(path, `has ${file.stats.size} octets`, `${offset + skip + size} are needed`);
    const result = map(file.descriptor, offset, skip + size);
    if (!('error' in result)) return result;
    if (result.error === 'EPERM' || result.error === 'EACCES')
      throw new NoPermission(
        `${path} at 0x${offset.toString(16)}`,
        'the kernel keeps this memory to itself (CONFIG_STRICT_DEVMEM, lockdown): use --target uio',
      );
    throw new WindowError(path, `can't be mapped at 0x${offset.toString(16)} (${result.error})`, 'check the address and the device');
  });
  let words = new Int32Array(mapped.memory, skip, size / 4);
  return {
    read32: async (register) => Atomics.load(words, register / 4) >>> 0,
    write32: async (register, value) => {
      Atomics.store(words, register / 4, value | 0);
    },
    close: () => {
      if (words.length === 0) return;
      // whoever still has it finds nothing, rather than memory that is gone
      words = new Int32Array();
      mapped.unmap();
      closeSync(file.descriptor);
    },
  };
}
