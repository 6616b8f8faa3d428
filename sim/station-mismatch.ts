/** What hardware and model say differently. */
export class StationMismatch extends Error {
  readonly station: string;
  readonly what: string;
  readonly found: unknown;
  readonly expected: unknown;

  /** @param replay how to see the same again */
  constructor(station: string, cycle: number, what: string, found: unknown, expected: unknown, replay?: string) {
    const again = replay === undefined ? '' : `\n  again with: ${replay}`;
    super(`${station}, cycle ${cycle}: ${what} is ${show(found)} in the hardware, ${show(expected)} in the reference model${again}`);
    this.name = 'StationMismatch';
    this.station = station;
    this.what = what;
    this.found = found;
    this.expected = expected;
  }
}

/** A value to be read, and to be compared with another: octets in hexadecimal. */
export function show(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof Uint8Array ? Buffer.from(inner).toString('hex') : inner)) ?? 'nothing'
  );
}
