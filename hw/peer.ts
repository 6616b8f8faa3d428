import { bool, input, module, output, struct, u } from '../hdl-gen/index.ts';
import { materialBitsOf } from './aead/aead.ts';
import { ENGINES } from './aead/engines.ts';
import { axiLiteSlave, registerBus } from './axi-lite-slave.ts';
import { FrameStream } from './frame-stream.ts';
import { packetParser } from './packet-parser.ts';
import { engineVariantName, type PeerOptions } from './peer-options.ts';
import { buildReceivePath } from './receive-path.ts';
import { relationRegisters } from './relation-registers.ts';
import { oneRelation } from './station/relation.ts';
import { COMMANDS, relationBits } from './station/store.ts';
import { relationStatus } from './station/view.ts';
import { deliveryWindows } from './station/windows.ts';
import { buildTransmitPath } from './transmit-path.ts';

/** What is seen of a peer in simulations: its slots, and when frame and key events happen; no key. */
function peerTrace(slots: number) {
  const { providerStates, consumerStates, currentKeyId, nextKeyId } = relationStatus(slots).fields;
  return struct({
    providerStates,
    consumerStates,
    currentKeyId,
    nextKeyId,
    /** a frame takes its key, KeyIds and counter */
    transmit: bool,
    /** a frame of ours has its verdict, or was found to have no key */
    receive: bool,
    deliver: bool,
    pushAccepted: bool,
    pushRefused: bool,
    cancelAccepted: bool,
    cancelRefused: bool,
    stalled: bool,
    /** every slot is erased */
    erased: bool,
  });
}

/**
 * A peer with one relation, whose context and keys are registers: initiator (IO controller) or follower (IO device). Nothing is generated
 * with it: that is a `station`, which has the same parts. It stands until what is proved and tried of the paths from and to the wire
 * (`formal/rtl/peer-wiring.ts`, `formal/rtl/cosimulation/peer/`) stands on a station, too.
 *
 * `rx` and `tx` are the network, without preamble and FCS; `rx` is always ready. `host_rx` and `host_tx` are the
 * host's own traffic, which passes beside the secured frames. Everything else is done through the registers.
 */
