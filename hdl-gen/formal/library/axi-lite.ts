/** An AXI4-Lite register block seen from the bus: every request is answered once, and what is write-only is not seen. */
import { type Bits, bits, bool, input, type Module, module, mux, type Ports } from '../../index.ts';
import { axiLiteRegisterBlock } from '../../library/axi-lite-register-block.ts';

/** One register of each kind. */
const block = axiLiteRegisterBlock('proved_registers', {
  state: { offset: 0x0, access: 'ro', onRead: true },
  control: { offset: 0x4, access: 'rw', reset: 3 },
  events: { offset: 0x8, access: 'w1c', fields: [{ name: 'late', low: 1, bits: 2 }] },
  key: { offset: 0xc, access: 'wo' },
});
const { sAxiAwaddr: address } = block.ports;
const word = input(bits(32));

/** A master that does what it likes, and a count of what is owed to it. */
export const everyRequestAnsweredOnce: Module<Ports> = module(
  'every_request_answered_once',
  {
    awaddr: address,
    awvalid: input(bool),
    wdata: word,
    wstrb: input(bits(4)),
    wvalid: input(bool),
    bready: input(bool),
    araddr: address,
    arvalid: input(bool),
    rready: input(bool),
    state: word,
    events: word,
  },
  (io, m) => {
    const dut = m.instance('dut', block);
    dut.sAxiAwaddr.set(io.awaddr);
    dut.sAxiAwvalid.set(io.awvalid);
    dut.sAxiWdata.set(io.wdata);
    dut.sAxiWstrb.set(io.wstrb);
    dut.sAxiWvalid.set(io.wvalid);
    dut.sAxiBready.set(io.bready);
    dut.sAxiAraddr.set(io.araddr);
    dut.sAxiArvalid.set(io.arvalid);
    dut.sAxiRready.set(io.rready);
    dut.state.set(io.state);
    dut.eventsSet.set(io.events);
    m.unused(dut.sAxiBresp, dut.sAxiRdata, dut.sAxiRresp, dut.control, dut.events, dut.key, dut.keyWritten, dut.stateRead);

    // requests without their answer
    const owed = m.registers({ addresses: bits(2), data: bits(2), reads: bits(2) });
    const count = (left: typeof owed.data, arrives: Bits<1>, answered: Bits<1>): void =>
      left.next(left.add(arrives.zext(2)).sub(answered.zext(2)));
    const answered = dut.sAxiBvalid.and(io.bready);
    count(owed.addresses, io.awvalid.and(dut.sAxiAwready), answered);
    count(owed.data, io.wvalid.and(dut.sAxiWready), answered);
    count(owed.reads, io.arvalid.and(dut.sAxiArready), dut.sAxiRvalid.and(io.rready));

    m.assert('addresses_owed', owed.addresses.eq(dut.sAxiAwready.not().zext(2).add(dut.sAxiBvalid.zext(2))));
    m.assert('data_owed', owed.data.eq(dut.sAxiWready.not().zext(2).add(dut.sAxiBvalid.zext(2))));
    m.assert('reads_owed', owed.reads.eq(dut.sAxiRvalid.zext(2)));
    const { both } = m.let({ both: owed.addresses.any().and(owed.data.any()) });
    m.assert('no_answer_unasked', dut.sAxiBvalid.not().or(both));
    m.assert('answered_in_the_next_cycle', m.past('both', both.and(dut.sAxiBvalid.not())).not().or(dut.sAxiBvalid));
    m.assert('read_in_the_next_cycle', m.past('asked', io.arvalid.and(dut.sAxiArready)).not().or(dut.sAxiRvalid));
    m.cover('two_writes_under_way', owed.addresses.eq(2).and(owed.data.eq(2)));
  },
);

/**
 * Two blocks that differ in nothing but what is written to the write-only register: nobody who reads, or looks at the other
 * registers, can tell them apart.
 */
export const writeOnlyIsNotSeen: Module<Ports> = module(
  'write_only_is_not_seen',
  {
    awaddr: address,
    write: input(bool),
    wdata: word,
    secret: word,
    wstrb: input(bits(4)),
    bready: input(bool),
    araddr: address,
    arvalid: input(bool),
    rready: input(bool),
    state: word,
    events: word,
  },
  (io, m) => {
    const isSecret = io.awaddr.eq(0xc);
    const [one, other] = (['one', 'other'] as const).map((name) => {
      const dut = m.instance(name, block);
      dut.sAxiAwaddr.set(io.awaddr);
      dut.sAxiAwvalid.set(io.write);
      dut.sAxiWdata.set(name === 'one' ? io.wdata : mux(isSecret, io.secret, io.wdata));
      dut.sAxiWstrb.set(io.wstrb);
      dut.sAxiWvalid.set(io.write);
      dut.sAxiBready.set(io.bready);
      dut.sAxiAraddr.set(io.araddr);
      dut.sAxiArvalid.set(io.arvalid);
      dut.sAxiRready.set(io.rready);
      dut.state.set(io.state);
      dut.eventsSet.set(io.events);
      return dut;
    });
    if (one === undefined || other === undefined) return;
    const seen = ['sAxiAwready', 'sAxiWready', 'sAxiBvalid', 'sAxiBresp', 'sAxiArready', 'sAxiRvalid', 'sAxiRresp', 'sAxiRdata'] as const;
    for (const name of [...seen, 'control', 'events', 'keyWritten', 'stateRead'] as const)
      m.assert(`same_${name}`, (one[name] as Bits<number>).eq(other[name] as Bits<number>));
    m.cover('the_keys_differ', one.key.ne(other.key).and(one.sAxiRvalid));
  },
);
