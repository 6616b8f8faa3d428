/** Movers (`../movers.ts`) in the compiled loop: behind each edge they set the inputs for the next one. */
import type { Netlist } from '../../ir/netlist.ts';
import { type Code, I32, I64, OP } from './encode.ts';
import { type Layout, slot } from './layout.ts';
import { loadSet, storeSet } from './sets.ts';
import type { Support } from './support.ts';

/** Octets of a frame at most, and that a sink keeps until somebody takes them. */
export const MOST_OCTETS = 4096;
/** Words of a source, and behind them the octets. */
export const SOURCE = { left: 0, next: 4, firstAt: 8, octets: 12 } as const;
/** Words of a sink, and behind them the octets. */
export const SINK = { isWanted: 0, count: 4, firstAt: 8, isWhole: 12, octets: 16 } as const;
/** What the word of an AXI4-Lite access says. */
export const ACCESS = { none: 0, read: 1, write: 2 } as const;

/** Ports by the ends of their names, and their widths. */
const SOURCE_PORTS = { inputs: { data: 8, valid: 1, last: 1 }, outputs: { ready: 1 } } as const;
const SINK_PORTS = { inputs: { ready: 1 }, outputs: { data: 8, valid: 1, last: 1 } } as const;
const AXI_LITE_PORTS = {
  inputs: { awvalid: 1, wvalid: 1, wdata: 32, arvalid: 1 },
  outputs: { awready: 1, wready: 1, bvalid: 1, bresp: 2, arready: 1, rvalid: 1, rdata: 32, rresp: 2 },
} as const;

interface Form {
  readonly inputs: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, number>>;
}

/** The ports of a design that a mover may look after. */
export interface Mover<F extends Form = Form> {
  /** what the names of its ports begin with */
  readonly port: string;
  /** of its words */
  readonly address: number;
  /** addresses: of inputs, and of outputs as they were sampled */
  readonly inputs: Readonly<Record<keyof F['inputs'], number>>;
  readonly outputs: Readonly<Record<keyof F['outputs'], number>>;
  /** what changes with its inputs (`support.ts`) */
  readonly marks: bigint;
}

export interface MoverPlan {
  readonly sources: readonly Mover<typeof SOURCE_PORTS>[];
  readonly sinks: readonly Mover<typeof SINK_PORTS>[];
  readonly axiLite: readonly Mover<typeof AXI_LITE_PORTS>[];
  /** address of a word that is 0 while nobody uses any */
  readonly inUse: number;
  /** indices of the outputs that they look after */
  readonly outputs: ReadonlySet<number>;
  /** octets of memory, with what stands before them */
  readonly size: number;
}

/** The movers that a design has ports for, at its default clock. */
export function planMovers({ inputs, outputs, clocks: [clock] }: Netlist, layout: Layout, { ofInput }: Support): MoverPlan {
  const inUse = Math.ceil(layout.size / 4) * 4;
  let size = inUse + 4;
  const indexOf = (
    ports: readonly { readonly name: string; readonly width: number; readonly clock?: string }[],
    name: string,
    width: number,
  ) => ports.findIndex((port) => port.name === name && port.width === width && (port.clock ?? clock) === clock);
  const lookedAfter = new Set<number>();
  const moversOf = <F extends Form>(form: F, octets: number): Mover<F>[] => {
    const [first = ''] = Object.keys(form.inputs);
    const names = inputs.flatMap(({ name }) => (name.endsWith(`_${first}`) ? [name.slice(0, -first.length)] : []));
    return names.flatMap((name) => {
      const ins = Object.entries(form.inputs).map(([end, width]) => [end, indexOf(inputs, name + end, width)] as const);
      const outs = Object.entries(form.outputs).map(([end, width]) => [end, indexOf(outputs, name + end, width)] as const);
      if ([...ins, ...outs].some(([, index]) => index < 0)) return [];
      const address = size;
      size += octets;
      for (const [, index] of outs) lookedAfter.add(index);
      return [
        {
          port: name.slice(0, -1),
          address,
          inputs: Object.fromEntries(ins.map(([end, index]) => [end, slot(layout.inputs, index).address])) as Mover<F>['inputs'],
          outputs: Object.fromEntries(outs.map(([end, index]) => [end, slot(layout.sampled, index).address])) as Mover<F>['outputs'],
          marks: ins.reduce((set, [, index]) => set | slot(ofInput, index), 0n),
        },
      ];
    });
  };
  const sources = moversOf(SOURCE_PORTS, SOURCE.octets + MOST_OCTETS);
  const sinks = moversOf(SINK_PORTS, SINK.octets + MOST_OCTETS);
  const axiLite = moversOf(AXI_LITE_PORTS, 4);
  return { sources, sinks, axiLite, inUse, outputs: lookedAfter, size };
}

