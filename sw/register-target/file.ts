/**
 * Registers in a file, as `/dev/shm/keyturn`: plain memory, for tests and for other programs that play the hardware. Words are
 * little-endian and are read and written whole, so a program that has the file mapped sees each one at once.
 */
import { closeSync, readSync, writeSync } from 'node:fs';
import { openRegisters, orClose } from './open-file.ts';
import { passTime, type RegisterTarget, WindowError } from './target.ts';

export interface FileWindow {
  readonly path: string;
  /** octets before the first register */
  readonly offset?: number;
  /** octets of registers */
  readonly size: number;
}

/** @throws WindowError, NoPermission */
export function fileTarget({ path, offset = 0, size }: FileWindow): RegisterTarget {
  const file = openRegisters('file', path, 0, 'give a file that holds the registers, as one in /dev/shm');
  orClose(file, () => {
    if (!file.stats.isFile()) throw new WindowError(path, 'is no file', 'give a file, or another --target');
    if (offset % 4 !== 0) throw new WindowError(path, `has no word at offset ${offset}`, 'give an offset that is a multiple of 4');
    if (file.stats.size < offset + size)
      throw new WindowError(
        path,
        `has ${file.stats.size} octets`,
        `${size} from offset ${offset} on are needed, so at least ${offset + size}`,
      );
  });
  const { descriptor } = file;
  const word = Buffer.alloc(4);
  return {
    description: `${path}${offset === 0 ? '' : ` from octet ${offset} on`}`,
    read32: (register) => {
      readSync(descriptor, word, 0, 4, offset + register);
      return Promise.resolve(word.readUInt32LE());
    },
    write32: (register, value) => {
      word.writeUInt32LE(value);
      writeSync(descriptor, word, 0, 4, offset + register);
      // it may have been of a key
      word.fill(0);
      return Promise.resolve();
    },
    waitForInterrupt: passTime,
    close: () => closeSync(descriptor),
  };
}
