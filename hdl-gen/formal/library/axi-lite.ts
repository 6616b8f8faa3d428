/** An AXI4-Lite register block seen from the bus: every request is answered once, and what is write-only is not seen. */
import { type Bit, type Bits, bits, bool, input, type Module, module, mux, type Ports } from '../../index.ts';
import { axiLiteRegisterBlock } from '../../library/axi-lite-register-block.ts';

/** One register of each kind. */
const block = axiLiteRegisterBlock('proved_registers', {
  state: { offset: 0x0, access: 'ro', onRead: true },
  control: { offset: 0x4, access: 'rw', reset: 3 },
  events: { offset: 0x8, access: 'w1c', fields: [{ name: 'late', low: 1, bits: 2 }] },
  key: { offset: 0xc, access: 'wo' },
});
const address = input(block.ports.sAxi.shape.members.aw.shape.payload.addr);
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
    dut.sAxi.aw.addr.set(io.awaddr);
    dut.sAxi.aw.valid.set(io.awvalid);
    dut.sAxi.w.data.set(io.wdata);
    dut.sAxi.w.strb.set(io.wstrb);
    dut.sAxi.w.valid.set(io.wvalid);
    dut.sAxi.b.ready.set(io.bready);
    dut.sAxi.ar.addr.set(io.araddr);
    dut.sAxi.ar.valid.set(io.arvalid);
    dut.sAxi.r.ready.set(io.rready);
    dut.state.set(io.state);
    dut.eventsSet.set(io.events);
    m.unused(dut.sAxi.b.resp, dut.sAxi.r.data, dut.sAxi.r.resp, dut.control, dut.events, dut.key, dut.keyWritten, dut.stateRead);

    // requests without their answer
    const owed = m.registers({ addresses: bits(2), data: bits(2), reads: bits(2) });
    const count = (left: typeof owed.data, arrives: Bits<1>, answered: Bits<1>): void =>
      left.next(left.add(arrives.zext(2)).sub(answered.zext(2)));
    const answered = dut.sAxi.b.valid.and(io.bready);
    count(owed.addresses, io.awvalid.and(dut.sAxi.aw.ready), answered);
    count(owed.data, io.wvalid.and(dut.sAxi.w.ready), answered);
    count(owed.reads, io.arvalid.and(dut.sAxi.ar.ready), dut.sAxi.r.valid.and(io.rready));

    m.assert('addresses_owed', owed.addresses.eq(dut.sAxi.aw.ready.not().zext(2).add(dut.sAxi.b.valid.zext(2))));
    m.assert('data_owed', owed.data.eq(dut.sAxi.w.ready.not().zext(2).add(dut.sAxi.b.valid.zext(2))));
    m.assert('reads_owed', owed.reads.eq(dut.sAxi.r.valid.zext(2)));
    const { both } = m.let({ both: owed.addresses.any().and(owed.data.any()) });
    m.assert('no_answer_unasked', dut.sAxi.b.valid.not().or(both));
    m.assert('answered_in_the_next_cycle', m.past('both', both.and(dut.sAxi.b.valid.not())).not().or(dut.sAxi.b.valid));
    m.assert('read_in_the_next_cycle', m.past('asked', io.arvalid.and(dut.sAxi.ar.ready)).not().or(dut.sAxi.r.valid));
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
      dut.sAxi.aw.addr.set(io.awaddr);
      dut.sAxi.aw.valid.set(io.write);
      dut.sAxi.w.data.set(name === 'one' ? io.wdata : mux(isSecret, io.secret, io.wdata));
      dut.sAxi.w.strb.set(io.wstrb);
      dut.sAxi.w.valid.set(io.write);
      dut.sAxi.b.ready.set(io.bready);
      dut.sAxi.ar.addr.set(io.araddr);
      dut.sAxi.ar.valid.set(io.arvalid);
      dut.sAxi.r.ready.set(io.rready);
      dut.state.set(io.state);
      dut.eventsSet.set(io.events);
      return dut;
    });
    if (one === undefined || other === undefined) return;
    for (const name of ['control', 'events', 'keyWritten', 'stateRead'] as const)
      m.assert(`same_${name}`, (one[name] as Bits<number>).eq(other[name] as Bits<number>));
    const [bus, same] = [one.sAxi, other.sAxi];
    const seen: Readonly<Record<string, Bit>> = {
      awready: bus.aw.ready.eq(same.aw.ready),
      wready: bus.w.ready.eq(same.w.ready),
      bvalid: bus.b.valid.eq(same.b.valid),
      bresp: bus.b.payload.eq(same.b.payload),
      arready: bus.ar.ready.eq(same.ar.ready),
      rvalid: bus.r.valid.eq(same.r.valid),
      r: bus.r.payload.eq(same.r.payload),
    };
    for (const [name, isSame] of Object.entries(seen)) m.assert(`same_${name}`, isSame);
    m.cover('the_keys_differ', one.key.ne(other.key).and(one.sAxi.r.valid));
  },
);
