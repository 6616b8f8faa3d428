import { bits, bool, cat, input, module, output } from '../hdl-gen/index.ts';
import { materialBitsOf } from './aead/aead.ts';
import { ENGINES } from './aead/engines.ts';
import { AXI_LITE_PORTS, axiLiteSlave } from './axi-lite-slave.ts';
import { frameFifo } from './frame-fifo.ts';
import { frameJoin } from './frame-join.ts';
import { DESCRIPTOR_BITS, frameOpener } from './frame-opener.ts';
import { FrameStream } from './frame-stream.ts';
import { keyActivation } from './key-activation.ts';
import { packetGenerator } from './packet-generator.ts';
import { packetParser } from './packet-parser.ts';
import { engineVariantName, type PeerOptions } from './peer-options.ts';
import { relationRegisters } from './relation-registers.ts';
import { slotManager } from './slot-manager.ts';
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
      ...AXI_LITE_PORTS,
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
      traceStalled: output(bool),
      /** every slot is erased */
      traceErased: output(bool),
    },
    (io, m) => {
      const axi = m.instance('axi', axiLiteSlave);
      const registers = m.instance('registers', relationRegisters(options));
      const slotsOf = m.instance('slots', slotManager(slots, materialBitsOf(engine)));
      const activation = m.instance('activation', keyActivation(options));
      const parser = m.instance('parser', packetParser);
      const received = m.instance('received', frameFifo(8, STORE_OCTETS));
      const passed = m.instance('passed', frameFifo(9, STORE_OCTETS));
      const descriptors = m.instance('descriptors', wordFifo(DESCRIPTOR_BITS, DESCRIPTORS));
      const opener = m.instance('opener', frameOpener(engine, slots));
      const payloads = m.instance('payloads', frameFifo(32, RECORD_FIFO_WORDS));
      const records = m.instance('records', transmitFifo());
      const generator = m.instance('generator', packetGenerator(engine));
      const sealed = m.instance('sealed', frameFifo(9, STORE_OCTETS));
      const trailers = m.instance('trailers', frameFifo(9, TRAILER_STORE_OCTETS));
      const join = m.instance('join', frameJoin);
      const arbiter = m.instance('arbiter', streamArbiter);

      // ---- AXI4-Lite
      axi.sAxiAwaddr.set(io.sAxiAwaddr);
      axi.sAxiAwvalid.set(io.sAxiAwvalid);
      io.sAxiAwready.set(axi.sAxiAwready);
      axi.sAxiWdata.set(io.sAxiWdata);
      axi.sAxiWstrb.set(io.sAxiWstrb);
      axi.sAxiWvalid.set(io.sAxiWvalid);
      io.sAxiWready.set(axi.sAxiWready);
      io.sAxiBresp.set(axi.sAxiBresp);
      io.sAxiBvalid.set(axi.sAxiBvalid);
      axi.sAxiBready.set(io.sAxiBready);
      axi.sAxiAraddr.set(io.sAxiAraddr);
      axi.sAxiArvalid.set(io.sAxiArvalid);
      io.sAxiArready.set(axi.sAxiArready);
      io.sAxiRdata.set(axi.sAxiRdata);
      io.sAxiRresp.set(axi.sAxiRresp);
      io.sAxiRvalid.set(axi.sAxiRvalid);
      axi.sAxiRready.set(io.sAxiRready);
      registers.writeAddress.set(axi.writeAddress);
      registers.writeData.set(axi.writeData);
      registers.write.set(axi.write);
      axi.writeError.set(registers.writeError);
      registers.readAddress.set(axi.readAddress);
      registers.read.set(axi.read);
      axi.readData.set(registers.readData);
      axi.readError.set(registers.readError);
      io.irq.set(registers.irq);

      // ---- slots and activation
      slotsOf.push.set(activation.push);
      slotsOf.pushKeyId.set(registers.pushKeyId);
      slotsOf.pushMaterial.set(registers.pushMaterial);
      slotsOf.providerSwitch.set(activation.providerSwitch);
      slotsOf.consumerSwitch.set(activation.consumerSwitch);
      slotsOf.withdraw.set(activation.withdraw);
      slotsOf.obsoleteTimeout.set(registers.obsoleteTimeout);
      slotsOf.eraseAll.set(registers.eraseAll);
      slotsOf.openKeyId.set(opener.openKeyId);
      activation.consumerStates.set(slotsOf.consumerStates);
      activation.providerPending.set(slotsOf.providerPending);
      activation.consumerPending.set(slotsOf.consumerPending);
      activation.pendingKeyId.set(slotsOf.pendingKeyId);
      activation.currentKeyId.set(slotsOf.currentKeyId);
      activation.pushRequest.set(registers.pushRequest);
      activation.pushReady.set(slotsOf.pushReady);
      activation.pushDuplicate.set(slotsOf.pushDuplicate);
      activation.pushFirst.set(slotsOf.pushFirst);
      activation.timeout.set(slotsOf.expiring.any());
      activation.eraseAll.set(registers.eraseAll);
      registers.pushAccepted.set(activation.pushAccepted);
      registers.pushRefused.set(activation.pushRefused);
      registers.pushReady.set(slotsOf.pushReady);
      registers.providerStates.set(slotsOf.providerStates);
      registers.consumerStates.set(slotsOf.consumerStates);
      registers.currentKeyId.set(slotsOf.currentKeyId);
      registers.nextKeyId.set(activation.announcedKeyId);
      registers.requestValid.set(activation.requestValid);
      registers.requestKeyId.set(activation.requestKeyId);
      registers.requestArrived.set(activation.requestArrived);
      registers.transmitCounter.set(activation.transmitCounter);

      // ---- receive: every frame goes into both stores, and one of them keeps it
      m.connect(io.rx, parser.rx);
      parser.enable.set(registers.enable);
      parser.std.set(registers.std);
      parser.encrypt.set(registers.encrypt);
      parser.frameId.set(registers.receiveFrameId);
      const { keepOurs } = m.let({ keepOurs: parser.ours.and(descriptors.full.not()) });
      const { keepForeign } = m.let({ keepForeign: parser.foreign.and(registers.passReceived) });
      const end = io.rx.fire.and(io.rx.last);
      received.write.set(io.rx.fire);
      received.writeData.set(io.rx.data);
      received.commit.set(keepOurs);
      received.discard.set(end.and(keepOurs.not()));
      passed.write.set(io.rx.fire);
      passed.writeData.set(cat(io.rx.last, io.rx.data));
      passed.commit.set(keepForeign);
      passed.discard.set(end.and(keepForeign.not()));
      descriptors.write.set(keepOurs.and(received.overflow.not()));
      descriptors.writeData.set(
        cat(parser.isStd, parser.hasTag, parser.length, parser.currentKeyId, parser.nextKeyId, parser.counter, parser.apduStatus),
      );
      io.hostRx.valid.set(passed.readValid);
      io.hostRx.data.set(passed.readData.take(8));
      io.hostRx.last.set(passed.readData.bit(8));
      passed.read.set(io.hostRx.ready);

      opener.descriptorValid.set(descriptors.readValid);
      opener.descriptor.set(descriptors.readData);
      descriptors.read.set(opener.descriptorRead);
      opener.octetValid.set(received.readValid);
      opener.octet.set(received.readData);
      received.read.set(opener.octetRead);
      opener.encrypt.set(registers.encrypt);
      opener.openHit.set(slotsOf.openHit);
      opener.openSlot.set(slotsOf.openSlot);
      opener.openMaterial.set(slotsOf.openMaterial);
      opener.openIv.set(slotsOf.openIv);
      activation.verdict.set(opener.verdict);
      activation.authentic.set(opener.authentic);
      activation.slot.set(opener.slot);
      activation.frameKeyId.set(opener.frameKeyId);
      activation.nextKeyId.set(opener.nextKeyId);
      activation.counter.set(opener.counter);
      payloads.write.set(opener.wordWrite);
      payloads.writeData.set(opener.word);
      payloads.commit.set(activation.fresh);
      payloads.discard.set(opener.verdict.or(opener.unknownKey).and(activation.fresh.not()));
      registers.receiveValid.set(payloads.readValid);
      registers.receiveData.set(payloads.readData);
      registers.receiveLevel.set(payloads.level);
      payloads.read.set(registers.receiveRead);

      // ---- transmit
      records.write.set(registers.transmitWrite);
      records.writeData.set(axi.writeData);
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
      generator.keyValid.set(slotsOf.encryptValid);
      generator.material.set(slotsOf.encryptMaterial);
      generator.iv.set(slotsOf.encryptIv);
      generator.currentKeyId.set(slotsOf.currentKeyId);
      generator.nextKeyId.set(activation.announcedKeyId);
      generator.counter.set(activation.transmitCounter);
      generator.exhausted.set(activation.transmitExhausted);
      activation.transmit.set(generator.transmit);
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
      const { judged } = m.let({ judged: opener.verdict.or(opener.unknownKey) });
      registers.count.set(
        cat(
          generator.stalled,
          received.overflow.or(passed.overflow).or(payloads.overflow).or(parser.ours.and(descriptors.full)),
          keepForeign.and(passed.overflow.not()),
          parser.malformed,
          opener.verdict.and(opener.authentic.not()),
          opener.unknownKey,
          opener.verdict.and(opener.authentic).and(activation.fresh.not()),
          activation.fresh.and(payloads.overflow.not()),
          parser.ours.or(parser.malformed),
          generator.transmit,
        ),
      );
      m.unused(
        received.space,
        received.level,
        passed.space,
        passed.level,
        payloads.space,
        sealed.level,
        trailers.space,
        trailers.level,
        trailers.overflow,
      );

      io.traceProviderStates.set(slotsOf.providerStates);
      io.traceConsumerStates.set(slotsOf.consumerStates);
      io.traceCurrentKeyId.set(slotsOf.currentKeyId);
      io.traceNextKeyId.set(activation.announcedKeyId);
      io.traceTransmit.set(generator.transmit);
      io.traceReceive.set(judged);
      io.traceDeliver.set(activation.fresh);
      io.tracePushAccepted.set(activation.pushAccepted);
      io.tracePushRefused.set(activation.pushRefused);
      io.traceStalled.set(generator.stalled);
      io.traceErased.set(registers.eraseAll);
      m.assert('sealed_frame_fits', sealed.overflow.or(trailers.overflow).not());
      // a frame whose first octet is offered is offered to its end
      const { leaving } = m.registers({ leaving: bits(1) });
      m.when(join.out.valid, () => leaving.next(join.out.fire.and(join.out.last).not()));
      m.assert('leaves_without_a_gap', leaving.not().or(join.out.valid));
      m.assert('no_frame_without_key', generator.transmit.not().or(slotsOf.encryptValid));
    },
    options.role === 'initiator'
      ? 'Keyturn peer, initiator (IO controller), one relation.'
      : 'Keyturn peer, follower (IO device), one relation.',
  );
}
