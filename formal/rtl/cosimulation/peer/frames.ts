/**
 * Secured frames of the dummy engine as they must stand on the wire, written down once more from the paper (Fig. 8, section
 * VII) and RFC 8446, 5.3: nothing here comes from `sw/` or `hw/`, so that a peer is not judged by its own mistakes.
 */

/** Key 16 octets, IV 12. */
export interface DirectionKey {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface Material {
  readonly transmit: DirectionKey;
  readonly receive: DirectionKey;
}

export interface WireFrame {
  readonly profile: 'paper' | 'std';
  readonly destination: readonly number[];
  readonly source: readonly number[];
  /** TCI of the VLAN tag; undefined: untagged */
  readonly tci?: number | undefined;
  readonly frameId: number;
  readonly current: number;
  readonly next: number;
  readonly counter: number;
  readonly cSdu: Uint8Array;
  /** APDU status, 4 octets */
  readonly status: readonly number[];
  readonly encrypt: boolean;
}

/**
 * Destination, source, tag, EtherType 0x8892, FrameID; in `paper` KeyIds, counter, C_SDU, ICV, APDU status; in `std` protection mode,
 * KeyIds, counter, length of C_SDU and APDU status, these two, ICV.
 */
export function frameOnWire(frame: WireFrame, { key, iv }: DirectionKey): Uint8Array {
  const addresses = [...frame.destination, ...frame.source];
  const std = frame.profile === 'std';
  const mode = std ? [Number(frame.encrypt)] : [];
  const said = std ? word16(frame.cSdu.length + 4) : [];
  const keyIds = (frame.current << 4) | frame.next;
  const header = [0x88, 0x92, ...word16(frame.frameId), ...mode, keyIds, ...word32(frame.counter), ...said];
  const plain = std ? Uint8Array.of(...frame.cSdu, ...frame.status) : frame.cSdu;
  const inTheClear = std ? [] : frame.status;
  const text = frame.encrypt ? plain.map((octet, index) => octet ^ (key[index % 16] ?? 0)) : plain;
  const nonce = [...iv];
  word32(frame.counter).forEach((octet, index) => {
    nonce[8 + index] = (nonce[8 + index] ?? 0) ^ octet;
  });
  const icv = [...key];
  for (const part of [nonce, [...addresses, ...header, ...inTheClear], [...text]]) {
    part.forEach((octet, index) => {
      icv[index % 16] = (icv[index % 16] ?? 0) ^ octet;
    });
  }
  const tag = frame.tci === undefined ? [] : [0x81, 0x00, ...word16(frame.tci)];
  return Uint8Array.from([...addresses, ...tag, ...header, ...text, ...icv, ...inTheClear]);
}

/** Any octets, the same for the same seed, none like the next. */
export function octets(count: number, seed: number): Uint8Array {
  let state = (seed * 0x9e3779b1 + 1) >>> 0;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** What the slots hold under a KeyId: each key and IV another one. */
export function materialOf(keyId: number): Material {
  const direction = (seed: number): DirectionKey => ({ key: octets(16, seed), iv: octets(12, seed + 1) });
  return { transmit: direction(100 + 4 * keyId), receive: direction(102 + 4 * keyId) };
}

function word16(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function word32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
