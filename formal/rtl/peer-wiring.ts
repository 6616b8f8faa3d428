/**
 * The peer as it is built: that its parts are joined as the other proofs take them to be, and that what belongs together
 * happens together. Store, view and keys stand to each other as in `relation-keys.ts`, so that what is proved there is proved
 * of the peer; a frame and its descriptor, a record and its verdict, a frame and its key come and go in one cycle.
 */

import { type AnyBits, type Bit, type Bits, bits, bool, input, module, mux, output, u } from '../../hdl-gen/index.ts';
import type { ModuleIr, Property } from '../../hdl-gen/ir/module.ts';
import { NONCE_BITS } from '../../hw/aead/aead.ts';
import { xorEngine } from '../../hw/aead/xor.ts';
import { registerBus } from '../../hw/axi-lite-slave.ts';
import { frameOpener } from '../../hw/frame-opener.ts';
import { packetGenerator } from '../../hw/packet-generator.ts';
import { peer } from '../../hw/peer.ts';
import { type PeerOptions, variantName } from '../../hw/peer-options.ts';
import { relationContext, TIME_BITS } from '../../hw/station/context.ts';
import { OpenedFrame, sealingKey } from '../../hw/station/frame-keys.ts';
import { slotBitsOf } from '../../hw/station/key-store.ts';
import { relationStatus } from '../../hw/station/view.ts';
import { COUNTER_LAST, FRAME_MAX, PROFILES, VLAN_TAG_OCTETS } from '../../spec/header.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { withAnyContents } from './any-contents.ts';
import { allOf, implies } from './conditions.ts';
import { observeState } from './observed-state.ts';
import { withPartsTrusted } from './trusted-parts.ts';

const POINTER_BITS = 11;
const STORE_BITS = 13;
/** Of the number of descriptors that wait, 32 at most. */
const DESCRIPTOR_LEVEL_BITS = 6;
const ICV_BITS = 128;
const LENGTH_BITS = 11;
const KEY_BITS = 128;
/** Room in the store for what flows, from the last octet of its header on. */
const ROOM_BEHIND_HEADER = 2048 - 1;
/** Octets behind these are not stored, but for the last one. */
const STORED_MAX = FRAME_MAX - VLAN_TAG_OCTETS;

