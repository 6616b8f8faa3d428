import { type AnyBits, type Bit, type Bits, bits, bool, cat, input, module, mux, output, struct, u } from '../hdl-gen/index.ts';
import { materialOctets } from '../spec/aead-engines.ts';
import { KEY_ID_BITS } from '../spec/key-id.ts';
import { CANCEL, ERASE_ALL, fieldOf, IDENTIFICATION, MAP_VERSION_REGISTER, REGISTERS, type RegisterName } from '../spec/registers.ts';
import { registerAccess } from './axi-lite-slave.ts';
import { FrameSettings } from './frame-settings.ts';
import { RecordStream } from './frame-stream.ts';
import { buildErase, stagedMaterial, stagedWords } from './key-staging.ts';
import { anyOf } from './one-hot.ts';
import { capabilitiesOf, engineVariantName, type PeerOptions } from './peer-options.ts';
import { isAmong, wordAt, wordOf } from './register-word.ts';
import { noLongerThanCounted, TIME_BITS } from './station/context.ts';
import { slotBitsOf } from './station/key-store.ts';
import { COMMANDS, eventRequest } from './station/store.ts';
import { relationStatus } from './station/view.ts';
import { RECORD_FIFO_LEVEL_BITS, recordWrites } from './transmit-fifo.ts';

/** A flag each. */
const CONTROL_BITS = REGISTERS.control.fields.length;

/** Each of the statistics registers counts the cycles in which its flag is 1. */
const Counted = struct({
  framesSent: bool,
  framesReceived: bool,
  framesDelivered: bool,
  framesStale: bool,
  framesUnknownKey: bool,
  framesIcvFailed: bool,
  framesMalformed: bool,
  framesPassed: bool,
  framesOverflowed: bool,
  stalledCycles: bool,
} as const satisfies Partial<Record<RegisterName, typeof bool>>);
const STATISTICS = Object.keys(Counted.fields) as (keyof typeof Counted.fields)[];

/**
 * The registers of one relation, as `spec/registers.ts` lists them, behind the simple bus of `axi_lite_slave`.
 *
 * Key staging is write-only, and is zero again one cycle after the Push was settled, whether the key was
 * accepted or not, and after a write of `eraseAll`. Nothing here reads a key back.
 */
