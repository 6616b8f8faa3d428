/** Faults of what moves octets and answers in the simulation's own loop. */
import type { Fault } from './fault.ts';

const FRAMES = 'test/sim/bus/frame-ports.test.ts';
const SAME = 'moved by the simulation itself, frames come and go in the same cycles as octet by octet';

export const MOVER_FAULTS: readonly Fault[] = [
  {
    id: 'movers-1',
    what: 'octets that come while nothing changes are not counted',
    file: 'hdl-gen/sim/wasm/compile.ts',
    find: 'movers.pushBusy();',
    replace: 'code.i32(0);',
    seenBy: { file: FRAMES, test: 'octets that come while nothing in the design changes are counted all the same' },
  },
  {
    id: 'movers-2',
    what: 'a run goes on beyond the end of a frame',
    file: 'hdl-gen/sim/wasm/compile.ts',
    find: 'movers.pushEvent();',
    replace: 'code.i32(0);',
    seenBy: { file: FRAMES, test: SAME },
  },
  {
    id: 'movers-3',
    what: 'of a frame that came, the cycle of the first octet is not kept',
    file: 'hdl-gen/sim/wasm/movers.ts',
    find: 'code.if(() => store(address + SINK.firstAt, cycle));',
    replace: 'code.if(() => {});',
    seenBy: { file: FRAMES, test: SAME },
  },
  {
    id: 'movers-4',
    what: 'an access is answered before it was accepted',
    file: 'hdl-gen/sim/wasm/movers.ts',
    find: '() => answered(outputs.rvalid),',
    replace: '() => answered(inputs.arvalid),',
    seenBy: {
      file: 'test/sim/bus/axi-lite-master.test.ts',
      test: 'writes and reads all 32 bits',
    },
  },
];
