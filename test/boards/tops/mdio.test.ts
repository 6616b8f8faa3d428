/** The management interface of a PHY at the pins of the top: frames of clause 22 (IEEE 802.3, 22.2.4.5), with the processor at one end. */
import { describe, expect, it } from 'vitest';
import { loadBoard } from '../../../boards/board.ts';
import { boardTop } from '../../../boards/tops/board-top.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { simulated } from '../../../hdl-gen/ir/simulated.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import type { WireName } from '../../../spec/pages.ts';

const PHY = 1;
const board = loadBoard('zybo-z7-20');

function simulatorOf(wire: WireName) {
  const top = boardTop({ board, wire, peer: { role: 'initiator', slots: 2 } });
  const { inputs, outputs } = simulateWasm(lower(simulated(top.elaborate())), { seed: 1 });
  return {
    set: (name: string, value: number) => Object.assign(inputs.get(name) ?? expect.fail(`no input ${name}`), { value }),
    get: (name: string) => (outputs.get(name) ?? expect.fail(`no output ${name}`)).value,
  };
}

/** A PHY with registers, which looks at MDC and MDIO alone. */
class Phy {
  readonly registers = new Map<number, number>();
  /** what it drives MDIO with; undefined: it does not */
  drives: 0 | 1 | undefined;
  #ones = 0;
  #frame: number[] | undefined;

  /** A rising edge of MDC. @param mdio what the line carries */
  edge(mdio: number): void {
    const frame = this.#frame;
    if (frame === undefined) {
      this.#ones = mdio === 1 ? this.#ones + 1 : this.#ones;
      if (mdio === 1) return;
      this.#frame = this.#ones >= 32 ? [0] : undefined;
      this.#ones = 0;
      return;
    }
    frame.push(mdio);
    const field = (from: number, to: number): number => Number.parseInt(frame.slice(from, to).join(''), 2);
    // start, operation, PHY, register: 14 bits; two of turnaround, of which it drives the second in a read; 16 of data
    const isRead = frame.length >= 4 && field(2, 4) === 0b10;
    const isMine = frame.length >= 9 && field(4, 9) === PHY;
    const reads = frame.length >= 14 && isRead && isMine;
    const value = frame.length >= 14 ? (this.registers.get(field(9, 14)) ?? 0) : 0;
    const index = frame.length - 16;
    this.drives =
      !reads || frame.length === 14 || frame.length === 32 ? undefined : index < 0 ? 0 : (((value >> (15 - index)) & 1) as 0 | 1);
    if (frame.length < 32) return;
    if (!isRead && isMine) this.registers.set(field(9, 14), field(16, 32));
    this.#frame = undefined;
  }
}

const bitsOf = (value: number, width: number): number[] => Array.from({ length: width }, (_, index) => (value >> (width - 1 - index)) & 1);

describe('the management of a PHY by rmii', () => {
  const { set, get } = simulatorOf('rmii');
  const phy = new Phy();

  /** A cycle of MDC as the processor makes it. @param bit what it drives; undefined: it reads. @returns what it sees */
  function cycle(bit: number | undefined): number {
    set('ps7_EMIOENET1MDIOMDC', 0);
    set('ps7_EMIOENET1MDIOTN', bit === undefined ? 0 : 1);
    set('ps7_EMIOENET1MDIOO', bit ?? 0);
    expect(get('rmii_mdc')).toBe(0);
    const driven = get('rmii_mdio_drives') === 1;
    expect(driven && phy.drives !== undefined, 'both drive MDIO').toBe(false);
    // pulled up
    const line = driven ? get('rmii_mdio_out') : (phy.drives ?? 1);
    set('rmii_mdio_in', line);
    const seen = get('ps7_EMIOENET1MDIOI');
    set('ps7_EMIOENET1MDIOMDC', 1);
    expect(get('rmii_mdc')).toBe(1);
    phy.edge(line);
    return seen;
  }
  function frame(operation: 0b01 | 0b10, address: number, register: number, value?: number): number {
    const head = [...bitsOf(0xffff_ffff, 32), 0, 1, ...bitsOf(operation, 2), ...bitsOf(address, 5), ...bitsOf(register, 5)];
    for (const bit of head) cycle(bit);
    const tail = value === undefined ? Array.from({ length: 18 }, () => undefined) : [1, 0, ...bitsOf(value, 16)];
    const seen = tail.map(cycle).slice(2);
    return Number.parseInt(seen.join(''), 2);
  }

  it('writes and reads registers of the PHY', () => {
    frame(0b01, PHY, 4, 0x0101);
    expect([...phy.registers]).toEqual([[4, 0x0101]]);
    phy.registers.set(2, 0x2000).set(3, 0x5c90);
    expect([2, 3, 4, 5].map((register) => frame(0b10, PHY, register))).toEqual([0x2000, 0x5c90, 0x0101, 0]);
  });

  it('reads ones where no PHY answers', () => {
    expect(frame(0b10, PHY + 1, 2)).toBe(0xffff);
  });
});

it('by gmii the processor reads ones, since its second MAC has no PHY', () => {
  expect(simulatorOf('gmii').get('ps7_EMIOENET1MDIOI')).toBe(1);
});
