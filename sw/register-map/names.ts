/** Names of registers as other languages write them. */

/** `transmitKey` as `transmit_key`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `transmitKey` as `TRANSMIT_KEY`. */
export function screamingCase(name: string): string {
  return snakeCase(name).toUpperCase();
}

export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
