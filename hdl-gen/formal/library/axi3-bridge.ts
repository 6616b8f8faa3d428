/**
 * The bridge from AXI3 to AXI4-Lite seen from its buses, with a manager and a subordinate that do what they like within the
 * rules of streams: each burst becomes its accesses, at the addresses of ARM IHI 0022, A3.4.1, and is answered once.
 */
import { type Bit, type Bits, bits, type Module, module, mux, type Ports, u } from '../../index.ts';
import { RESPONSE } from '../../library/axi-lite-bus.ts';
import { axi3BridgePorts, BURST, buildAxi3Bridge } from '../../library/axi3-bridge.ts';

/** Wide enough for the longest burst to wrap in, and to see what is above it move or stay. */
const options = { addressBits: 8, idBits: 2 };
const { addressBits, idBits } = options;

export const everyBurstAnswered: Module<Ports> = module('every_burst_answered', axi3BridgePorts(options), (io, m) => {
  const { sAxi, mAxi } = io;
  const bridge = buildAxi3Bridge(m, io, options);
  const worse = (a: Bits<2>, b: Bits<2>): Bits<2> => mux(a.gt(b), a, b);

  for (const name of ['write', 'read'] as const) {
    const [request, inside] = name === 'write' ? [sAxi.aw, bridge.write] : [sAxi.ar, bridge.read];
    const answered = name === 'write' ? sAxi.b.fire : sAxi.r.fire.and(sAxi.r.last);
    // what was asked, and what came of it
    const seen = m.registers(
      {
        owed: bits(1),
        id: bits(idBits),
        addr: bits(addressBits),
        len: bits(4),
        size: bits(3),
        burst: bits(2),
        /** beats that passed AXI3 */
        beats: bits(5),
        /** accesses that AXI4-Lite has answered */
        accesses: bits(5),
        worst: bits(2),
        /** cycles of the bridge itself, in which it waits for nobody */
        own: bits(6),
        data: bits(32),
      },
      `_${name}_seen`,
    );
    m.when(request.fire, () => {
      seen.owed.next(1);
      seen.id.next(request.id);
      seen.addr.next(request.addr);
      seen.len.next(request.len);
      seen.size.next(request.size);
      seen.burst.next(request.burst);
      for (const none of [seen.beats, seen.accesses, seen.worst, seen.own]) (none as typeof seen.beats).next(0);
    }).elseWhen(answered, () => seen.owed.next(0));

    const wraps = seen.burst.eq(BURST.WRAP);
    const badWrap = wraps.and(
      [1, 3, 7, 15]
        .map((len) => seen.len.eq(len))
        .reduce((a, b) => a.or(b))
        .not(),
    );
    const { refused } = m.let({ refused: seen.burst.eq(3).or(seen.size.ge(3)).or(badWrap) }, `_${name}_seen`);
    // A3.4.1: Address_N = Aligned_Address + (N - 1) * Number_Bytes, and back by the length where that reaches the boundary
    const number = (n: Bits<5>): Bits<number> => {
      const bytes = (u(addressBits, 1) as unknown as Bits<number>).shl(seen.size);
      const aligned = seen.addr.and(bytes.sub(1).not());
      const straight = aligned.add((n.zext(addressBits) as Bits<number>).shl(seen.size));
      const length = ((seen.len.zext(addressBits) as Bits<number>).add(1) as Bits<number>).shl(seen.size);
      const boundary = seen.addr.and(length.sub(1).not());
      const beyond = straight.sub(boundary).ge(length);
      const wrapped = mux(beyond, straight.sub(length), straight);
      const first = n.eq(0).or(seen.burst.eq(BURST.FIXED));
      return mux(first, seen.addr, mux(wraps, wrapped, straight));
    };

    m.assert(`no_more_than_the_longest_${name}`, seen.accesses.le(16).and(seen.beats.le(16)));
    m.assert(`one_at_a_time_${name}`, request.ready.eq(seen.owed.not()));
    m.assert(`asked_${name}`, inside.burst.id.eq(seen.id).or(seen.owed.not()));
    m.assert(`refused_as_asked_${name}`, seen.owed.not().or(inside.burst.refused.eq(refused)));
    m.assert(
      `left_${name}`,
      seen.owed.not().or(inside.burst.left.eq(seen.len.sub((name === 'write' ? seen.accesses : seen.beats).take(4))).or(refused)),
    );
    const { FIXED, INCR } = BURST;
    const length = ((seen.len.zext(addressBits) as Bits<number>).add(1) as Bits<number>).shl(seen.size);
    const moves = mux(seen.burst.eq(INCR), (u(addressBits, 0) as unknown as Bits<number>).not(), length.sub(1));
    m.assert(`size_${name}`, seen.owed.not().or(inside.burst.size.eq(seen.size.take(2))));
    m.assert(
      `moves_${name}`,
      seen.owed
        .not()
        .or(refused)
        .or(inside.burst.moving.eq(mux(seen.burst.eq(FIXED), u(addressBits, 0), moves))),
    );
    m.when(seen.owed.and(seen.own.lt(63)), () => {
      const waits =
        name === 'write'
          ? [
              sAxi.w.ready.and(sAxi.w.valid.not()),
              mAxi.aw.valid.and(mAxi.aw.ready.not()),
              mAxi.w.valid.and(mAxi.w.ready.not()),
              mAxi.b.ready.and(mAxi.b.valid.not()),
              sAxi.b.valid.and(sAxi.b.ready.not()),
            ]
          : [mAxi.ar.valid.and(mAxi.ar.ready.not()), mAxi.r.ready.and(mAxi.r.valid.not()), sAxi.r.valid.and(sAxi.r.ready.not())];
      m.when(any(waits).not(), () => seen.own.next(seen.own.add(1)));
    });

    if (name === 'write') {
      const { state, ends, response, addressDue, dataDue } = bridge.write;
      const w = m.registers({ strobe: bits(4), ended: bits(1) });
      m.when(sAxi.aw.fire, () => w.ended.next(0));
      m.when(sAxi.w.fire, () => {
        seen.beats.next(seen.beats.add(1));
        seen.data.next(sAxi.w.data);
        w.strobe.next(sAxi.w.strb);
        const isLast = seen.beats.eq(seen.len.zext(5));
        w.ended.next(sAxi.w.last.or(isLast));
        const says = sAxi.w.last.eq(isLast).and(sAxi.w.id.eq(seen.id));
        m.when(says.not(), () => seen.worst.next(worse(seen.worst, u(2, RESPONSE.SLVERR))));
      });
      m.when(mAxi.b.fire, () => {
        seen.accesses.next(seen.accesses.add(1));
        seen.worst.next(worse(seen.worst, mAxi.b.resp));
      });
      const said = worse(seen.worst, mux(refused, u(2, RESPONSE.SLVERR), RESPONSE.OKAY));
      const busy = state.is('access').or(state.is('answer'));
      m.assert('beats_only_when_owed', sAxi.w.ready.not().or(seen.owed.and(w.ended.not())));
      m.assert('answer_under_its_identifier', sAxi.b.valid.not().or(seen.owed.and(sAxi.b.id.eq(seen.id))));
      m.assert('answer_after_the_last_beat', sAxi.b.valid.not().or(w.ended));
      m.assert('answer_is_the_worst', sAxi.b.valid.not().or(sAxi.b.resp.eq(said)));
      m.assert('each_beat_is_one_access', sAxi.b.valid.not().or(mux(refused, seen.accesses.eq(0), seen.accesses.eq(seen.beats))));
      m.assert('no_access_of_what_is_refused', refused.and(seen.owed).not().or(mAxi.aw.valid.or(mAxi.w.valid).not()));
      m.when(mAxi.aw.valid, () => m.assert('address_of_the_beat', mAxi.aw.addr.eq(wordOf(number(seen.beats.sub(1))))));
      m.when(mAxi.w.valid, () => m.assert('data_of_the_beat', mAxi.w.data.eq(seen.data).and(mAxi.w.strb.eq(w.strobe))));
      // why
      m.assert('write_state_is_one', any((['free', 'data', 'access', 'answer', 'respond'] as const).map((one) => state.is(one))));
      m.assert('write_owed_where_it_works', seen.owed.eq(state.is('free').not()));
      m.assert('write_response_so_far', seen.owed.not().or(response.eq(said)));
      m.assert(
        'write_beats_and_accesses',
        seen.owed
          .not()
          .or(refused)
          .or(seen.beats.eq(seen.accesses.add(busy.zext(5)))),
      );
      m.assert(
        'refused_writes_reach_nobody',
        seen.owed
          .and(refused)
          .not()
          .or(busy.not().and(seen.accesses.eq(0))),
      );
      m.assert(
        'refused_beats_left',
        seen.owed
          .and(refused)
          .not()
          .or(state.is('respond'))
          .or(inside.burst.left.eq(seen.len.sub(seen.beats.take(4)))),
      );
      m.assert('write_ends_with_its_last', busy.not().or(ends.eq(w.ended)));
      m.assert(
        'write_ended',
        seen.owed
          .not()
          .or(busy)
          .or(w.ended.eq(state.is('respond'))),
      );
      m.assert('beats_within_the_burst', seen.owed.not().or(seen.beats.le(seen.len.zext(5).add(w.ended.zext(5)))));
      m.assert(
        'write_address_so_far',
        seen.owed
          .not()
          .or(refused)
          .or(w.ended)
          .or(busy)
          .or(inside.burst.address.eq(number(seen.beats))),
      );
      m.assert('write_address_of_the_access', busy.not().or(inside.burst.address.eq(number(seen.beats.sub(1)))));
      m.assert('last_cycle_of_a_write_access', addressDue.or(dataDue).eq(state.is('access')));
      // three cycles a beat, and one for the answer
      const offset = mux(state.is('access'), u(6, 1), mux(state.is('answer'), u(6, 2), 0));
      const done = seen.accesses.zext(6);
      m.assert(
        'own_cycles_of_a_write',
        seen.owed.not().or(seen.own.eq(mux(refused, seen.beats.zext(6), done.add(done).add(done).add(offset)))),
      );
      m.assert('write_is_answered_in_time', seen.own.le(49));
      m.cover('a_burst_written', sAxi.b.fire.and(seen.accesses.eq(2)));
    } else {
      const { state, response } = bridge.read;
      m.when(mAxi.r.fire, () => {
        seen.accesses.next(seen.accesses.add(1));
        seen.data.next(mAxi.r.data);
        seen.worst.next(mAxi.r.resp);
      });
      m.when(sAxi.r.fire, () => seen.beats.next(seen.beats.add(1)));
      m.when(sAxi.r.valid, () => {
        m.assert('beat_under_its_identifier', seen.owed.and(sAxi.r.id.eq(seen.id)));
        m.assert('last_is_the_last', sAxi.r.last.eq(seen.beats.eq(seen.len.zext(5))));
        m.assert(
          'beat_as_answered',
          refused.or(
            sAxi.r.data
              .eq(seen.data)
              .and(sAxi.r.resp.eq(seen.worst))
              .and(seen.accesses.eq(seen.beats.add(1))),
          ),
        );
        m.assert('refused_beat', refused.not().or(sAxi.r.resp.eq(RESPONSE.SLVERR).and(sAxi.r.data.eq(0)).and(seen.accesses.eq(0))));
      });
      m.when(mAxi.ar.valid, () => {
        m.assert('address_of_the_read', mAxi.ar.addr.eq(wordOf(number(seen.beats))));
        m.assert('no_read_of_what_is_refused', refused.not());
      });
      // why
      m.assert('read_owed_where_it_works', seen.owed.eq(state.is('free').not()));
      m.assert('read_beats_within_the_burst', seen.owed.not().or(seen.beats.le(seen.len.zext(5))));
      m.assert(
        'reads_and_beats',
        seen.owed
          .not()
          .or(refused)
          .or(seen.accesses.eq(seen.beats.add(state.is('offer').zext(5)))),
      );
      m.assert(
        'refused_reads_reach_nobody',
        seen.owed
          .and(refused)
          .not()
          .or(seen.accesses.eq(0).and(state.is('offer')).and(response.eq(RESPONSE.SLVERR))),
      );
      m.assert(
        'refused_read_left',
        seen.owed
          .and(refused)
          .not()
          .or(inside.burst.left.eq(seen.len.sub(seen.beats.take(4)))),
      );
      m.assert(
        'read_address_so_far',
        seen.owed
          .not()
          .or(refused)
          .or(inside.burst.address.eq(number(seen.beats))),
      );
      const offset = mux(state.is('answer'), u(6, 1), mux(state.is('offer'), u(6, 2), 0));
      const done = seen.beats.zext(6);
      m.assert('own_cycles_of_a_read', seen.owed.not().or(seen.own.eq(mux(refused, done, done.add(done).add(done).add(offset)))));
      m.assert('read_is_answered_in_time', seen.own.le(48));
      m.cover('a_burst_read', answered.and(seen.accesses.eq(2)));
    }
  }
});

function wordOf(address: Bits<number>): Bits<number> {
  return address.and(2 ** addressBits - 4);
}

function any(conditions: readonly Bit[]): Bit {
  return conditions.reduce((a, b) => a.or(b));
}
