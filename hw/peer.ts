import { bits, bool, cat, input, module, output } from '../hdl-gen/index.ts';
import { materialBitsOf } from './aead/aead.ts';
import { ENGINES } from './aead/engines.ts';
import { axiLiteSlave, registerBus } from './axi-lite-slave.ts';
import { frameFifo } from './frame-fifo.ts';
import { frameJoin } from './frame-join.ts';
import { frameDescriptor, frameOpener } from './frame-opener.ts';
import { FrameStream } from './frame-stream.ts';
import { vectorOf } from './one-hot.ts';
import { packetGenerator } from './packet-generator.ts';
import { packetParser } from './packet-parser.ts';
import { engineVariantName, type PeerOptions } from './peer-options.ts';
import { relationRegisters } from './relation-registers.ts';
import { oneRelation } from './station/relation.ts';
import { streamArbiter } from './stream-arbiter.ts';
import { RECORD_FIFO_WORDS, transmitFifo } from './transmit-fifo.ts';
import { wordFifo } from './word-fifo.ts';

/** Octets of a frame store: two of the longest frame and more. */
const STORE_OCTETS = 4096;
/** Room that the generator wants before it begins a frame. */
const FRAME_ROOM = 2048;
/** ICV and APDU status of all frames that can wait: where less than FRAME_ROOM is used, no more than 93 headers with an octet of text are there. */
const TRAILER_STORE_OCTETS = 2048;
/** Frames of ours that can wait to be opened. */
const DESCRIPTORS = 32;

/**
 * A peer with one relation: initiator (IO controller) or follower (IO device).
 *
 * `rx` and `tx` are the network, without preamble and FCS; `rx` is always ready. `host_rx` and `host_tx` are the
 * host's own traffic, which passes beside the secured frames. Everything else is done through the registers.
 * The `trace` ports show the slots and say when frame and key events happen; they carry no key.
 */
