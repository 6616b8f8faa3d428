/** Who goes next, in turn. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type Bit,
  type Bits,
  type BitsShape,
  type Build,
  bits,
  bool,
  input,
  type Module,
  module,
  mux,
  output,
  parametric,
  type Wire,
} from '../index.ts';

interface RoundRobinView {
  /** who wants to go */
  readonly request: Bits<number>;
  /** what is granted happens now, and the turn goes on behind it */
  readonly taken: Bit;
  /** at most one of the requests */
  readonly grant: Wire<number>;
}

export function roundRobinPorts(requesters: number) {
  const each: BitsShape<number> = bits(requesters);
  return { request: input(each), taken: input(bool), grant: output(each) };
}

/**
 * Grants one request at a time, the lowest first, then the next above the last one taken, and from the top to the lowest
 * again. A grant is there in the cycle of its request, and stays until it is taken if its request does. Nobody is granted
 * twice while another waits: a request that stays is granted after at most `requesters` - 1 others were taken.
 * @param requesters 2 to 256
 * @throws BadSize
 * @function
 */
export const roundRobinArbiter = parametric((requesters: number): Module<ReturnType<typeof roundRobinPorts>> => {
  if (!Number.isInteger(requesters) || requesters < 2 || requesters > 256)
    throw new BadSize('requesters of a round-robin arbiter', requesters, '2 to 256');
  return module(
    `round_robin_arbiter_${requesters}`,
    roundRobinPorts(requesters),
    (io, m) => {
      buildRoundRobinArbiter(m, io);
    },
    `Grants one of ${requesters} requests, in turn.`,
  );
});

/**
 * The body apart, for the proof that looks inside.
 * @returns who is before the others now: all from one requester upwards
 */
export function buildRoundRobinArbiter(m: Build, { request, taken, grant }: RoundRobinView): Bits<number> {
  const { first } = m.registers({ first: bits(request.width) });
  const { ahead } = m.let({ ahead: request.and(first) });
  grant.set(mux(ahead.any(), lowest(ahead), lowest(request)));
  const { above } = m.let({ above: grant.or(grant.sub(1)).not() });
  // what was granted and not taken stays the first
  m.when(request.any(), () => first.next(mux(taken, above, above.or(grant))));

  m.assert('grants_only_requests', grant.and(request.not()).any().not());
  m.assert('grants_at_most_one', grant.and(grant.sub(1)).any().not());
  m.assert('grants_one_if_any_asks', grant.any().eq(request.any()));
  m.assert('first_ones_are_the_upper_ones', first.not().and(first.not().add(1)).any().not());
  const waited = m.past('waited', grant.and(taken.not().sext(request.width)));
  m.assert('grant_stays_until_taken', waited.and(request).any().not().or(grant.eq(waited)));
  return first;
}

/** The lowest bit that is 1, alone. */
function lowest(value: Bits<number>): Bits<number> {
  return value.and(value.not().add(1));
}