export function peerWiring(options: PeerOptions): { elaborate(): ModuleIr } {
  const { slots } = options;
  const wiring = module(
    variantName('peer_wiring', options),
    {
      sAxi: input(registerBus),
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
      m.connect(io.sAxi, dut.sAxi);
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
      const store = m.observe('dut.store', {
        verdictRequest: bool,
        frame: OpenedFrame,
        transmitRequest: bool,
        eraseRequest: bool,
        cancelRequest: bool,
        pushRequest: bool,
        pushKeyId: nibble,
        pinned: bool,
        obsoleteTimeout: bits(TIME_BITS),
        commanded: bool,
        verdictDone: bool,
        transmitDone: bool,
        eraseDone: bool,
        cancelDone: bool,
        pushDone: bool,
        accepted: bool,
        fresh: bool,
        current: relationContext(slots),
        now: bits(TIME_BITS),
        filled: bits(slots),
        emptied: bits(slots),
      });
      const view = m.observe('dut.view', {
        context: relationContext(slots),
        now: bits(TIME_BITS),
        openKeyId: nibble,
        status: relationStatus(slots),
        sealSlot: bits(slots),
        mayTransmit: bool,
        openSlot: bits(slots),
      });
      const keys = m.observe('dut.keys', {
        filled: bits(slots),
        emptied: bits(slots),
        pushMaterial: bits(slotBitsOf(KEY_BITS)),
        sealSlot: bits(slots),
        sealMaterial: bits(KEY_BITS),
        sealIv: bits(NONCE_BITS),
        openSlot: bits(slots),
        openMaterial: bits(KEY_BITS),
        openIv: bits(NONCE_BITS),
      });
      const registers = m.observe('dut.registers', {
        pushRequest: bool,
        pushKeyId: nibble,
        pushMaterial: bits(slotBitsOf(KEY_BITS)),
        pushDone: bool,
        cancelRequest: bool,
        cancelDone: bool,
        accepted: bool,
        eraseRequest: bool,
        eraseDone: bool,
        erasing: bool,
        eraseWaits: bool,
        sealing: bool,
        obsoleteTimeout: bits(TIME_BITS),
        enable: bool,
        passTransmitted: bool,
      });
      const opener = m.observe('dut.opener', {
        verdictRequest: bool,
        arrives: bool,
        arriving: bits(8),
        arrivesWhole: bool,
        verdictDone: bool,
        unknownKey: bool,
        frame: OpenedFrame,
        hold: bool,
        pinned: bool,
        lookUpKeyId: nibble,
        lookUpHit: bool,
        lookUpMaterial: bits(KEY_BITS),
        lookUpIv: bits(NONCE_BITS),
        left: bits(LENGTH_BITS),
        lastOctet: bool,
        received: bits(ICV_BITS),
        computed: bits(ICV_BITS),
        computedValid: bool,
      });
      const opening = observeState(m, 'dut.opener', frameOpener(xorEngine));
      const openerEngine = m.observe('dut.opener.aead', { held: bool, heldLast: bool, done: bool });
      const generator = m.observe('dut.generator', {
        transmitRequest: bool,
        transmit: bool,
        mayTransmit: bool,
        sealing: bool,
        stalled: bool,
        seal: sealingKey(KEY_BITS),
      });
      const sealing = observeState(m, 'dut.generator', packetGenerator(xorEngine));
      const records = m.observe('dut.records', { recordReady: bool, recordValid: bool });
      const received = m.observe('dut.received', {
        keep: bool,
        commit: bool,
        discard: bool,
        accept: bool,
        lost: bool,
        space: bits(STORE_BITS),
      });
      const { flowing, opened } = m.observe('dut', { flowing: bool, opened: bool });
      const parser = m.observe('dut.parser', { place: bits(LENGTH_BITS), isStd: bool, ours: bool, described: bool });
      const descriptors = m.observe('dut.descriptors', {
        fromValid: bool,
        fromReady: bool,
        toValid: bool,
        level: bits(DESCRIPTOR_LEVEL_BITS),
      });
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
        passedToValid: bool,
        passedToData: bits(8),
        passedToLast: bool,
      });
      const arbiter = m.observe('dut.arbiter', { busy: bool });
      const same = (a: AnyBits, b: AnyBits): Bit => (a as Bits<number>).eq(b as Bits<number>);

      // ---- store, view and keys are joined as in relation-keys.ts
      m.assert(
        'what_is_seen_is_what_is_stored',
        allOf([
          same(view.context.asBits(), store.current.asBits()),
          same(view.now, store.now),
          same(view.openKeyId, opener.lookUpKeyId),
          same(keys.sealSlot, view.sealSlot),
          same(keys.openSlot, view.openSlot),
        ]),
      );
      m.assert(
        'keys_come_and_go_with_the_context',
        allOf([same(keys.filled, store.filled), same(keys.emptied, store.emptied), same(keys.pushMaterial, registers.pushMaterial)]),
      );
      m.assert(
        'what_is_judged_is_heard',
        allOf([
          store.verdictRequest.eq(opener.verdictRequest),
          store.verdictDone.eq(opener.verdictRequest.and(generator.transmit.not())),
          opener.verdictDone.eq(store.verdictDone),
          same(store.frame.asBits(), opener.frame.asBits()),
          same(store.frame.keyId, view.openKeyId),
        ]),
      );
      m.assert(
        'software_hears_of_its_push',
        allOf([
          store.pushRequest.eq(registers.pushRequest),
          same(store.pushKeyId, registers.pushKeyId),
          registers.pushDone.eq(store.pushDone),
          implies(store.pushDone, registers.accepted.eq(store.accepted)),
        ]),
      );
      m.assert(
        'software_hears_of_its_cancel',
        allOf([
          store.cancelRequest.eq(registers.cancelRequest),
          registers.cancelDone.eq(store.cancelDone),
          implies(store.cancelDone, registers.accepted.eq(store.accepted)),
        ]),
      );
      m.assert('erases_when_it_is_told', allOf([store.eraseRequest.eq(registers.eraseRequest), registers.eraseDone.eq(store.eraseDone)]));
      m.assert('one_erase_for_all', dut.trace.erased.eq(store.eraseDone));
      m.assert('a_time_that_can_be_told', store.obsoleteTimeout.bit(TIME_BITS - 1).not());

      // ---- Timeout, erase, verdict, Push: one after another, and none of the last while a frame is being opened
      const settles = store.eraseDone.or(store.cancelDone).or(store.pushDone);
      m.assert(
        'a_push_meets_no_erase_or_verdict',
        implies(registers.pushDone.and(registers.accepted), store.eraseDone.or(opener.verdictDone).not()),
      );
      m.assert('a_frame_that_is_opened_pins', store.pinned.eq(opener.pinned).and(opener.pinned.eq(opening('idle', 'rest').not())));
      m.assert('commands_wait_for_it', implies(opener.pinned, settles.not()));
      m.assert('a_look_up_waits_for_commands', opener.hold.eq(store.commanded));
      const pins = opener.pinned.and(m.past('pinned', opener.pinned).not());
      m.assert('pins_after_a_look_up_alone', implies(pins, m.past('commanded', store.commanded).not()));
      const frameBefore = m.past('open_key_id', opener.lookUpKeyId);
      m.assert('a_pin_is_of_one_frame', implies(opener.pinned, same(opener.lookUpKeyId, frameBefore)));

      // ---- an erase is done when no key is left: not in a slot, and not in an engine
      const isDone = m.past('was_erasing', registers.erasing).and(registers.erasing.not());
      m.assert('erased_is_said_behind_the_erase', implies(registers.eraseWaits, registers.erasing));
      m.assert('and_behind_the_frame_that_is_sealed', implies(isDone, m.past('sealing', generator.sealing).not()));

      // ---- a verdict is given under the key that the frame names
      m.assert('judged_under_a_key_that_opens', implies(opener.verdictRequest, opener.lookUpHit.and(opener.pinned)));
      m.assert(
        'opened_with_the_key_named',
        allOf([
          same(opener.lookUpMaterial, keys.openMaterial),
          same(opener.lookUpIv, keys.openIv),
          opener.lookUpHit.eq(view.openSlot.any()),
        ]),
      );
      m.assert('fresh_means_every_octet_of_the_icv', implies(store.fresh, opener.verdictDone.and(same(opener.received, opener.computed))));
      m.assert('no_verdict_in_the_cycle_of_an_erase', implies(store.eraseDone, opener.verdictDone.or(generator.transmit).not()));

      // ---- a frame and its descriptor, a record and its verdict
      m.assert('no_descriptor_without_its_frame', implies(descriptors.fromValid, received.keep.and(descriptors.fromReady)));
      m.assert('no_octet_without_its_descriptor', implies(received.keep, descriptors.fromValid.or(flowing)));
      const begun = m.past('descriptor', descriptors.fromValid);
      const ended = m.past('ended', io.rxValid.and(io.rxLast));
      m.assert('what_has_its_descriptor_flows_to_its_end', flowing.eq(ended.not().and(begun.or(m.past('flowing', flowing)))));
      m.assert('opened_while_it_comes_if_no_other_waits', implies(begun.and(flowing).and(opened), descriptors.level.eq(1)));
      m.assert('its_octets_arrive_as_they_come', opener.arrives.eq(flowing.and(opened).and(io.rxValid)));
      m.assert('each_of_them', implies(opener.arrives, same(opener.arriving, io.rxData)));
      m.assert('whole_as_the_parser_says', opener.arrivesWhole.eq(parser.ours));
      m.assert('and_its_end_is_kept', implies(flowing.and(io.rxValid).and(io.rxLast), received.keep.and(received.accept)));
      m.assert('a_frame_is_kept_or_dropped', implies(io.rxValid.and(io.rxLast), received.commit.ne(received.discard)));
      m.assert('a_payload_for_each_fresh_frame', payloads.commit.eq(store.fresh));
      const unfinished = opening('idle', 'skip', 'rest').not();
      m.assert(
        'nothing_is_left_of_a_frame',
        implies(unfinished.not(), same(payloads.writePointer, payloads.committed).and(payloads.lost.not())),
      );

      // ---- a frame and its key
      const { sent } = store.current;
      const may = view.sealSlot.any().and(sent.ne(COUNTER_LAST));
      m.assert('no_frame_without_a_key_and_a_counter', implies(generator.transmit, may));
      m.assert(
        'its_counter_is_taken',
        allOf([
          store.transmitRequest.eq(generator.transmitRequest),
          store.transmitDone.eq(generator.transmit),
          implies(generator.transmit, store.accepted),
        ]),
      );
      m.assert(
        'key_ids_and_counter_are_those_of_the_key',
        allOf([
          same(generator.seal.material, keys.sealMaterial),
          same(generator.seal.iv, keys.sealIv),
          same(generator.seal.keyId, view.status.currentKeyId),
          same(generator.seal.nextKeyId, view.status.nextKeyId),
          same(generator.seal.counter, sent.add(1)),
        ]),
      );
      const waits = sealing('idle').and(registers.enable).and(records.recordReady).and(stores.sealedSpace.ge(FRAME_MAX));
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
          dut.hostRx.valid.eq(stores.passedToValid),
          same(dut.hostRx.data, stores.passedToData),
          dut.hostRx.last.eq(stores.passedToLast),
        ]),
      );

      // ---- what makes it hold for ever
      const stored = mux(parser.place.gt(STORED_MAX), u(STORE_BITS, STORED_MAX), parser.place.zext(STORE_BITS));
      const roomBehind = u(STORE_BITS, ROOM_BEHIND_HEADER + PROFILES.std.headerOctets).sub(stored);
      m.assert('what_flows_has_room', implies(flowing, received.lost.not().and(received.space.ge(roomBehind))));
      m.assert('behind_its_header', implies(flowing, parser.place.ge(PROFILES.std.headerOctets).and(parser.isStd)));
      m.assert('a_frame_has_its_descriptor', implies(opening('idle', 'rest').not(), descriptors.toValid));
      m.assert(
        'text_in_the_engine_is_of_this_frame',
        implies(openerEngine.held, opening('text', 'abandon').or(opening('icv').and(opener.left.eq(16)))),
      );
      const sealed = openerEngine.held.and(openerEngine.heldLast);
      const behindText = opening('icv', 'trailer', 'compare', 'overrun', 'abandon');
      m.assert('the_opener_is_in_a_state', opening('idle', 'header', 'status', 'text', 'skip', 'rest').or(behindText));
      m.assert('its_last_octet_ends_the_text', implies(openerEngine.held, openerEngine.heldLast.eq(opening('text').not())));
      m.assert('an_icv_for_each_text', behindText.eq(sealed.or(openerEngine.done).or(opener.computedValid)));
      m.assert('and_behind_it', sealed.zext(2).add(openerEngine.done.zext(2)).add(opener.computedValid.zext(2)).le(1));
      m.assert('the_last_octet_is_the_one_left', implies(opening('icv'), opener.lastOctet.eq(opener.left.eq(1))));
      m.assert('left_of_the_icv', implies(opening('icv'), opener.left.le(16).and(opener.left.ne(0))));
      m.cover('erased', store.eraseDone);
      m.unused(dut.rx.ready, opener.unknownKey, records.recordValid, view.status, generator.mayTransmit, registers.sealing);
      m.unused(dut.trace);
    },
    'The peer as it is built: how its parts are joined.',
  );
  return { elaborate: () => withAnyContents(withPartsTrusted(wiring.elaborate(), isProvedHere)) };
}

/** Parts that are proved alone, with the same assertions: here they would be proved once more, at their full size. */
const PROVED_ALONE = /^(axi_lite_slave|packet_parser|frame_opener|packet_generator|transmit_fifo)/;
/** What the contents of FIFOs decide (that records begin with their length, that a trailer follows its front); every simulation asks it in every cycle. */
const OF_CONTENTS = ['sealed_frame_fits', 'leaves_without_a_gap'].map((name) => `a_${name}`);

function isProvedHere(part: ModuleIr, { name }: Property): boolean {
  return !PROVED_ALONE.test(part.name) && !OF_CONTENTS.includes(name);
}