export function peer(options: PeerOptions) {
  const { slots, engine: engineName = 'xor', windows = false } = options;
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
      trace: output(peerTrace(slots)),
    },
    (io, m) => {
      const axi = m.instance('axi', axiLiteSlave);
      const registers = m.instance('registers', relationRegisters(options));
      const { store, view, keys } = oneRelation(m, options, materialBitsOf(engine));
      const parser = m.instance('parser', packetParser);
      const delivery = windows ? m.instance('windows', deliveryWindows(slots)) : undefined;
      const delivers = delivery === undefined ? store.fresh : m.let({ delivers: store.fresh.or(delivery.late) }).delivers;
      const { opener, payloads, overflows, passes } = buildReceivePath(m, engine, 1, {
        rx: io.rx,
        hostRx: io.hostRx,
        parser,
        encrypt: registers.settings.encrypt,
        relation: u(relationBits(1), 0),
        passReceived: registers.passReceived,
        fresh: delivers,
      });
      const { records, generator } = buildTransmitPath(m, engine, 1, {
        tx: io.tx,
        hostTx: io.hostTx,
        passTransmitted: registers.passTransmitted,
      });

      // ---- AXI4-Lite
      m.connect(io.sAxi, axi.sAxi);
      m.connect(axi.access, registers.access);
      io.irq.set(registers.irq);

      // ---- the context of the one relation: what happens to it, what is seen of it, and its keys
      // as the store decides it, which takes longer to say so
      const { transmits } = m.let({ transmits: store.transmit.done.and(view.mayTransmit) });
      store.obsoleteTimeout.set(registers.obsoleteTimeout);
      m.connect(opener.verdict, store.verdict);
      store.frame.set(opener.frame);
      store.transmit.request.set(generator.transmitRequest);
      for (const name of COMMANDS) m.connect(registers[name], store[name]);
      store.pushKeyId.set(registers.pushKeyId);
      store.pinned.set(opener.pinned);
      view.openKeyId.set(opener.lookUp.keyId);
      keys.pushMaterial.set(registers.pushMaterial);
      registers.accepted.set(store.accepted);
      registers.sealing.set(generator.sealing);
      registers.seen.set(view.status);
      registers.requestArrived.set(store.requested);

      // ---- late frames, in the cycle of their verdict
      if (delivery !== undefined) {
        delivery.context.set(store.current);
        delivery.relation.set(0);
        delivery.now.set(store.now);
        delivery.filled.set(store.filled);
        delivery.verdict.set(store.verdict.done);
        delivery.verdictRelation.set(0);
        delivery.authentic.set(opener.frame.authentic);
        delivery.frameKeyId.set(opener.frame.keyId);
        delivery.counter.set(opener.frame.counter);
        delivery.wanted.set(registers.deliverLate);
        m.assert('windows_know_the_newest', delivery.newest.eq(store.fresh));
      } else m.unused(registers.deliverLate);

      // ---- receive
      parser.enable.set(registers.enable);
      parser.std.set(registers.settings.std);
      parser.encrypt.set(registers.settings.encrypt);
      parser.frameId.set(registers.receiveFrameId);
      opener.hold.set(store.commanded);
      opener.lookUp.hit.set(view.openSlot.any());
      opener.lookUp.material.set(keys.openMaterial);
      opener.lookUp.iv.set(keys.openIv);
      m.connect(payloads.to, registers.receive);
      registers.receiveLevel.set(payloads.level);

      // ---- transmit
      m.connect(registers.transmit, records.software);
      generator.enable.set(registers.enable);
      generator.settings.set(registers.settings);
      generator.mayTransmit.set(view.mayTransmit);
      generator.transmit.set(transmits);
      generator.seal.set({
        material: keys.sealMaterial,
        iv: keys.sealIv,
        keyId: view.status.currentKeyId,
        nextKeyId: view.status.nextKeyId,
        counter: store.current.sent.add(1),
      });
      generator.refused.set(0);

      // ---- statistics
      const { judged } = m.let({ judged: store.verdict.done.or(opener.unknownKey) });
      registers.count.set({
        framesSent: transmits,
        framesReceived: parser.ours.or(parser.malformed),
        framesDelivered: delivers.and(payloads.overflow.not()),
        framesStale: store.verdict.done.and(opener.frame.authentic).and(delivers.not()),
        framesUnknownKey: opener.unknownKey,
        framesIcvFailed: store.verdict.done.and(opener.frame.authentic.not()),
        framesMalformed: parser.malformed,
        framesPassed: passes,
        framesOverflowed: overflows,
        stalledCycles: generator.stalled,
      });
      m.unused(generator.relation);

      const { providerStates, consumerStates, currentKeyId, nextKeyId } = view.status;
      const { accepted } = store;
      io.trace.set({
        providerStates,
        consumerStates,
        currentKeyId,
        nextKeyId,
        transmit: transmits,
        receive: judged,
        deliver: delivers,
        pushAccepted: store.push.done.and(accepted),
        pushRefused: store.push.done.and(accepted.not()),
        cancelAccepted: store.cancel.done.and(accepted),
        cancelRefused: store.cancel.done.and(accepted.not()),
        stalled: generator.stalled,
        erased: store.erase.done,
      });
      m.assert('no_frame_without_key', transmits.not().or(view.sealSlot.any()));
      // of one relation each event takes one cycle, and a frame is asked for only while it may be sealed
      m.assert('a_verdict_waits_for_a_frame_that_begins_alone', store.verdict.done.eq(opener.verdict.request.and(transmits.not())));
      m.assert('what_may_be_sealed_is', store.transmit.done.eq(transmits));
    },
    options.role === 'initiator'
      ? 'Keyturn peer, initiator (IO controller), one relation.'
      : 'Keyturn peer, follower (IO device), one relation.',
  );
}