export interface EmittedMovers {
  /** leaves something else than 0 on the stack where something may move though nothing in the design changes */
  pushBusy(): void;
  /** moves what the edge has caught */
  move(): void;
  /** leaves 1 on the stack where a frame was taken or is whole, or an answer has come, in the last `move` */
  pushEvent(): void;
}

/** @param cycle leaves the number of the present cycle on the stack */
export function emitMovers(code: Code, { sources, sinks, axiLite, inUse }: MoverPlan, layout: Layout, cycle: () => void): EmittedMovers {
  const [event, marks] = [code.local(I32), code.local(I64)];
  code.keep([event, marks]);
  const load = (address: number): Code => code.i32(0).memory(OP.i32Load, address);
  const store = (address: number, push: () => void): void => {
    code.i32(0);
    push();
    code.memory(OP.i32Store, address);
  };
  const clear = (address: number): void => store(address, () => code.i32(0));
  const happens = (): void => {
    code.i32(1).set(event);
  };
  const mark = (set: bigint): void => {
    code.get(marks).i64(set).op(OP.i64Or).set(marks);
  };

  const source = ({ address, inputs, outputs, marks: own }: MoverPlan['sources'][number]): void => {
    const [left, next] = [address + SOURCE.left, address + SOURCE.next];
    load(left).i32(0).op(OP.i32Ne);
    load(outputs.ready).op(OP.i32And);
    code.if(() => {
      load(next)
        .i32(address + SOURCE.octets)
        .op(OP.i32Eq);
      code.if(() => store(address + SOURCE.firstAt, cycle));
      store(next, () => load(next).i32(1).op(OP.i32Add));
      store(left, () => load(left).i32(1).op(OP.i32Sub));
      load(left);
      code.if(
        () => {
          store(inputs.data, () => load(next).memory(OP.i32Load8U, 0));
          store(inputs.last, () => load(left).i32(1).op(OP.i32Eq));
        },
        () => {
          clear(inputs.valid);
          clear(inputs.last);
          happens();
        },
      );
      mark(own);
    });
  };
  const sink = ({ address, inputs, outputs }: MoverPlan['sinks'][number]): void => {
    const count = address + SINK.count;
    load(address + SINK.isWanted);
    load(outputs.valid).op(OP.i32And);
    load(inputs.ready).op(OP.i32And);
    // what nobody takes in time is lost
    load(count).i32(MOST_OCTETS).op(OP.i32LtU, OP.i32And);
    code.if(() => {
      load(count).op(OP.i32Eqz);
      code.if(() => store(address + SINK.firstAt, cycle));
      load(count);
      load(outputs.data).memory(OP.i32Store8, address + SINK.octets);
      store(count, () => load(count).i32(1).op(OP.i32Add));
      load(outputs.last);
      code.if(() => {
        store(address + SINK.isWhole, () => code.i32(1));
        happens();
      });
      load(count).i32(MOST_OCTETS).op(OP.i32Eq);
      code.if(happens);
    });
  };
  /** Takes `valid` back where it was accepted. */
  const accepted = (valid: number, ready: number, more: () => void = () => {}): void => {
    load(valid);
    load(ready).op(OP.i32And);
    code.if(() => {
      clear(valid);
      more();
    });
  };
  const access = ({ address, inputs, outputs, marks: own }: MoverPlan['axiLite'][number]): void => {
    const answered = (valid: number): void => {
      load(valid);
      code.if(() => {
        clear(address);
        happens();
      });
    };
    load(address).i32(ACCESS.read).op(OP.i32Eq);
    code.if(() => {
      load(inputs.arvalid);
      code.if(
        () => {
          accepted(inputs.arvalid, outputs.arready);
          mark(own);
        },
        () => answered(outputs.rvalid),
      );
    });
    load(address).i32(ACCESS.write).op(OP.i32Eq);
    code.if(() => {
      load(inputs.awvalid);
      load(inputs.wvalid).op(OP.i32Or);
      code.if(
        () => {
          accepted(inputs.awvalid, outputs.awready);
          // a key word may be on the bus: it does not stay there
          accepted(inputs.wvalid, outputs.wready, () => clear(inputs.wdata));
          mark(own);
        },
        () => answered(outputs.bvalid),
      );
    });
  };

  return {
    pushBusy() {
      code.i32(0);
      // what sets an input marks it, whatever it was before
      for (const { address, outputs } of sinks) {
        load(address + SINK.isWanted);
        load(outputs.valid).op(OP.i32And, OP.i32Or);
      }
    },
    move() {
      code.i32(0).set(event);
      load(inUse);
      code.if(() => {
        code.i64(0n).set(marks);
        for (const one of sources) source(one);
        for (const one of sinks) sink(one);
        for (const one of axiLite) access(one);
        storeSet(code, layout.marks, () => {
          loadSet(code, layout.marks);
          code.get(marks).op(OP.i64Or);
        });
      });
    },
    pushEvent() {
      code.get(event);
    },
  };
}
