/** Register maps as data: one description for the hardware, the driver and the documentation. */
import { BadRegister } from '../errors/library-errors.ts';

/** Some bits of a register, with a name. */
export interface RegisterField {
  readonly name: string;
  readonly low: number;
  readonly bits: number;
}

/** A register of 32 bits. */
export interface RegisterDescription {
  /** offset in bytes, a multiple of 4 */
  readonly offset: number;
  /**
   * `ro` shows a value of the hardware; `rw` holds what was written; `w1c` collects events and is cleared by writing ones;
   * `wo` hands what is written to the hardware in one cycle, holds nothing, and can't be read
   */
  readonly access: 'ro' | 'rw' | 'w1c' | 'wo';
  /** bits outside all fields read 0 and take nothing; without fields all 32 count */
  readonly fields?: readonly RegisterField[];
  /** `rw` and `w1c`: value after reset, default 0 */
  readonly reset?: number;
  /** `ro`: the hardware is told of every read */
  readonly onRead?: true;
}

/** The registers of a block, by their names. */
export interface RegisterMap {
  readonly [name: string]: RegisterDescription;
}

/** The bits of a register that there are. */
export function existingBits({ fields }: RegisterDescription): number {
  return fields === undefined ? 0xffff_ffff : fields.reduce((mask, field) => mask + maskOf(field), 0);
}

/** @throws BadRegister */
export function checkRegisterMap(map: RegisterMap, addressBits: number): void {
  const at = new Map<number, string>();
  for (const [name, register] of Object.entries(map)) {
    const { offset } = register;
    const shown = `0x${offset.toString(16)}`;
    if (!Number.isInteger(offset) || offset < 0 || offset % 4 !== 0)
      throw new BadRegister(
        name,
        `is at ${shown}, which is no multiple of 4`,
        'registers are whole words; give it an offset in bytes, 4 apart',
      );
    if (offset >= 2 ** addressBits)
      throw new BadRegister(
        name,
        `is at ${shown}, beyond the ${addressBits} bits of the address`,
        'widen the address, or move the register',
      );
    const other = at.get(offset);
    if (other !== undefined) throw new BadRegister(name, `is at ${shown}, where ${other} is`, 'move one of them');
    at.set(offset, name);
    checkFields(name, register);
    checkReset(name, register);
  }
}

function checkFields(name: string, { fields = [] }: RegisterDescription): void {
  const owners = new Map<number, string>();
  for (const field of fields) {
    const { low, bits } = field;
    if (!Number.isInteger(low) || !Number.isInteger(bits) || low < 0 || bits < 1 || low + bits > 32)
      throw new BadRegister(name, `has a field ${field.name} in bits ${low + bits - 1}..${low}`, 'keep fields within bits 31..0');
    for (let bit = low; bit < low + bits; bit++) {
      const owner = owners.get(bit);
      if (owner !== undefined) throw new BadRegister(name, `has bit ${bit} in two fields, ${owner} and ${field.name}`, 'move one of them');
      owners.set(bit, field.name);
    }
  }
}

function checkReset(name: string, register: RegisterDescription): void {
  const { access, reset = 0, onRead } = register;
  if (reset !== 0 && access !== 'rw' && access !== 'w1c')
    throw new BadRegister(name, `is ${access} and has a reset value`, 'only rw and w1c registers hold a value');
  if (!Number.isInteger(reset) || reset < 0 || reset > 0xffff_ffff || (reset & ~existingBits(register)) !== 0)
    throw new BadRegister(
      name,
      `is reset to ${reset}, which its fields can't hold`,
      'give a value of 32 bits with ones inside the fields only',
    );
  if (onRead === true && access !== 'ro')
    throw new BadRegister(name, `is ${access} and tells of its reads`, 'only the reads of ro registers are told');
}

function maskOf({ low, bits }: RegisterField): number {
  return (2 ** bits - 1) * 2 ** low;
}