export function relationRegisters(options: PeerOptions) {
  const { slots, engine = 'xor', buildId = 0 } = options;
  const command = eventRequest(1);
  return module(
    engineVariantName('relation_registers', options),
    {
      access: input(registerAccess),
      irq: output(bool),

      enable: output(bool),
      passReceived: output(bool),
      passTransmitted: output(bool),
      deliverLate: output(bool),
      obsoleteTimeout: output(bits(TIME_BITS)),
      /** of the frames that are sent; how those have to be that are received, too */
      settings: output(FrameSettings),
      receiveFrameId: output(bits(16)),

      push: output(command),
      pushKeyId: output(bits(KEY_ID_BITS)),
      pushMaterial: output(bits(slotBitsOf(8 * materialOctets(engine)))),
      /** the announced key is to be withdrawn */
      cancel: output(command),
      /** with the end of a Push and of a cancel */
      accepted: input(bool),
      /** no key may be left in a slot */
      erase: output(command),
      /** the engine that seals holds a key */
      sealing: input(bool),

      seen: input(relationStatus(slots)),
      requestArrived: input(bool),

      transmit: output(recordWrites()),
      receive: input(RecordStream),
      receiveLevel: input(bits(RECORD_FIFO_LEVEL_BITS)),

      count: input(Counted),
    },
    (io, m) => {
      const { access, seen } = io;
      const r = m.registers({
        control: bits(CONTROL_BITS),
        interrupts: bits(4),
        interruptEnable: bits(4),
        timeoutCycles: bits(TIME_BITS),
        destinationHigh: bits(16),
        destinationLow: bits(32),
        sourceHigh: bits(16),
        sourceLow: bits(32),
        tci: bits(16),
        sendId: bits(16),
        acceptId: bits(16),
        counterThreshold: bits(32),
        /** the threshold is not 0 */
        counts: bits(1),
        stagedKeyId: bits(KEY_ID_BITS),
        pushing: bits(1),
        cancelling: bits(1),
        pushAccepted: bits(1),
        pushRefused: bits(1),
        cancelAccepted: bits(1),
        cancelRefused: bits(1),
        /** the slots are not erased yet; a key may be left somewhere */
        eraseWaits: bits(1),
        erasing: bits(1),
        slotsBefore: bits(4 * slots),
        warned: bits(1),
      });
      const staging = stagedWords(engine, (name, index) => m.register(`${name}_${index}`, bits(32)));
      const statistics = STATISTICS.map((name) => ({ name, value: m.register(name, bits(32)) }));

      // ---- writes
      const writes = m.wires({
        recordWord: bits(1, { fallback: 0 }),
        keyPush: bits(1, { fallback: 0 }),
        erase: bits(1, { fallback: 0 }),
        cancel: bits(1, { fallback: 0 }),
        clear: bits(4, { fallback: 0 }),
      });
      const writable: number[] = [];
      const onWrite = (offset: number, then: () => void): void => {
        writable.push(offset);
        m.when(access.writeAddress.eq(offset).and(access.write), then);
      };
      onWrite(REGISTERS.control.offset, () => r.control.next(access.writeData.take(CONTROL_BITS)));
      onWrite(REGISTERS.interruptStatus.offset, () => writes.clear.set(access.writeData.take(4)));
      onWrite(REGISTERS.interruptEnable.offset, () => r.interruptEnable.next(access.writeData.take(4)));
      onWrite(REGISTERS.obsoleteTimeout.offset, () => r.timeoutCycles.next(access.writeData));
      onWrite(REGISTERS.destinationHigh.offset, () => r.destinationHigh.next(access.writeData.take(16)));
      onWrite(REGISTERS.destinationLow.offset, () => r.destinationLow.next(access.writeData));
      onWrite(REGISTERS.sourceHigh.offset, () => r.sourceHigh.next(access.writeData.take(16)));
      onWrite(REGISTERS.sourceLow.offset, () => r.sourceLow.next(access.writeData));
      onWrite(REGISTERS.vlanTci.offset, () => r.tci.next(access.writeData.take(16)));
      onWrite(REGISTERS.transmitFrameId.offset, () => r.sendId.next(access.writeData.take(16)));
      onWrite(REGISTERS.receiveFrameId.offset, () => r.acceptId.next(access.writeData.take(16)));
      onWrite(REGISTERS.counterThreshold.offset, () => {
        r.counterThreshold.next(access.writeData);
        r.counts.next(access.writeData.any());
      });
      onWrite(REGISTERS.keyPush.offset, () => {
        writes.keyPush.set(r.pushing.not());
      });
      onWrite(REGISTERS.transmitData.offset, () => writes.recordWord.set(1));
      const { saysErase, saysCancel } = m.let({ saysErase: access.writeData.eq(ERASE_ALL), saysCancel: access.writeData.eq(CANCEL) });
      onWrite(REGISTERS.eraseAll.offset, () => writes.erase.set(saysErase));
      onWrite(REGISTERS.cancel.offset, () => writes.cancel.set(saysCancel.and(r.cancelling.not())));
      for (const { offset, word: part } of staging) onWrite(offset, () => part.next(access.writeData));
      const refused = (name: RegisterName, condition: Bit): Bit => access.writeAddress.eq(REGISTERS[name].offset).and(condition);
      const { busy } = m.let({
        busy: anyOf([refused('transmitData', io.transmit.refuses), refused('keyPush', r.pushing), refused('cancel', r.cancelling)]),
      });
      access.writeError.set(
        anyOf([
          isAmong(access.writeAddress, writable).not(),
          busy,
          refused('eraseAll', saysErase.not()),
          refused('cancel', saysCancel.not()),
        ]),
      );
      io.transmit.write.set(writes.recordWord);
      io.transmit.data.set(access.writeData);
      m.unused(io.transmit.between);

      // ---- Push
      m.when(writes.keyPush, () => {
        r.pushing.next(1);
        r.stagedKeyId.next(access.writeData.take(KEY_ID_BITS));
        r.pushAccepted.next(0);
        r.pushRefused.next(0);
      });
      m.when(io.push.done, () => {
        r.pushing.next(0);
        r.stagedKeyId.next(0);
        r.pushAccepted.next(io.accepted);
        r.pushRefused.next(io.accepted.not());
      });
      m.when(io.push.done.or(writes.erase), () => {
        for (const { word } of staging) word.next(0);
      });
      io.push.request.set(r.pushing);
      io.pushKeyId.set(r.stagedKeyId);
      io.pushMaterial.set(stagedMaterial(staging));

      // ---- cancel
      m.when(writes.cancel, () => {
        r.cancelling.next(1);
        r.cancelAccepted.next(0);
        r.cancelRefused.next(0);
      });
      m.when(io.cancel.done, () => {
        r.cancelling.next(0);
        r.cancelAccepted.next(io.accepted);
        r.cancelRefused.next(io.accepted.not());
      });
      io.cancel.request.set(r.cancelling);

      // ---- erase
      buildErase(m, { waits: r.eraseWaits, erasing: r.erasing }, { asked: writes.erase, done: io.erase.done, sealing: io.sealing });
      io.erase.request.set(r.eraseWaits);
      for (const name of COMMANDS) io[name].relation.set(0);

      // ---- interrupts
      const states = cat(seen.providerStates, seen.consumerStates);
      r.slotsBefore.next(states);
      const { warning } = m.let({ warning: seen.sent.eq(r.counterThreshold).and(r.counts) });
      r.warned.next(warning);
      const { arrived } = m.let({
        arrived: cat(warning.and(r.warned.not()), states.ne(r.slotsBefore), io.requestArrived, io.count.framesDelivered),
      });
      r.interrupts.next(r.interrupts.and(writes.clear.not()).or(arrived));
      io.irq.set(r.interrupts.and(r.interruptEnable).any());

      // ---- statistics
      for (const { name, value } of statistics) m.when(io.count[name], () => value.next(value.add(1)));

      // ---- reads
      const wide = (value: AnyBits) => value.as(bits(value.width)).zext(32);
      const readable: Partial<Record<RegisterName, Bits<32>>> = {
        identification: u(32, IDENTIFICATION),
        capabilities: u(32, capabilitiesOf(options, 1)),
        control: wide(r.control),
        status: wordOf(REGISTERS.status, {
          providerStates: seen.providerStates,
          consumerStates: seen.consumerStates,
          currentKeyId: seen.currentKeyId,
          nextKeyId: seen.nextKeyId,
          pushReady: seen.pushReady,
          erasing: r.erasing,
        }),
        request: wordOf(REGISTERS.request, { valid: seen.requestValid, keyId: seen.requestKeyId }),
        interruptStatus: wide(r.interrupts),
        interruptEnable: wide(r.interruptEnable),
        obsoleteTimeout: r.timeoutCycles,
        destinationHigh: wide(r.destinationHigh),
        destinationLow: r.destinationLow,
        sourceHigh: wide(r.sourceHigh),
        sourceLow: r.sourceLow,
        vlanTci: wide(r.tci),
        transmitFrameId: wide(r.sendId),
        receiveFrameId: wide(r.acceptId),
        counterThreshold: r.counterThreshold,
        pushResult: wordOf(REGISTERS.pushResult, { accepted: r.pushAccepted, refused: r.pushRefused }),
        cancelResult: wordOf(REGISTERS.cancelResult, { accepted: r.cancelAccepted, refused: r.cancelRefused }),
        transmitCounter: wide(seen.sent),
        transmitSpace: wide(io.transmit.space),
        receiveData: mux(io.receive.valid, io.receive.word, 0),
        receiveLevel: wide(io.receiveLevel),
        mapVersion: u(32, MAP_VERSION_REGISTER.afterReset),
        buildId: u(32, buildId),
        ...Object.fromEntries(statistics.map(({ name, value }) => [name, value])),
      };
      const words = Object.entries(readable).map(([name, value]) => ({ offset: REGISTERS[name as RegisterName].offset, value }));
      const offsets = words.map(({ offset }) => offset);
      access.readError.set(isAmong(access.readAddress, offsets).not());
      access.readData.set(wordAt(access.readAddress, words));
      io.receive.ready.set(access.read.and(access.readAddress.eq(REGISTERS.receiveData.offset)));

      // ---- settings
      const setting = (name: string): Bit => r.control.bit(fieldOf(REGISTERS.control, name).low);
      io.enable.set(setting('enable'));
      io.passReceived.set(setting('passReceived'));
      io.passTransmitted.set(setting('passTransmitted'));
      io.deliverLate.set(setting('deliverLate'));
      io.obsoleteTimeout.set(noLongerThanCounted(r.timeoutCycles));
      io.settings.set({
        std: setting('std'),
        encrypt: setting('encrypt'),
        addTag: setting('tagged'),
        destination: cat(r.destinationHigh, r.destinationLow),
        source: cat(r.sourceHigh, r.sourceLow),
        vlanTci: r.tci,
        frameId: r.sendId,
      });
      io.receiveFrameId.set(r.acceptId);
    },
    'Registers of one relation; the map is in spec/registers.ts.',
  );
}
