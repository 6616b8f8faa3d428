/**
 * The AXI4-Lite slave answers every request exactly once (ARM IHI 0022, A3.3): requests are counted when they are taken,
 * answers when they are; none comes unasked, and the register bus sees each request once.
 */
import { bits, bool, input, module, output } from '../../hdl-gen/index.ts';
import { axiLiteSlave, registerBus } from '../../hw/axi-lite-slave.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';

export const axiLiteAnswers = module(
  'axi_lite_answers',
  { sAxi: input(registerBus), writeError: input(bool), readError: input(bool), readData: input(bits(32)), written: output(bool) },
  (io, m) => {
    const dut = m.instance('dut', axiLiteSlave);
    m.connect(io.sAxi, dut.sAxi);
    dut.access.writeError.set(io.writeError);
    dut.access.readError.set(io.readError);
    dut.access.readData.set(io.readData);
    io.written.set(dut.access.write);

    const taken = {
      address: io.sAxi.aw.valid.and(dut.sAxi.aw.ready),
      data: io.sAxi.w.valid.and(dut.sAxi.w.ready),
      answer: dut.sAxi.b.valid.and(io.sAxi.b.ready),
      read: io.sAxi.ar.valid.and(dut.sAxi.ar.ready),
      readAnswer: dut.sAxi.r.valid.and(io.sAxi.r.ready),
    };
    // taken and not yet answered
    const r = m.registers({
      addresses: bits(3),
      data: bits(3),
      reads: bits(3),
      /** the write that waits */
      address: bits(ADDRESS_BITS),
      word: bits(32),
      whole: bits(1),
    });
    r.addresses.next(r.addresses.add(taken.address.zext(3)).sub(taken.answer.zext(3)));
    r.data.next(r.data.add(taken.data.zext(3)).sub(taken.answer.zext(3)));
    r.reads.next(r.reads.add(taken.read.zext(3)).sub(taken.readAnswer.zext(3)));
    m.when(taken.address, () => r.address.next(io.sAxi.aw.addr));
    m.when(taken.data, () => {
      r.word.next(io.sAxi.w.data);
      r.whole.next(io.sAxi.w.strb.allOnes());
    });

    const inside = m.observe('dut', {
      write: bits(1),
      hasAddress: bits(1),
      hasData: bits(1),
      wholeWord: bits(1),
      awaddr: bits(ADDRESS_BITS),
      wdata: bits(32),
    });
    const { waiting } = m.let({ waiting: dut.sAxi.b.valid.zext(3) });
    m.assert('write_answer_only_to_a_request', dut.sAxi.b.valid.not().or(r.addresses.ne(0).and(r.data.ne(0))));
    m.assert('read_answer_only_to_a_request', dut.sAxi.r.valid.eq(r.reads.ne(0)));
    m.assert('one_read_at_a_time', r.reads.le(1));
    m.assert('an_address_waits_or_is_answered', r.addresses.eq(inside.hasAddress.zext(3).add(waiting)));
    m.assert('data_wait_or_are_answered', r.data.eq(inside.hasData.zext(3).add(waiting)));
    m.assert('waits_with_its_address', inside.hasAddress.not().or(inside.awaddr.eq(r.address)));
    m.assert('waits_with_its_word', inside.hasData.not().or(inside.wdata.eq(r.word).and(inside.wholeWord.eq(r.whole))));
    // each request reaches the registers once: between its taking and its answer lies one `write`
    const executed = m.past('executed', inside.write);
    m.assert('executes_what_was_asked', inside.write.not().or(r.addresses.ne(0).and(r.data.ne(0)).and(dut.sAxi.b.valid.not())));
    m.assert('answers_what_was_executed', executed.eq(dut.sAxi.b.valid.and(m.past('b_before', dut.sAxi.b.valid).not())));
    m.assert('writes_whole_words_as_asked', dut.access.write.eq(inside.write.and(r.whole)));
    m.assert('at_the_address_asked', dut.access.write.not().or(dut.access.writeAddress.eq(r.address).and(dut.access.writeData.eq(r.word))));
    m.assert('never_hangs', r.addresses.ne(0).and(r.data.ne(0)).not().or(dut.sAxi.b.valid.or(inside.write)));
    m.assert('reads_when_asked', dut.access.read.eq(taken.read).and(dut.access.read.not().or(dut.access.readAddress.eq(io.sAxi.ar.addr))));
    const refused = m.past('refused', io.writeError.or(r.whole.not()));
    m.assert('says_whether_it_was_done', executed.not().or(dut.sAxi.b.resp.eq(refused.zext(2).shl(1))));
    const failed = m.past('failed', io.readError);
    const value = m.past('value', io.readData);
    const wasRead = m.past('read', dut.access.read);
    m.assert(
      'answers_with_what_was_read',
      wasRead.not().or(dut.sAxi.r.resp.eq(failed.zext(2).shl(1)).and(failed.or(dut.sAxi.r.data.eq(value)))),
    );

    const bWaits = m.past('b_waits', dut.sAxi.b.valid.and(io.sAxi.b.ready.not()));
    m.assert('write_answer_stays', bWaits.not().or(dut.sAxi.b.valid.and(dut.sAxi.b.resp.eq(m.past('bresp', dut.sAxi.b.resp)))));
    const rWaits = m.past('r_waits', dut.sAxi.r.valid.and(io.sAxi.r.ready.not()));
    const sameData = dut.sAxi.r.data.eq(m.past('rdata', dut.sAxi.r.data)).and(dut.sAxi.r.resp.eq(m.past('rresp', dut.sAxi.r.resp)));
    m.assert('read_answer_stays', rWaits.not().or(dut.sAxi.r.valid.and(sameData)));
    m.cover('two_writes_under_way', r.addresses.eq(2).and(r.data.eq(2)));
    m.cover('refused_write_answered', taken.answer.and(dut.sAxi.b.resp.ne(0)));
    m.cover('read_answered', taken.readAnswer.and(bWaits));
  },
  'Every request to the AXI4-Lite slave is answered once.',
);
