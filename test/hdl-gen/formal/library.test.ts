/** The proofs of the library's parts, and faults put into the parts that they must find. */
import { describe, expect, it } from 'vitest';
import { everyRequestAnsweredOnce, writeOnlyIsNotSeen } from '../../../hdl-gen/formal/library/axi-lite.ts';
import { everyBurstAnswered } from '../../../hdl-gen/formal/library/axi3-bridge.ts';
import { LIBRARY_CLAIMS, LIBRARY_RECORD } from '../../../hdl-gen/formal/library/claims.ts';
import { fairRoundRobin } from '../../../hdl-gen/formal/library/fairness.ts';
import { skidBufferFollowed, syncFifoFollowed, widerAndBack } from '../../../hdl-gen/formal/library/streams.ts';
import { ProofFailure, prove } from '../../../hdl-gen/formal/prove.ts';
import type { Module, Ports } from '../../../hdl-gen/index.ts';
import type { Expression, ModuleIr, Statement } from '../../../hdl-gen/ir/module.ts';
import { isInstalled } from '../verilog/tools.ts';
import { proofsOnRecord, WHICH_ARE_ASKED } from './on-record.ts';

const ready = isInstalled('yosys') && isInstalled('z3');

interface Fault {
  readonly fault: string;
  readonly design: Module<Ports>;
  /** the signal that is given another value, in the design or an instance */
  readonly target: string;
  readonly value: (width: number, inside: ModuleIr) => Expression;
}

const zeros = (width: number): Expression => ({ kind: 'constant', width, value: 0n });
const ones = (width: number): Expression => ({ kind: 'constant', width, value: (1n << BigInt(width)) - 1n });
const register = (name: string) => (width: number, inside: ModuleIr) => {
  const signal = inside.signals.find((one) => one.name === name) ?? expect.fail(name);
  return { kind: 'signal', width, signal } as const;
};

const FAULTS: readonly Fault[] = [
  { fault: 'a skid buffer that is always ready', design: skidBufferFollowed, target: 'from_ready', value: ones },
  { fault: 'a skid buffer without its spare word', design: skidBufferFollowed, target: 'spare', value: zeros },
  { fault: 'a FIFO that is always ready', design: syncFifoFollowed(3), target: 'from_ready', value: ones },
  { fault: 'a FIFO that reads one address', design: syncFifoFollowed(3), target: 'read_address', value: zeros },
  { fault: 'an arbiter that always begins with the lowest', design: fairRoundRobin(3), target: 'first', value: zeros },
  { fault: 'an upsizer that is always ready', design: widerAndBack(3), target: 'from_ready', value: ones },
  { fault: 'a bus that never takes its answer back', design: everyRequestAnsweredOnce, target: 'bvalid', value: ones },
  { fault: 'a bus that forgets its answers', design: everyRequestAnsweredOnce, target: 'rvalid', value: zeros },
  { fault: 'a register block that shows what is being written', design: writeOnlyIsNotSeen, target: 'read_data', value: register('wdata') },
  { fault: 'a bridge whose RLAST is always there', design: everyBurstAnswered, target: 's_axi_rlast', value: ones },
  { fault: 'a bridge that answers as if all was well', design: everyBurstAnswered, target: 's_axi_bresp', value: zeros },
];

/** The module with another value in every assignment to one signal, in itself and its instances. */
function assigning(module: ModuleIr, target: string, value: Fault['value']): ModuleIr {
  const all = (list: readonly Statement[]): Statement[] => list.map(change);
  const change = (statement: Statement): Statement => {
    if (statement.kind === 'write') return statement;
    if (statement.kind !== 'assign') {
      const arms = statement.arms.map((arm) => ({ ...arm, body: all(arm.body) }));
      return { ...statement, arms, otherwise: statement.otherwise && all(statement.otherwise) } as Statement;
    }
    return statement.target.name === target ? { ...statement, value: value(statement.target.width, module) } : statement;
  };
  const instances = module.instances.map((instance) => ({ ...instance, module: assigning(instance.module, target, value) }));
  return { ...module, statements: all(module.statements), instances };
}

describe.skipIf(!ready)('of the library (skipped where yosys or z3 is not installed)', () => {
  const { obligationsOf, stale } = proofsOnRecord(LIBRARY_RECORD);
  describe.each(LIBRARY_CLAIMS)(`$claim (${WHICH_ARE_ASKED})`, ({ claim, design, proofs }) => {
    const elaborated = design.elaborate();
    it.each(proofs)('is proved ($mode, $depth cycles)', async (options) => {
      expect(await obligationsOf(claim, elaborated, options)).toBeGreaterThan(0);
    });
  });

  it('are on record as they are asked (renew it with `npx tsx hdl-gen/formal/library/prove-library.ts --record`)', () => {
    expect(stale).toEqual([]);
  });

  it.each(FAULTS)('$fault is found', async ({ design, target, value }) => {
    const broken = assigning(design.elaborate(), target, value);
    await expect(prove(broken, { mode: 'bounded', depth: 10 })).rejects.toThrow(ProofFailure);
  });
});