export function peer(options: PeerOptions) {
  const { slots, engine: engineName = 'xor' } = options;
  const engine = ENGINES[engineName];
  return module(
    engineVariantName('keyturn', options),
    {
      sAxi: input(registerBus),
      irq: output(bool),
      rx: input(FrameStream),
      tx: output(FrameStream),
      hostRx: output(FrameStream),
      hostTx: input(FrameStream),
      traceProviderStates: output(bits(2 * slots)),
      traceConsumerStates: output(bits(2 * slots)),
      traceCurrentKeyId: output(bits(4)),
      traceNextKeyId: output(bits(4)),
      /** a frame takes its key, KeyIds and counter */
      traceTransmit: output(bool),
      /** a frame of ours has its verdict, or was found to have no key */
      traceReceive: output(bool),
      traceDeliver: output(bool),
      tracePushAccepted: output(bool),
      tracePushRefused: output(bool),
      traceCancelAccepted: output(bool),
      traceCancelRefused: output(bool),
      traceStalled: output(bool),
      /** every slot is erased */
      traceErased: output(bool),
    },
    (io, m) => {
      const axi = m.instance('axi', axiLiteSlave);
      const registers = m.instance('registers', relationRegisters(options));
      const { store, view, keys } = oneRelation(m, options, materialBitsOf(engine));
      const parser = m.instance('parser', packetParser);
      const received = m.instance('received', frameFifo(9, STORE_OCTETS));
      const passed = m.instance('passed', frameFifo(9, STORE_OCTETS));
      const descriptors = m.instance('descriptors', wordFifo(frameDescriptor(1).width, DESCRIPTORS));
      const opener = m.instance('opener', frameOpener(engine));
      const payloads = m.instance('payloads', frameFifo(32, RECORD_FIFO_WORDS));
      const records = m.instance('records', transmitFifo());
      const generator = m.instance('generator', packetGenerator(engine));
      const sealed = m.instance('sealed', frameFifo(9, STORE_OCTETS));
      const trailers = m.instance('trailers', frameFifo(9, TRAILER_STORE_OCTETS));
      const join = m.instance('join', frameJoin);
      const arbiter = m.instance('arbiter', streamArbiter);

      // ---- AXI4-Lite
      m.connect(io.sAxi, axi.sAxi);
      registers.writeAddress.set(axi.access.writeAddress);
      registers.writeData.set(axi.access.writeData);
      registers.write.set(axi.access.write);
      axi.access.writeError.set(registers.writeError);
      registers.readAddress.set(axi.access.readAddress);
      registers.read.set(axi.access.read);
      axi.access.readData.set(registers.readData);
      axi.access.readError.set(registers.readError);
      io.irq.set(registers.irq);

      // ---- the context of the one relation: what happens to it, what is seen of it, and its keys
      const { transmits } = m.let({ transmits: store.transmitDone.and(store.accepted) });
      store.obsoleteTimeout.set(registers.obsoleteTimeout);
      store.verdictRequest.set(opener.verdictRequest);
      store.authentic.set(opener.authentic);
      store.frameKeyId.set(opener.frameKeyId);
      store.nextKeyId.set(opener.nextKeyId);
      store.counter.set(opener.counter);
      store.transmitRequest.set(generator.transmitRequest);
      store.eraseRequest.set(registers.eraseRequest);
      store.cancelRequest.set(registers.cancelRequest);
      store.pushRequest.set(registers.pushRequest);
      store.pushKeyId.set(registers.pushKeyId);
      store.pinned.set(opener.pinned);
      view.openKeyId.set(opener.openKeyId);
      keys.pushMaterial.set(registers.pushMaterial);
      registers.pushAccepted.set(store.pushDone.and(store.accepted));
      registers.pushRefused.set(store.pushDone.and(store.accepted.not()));
      registers.cancelAccepted.set(store.cancelDone.and(store.accepted));
      registers.cancelRefused.set(store.cancelDone.and(store.accepted.not()));
      registers.pushReady.set(view.pushReady);
      registers.eraseDone.set(store.eraseDone);
      registers.sealing.set(generator.sealing);
      registers.providerStates.set(view.providerStates);
      registers.consumerStates.set(view.consumerStates);
      registers.currentKeyId.set(view.currentKeyId);
      registers.nextKeyId.set(view.announcedKeyId);
      registers.requestValid.set(store.current.request.valid);
      registers.requestKeyId.set(store.current.request.keyId);
      registers.requestArrived.set(store.requested);
      registers.transmitCounter.set(store.current.sent);

      // ---- receive: every frame goes into both stores, and one of them keeps it
      const { flowing } = m.registers({
        /** this frame is being opened while it comes: each octet is kept as it stands */
        flowing: bits(1),
      });
      m.connect(io.rx, parser.rx);
      parser.enable.set(registers.enable);
      parser.std.set(registers.std);
      parser.encrypt.set(registers.encrypt);
      parser.frameId.set(registers.receiveFrameId);
      // what flows has to fit, and in any case its last octet, which ends it
      const { roomy } = m.let({ roomy: parser.isStd.not().or(received.space.ge(FRAME_ROOM)) });
      const { keepOurs } = m.let({ keepOurs: parser.described.and(roomy).and(descriptors.full.not()) });
      const { begins } = m.let({ begins: keepOurs.and(received.overflow.not()) });
      const { keepForeign } = m.let({ keepForeign: parser.foreign.and(registers.passReceived) });
      const end = io.rx.fire.and(io.rx.last);
      received.write.set(io.rx.fire.and(parser.tooLong.not().or(io.rx.last)));
      received.writeData.set(cat(io.rx.last, io.rx.data));
      received.commit.set(keepOurs.or(flowing.and(io.rx.fire)));
      received.discard.set(end.and(keepOurs.or(flowing).not()));
      m.when(end, () => flowing.next(0)).elseWhen(begins, () => flowing.next(1));
      passed.write.set(io.rx.fire);
      passed.writeData.set(cat(io.rx.last, io.rx.data));
      passed.commit.set(keepForeign);
      passed.discard.set(end.and(keepForeign.not()));
      descriptors.write.set(begins);
      const { described } = m.wires({ described: frameDescriptor(1) });
      described.isStd.set(parser.isStd);
      described.hasTag.set(parser.hasTag);
      described.encrypt.set(registers.encrypt);
      described.length.set(parser.length);
      described.currentKeyId.set(parser.currentKeyId);
      described.nextKeyId.set(parser.nextKeyId);
      described.counter.set(parser.counter);
      described.apduStatus.set(parser.apduStatus);
      described.relation.set(0);
      descriptors.writeData.set(described.asBits());
      io.hostRx.valid.set(passed.readValid);
      io.hostRx.data.set(passed.readData.take(8));
      io.hostRx.last.set(passed.readData.bit(8));
      passed.read.set(io.hostRx.ready);

      opener.descriptorValid.set(descriptors.readValid);
      opener.descriptor.set(descriptors.readData);
      descriptors.read.set(opener.descriptorRead);
      opener.octetValid.set(received.readValid);
      opener.octet.set(received.readData.take(8));
      opener.octetLast.set(received.readData.bit(8));
      received.read.set(opener.octetRead);
      opener.verdict.set(store.verdictDone);
      opener.hold.set(store.commanded);
      opener.openHit.set(view.openSlot.any());
      opener.openMaterial.set(keys.openMaterial);
      opener.openIv.set(keys.openIv);
      payloads.write.set(opener.wordWrite);
      payloads.writeData.set(opener.word);
      payloads.commit.set(store.fresh);
      payloads.discard.set(store.verdictDone.or(opener.unknownKey).or(opener.dropped).and(store.fresh.not()));
      registers.receiveValid.set(payloads.readValid);
      registers.receiveData.set(payloads.readData);
      registers.receiveLevel.set(payloads.level);
      payloads.read.set(registers.receiveRead);

      // ---- transmit
      records.write.set(registers.transmitWrite);
      records.writeData.set(axi.access.writeData);
      registers.transmitRefuses.set(records.refuses);
      registers.transmitSpace.set(records.space);
      generator.recordReady.set(records.recordReady);
      generator.storeReady.set(sealed.space.ge(FRAME_ROOM));
      generator.wordValid.set(records.readValid);
      generator.word.set(records.readData);
      records.read.set(generator.wordRead);
      generator.enable.set(registers.enable);
      generator.std.set(registers.std);
      generator.encrypt.set(registers.encrypt);
      generator.addTag.set(registers.addTag);
      generator.destination.set(registers.destination);
      generator.source.set(registers.source);
      generator.vlanTci.set(registers.vlanTci);
      generator.frameId.set(registers.transmitFrameId);
      generator.mayTransmit.set(view.mayTransmit);
      generator.transmit.set(transmits);
      generator.material.set(keys.sealMaterial);
      generator.iv.set(keys.sealIv);
      generator.currentKeyId.set(view.currentKeyId);
      generator.nextKeyId.set(view.announcedKeyId);
      generator.counter.set(store.current.sent.add(1));
      generator.refused.set(0);
      sealed.write.set(generator.octetWrite);
      sealed.writeData.set(cat(generator.octetLast, generator.octet));
      sealed.commit.set(generator.sealed);
      sealed.discard.set(0);
      trailers.write.set(generator.trailerWrite);
      trailers.writeData.set(cat(generator.trailerLast, generator.trailerOctet));
      trailers.commit.set(generator.trailerWrite);
      trailers.discard.set(0);
      join.front.valid.set(sealed.readValid);
      join.front.data.set(sealed.readData.take(8));
      join.front.last.set(sealed.readData.bit(8));
      sealed.read.set(join.front.ready);
      join.trailer.valid.set(trailers.readValid);
      join.trailer.data.set(trailers.readData.take(8));
      join.trailer.last.set(trailers.readData.bit(8));
      trailers.read.set(join.trailer.ready);
      m.connect(join.out, arbiter.first);
      // a host frame begins only while passing is allowed, and is then sent to its end
      const { hostBusy } = m.registers({ hostBusy: bits(1) });
      const { hostOpen } = m.let({ hostOpen: registers.passTransmitted.or(hostBusy) });
      arbiter.second.valid.set(io.hostTx.valid.and(hostOpen));
      arbiter.second.data.set(io.hostTx.data);
      arbiter.second.last.set(io.hostTx.last);
      io.hostTx.ready.set(arbiter.second.ready.and(hostOpen));
      m.when(arbiter.second.valid, () => hostBusy.next(io.hostTx.fire.and(io.hostTx.last).not()));
      m.connect(arbiter.out, io.tx);

      // ---- statistics, lowest bit first: the order of the registers
      const { judged } = m.let({ judged: store.verdictDone.or(opener.unknownKey) });
      registers.count.set(
        cat(
          generator.stalled,
          parser.ours.and(begins.or(flowing).not()).or(passed.overflow).or(payloads.overflow),
          keepForeign.and(passed.overflow.not()),
          parser.malformed,
          store.verdictDone.and(opener.authentic.not()),
          opener.unknownKey,
          store.verdictDone.and(opener.authentic).and(store.fresh.not()),
          store.fresh.and(payloads.overflow.not()),
          parser.ours.or(parser.malformed),
          transmits,
        ),
      );
      m.unused(
        opener.relation,
        generator.relation,
        received.level,
        passed.space,
        passed.level,
        payloads.space,
        sealed.level,
        trailers.space,
        trailers.level,
        trailers.overflow,
      );

      io.traceProviderStates.set(view.providerStates);
      io.traceConsumerStates.set(view.consumerStates);
      io.traceCurrentKeyId.set(view.currentKeyId);
      io.traceNextKeyId.set(view.announcedKeyId);
      io.traceTransmit.set(transmits);
      io.traceReceive.set(judged);
      io.traceDeliver.set(store.fresh);
      io.tracePushAccepted.set(registers.pushAccepted);
      io.tracePushRefused.set(registers.pushRefused);
      io.traceCancelAccepted.set(registers.cancelAccepted);
      io.traceCancelRefused.set(registers.cancelRefused);
      io.traceStalled.set(generator.stalled);
      io.traceErased.set(store.eraseDone);
      m.assert('a_frame_that_flows_fits', flowing.and(received.overflow).not());
      m.assert('sealed_frame_fits', sealed.overflow.or(trailers.overflow).not());
      // a frame whose first octet is offered is offered to its end
      const { leaving } = m.registers({ leaving: bits(1) });
      m.when(join.out.valid, () => leaving.next(join.out.fire.and(join.out.last).not()));
      m.assert('leaves_without_a_gap', leaving.not().or(join.out.valid));
      m.assert('no_frame_without_key', transmits.not().or(view.sealSlot.any()));
      const inUse = Array.from({ length: slots }, (_, slot) =>
        cat(view.providerStates.bits(2 * slot, 2), view.consumerStates.bits(2 * slot, 2)).any(),
      );
      m.assert('an_unused_slot_is_zero', keys.notZero.and(vectorOf(inUse).not()).any().not());
      // of one relation each event takes one cycle, and a frame is asked for only while it may be sealed
      m.assert('a_verdict_waits_for_a_frame_that_begins_alone', store.verdictDone.eq(opener.verdictRequest.and(transmits.not())));
      m.assert('what_may_be_sealed_is', store.transmitDone.eq(transmits));
    },
    options.role === 'initiator'
      ? 'Keyturn peer, initiator (IO controller), one relation.'
      : 'Keyturn peer, follower (IO device), one relation.',
  );
}
