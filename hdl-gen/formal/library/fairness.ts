/**
 * A round-robin arbiter starves nobody: no requester is taken twice while another waits. With n requesters, one whose
 * request stays is granted after at most n - 1 others.
 */
import { type Bits, type BitsShape, bits, type Module, module, mux, type Ports } from '../../index.ts';
import { buildRoundRobinArbiter, roundRobinPorts } from '../../library/round-robin-arbiter.ts';

export function fairRoundRobin(requesters: number): Module<Ports> {
  const each: BitsShape<number> = bits(requesters);
  return module(`fair_round_robin_${requesters}`, roundRobinPorts(requesters), (io, m) => {
    const first = buildRoundRobinArbiter(m, io);
    for (let one = 0; one < requesters; one++) {
      const waits = io.request.bit(one).and(io.grant.bit(one).and(io.taken).not());
      // who was taken since this one began to wait
      const { overtook } = m.registers({ overtook: each }, `_${one}`);
      m.when(waits.not(), () => overtook.next(0)).elseWhen(io.taken, () => overtook.next(overtook.or(io.grant)));
      m.when(io.request.bit(one), () => {
        m.assert(`nobody_overtakes_twice_${one}`, overtook.and(io.grant).any().not());
        // why: whoever overtook comes after the waiting one
        m.assert(`overtaken_by_those_behind_${one}`, overtook.and(behind(one, first).not()).any().not());
        m.cover(`overtaken_by_all_${one}`, overtook.xor(1n << BigInt(one)).allOnes());
      });
    }
  });
}

/** Those whose turn comes after that of one requester. */
function behind(one: number, first: Bits<number>): Bits<number> {
  const all = 1n << BigInt(first.width);
  const higher = all - (2n << BigInt(one));
  return mux(first.bit(one), first.not().or(higher), first.not().and(higher));
}
