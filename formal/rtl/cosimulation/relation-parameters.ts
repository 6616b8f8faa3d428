/** What the parameters must show, from a table of registers: random accesses by software, questions of the generator, resets. */
import { Random } from '../../../hdl-gen/sim/random.ts';
import type { Cycle } from './cosimulate.ts';

/** In the order of the access, and of the word, the first in its highest bits. */
const REGISTERS = [
  { name: 'control', bits: 7 },
  { name: 'destination_high', bits: 16 },
  { name: 'destination_low', bits: 32 },
  { name: 'vlan_tci', bits: 16 },
  { name: 'transmit_frame_id', bits: 16 },
  { name: 'receive_frame_id', bits: 16 },
  { name: 'counter_threshold', bits: 32 },
] as const;
const RECEIVE_FRAME_ID = 5;
const WINDOW = 2048;

type Registers = readonly number[];
const NONE: Registers = REGISTERS.map(() => 0);

interface Access {
  readonly isWrite: boolean;
  readonly relation: number;
  readonly which: number;
  readonly data: number;
}

/** Destination, and enable, std, encrypt and deliverLate of the control, from bit 0 on. */
function partnerOf([control = 0, high = 0, low = 0]: Registers): { readonly partner_address: bigint; readonly partner_mode: number } {
  const flag = (bit: number): number => (control >> bit) & 1;
  return { partner_address: (BigInt(high) << 32n) | BigInt(low), partner_mode: flag(0) | (flag(5) << 1) | (flag(1) << 2) | (flag(6) << 3) };
}

/** @param count cycles */
export function relationParametersCycles(relations: number, seed: number, count: number): Cycle[] {
  const random = new Random(seed);
  const table: Registers[] = Array.from({ length: relations }, () => NONE);
  let clearing = 0;
  let base = 0x8000;
  let access: Access | undefined;
  /** the word that is read shows; then a FrameID is entered */
  let stage: 'waits' | 'shows' | 'enters' = 'waits';
  /** the word that was read, as it was before a write in that cycle */
  let shown: Registers | undefined;

  return Array.from({ length: count }, (_, cycle): Cycle => {
    const ready = clearing === relations;
    const rst = cycle > 0 && random.chance(0.001);
    if (access === undefined && random.chance(0.002)) base = random.below(2 ** 16);
    if (access === undefined && random.chance(0.5)) {
      const which = random.chance(0.4) ? RECEIVE_FRAME_ID : random.below(REGISTERS.length);
      const data = random.chance(0.7) ? (base + random.below(WINDOW + 2) - 1) & 0xffff : random.next();
      access = { isWrite: random.chance(0.6), relation: random.below(relations), which, data };
    }
    const seeks = random.chance(0.3);
    const sought = random.below(relations);
    const inputs = {
      ...{
        rst: Number(rst),
        software_access: Number(access !== undefined),
        software_is_write: Number(access?.isWrite ?? random.chance(0.5)),
      },
      ...{ software_relation: access?.relation ?? random.below(relations), software_which: 2 ** (access?.which ?? 0) },
      ...{ software_data: access?.data ?? random.next(), table_ready: 1 },
      ...{ seeks: Number(seeks), sought, base },
    };
    const outputs: Record<string, number | bigint> = { ready: Number(ready), software_done: 0, entry_write: 0, partner_write: 0 };
    const showing = ready ? shown : undefined;
    if (showing !== undefined)
      REGISTERS.forEach(({ name, bits }, index) => {
        const value = showing[index] ?? 0;
        outputs[`parameters_${name}`] = bits > 32 ? BigInt(value) : value;
      });
    const enter = (frameId: number, valid: boolean): void => {
      const offset = (frameId - base) & 0xffff;
      if (offset >= WINDOW) return;
      Object.assign(outputs, { entry_write: 1, entry_offset: offset, entry_valid: Number(valid), entry_relation: access?.relation ?? 0 });
    };

    if (!ready) {
      Object.assign(outputs, { partner_write: 1, partner_relation: clearing, partner_address: 0n, partner_mode: 0 });
      clearing++;
      shown = undefined;
    } else {
      const before = access === undefined ? NONE : (table[access.relation] ?? NONE);
      const reads = access !== undefined && stage === 'waits' && !seeks;
      shown = seeks ? table[sought] : reads ? before : undefined;
      if (access !== undefined && stage === 'shows') {
        const { isWrite, relation, which, data } = access;
        const moves = isWrite && which === RECEIVE_FRAME_ID;
        outputs['software_found'] = before[which] ?? 0;
        if (moves) enter(before[which] ?? 0, false);
        else outputs['software_done'] = 1;
        if (isWrite) {
          const { bits } = REGISTERS[which] ?? { bits: 0 };
          const after = before.map((value, index) => (index === which ? data % 2 ** bits : value));
          table[relation] = after;
          Object.assign(outputs, { partner_write: 1, partner_relation: relation, ...partnerOf(after) });
        }
        stage = moves ? 'enters' : 'waits';
        if (!moves) access = undefined;
      } else if (access !== undefined && stage === 'enters') {
        enter(access.data & 0xffff, true);
        outputs['software_done'] = 1;
        [stage, access] = ['waits', undefined];
      } else if (reads) stage = 'shows';
    }
    if (rst) {
      table.fill(NONE);
      [clearing, stage, access, shown] = [0, 'waits', undefined, undefined];
    }
    return { inputs, outputs };
  });
}
