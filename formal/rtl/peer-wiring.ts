/**
 * The peer as it is built: that its parts are joined as the other proofs take them to be, and that what belongs together
 * happens together. Key activation and slots stand to each other as in `activation-refinement.ts`, so that refinement speaks
 * of the peer; a frame and its descriptor, a record and its verdict, a frame and its key come and go in one cycle.
 */
import { type AnyBits, type Bit, type Bits, bits, bool, input, module, output } from '../../hdl-gen/index.ts';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { xorEngine } from '../../hw/aead/xor.ts';
import { AXI_LITE_PORTS } from '../../hw/axi-lite-slave.ts';
import { DESCRIPTOR_BITS, frameOpener } from '../../hw/frame-opener.ts';
import { packetGenerator } from '../../hw/packet-generator.ts';
import { peer } from '../../hw/peer.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { FRAME_MAX } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { slotName } from '../../spec/slot-machine.ts';
import { withAnyContents } from './any-contents.ts';
import { allOf } from './conditions.ts';
import { observeState } from './observed-state.ts';

const POINTER_BITS = 11;
const STORE_BITS = 13;
const ICV_BITS = 128;
const LENGTH_BITS = 11;
const KEY_BITS = 128;
const IV_BITS = 96;

export function peerWiring(options: PeerOptions): { elaborate(): ModuleIr } {
  const { slots } = options;
  const wiring = module(
    variantName('peer_wiring', options),
    {
      ...AXI_LITE_PORTS,
      rxValid: input(bool),
      rxData: input(bits(8)),
      rxLast: input(bool),
      txReady: input(bool),
      hostTxValid: input(bool),
      hostTxData: input(bits(8)),
      hostTxLast: input(bool),
      hostRxReady: input(bool),
      irq: output(bool),
    },
    (io, m) => {
      const dut = m.instance('dut', peer(options));
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
      io.irq.set(dut.irq);
      dut.rx.valid.set(io.rxValid);
      dut.rx.data.set(io.rxData);
      dut.rx.last.set(io.rxLast);
      dut.tx.ready.set(io.txReady);
      dut.hostTx.valid.set(io.hostTxValid);
      dut.hostTx.data.set(io.hostTxData);
      dut.hostTx.last.set(io.hostTxLast);
      dut.hostRx.ready.set(io.hostRxReady);

      const nibble = bits(KEY_ID_BITS);
      const slotsOf = m.observe('dut.slots', {
        push: bool,
        providerSwitch: bool,
        consumerSwitch: bool,
        eraseAll: bool,
        expiring: bits(slots),
        consumerStates: bits(2 * slots),
        encryptValid: bool,
        encryptMaterial: bits(KEY_BITS),
        encryptIv: bits(IV_BITS),
        currentKeyId: nibble,
        pendingKeyId: nibble,
        providerPending: bool,
        consumerPending: bool,
        pushReady: bool,
        pushDuplicate: bool,
        pushFirst: bool,
        openKeyId: nibble,
        openHit: bool,
        openSlot: bits(slots),
      });
      const activation = m.observe('dut.activation', {
        verdict: bool,
        authentic: bool,
        slot: bits(slots),
        frameKeyId: nibble,
        fresh: bool,
        consumerStates: bits(2 * slots),
        providerPending: bool,
        consumerPending: bool,
        pendingKeyId: nibble,
        currentKeyId: nibble,
        providerSwitch: bool,
        consumerSwitch: bool,
        announcedKeyId: nibble,
        pushRequest: bool,
        pushReady: bool,
        pushDuplicate: bool,
        pushFirst: bool,
        timeout: bool,
        eraseAll: bool,
        push: bool,
        pushAccepted: bool,
        pushRefused: bool,
        transmit: bool,
        transmitCounter: bits(32),
        transmitExhausted: bool,
      });
      const registers = m.observe('dut.registers', {
        pushRequest: bool,
        eraseAll: bool,
        pushAccepted: bool,
        pushRefused: bool,
        enable: bool,
        passTransmitted: bool,
      });
      const opener = m.observe('dut.opener', {
        verdict: bool,
        unknownKey: bool,
        descriptor: bits(DESCRIPTOR_BITS),
        opening: bits(slots),
        gone: bool,
        left: bits(LENGTH_BITS),
        received: bits(ICV_BITS),
        computed: bits(ICV_BITS),
      });
      const opening = observeState(m, 'dut.opener', frameOpener(xorEngine, slots));
      const openerEngine = m.observe('dut.opener.aead', { held: bool });
      const generator = m.observe('dut.generator', {
        transmit: bool,
        stalled: bool,
        material: bits(KEY_BITS),
        iv: bits(IV_BITS),
        currentKeyId: nibble,
        nextKeyId: nibble,
        counter: bits(32),
      });
      const sealing = observeState(m, 'dut.generator', packetGenerator(xorEngine));
      const records = m.observe('dut.records', { recordReady: bool, readValid: bool });
      const received = m.observe('dut.received', { keep: bool, commit: bool, discard: bool });
      const descriptors = m.observe('dut.descriptors', { write: bool, full: bool, readValid: bool });
      const payloads = m.observe('dut.payloads', {
        writePointer: bits(POINTER_BITS),
        committed: bits(POINTER_BITS),
        lost: bool,
        commit: bool,
      });
      const stores = m.observe('dut', {
        sealedSpace: bits(STORE_BITS),
        arbiterFirstValid: bool,
        arbiterFirstData: bits(8),
        arbiterFirstLast: bool,
        passedReadValid: bool,
        passedReadData: bits(9),
      });
      const arbiter = m.observe('dut.arbiter', { busy: bool });
      const same = (a: AnyBits, b: AnyBits): Bit => (a as Bits<number>).eq(b as Bits<number>);
      const implies = (a: Bit, b: Bit): Bit => a.not().or(b);

      // ---- Timeout, erase, verdict, Push: one after another, and each seen by whoever has to
      m.assert(
        'a_push_meets_no_timeout_erase_or_verdict',
        implies(slotsOf.push, slotsOf.expiring.any().or(slotsOf.eraseAll).or(opener.verdict).not()),
      );
      m.assert('each_timeout_is_seen', activation.timeout.eq(slotsOf.expiring.any()));
      m.assert('one_erase_for_all', activation.eraseAll.eq(slotsOf.eraseAll).and(dut.traceErased.eq(slotsOf.eraseAll)));
      m.assert('erases_when_it_is_told', slotsOf.eraseAll.eq(registers.eraseAll));
      m.assert(
        'the_slots_do_what_is_decided',
        allOf([
          slotsOf.push.eq(activation.push),
          slotsOf.providerSwitch.eq(activation.providerSwitch),
          slotsOf.consumerSwitch.eq(activation.consumerSwitch),
        ]),
      );
      m.assert(
        'it_is_decided_on_the_slots',
        allOf([
          same(activation.consumerStates, slotsOf.consumerStates),
          activation.providerPending.eq(slotsOf.providerPending),
          activation.consumerPending.eq(slotsOf.consumerPending),
          same(activation.pendingKeyId, slotsOf.pendingKeyId),
          same(activation.currentKeyId, slotsOf.currentKeyId),
          activation.pushReady.eq(slotsOf.pushReady),
          activation.pushDuplicate.eq(slotsOf.pushDuplicate),
          activation.pushFirst.eq(slotsOf.pushFirst),
        ]),
      );
      m.assert(
        'software_hears_of_its_push',
        allOf([
          activation.pushRequest.eq(registers.pushRequest),
          registers.pushAccepted.eq(activation.pushAccepted),
          registers.pushRefused.eq(activation.pushRefused),
        ]),
      );

      // ---- a verdict is given under the key that the frame names, and under which it was opened from its first octet on
      m.assert(
        'judged_under_the_key_that_is_named',
        implies(
          activation.verdict,
          slotsOf.openHit.and(same(activation.slot, slotsOf.openSlot)).and(same(activation.frameKeyId, slotsOf.openKeyId)),
        ),
      );
      m.assert(
        'fresh_means_every_octet_of_the_icv',
        implies(activation.fresh, activation.verdict.and(same(opener.received, opener.computed))),
      );
      m.assert('no_verdict_in_the_cycle_of_an_erase', implies(slotsOf.eraseAll, activation.verdict.or(generator.transmit).not()));

      // ---- a frame and its descriptor, a record and its verdict
      m.assert('no_descriptor_without_its_frame', received.keep.eq(descriptors.write.and(descriptors.full.not())));
      m.assert('a_frame_is_kept_or_dropped', implies(io.rxValid.and(io.rxLast), received.commit.ne(received.discard)));
      m.assert('a_payload_for_each_fresh_frame', payloads.commit.eq(activation.fresh));
      const unfinished = opening('idle', 'skip').not();
      m.assert(
        'nothing_is_left_of_a_frame',
        implies(unfinished.not(), same(payloads.writePointer, payloads.committed).and(payloads.lost.not())),
      );

      // ---- a frame and its key
      m.assert(
        'no_frame_without_a_key_and_a_counter',
        implies(generator.transmit, slotsOf.encryptValid.and(activation.transmitExhausted.not())),
      );
      m.assert('its_counter_is_taken', activation.transmit.eq(generator.transmit));
      m.assert(
        'key_ids_and_counter_are_those_of_the_key',
        allOf([
          same(generator.material, slotsOf.encryptMaterial),
          same(generator.iv, slotsOf.encryptIv),
          same(generator.currentKeyId, slotsOf.currentKeyId),
          same(generator.nextKeyId, activation.announcedKeyId),
          same(generator.counter, activation.transmitCounter),
        ]),
      );
      const waits = sealing('idle').and(registers.enable).and(records.recordReady).and(stores.sealedSpace.ge(FRAME_MAX));
      const may = slotsOf.encryptValid.and(activation.transmitExhausted.not());
      // the room that it wants is more than the longest frame
      const roomy = sealing('idle').and(registers.enable).and(records.recordReady).and(stores.sealedSpace.ge(2048));
      m.assert('a_record_waits_for_nothing_but_key_counter_and_room', implies(roomy.and(may), generator.transmit));
      m.assert('a_frame_that_begins_fits', implies(generator.transmit, waits));
      m.assert('stalled_is_said_when_it_waits_for_a_key', generator.stalled.eq(roomy.and(may.not())));

      // ---- the host
      const { wire } = m.let({ wire: dut.tx.valid.and(io.txReady) });
      const { fromHost } = m.let({ fromHost: io.hostTxValid.and(dut.hostTx.ready) });
      const carries = (data: AnyBits, last: Bit): Bit => wire.and(same(dut.tx.data, data)).and(dut.tx.last.eq(last));
      m.assert('what_the_host_gives_is_sent', implies(fromHost, carries(io.hostTxData, io.hostTxLast)));
      const free = arbiter.busy.not().and(stores.arbiterFirstValid.not()).and(registers.passTransmitted);
      m.assert('the_host_waits_for_own_frames_alone', implies(free.and(io.hostTxValid).and(io.txReady), fromHost));
      const { fromStore } = m.let({ fromStore: stores.arbiterFirstValid.and(wire).and(fromHost.not()) });
      m.assert('what_is_sealed_is_sent', implies(fromStore, carries(stores.arbiterFirstData, stores.arbiterFirstLast)));
      m.assert('nothing_else_is_sent', implies(wire, fromHost.or(fromStore)));
      m.assert(
        'what_is_passed_reaches_the_host',
        allOf([
          dut.hostRx.valid.eq(stores.passedReadValid),
          same(dut.hostRx.data, stores.passedReadData.take(8)),
          dut.hostRx.last.eq(stores.passedReadData.bit(8)),
        ]),
      );

      // ---- what makes it hold for ever
      const slotHeld = Array.from({ length: slots }, (_, index) => {
        const { keyId } = m.observe('dut.slots', { keyId: nibble }, `_${slotName(index)}`);
        return opener.opening
          .bit(index)
          .and(slotsOf.consumerStates.bits(2 * index, 2).any())
          .and(same(keyId, slotsOf.openKeyId));
      });
      const oneOpening = Array.from({ length: slots }, (_, index) => opener.opening.eq(1 << index)).reduce((a, b) => a.or(b));
      m.assert('opens_in_one_slot', implies(unfinished, oneOpening));
      m.assert(
        'which_holds_the_key_named',
        implies(
          unfinished.and(opener.gone.not()),
          slotHeld.reduce((a, b) => a.or(b)),
        ),
      );
      m.assert('a_frame_has_its_descriptor', implies(opening('idle').not(), descriptors.readValid));
      m.assert(
        'text_in_the_engine_is_of_this_frame',
        implies(openerEngine.held, opening('text').or(opening('icv').and(opener.left.eq(16)))),
      );
      m.assert('left_of_the_icv', implies(opening('icv'), opener.left.le(16).and(opener.left.ne(0))));
      m.cover('erased', slotsOf.eraseAll);
      m.unused(dut.rx.ready, activation.authentic, opener.unknownKey, opener.descriptor, records.readValid);
      m.unused(dut.traceProviderStates, dut.traceConsumerStates, dut.traceCurrentKeyId, dut.traceNextKeyId);
      m.unused(dut.traceTransmit, dut.traceReceive, dut.traceDeliver, dut.tracePushAccepted, dut.tracePushRefused, dut.traceStalled);
    },
    'The peer as it is built: how its parts are joined.',
  );
  return { elaborate: () => withAnyContents(withPartsTrusted(wiring.elaborate())) };
}

/** Parts that are proved alone, with the same assertions: here they would be proved once more, at their full size. */
const PROVED_ALONE = /^(axi_lite_slave|packet_parser|frame_opener|packet_generator|transmit_fifo)/;
/** What the contents of FIFOs decide (that records begin with their length, that a trailer follows its front); every simulation asks it in every cycle. */
const OF_CONTENTS = ['sealed_frame_fits', 'leaves_without_a_gap'].map((name) => `a_${name}`);

function withPartsTrusted(design: ModuleIr): ModuleIr {
  const trusted = (inner: ModuleIr): ModuleIr => ({
    ...inner,
    properties: PROVED_ALONE.test(inner.name)
      ? inner.properties.filter(({ kind }) => kind === 'assume')
      : inner.properties.filter(({ name }) => !OF_CONTENTS.includes(name)),
    instances: inner.instances.map((instance) => ({ ...instance, module: trusted(instance.module) })),
  });
  return { ...design, instances: design.instances.map((instance) => ({ ...instance, module: trusted(instance.module) })) };
}
