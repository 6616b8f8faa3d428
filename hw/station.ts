import { bits, bool, cat, input, module, mux, output, struct } from '../hdl-gen/index.ts';
import { CLOCK_HZ } from '../spec/cyclic.ts';
import { materialBitsOf } from './aead/aead.ts';
import { ENGINES } from './aead/engines.ts';
import { FrameStream } from './frame-stream.ts';
import { relationsParser } from './packet-parser.ts';
import { capabilitiesOf, engineVariantName } from './peer-options.ts';
import { buildReceivePath } from './receive-path.ts';
import { frameIdTable } from './station/frame-id-table.ts';
import { imageTrace, NO_IMAGES_TRACED, processImages } from './station/process-images.ts';
import { relationsText, type StationOptions, stationBus, stationName, stationRegisters } from './station/registers.ts';
import { controlFlag, PartnerMode, relationParameters } from './station/relation-parameters.ts';
import { relationStatistics } from './station/relation-statistics.ts';
import { changedSlots, manyRelations, requireRelations } from './station/relations.ts';
import { COMMANDS, relationBits } from './station/store.ts';
import { buildTransmitPath } from './transmit-path.ts';

/** Cycles from a request to the frame: the contexts take two or three, and when a frame leaves is not to hang on that. */
const ANSWER_CYCLES = 3;

/** What is seen of a station in simulations, with the relation beside it; no key. @param relations 2 to 256  @param slots 2 to 4 */
function stationTrace(relations: number, slots: number) {
  const number = bits(relationBits(relations));
  return struct({
    /** a frame takes its key, KeyIds and counter, or has none and is thrown away */
    transmit: bool,
    refused: bool,
    transmitRelation: number,
    /** a record waits longer for its key than others do */
    stalled: bool,
    /** with transmit and refused: it is an image's */
    image: bool,
    /** a frame of ours has its verdict, or was found to have no key */
    receive: bool,
    deliver: bool,
    receiveRelation: number,
    pushAccepted: bool,
    pushRefused: bool,
    cancelAccepted: bool,
    cancelRefused: bool,
    erased: bool,
    commandRelation: number,
    changed: changedSlots(relations, slots),
    ...imageTrace(relations).fields,
  });
}

/**
 * A station of 1 to 256 relations: an IO controller of as many devices, or a device of as many controllers. Each frame goes under a key
 * of its own relation, and none waits for a key. The registers are in a page for each relation (`spec/station-registers.ts`).
 *
 * `rx` and `tx` are the network, without preamble and FCS; `rx` is always ready. A record whose relation has no key is thrown away and
 * counted, where a peer would wait: it would hold up the others. After a reset nothing is sent or received until all memories are
 * empty, 2048 cycles at the most, of 256 relations.
 * With a memory for process images (`imageWords`), the newest image of each relation is sent at its ticks, before any record. What
 * a frame of an image waits for is waited for each time, so that on a free wire its first octet is always as far behind its tick. What
 * is received into an image is not in the RX FIFO.
 * @throws RangeError for other than 1 to 256 relations
 */
