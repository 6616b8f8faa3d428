/** The words of a configuration, packet by packet (UG470, chapter 5): enough to know whether it is whole, and for which part. */
import { BitstreamError } from './bit-file.ts';

const SYNC = 0xaa99_5566;
/** How far the sync word may be: dummy words and the bus width pattern come first. */
const SYNC_WITHIN_WORDS = 64;

const TYPE_1 = 1;
const TYPE_2 = 2;
const OP_WRITE = 2;
const REGISTER_CMD = 4;
const REGISTER_IDCODE = 12;
const CMD_DESYNC = 13;

export interface Configuration {
  /** of the part that it is for, with the version in bits 31..28; undefined where it does not say */
  readonly idcode: number | undefined;
}

/** Octets before the sync word, or undefined where there is none. */
export function findSync(payload: Uint8Array, sync = SYNC): number | undefined {
  const words = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  for (let at = 0; at + 4 <= payload.length && at < 4 * SYNC_WITHIN_WORDS; at += 4) if (words.getUint32(at) === sync) return at;
  return undefined;
}

/** Follows the packets to the end of the configuration. @throws BitstreamError where they do not get there */
export function readConfiguration(payload: Uint8Array, source: string): Configuration {
  const sync = findSync(payload);
  if (sync === undefined)
    throw new BitstreamError(
      source,
      'has no sync word 0xaa995566 on a word',
      'it is no configuration of a 7-series part; generate it again',
    );
  if (payload.length % 4 !== 0)
    throw new BitstreamError(source, `has ${payload.length} octets of configuration, not whole words`, 'generate it again');
  const words = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let idcode: number | undefined;
  let register = 0;
  for (let at = sync + 4; at < payload.length; ) {
    const header = words.getUint32(at);
    const type = header >>> 29;
    const operation = (header >>> 27) & 3;
    if (type !== TYPE_1 && type !== TYPE_2)
      throw new BitstreamError(
        source,
        `has no packet at octet ${at} of its configuration (0x${header.toString(16).padStart(8, '0')})`,
        'it is damaged, or encrypted, which is not supported; generate it again',
      );
    if (type === TYPE_1) register = (header >>> 13) & 0x1f;
    const count = type === TYPE_1 ? header & 0x7ff : header & 0x07ff_ffff;
    const data = operation === OP_WRITE ? count : 0;
    at += 4 + 4 * data;
    if (at > payload.length) break;
    if (data !== 1) continue;
    const word = words.getUint32(at - 4);
    if (register === REGISTER_IDCODE) idcode = word;
    if (register === REGISTER_CMD && word === CMD_DESYNC) return { idcode };
  }
  throw new BitstreamError(source, 'ends before its configuration does (no DESYNC command)', 'it is cut short; generate or copy it again');
}
