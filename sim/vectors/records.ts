/** Vectors as lines `Name = value`, as CAVP and LWC have them: a record begins with `Count`, and a line in brackets holds for those behind it. */
import { VectorFileDamaged } from './vector.ts';

const FIELD = /^(\w+) =(?: (\S*))?$/;
const GROUP = /^\[(\w+) = (\S*)\]$/;

export class VectorRecord {
  readonly where: string;
  readonly group: ReadonlyMap<string, string>;
  readonly fields = new Map<string, string>();
  /** words that stand alone in a line, as `FAIL` */
  readonly words = new Set<string>();
  readonly #file: string;

  constructor(file: string, line: number, count: string, group: ReadonlyMap<string, string>) {
    this.#file = file;
    this.where = `Count = ${count} (line ${line})`;
    this.group = group;
  }

  /** The octets of a field; `bits`: how many of them the group says that there are. @throws VectorFileDamaged */
  octets(name: string, bits?: string): Uint8Array {
    const hex = this.fields.get(name);
    if (hex === undefined) throw this.damaged(`no ${name}, expected one in each record; the file may be cut off`);
    // of nothing CAVP writes an octet, and says that it has no bits
    const octets = octetsOfHex(bits === '0' ? '' : hex);
    if (octets === undefined) throw this.damaged(`${name} is ${JSON.stringify(short(hex))}, expected whole octets in hexadecimal`);
    if (bits !== undefined && octets.length * 8 !== Number(bits))
      throw this.damaged(`${name} has ${octets.length * 8} bits, expected ${bits} as its group says; the file may be cut off`);
    return octets;
  }

  damaged(fault: string): VectorFileDamaged {
    return new VectorFileDamaged(this.#file, `${this.where}: ${fault}`);
  }
}

/** @throws VectorFileDamaged */
export function recordsOf(file: string, text: string): VectorRecord[] {
  const records: VectorRecord[] = [];
  let group: ReadonlyMap<string, string> = new Map();
  let groupOpen = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, key, size] = GROUP.exec(line) ?? [];
    if (key !== undefined && size !== undefined) {
      group = new Map([...(groupOpen ? group : []), [key, size]]);
      groupOpen = true;
      continue;
    }
    groupOpen = false;
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name === 'Count') {
      records.push(new VectorRecord(file, index + 1, value, group));
      continue;
    }
    const record = records.at(-1);
    if (record === undefined || (name === undefined && /\W/.test(line)))
      throw new VectorFileDamaged(
        file,
        `line ${index + 1} is ${JSON.stringify(short(line))}, expected ${record ? 'Name = value' : 'Count = number'}`,
      );
    if (name === undefined) record.words.add(line);
    else if (record.fields.has(name)) throw record.damaged(`${name} stands there twice, expected Count = number before the second`);
    else record.fields.set(name, value);
  }
  return records;
}

/** undefined for what is not whole octets */
export function octetsOfHex(hex: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})*$/i.test(hex) ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