export function station(options: StationOptions) {
  const { role, slots, engine: engineName = 'xor', buildId = 0, windows = false, imageWords = 0, clockHz = CLOCK_HZ } = options;
  requireRelations(options.relations);
  /** of one relation a second is kept, which has no page and to which nothing happens: a memory has two words at least */
  const relations = Math.max(2, options.relations);
  const engine = ENGINES[engineName];
  return module(
    stationName(engineVariantName('keyturn_station', options), options),
    {
      sAxi: input(stationBus),
      irq: output(bool),
      rx: input(FrameStream),
      tx: output(FrameStream),
      hostRx: output(FrameStream),
      hostTx: input(FrameStream),
      /** every memory is empty since the reset */
      ready: output(bool),
      trace: output(stationTrace(relations, slots)),
    },
    (io, m) => {
      const registers = m.instance(
        'registers',
        stationRegisters({ slots, relations: options.relations, engine: engineName, buildId, imageWords }),
      );
      const contexts = m.instance('relations', manyRelations({ role, slots, relations, windows }, materialBitsOf(engine)));
      const parameters = m.instance('parameters', relationParameters(relations));
      const statistics = m.instance('statistics', relationStatistics(relations));
      const table = m.instance('table', frameIdTable(relations));
      const images = imageWords === 0 ? undefined : m.instance('images', processImages(relations, imageWords, clockHz));
      const parser = m.instance('parser', relationsParser);
      const mode = table.mode.as(PartnerMode);
      const { opener, payloads, deliverLate, ends, overflows, passes } = buildReceivePath(m, engine, relations, {
        rx: io.rx,
        hostRx: io.hostRx,
        parser,
        encrypt: mode.encrypt,
        relation: table.relation,
        ...(windows ? { deliverLate: mode.deliverLate } : {}),
        passReceived: registers.passReceived,
        fresh: contexts.fresh,
        ...(images === undefined ? {} : { intoImage: images.takes.and(contexts.newest) }),
      });
      const { records, generator, ofImage } = buildTransmitPath(m, engine, relations, {
        tx: io.tx,
        hostTx: io.hostTx,
        passTransmitted: registers.passTransmitted,
        ...(images === undefined ? {} : { images: images.record }),
      });
      const { isEmpty } = m.let({
        isEmpty: contexts.ready
          .and(parameters.ready)
          .and(statistics.ready)
          .and(table.ready)
          .and(images?.ready ?? 1),
      });
      io.ready.set(isEmpty);

      // ---- registers, and what keeps their words
      m.connect(io.sAxi, registers.sAxi);
      registers.capabilities.set(capabilitiesOf(options, options.relations));
      io.irq.set(registers.irq);
      m.connect(registers.parameter, parameters.software);
      parameters.tableReady.set(table.ready);
      m.connect(registers.count, statistics.software);
      m.connect(registers.event, contexts.event);

      if (images === undefined) {
        registers.images.done.set(1);
        registers.images.fails.set(1);
        registers.images.found.set(0);
        const { access, isWrite, relation, which, wordNumber, data } = registers.images;
        contexts.lapse.request.set(0);
        contexts.lapse.relation.set(0);
        m.unused(access, isWrite, relation, which, wordNumber, data, contexts.lapse.done, contexts.newest, ends);
      } else {
        m.connect(registers.images, images.software);
        images.write.set(opener.wordWrite);
        images.received.set(opener.word);
        images.ends.set(ends);
        images.delivered.set(contexts.newest);
        m.connect(images.lapse, contexts.lapse);
      }
      contexts.intoImage.set(images?.takes ?? 0);

      // ---- commands
      for (const name of [...COMMANDS, 'inspect'] as const) m.connect(registers[name], contexts[name]);
      registers.accepted.set(contexts.accepted);
      registers.inspected.set(contexts.inspected);
      contexts.pushKeyId.set(registers.pushKeyId);
      contexts.pushMaterial.set(registers.pushMaterial);
      contexts.obsoleteTimeout.set(registers.obsoleteTimeout);

      // ---- receive
      table.base.set(registers.frameIdBase);
      table.drop.set(0);
      m.connect(parameters.entry, table.entry);
      m.connect(parameters.partner, table.partner);
      table.ask.set(parser.ask);
      table.frameId.set(parser.frameId);
      table.source.set(parser.source);
      parameters.base.set(registers.frameIdBase);
      parser.enable.set(isEmpty);
      parser.isAssigned.set(table.ours.and(mode.enable));
      parser.std.set(mode.std);
      parser.encrypt.set(mode.encrypt);
      m.connect(opener.verdict, contexts.verdict);
      contexts.frame.set(opener.frame);
      if (deliverLate === undefined) m.unused(mode.deliverLate);
      else contexts.deliverLate?.set(deliverLate);
      contexts.pinned.set(opener.pinned);
      contexts.pinnedRelation.set(opener.verdict.relation);
      contexts.openRelation.set(opener.verdict.relation);
      m.connect(opener.lookUp, contexts.lookUp);
      opener.hold.set(contexts.commanded.or(isEmpty.not()));
      m.connect(payloads.to, registers.receive);
      registers.receiveLevel.set(payloads.level);

      // ---- transmit: a request is answered three cycles after it came, in which the key shows; the contexts may be a cycle earlier,
      // where nothing was under way in them, but when a frame leaves is not to hang on that
      m.connect(registers.transmit, records.software);
      const t = m.registers({
        /** the key shows since this cycle; and it has before, but the frame's time has not come */
        shown: bits(1),
        held: bits(1),
        granted: bits(1),
        /** of the request */
        age: bits(2),
      });
      const settings = parameters.parameters;
      const enabled = controlFlag(settings.control, 'enable');
      t.shown.next(contexts.transmit.done);
      m.when(contexts.transmit.done, () => t.granted.next(contexts.accepted));
      const { hasAnswer } = m.let({ hasAnswer: t.shown.or(t.held) });
      const { isTime } = m.let({ isTime: t.age.eq(ANSWER_CYCLES).and(images === undefined ? 1 : ofImage.not().or(images.due)) });
      const { released } = m.let({ released: hasAnswer.and(isTime) });
      t.held.next(hasAnswer.and(released.not()));
      m.when(released.or(generator.transmitRequest.not()), () => t.age.next(0)).elseWhen(t.age.ne(ANSWER_CYCLES), () =>
        t.age.next(t.age.add(1)),
      );
      const { transmits } = m.let({ transmits: t.granted.and(enabled) });
      contexts.transmit.request.set(generator.transmitRequest.and(hasAnswer.not()));
      contexts.transmit.relation.set(generator.relation);
      parameters.seeks.set(generator.transmitRequest);
      parameters.sought.set(generator.relation);
      // it holds a key that an erase would have to wait for
      registers.sealing.set(generator.sealing.or(hasAnswer));
      generator.enable.set(isEmpty);
      generator.mayTransmit.set(1);
      generator.transmit.set(released.and(transmits));
      const { refused } = m.let({ refused: released.and(transmits.not()) });
      generator.refused.set(refused);
      generator.settings.set({
        std: controlFlag(settings.control, 'std'),
        encrypt: controlFlag(settings.control, 'encrypt'),
        addTag: controlFlag(settings.control, 'tagged'),
        destination: cat(settings.destinationHigh, settings.destinationLow),
        source: registers.source,
        vlanTci: settings.vlanTci,
        frameId: settings.transmitFrameId,
      });
      generator.seal.set(contexts.seal);
      contexts.reached.set(
        t.shown.and(transmits).and(settings.counterThreshold.ne(0)).and(contexts.seal.counter.eq(settings.counterThreshold)),
      );

      // ---- statistics
      const { judged } = m.let({ judged: contexts.verdict.done.or(opener.unknownKey) });
      statistics.parser.set({
        relation: table.relation,
        framesReceived: parser.ours.or(parser.malformed),
        framesMalformed: parser.malformed,
      });
      statistics.opener.set({
        relation: opener.verdict.relation,
        framesDelivered: contexts.fresh.and(payloads.overflow.not()),
        framesStale: contexts.verdict.done.and(opener.frame.authentic).and(contexts.fresh.not()),
        framesUnknownKey: opener.unknownKey,
        framesIcvFailed: contexts.verdict.done.and(opener.frame.authentic.not()),
      });
      statistics.generator.set({ relation: generator.relation, framesSent: generator.transmit, framesRefused: refused });
      registers.passes.set(passes);
      registers.overflows.set(overflows);

      const { accepted } = contexts;
      const { stalled } = m.let({ stalled: t.age.eq(ANSWER_CYCLES).and(hasAnswer.not()) });
      io.trace.set({
        transmit: t.shown.and(transmits),
        refused: t.shown.and(transmits.not()),
        transmitRelation: mux(t.shown.or(stalled), generator.relation, 0),
        stalled,
        image: t.shown.and(ofImage),
        receive: judged,
        deliver: contexts.fresh,
        receiveRelation: mux(judged, opener.verdict.relation, 0),
        pushAccepted: contexts.push.done.and(accepted),
        pushRefused: contexts.push.done.and(accepted.not()),
        cancelAccepted: contexts.cancel.done.and(accepted),
        cancelRefused: contexts.cancel.done.and(accepted.not()),
        erased: contexts.erase.done,
        commandRelation: registers.push.relation,
        changed: contexts.changed,
        ...(images?.trace ?? NO_IMAGES_TRACED),
      });
      m.unused(settings.receiveFrameId, generator.stalled, table.answered, table.foreign, table.dropped);
      m.unused(table.outside, table.unassigned, table.otherSource);
    },
    options.role === 'initiator'
      ? `Keyturn station, initiator (IO controller), ${relationsText(options.relations)}.`
      : `Keyturn station, follower (IO device), ${relationsText(options.relations)}.`,
  );
}
