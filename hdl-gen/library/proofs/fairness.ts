/**
 * A round-robin arbiter starves nobody: no requester is taken twice while another waits. With n requesters, one whose
 * request stays is granted after at most n - 1 others.
 */
import { type Bits, bits, type Module, module, mux, type Ports } from '../../index.ts';
import { buildRoundRobinArbiter, roundRobinPorts } from '../round-robin-arbiter.ts';

export function fairRoundRobin(requesters: number): Module<Ports> {
  return module(`fair_round_robin_${requesters}`, roundRobinPorts(requesters), (io, m) => {
    const first = buildRoundRobinArbiter(m, io);
    for (let waiting = 0; waiting < requesters; waiting++) {
      const waits = io.request.bit(waiting).and(io.grant.bit(waiting).and(io.taken).not());
      // who was taken since this one began to wait
      const { overtook } = m.registers({ overtook: bits(requesters) as ReturnType<typeof bits<number>> }, `_${waiting}`);
      m.when(waits.not(), () => overtook.next(0)).elseWhen(io.taken, () => overtook.next(overtook.or(io.grant)));
      m.when(io.request.bit(waiting), () => {
        m.assert(`nobody_overtakes_twice_${waiting}`, overtook.and(io.grant).any().not());
        // why: whoever overtook stands behind the waiting one in the order of `first`
        m.assert(`who_overtook_is_behind_${waiting}`, overtook.and(behind(waiting, first).not()).any().not());
        m.cover(`all_others_overtake_${waiting}`, overtook.not().eq(oneHot(requesters, waiting)));
      });
    }
  });
}

/** Those who come after one requester: the higher ones in its half of the order, and the other half if its own is before. */
function behind(one: number, first: Bits<number>): Bits<number> {
  const higher = oneHot(first.width, one) === 0n ? first : first.and(0);
  return mux(first.bit(one), first.not().or(higher), higher);
}

function oneHot(width: number, index: number): bigint {
  return BigInt.asUintN(width, 1n << BigInt(index));
}
