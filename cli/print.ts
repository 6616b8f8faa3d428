/** Standard output, whose reader may end and whose disk may be full. */
import { OutputError } from '../sim/output/output-error.ts';

/** Writes to standard output, and waits until it is there. @throws OutputError */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(new OutputError('standard output', error));
      else resolve();
    });
  });
}
