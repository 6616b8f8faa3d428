/** The registers of a simulated board: its generated logic, asked as the processor asks it; time passes only while something is asked. */
import { type BoardTopOptions, boardTop } from '../boards/tops/board-top.ts';
import { clocksOf } from '../hdl-gen/ir/interface.ts';
import { lower } from '../hdl-gen/ir/lower.ts';
import { simulated } from '../hdl-gen/ir/simulated.ts';
import type { Simulator } from '../hdl-gen/sim/simulator.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { BusError, portOf } from '../sim/bus/axi-lite-master.ts';
import { lineOf, type PageName, pageBase } from '../spec/pages.ts';
import { passTime, type RegisterTarget } from '../sw/register-target/target.ts';

const RESET_CYCLES = 8;
/** Each answer of the logic comes within a few cycles, behind the reset within 2048, when memories are emptied: a design that gives none is broken. */
const ANSWER_CYCLES = 3000;
/** The longest wait for an interrupt, in cycles: nothing comes from outside, so it comes soon or never. */
const PATIENCE = 64;
const GP0 = 'ps7_MAXIGP0';

export interface SimulatedBoard {
  /** the registers of a page; the way to the wire must have it. Closing it closes nothing but it */
  page(name: PageName): RegisterTarget;
  /** time passes although nothing is asked: so many cycles */
  elapse(cycles: number): void;
  close(): void;
}

/** One page of a board that is closed with it. */
export function simulatedPage(options: BoardTopOptions, page: PageName): RegisterTarget {
  const board = simulatedBoard(options);
  return { ...board.page(page), close: () => board.close() };
}

export function simulatedBoard(options: BoardTopOptions): SimulatedBoard {
  const top = simulated(boardTop(options).elaborate());
  const simulator = simulateWasm(lower(top), { seed: 1 });
  const clocks = clocksOf(top);
  const cycle = (): void => {
    for (const clock of clocks) simulator.step(1, clock);
  };
  const resets = portOf(simulator.inputs, 'ps7_FCLKRESETN');
  for (let count = 0; count < RESET_CYCLES; count++) cycle();
  resets.value = 0xf;
  for (let count = 0; count < RESET_CYCLES; count++) cycle();

  const bus = gp0(simulator, cycle);
  const interrupts = portOf(simulator.outputs, 'ps7_IRQF2P');
  const { relations = 1, peer } = options;
  const what = `a simulated ${peer.role} with ${relations === 1 ? '' : `${relations} relations of `}${peer.slots} slots`;
  const page = (name: PageName): RegisterTarget => {
    const base = pageBase(options.board.registers.base, name);
    const line = lineOf(name);
    const isHigh = (): boolean => line !== undefined && ((interrupts.value >> line) & 1) === 1;
    let told = false;
    return {
      description: `${name === 'peer' ? '' : `page ${name} of `}${what}`,
      read32: async (offset) => {
        const { response, data } = bus.read(base + offset);
        if (response !== 0) throw new BusError('read', offset, response);
        return data;
      },
      write32: async (offset, value) => {
        const response = bus.write(base + offset, value);
        if (response !== 0) throw new BusError('write', offset, response);
      },
      async waitForInterrupt(milliseconds, signal) {
        for (let waited = 0; waited < PATIENCE; waited++) {
          // the line is a level: while it stays high nothing new is told
          if (!isHigh()) told = false;
          else if (!told) {
            told = true;
            return true;
          }
          cycle();
        }
        return passTime(milliseconds, signal);
      },
      close: () => undefined,
    };
  };
  const elapse = (cycles: number): void => {
    const [only, ...others] = clocks;
    if (others.length === 0) return simulator.step(cycles, only);
    for (let left = cycles; left > 0; left--) cycle();
  };
  return { page, elapse, close: () => simulator.close() };
}

/** M_AXI_GP0 as a processor drives it that does one access of a word at a time. */
function gp0(simulator: Simulator, cycle: () => void) {
  const drive = (values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) portOf(simulator.inputs, GP0 + name).value = value;
  };
  const sampled = (name: string): number => portOf(simulator.outputs, GP0 + name).sampled;
  const until = (name: string): void => {
    for (let left = ANSWER_CYCLES; left > 0; left--) {
      cycle();
      if (sampled(name) === 1) return;
    }
    throw new Error(`${GP0}${name} stayed 0 for ${ANSWER_CYCLES} cycles`);
  };
  /** one beat of a word that increments, under identifier 0 */
  const request = (channel: 'AW' | 'AR', address: number): void => {
    drive({ [`${channel}ADDR`]: address, [`${channel}SIZE`]: 2, [`${channel}BURST`]: 1, [`${channel}VALID`]: 1 });
    until(`${channel}READY`);
    drive({ [`${channel}VALID`]: 0 });
  };
  return {
    read(address: number): { readonly data: number; readonly response: number } {
      request('AR', address);
      drive({ RREADY: 1 });
      until('RVALID');
      drive({ RREADY: 0 });
      return { data: sampled('RDATA'), response: sampled('RRESP') };
    },
    write(address: number, value: number): number {
      request('AW', address);
      drive({ WDATA: value >>> 0, WSTRB: 0xf, WLAST: 1, WVALID: 1 });
      until('WREADY');
      // a key word may have been on the bus: it does not stay there
      drive({ WVALID: 0, WDATA: 0, BREADY: 1 });
      until('BVALID');
      drive({ BREADY: 0 });
      return sampled('BRESP');
    },
  };
}
