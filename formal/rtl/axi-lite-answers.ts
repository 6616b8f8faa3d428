/**
 * The AXI4-Lite slave answers every request exactly once (ARM IHI 0022, A3.3): requests are counted when they are taken,
 * answers when they are; none comes unasked, and the register bus sees each request once.
 */
import { bits, bool, input, module, output } from '../../hdl-gen/index.ts';
import { AXI_LITE_PORTS, axiLiteSlave } from '../../hw/axi-lite-slave.ts';
import { ADDRESS_BITS } from '../../spec/registers.ts';

export const axiLiteAnswers = module(
  'axi_lite_answers',
  { ...AXI_LITE_PORTS, writeError: input(bool), readError: input(bool), readData: input(bits(32)), written: output(bool) },
  (io, m) => {
    const dut = m.instance('dut', axiLiteSlave);
    dut.sAxiAwaddr.set(io.sAxiAwaddr);
    dut.sAxiAwvalid.set(io.sAxiAwvalid);
    io.sAxiAwready.set(dut.sAxiAwready);
    dut.sAxiWdata.set(io.sAxiWdata);
    dut.sAxiWstrb.set(io.sAxiWstrb);
    dut.sAxiWvalid.set(io.sAxiWvalid);
    io.sAxiWready.set(dut.sAxiWready);
    io.sAxiBresp.set(dut.sAxiBresp);
    io.sAxiBvalid.set(dut.sAxiBvalid);
    dut.sAxiBready.set(io.sAxiBready);
    dut.sAxiAraddr.set(io.sAxiAraddr);
    dut.sAxiArvalid.set(io.sAxiArvalid);
    io.sAxiArready.set(dut.sAxiArready);
    io.sAxiRdata.set(dut.sAxiRdata);
    io.sAxiRresp.set(dut.sAxiRresp);
    io.sAxiRvalid.set(dut.sAxiRvalid);
    dut.sAxiRready.set(io.sAxiRready);
    dut.writeError.set(io.writeError);
    dut.readError.set(io.readError);
    dut.readData.set(io.readData);
    io.written.set(dut.write);

    const taken = {
      address: io.sAxiAwvalid.and(dut.sAxiAwready),
      data: io.sAxiWvalid.and(dut.sAxiWready),
      answer: dut.sAxiBvalid.and(io.sAxiBready),
      read: io.sAxiArvalid.and(dut.sAxiArready),
      readAnswer: dut.sAxiRvalid.and(io.sAxiRready),
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
    m.when(taken.address, () => r.address.next(io.sAxiAwaddr));
    m.when(taken.data, () => {
      r.word.next(io.sAxiWdata);
      r.whole.next(io.sAxiWstrb.allOnes());
    });

    const inside = m.observe('dut', {
      execute: bits(1),
      hasAddress: bits(1),
      hasData: bits(1),
      wholeWord: bits(1),
      awaddr: bits(ADDRESS_BITS),
    });
    const { waiting } = m.let({ waiting: dut.sAxiBvalid.zext(3) });
    m.assert('write_answer_only_to_a_request', dut.sAxiBvalid.not().or(r.addresses.ne(0).and(r.data.ne(0))));
    m.assert('read_answer_only_to_a_request', dut.sAxiRvalid.eq(r.reads.ne(0)));
    m.assert('one_read_at_a_time', r.reads.le(1));
    m.assert('an_address_waits_or_is_answered', r.addresses.eq(inside.hasAddress.zext(3).add(waiting)));
    m.assert('data_wait_or_are_answered', r.data.eq(inside.hasData.zext(3).add(waiting)));
    m.assert('waits_with_its_address', inside.hasAddress.not().or(inside.awaddr.eq(r.address)));
    m.assert('waits_with_its_word', inside.hasData.not().or(dut.writeData.eq(r.word).and(inside.wholeWord.eq(r.whole))));
    // each request reaches the registers once: between its taking and its answer lies one `execute`
    const executed = m.past('executed', inside.execute);
    m.assert('executes_what_was_asked', inside.execute.not().or(r.addresses.ne(0).and(r.data.ne(0)).and(dut.sAxiBvalid.not())));
    m.assert('answers_what_was_executed', executed.eq(dut.sAxiBvalid.and(m.past('b_before', dut.sAxiBvalid).not())));
    m.assert('writes_whole_words_as_asked', dut.write.eq(inside.execute.and(r.whole)));
    m.assert('at_the_address_asked', dut.write.not().or(dut.writeAddress.eq(r.address).and(dut.writeData.eq(r.word))));
    m.assert('never_hangs', r.addresses.ne(0).and(r.data.ne(0)).not().or(dut.sAxiBvalid.or(inside.execute)));
    m.assert('reads_when_asked', dut.read.eq(taken.read).and(dut.read.not().or(dut.readAddress.eq(io.sAxiAraddr))));
    const refused = m.past('refused', io.writeError.or(r.whole.not()));
    m.assert('says_whether_it_was_done', executed.not().or(dut.sAxiBresp.eq(refused.zext(2).shl(1))));
    const failed = m.past('failed', io.readError);
    const value = m.past('value', io.readData);
    const wasRead = m.past('read', dut.read);
    m.assert(
      'answers_with_what_was_read',
      wasRead.not().or(dut.sAxiRresp.eq(failed.zext(2).shl(1)).and(failed.or(dut.sAxiRdata.eq(value)))),
    );

    const bWaits = m.past('b_waits', dut.sAxiBvalid.and(io.sAxiBready.not()));
    m.assert('write_answer_stays', bWaits.not().or(dut.sAxiBvalid.and(dut.sAxiBresp.eq(m.past('bresp', dut.sAxiBresp)))));
    const rWaits = m.past('r_waits', dut.sAxiRvalid.and(io.sAxiRready.not()));
    const sameData = dut.sAxiRdata.eq(m.past('rdata', dut.sAxiRdata)).and(dut.sAxiRresp.eq(m.past('rresp', dut.sAxiRresp)));
    m.assert('read_answer_stays', rWaits.not().or(dut.sAxiRvalid.and(sameData)));
    m.cover('two_writes_under_way', r.addresses.eq(2).and(r.data.eq(2)));
    m.cover('refused_write_answered', taken.answer.and(dut.sAxiBresp.ne(0)));
    m.cover('read_answered', taken.readAnswer.and(bWaits));
  },
  'Every request to the AXI4-Lite slave is answered once.',
);
