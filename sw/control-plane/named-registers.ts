/** Registers and fields by name, or by offset, as people and programs ask for them. */
import { AEAD_ENGINES, type EngineName } from '../../spec/aead-engines.ts';
import { suggestion } from '../../spec/configuration.ts';
import { REGISTER_MAPS, type RegisterMapDescription } from '../../spec/register-maps.ts';
import { existingBits, fieldValue, type Register, type RegisterField, withField } from '../../spec/registers.ts';
import { materialOf } from '../aead/material.ts';
import { RegisterError, type RegisterSpace } from './register-space.ts';

/** A register, or one field of it. */
export interface Named {
  readonly register: Register;
  readonly field?: RegisterField;
}

/** `status`, `status.currentKeyId` or `0x00c`. @throws RegisterError */
export function parseName(text: string, { registers }: RegisterMapDescription = REGISTER_MAPS.station): Named {
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return { register: registerAt(registers, Number(text), text) };
  const [name = '', fieldName, ...more] = text.split('.');
  const register = registers.find((candidate) => candidate.name === name);
  if (register === undefined)
    throw new RegisterError(
      `there is no register ${name}`,
      suggestion(
        name,
        registers.map((candidate) => candidate.name),
      ),
    );
  if (fieldName === undefined) return { register };
  const { fields = [] } = register;
  const field = fields.find((candidate) => candidate.name === fieldName);
  if (field === undefined || more.length > 0)
    throw new RegisterError(
      `register ${name} has no field ${[fieldName, ...more].join('.')}`,
      fields.length === 0
        ? 'it has none'
        : suggestion(
            fieldName,
            fields.map((candidate) => candidate.name),
          ),
    );
  return { register, field };
}

function registerAt(registers: readonly Register[], offset: number, text: string): Register {
  if (offset % 4 !== 0) throw new RegisterError(`register offset ${text} is not on a word`, 'expected a multiple of 4');
  const found = registers.find((candidate) => candidate.offset === offset);
  if (found === undefined) throw new RegisterError(`there is no register at offset ${text}`, 'keyturn regs list shows all');
  return found;
}

/** A number that the register or field can hold, decimal or with 0x or 0b. @throws RegisterError, without the text where it may be of a key */
export function parseValue(text: string, named: Named): number {
  const { register, field } = named;
  const name = nameOf(named);
  if (register.secret === true) throw new RegisterError(`${name} takes octets, not a number`, 'expected hexadecimal digits');
  if (!/^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(text))
    throw new RegisterError(`${name}: ${JSON.stringify(text)} is no number`, 'expected one like 5, 0x2a or 0b101');
  const value = Number(text);
  const { bits } = field ?? { bits: 32, ...register };
  if (value >= 2 ** bits)
    throw new RegisterError(
      `${name}: ${text} does not fit`,
      `expected ${bits} ${bits === 1 ? 'bit' : 'bits'}, so at most ${2 ** bits - 1}`,
    );
  if (register.only !== undefined && value !== register.only)
    throw new RegisterError(`${name}: ${text} is not what it takes`, `expected 0x${register.only.toString(16)}: ${register.description}`);
  if (field === undefined) {
    const missing = BigInt(value) & ~BigInt(existingBits(register));
    if (missing !== 0n)
      throw new RegisterError(
        `${name}: ${text} has bits that do not exist`,
        `expected only bits of 0x${existingBits(register).toString(16)}`,
      );
  }
  return value;
}

/** Octets that a register of key material may be given, of one engine or another: of a key, what the engine makes of it is not given. */
function secretLengths({ words = 1, material }: Register): readonly number[] {
  return material === true ? [...new Set(Object.values(AEAD_ENGINES).map(({ keyOctets }) => keyOctets))] : [4 * words];
}

/** Key octets in hexadecimal, blanks between them allowed; whoever calls zeroes text and result. @throws RegisterError, which tells nothing of them */
export function parseSecret(text: Uint8Array, register: Register): Uint8Array {
  const { name } = register;
  const lengths = secretLengths(register);
  const octets = new Uint8Array(Math.max(...lengths));
  const either = (quantities: readonly number[]): string => quantities.join(' or ');
  const expected = `expected ${either(lengths.map((length) => 2 * length))}`;
  let digits = 0;
  for (const code of text) {
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    const digit = hexDigit(code);
    if (digit === undefined) {
      octets.fill(0);
      throw new RegisterError(`${name}: found something that is no hexadecimal digit`, `${expected} of them`);
    }
    // what is too much is counted, not kept: an array of octets takes nothing behind its end
    octets[digits >> 1] = ((octets[digits >> 1] ?? 0) << 4) | digit;
    digits++;
  }
  if (!lengths.includes(digits / 2)) {
    octets.fill(0);
    throw new RegisterError(`${name}: found ${digits} hexadecimal digits`, `${expected}, so ${either(lengths)} octets`);
  }
  return octets.subarray(0, digits / 2);
}

export function nameOf({ register, field }: Named): string {
  return field === undefined ? register.name : `${register.name}.${field.name}`;
}

/** @throws RegisterError where it can't be read */
export function checkReadable({ register }: Named): void {
  if (register.access === 'wo') throw new RegisterError(`${register.name} is write-only`, 'nothing reads it back');
}

/** @throws RegisterError where it can't be written */
export function checkWritable(named: Named): void {
  if (named.register.access === 'ro')
    throw new RegisterError(`${nameOf(named)} is read-only`, 'keyturn regs list shows what can be written');
}

/** @throws RegisterError where it can't be read */
export async function readNamed(space: RegisterSpace, named: Named): Promise<number> {
  checkReadable(named);
  const word = await space.read32(named.register.offset);
  return named.field === undefined ? word : fieldValue(named.field, word);
}

/**
 * Writes a register, or one field and leaves the others: as they are where it holds a value, and unwritten where ones clear it.
 * @throws RegisterError where it can't be written
 */
export async function writeNamed(space: RegisterSpace, named: Named, value: number): Promise<void> {
  checkWritable(named);
  const { register, field } = named;
  if (field === undefined) return space.write32(register.offset, value);
  const before = register.access === 'rw' ? await space.read32(register.offset) : 0;
  return space.write32(register.offset, withField(field, before, value));
}

/**
 * Writes all words of a register that takes key material, octet 0 in bits 7..0 of the first; behind a key what the engine takes with it.
 * @throws RegisterError for a key that is not of the engine's length
 */
export async function writeSecret(
  space: RegisterSpace,
  { name, offset, material }: Register,
  octets: Uint8Array,
  engine: EngineName,
): Promise<void> {
  const { keyOctets } = AEAD_ENGINES[engine];
  if (material === true && octets.length !== keyOctets)
    throw new RegisterError(`${name}: found a key of ${octets.length} octets`, `expected ${keyOctets}, as ${engine} has them`);
  const whole = material === true ? materialOf(engine, octets) : octets;
  const words = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  try {
    for (let at = 0; at < whole.length; at += 4) await space.write32(offset + at, words.getUint32(at, true));
  } finally {
    if (whole !== octets) whole.fill(0);
  }
}

/** Every register of a map that can be read without an effect. */
export function readableOf({ registers }: RegisterMapDescription): readonly Register[] {
  return registers.filter(({ access, pops }) => access !== 'wo' && pops !== true);
}

export async function readAll(
  space: RegisterSpace,
  map: RegisterMapDescription = REGISTER_MAPS.station,
): Promise<ReadonlyMap<Register, number>> {
  const values = new Map<Register, number>();
  for (const register of readableOf(map)) values.set(register, await space.read32(register.offset));
  return values;
}

function hexDigit(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}
