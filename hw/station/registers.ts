/** The registers of a station of many relations: a page for each (`spec/station-registers.ts`). */
import {
  type AnyBits,
  type Bit,
  type Bits,
  type Build,
  bits,
  bool,
  cat,
  input,
  module,
  mux,
  output,
  parametric,
  u,
} from '../../hdl-gen/index.ts';
import { axiLite, buildWaitingAxiLiteBus, RESPONSE } from '../../hdl-gen/library/index.ts';
import { materialOctets } from '../../spec/aead-engines.ts';
import { IMAGE_REGISTERS } from '../../spec/image-registers.ts';
import { ADDRESS_BITS, IDENTIFICATION, MAP_VERSION_REGISTER, REGISTERS, type Register, type RegisterName } from '../../spec/registers.ts';
import { PAGE_OCTETS, STATION_REGISTERS } from '../../spec/station-registers.ts';
import { RecordStream } from '../frame-stream.ts';
import { anyOf, chosen, vectorOf } from '../one-hot.ts';
import type { PeerOptions } from '../peer-options.ts';
import { wordOf } from '../register-word.ts';
import { RECORD_FIFO_LEVEL_BITS, RecordHead, recordHead, recordWords, recordWrites } from '../transmit-fifo.ts';
import { buildCommands, commandPorts, PAGE_BITS } from './commands.ts';
import { noLongerThanCounted, TIME_BITS } from './context.ts';
import { IMAGE_ACCESS, imageAccess, isWithin, wordWithin } from './image-access.ts';
import { slotBitsOf } from './key-store.ts';
import { CONTROL_BITS, controlFlag, PARAMETER_NAMES, parameterAccess } from './relation-parameters.ts';
import { COUNTS, countAccess } from './relation-statistics.ts';
import { eventAccess, RELATION_EVENTS, requireRelations } from './relations.ts';
import { eventRequest, relationBits } from './store.ts';
import { relationStatus } from './view.ts';

/** Every page that the addresses reach. */
export const STATION_ADDRESS_BITS = ADDRESS_BITS + PAGE_BITS;

export const stationBus = axiLite(STATION_ADDRESS_BITS);

export interface StationOptions extends PeerOptions {
  /** 1 to 256 */
  readonly relations: number;
  /** words of the memory of process images, of each direction: up to 65,536; default 0, no images */
  readonly imageWords?: number;
  /** of the logic, by which units of 31.25 us are counted; default 125 MHz */
  readonly clockHz?: number;
}

/** What the registers are made for; what else a station is, it tells them. */
export type RegistersOptions = Pick<StationOptions, 'slots' | 'relations' | 'engine' | 'buildId' | 'imageWords'>;

/** Two stations of which one has images, or other ones, need two names. */
export function stationName(base: string, { relations, imageWords = 0 }: Pick<StationOptions, 'relations' | 'imageWords'>): string {
  return `${base}_of_${relations}${imageWords === 0 ? '' : `_images_${imageWords}`}`;
}

/** Of a relation, as its context has it. */
const SEEN = ['status', 'request', 'transmitCounter'] as const;

/**
 * Behind AXI4-Lite: a read waits until what keeps the word has answered, and never answers wrongly. What a relation has for itself
 * stands in block RAM (`relation_parameters`, `relation_statistics`, contexts); one set of staging registers and one command of each
 * kind at a time serve all pages. A page that stages another relation's keys finds the staging zero, and a Push in a page whose keys
 * are not the staged ones, all of them, is refused, so that no key is ever made of two, or of a half.
 * @throws RangeError for other than 1 to 256 relations
 */
export const stationRegisters = parametric((options: RegistersOptions) => {
  const { slots, relations, engine = 'xor', buildId = 0, imageWords = 0 } = options;
  requireRelations(relations);
  const materialBits = slotBitsOf(8 * materialOctets(engine));
  return module(
    `${stationName(`station_registers_${slots}`, options)}_${engine.replaceAll('-', '_')}`,
    {
      /** what the register of that name reads: constant */
      capabilities: input(bits(32)),
      sAxi: input(stationBus),
      irq: output(bool),
      passReceived: output(bool),
      passTransmitted: output(bool),
      obsoleteTimeout: output(bits(TIME_BITS)),
      source: output(bits(48)),
      frameIdBase: output(bits(16)),

      parameter: output(parameterAccess(relations)),
      count: output(countAccess(relations)),
      /** `process_images`; where there are none, reads are answered with 0, and writes fail */
      images: output(imageAccess(relations)),

      ...commandPorts(relations, materialBits),

      /** contexts: what is to be seen stays until it is */
      inspect: output(eventRequest(relations)),
      inspected: input(relationStatus(slots)),

      event: output(eventAccess(relations)),

      transmit: output(recordWrites()),
      receive: input(RecordStream),
      receiveLevel: input(bits(RECORD_FIFO_LEVEL_BITS)),
      passes: input(bool),
      overflows: input(bool),
    },
    (io, m) => {
      const bus = buildWaitingAxiLiteBus(m, io.sAxi, { nothingThere: RESPONSE.SLVERR });
      const numberOf = (page: AnyBits) => page.as(bits(page.width)).take(relationBits(relations));
      const r = m.registers({
        pass: bits(2),
        interruptEnable: bits(RELATION_EVENTS.length),
        timeoutCycles: bits(TIME_BITS),
        sourceHigh: bits(16),
        sourceLow: bits(32),
        base: bits(16, { init: STATION_REGISTERS.frameIdBase.afterReset }),
        eventOf: bits(PAGE_BITS),
        interrupts: bits(RELATION_EVENTS.length),
        recordOf: bits(PAGE_BITS),
        readingOf: bits(PAGE_BITS),
        /** words that the record that is read still has; 0 between records */
        remaining: bits(RECORD_FIFO_LEVEL_BITS),
        framesPassed: bits(32),
        framesOverflowed: bits(32),
      });

      // ---- writes
      const { writePage } = m.let({ writePage: bus.writeAddress.shr(ADDRESS_BITS).take(PAGE_BITS) });
      const { writeOffset } = m.let({ writeOffset: bus.writeAddress.take(ADDRESS_BITS) });
      const { whole } = m.let({ whole: bus.strobed.allOnes() });
      const { valid } = m.let({ valid: whole.and(pageThereIs(writePage, relations)) });
      const writes = m.wires({
        known: bits(1, { fallback: 0 }),
        /** the write can't be taken */
        fails: bits(1, { fallback: 0 }),
        parameter: bits(PARAMETER_NAMES.length, { fallback: 0 }),
        image: bits(IMAGE_ACCESS.length, { fallback: 0 }),
        clear: bits(RELATION_EVENTS.length, { fallback: 0 }),
        transmit: bits(1, { fallback: 0 }),
      });
      const onWrite = (offset: number, then: () => void): void => {
        m.when(writeOffset.eq(offset), () => {
          writes.known.set(1);
          then();
        });
      };
      const { takes } = m.let({ takes: bus.write.and(valid) });
      const onTaken = ({ offset }: Register, then: () => void): void => onWrite(offset, () => m.when(takes, then));
      const data = bus.writeData;
      PARAMETER_NAMES.forEach((name, index) => {
        onWrite(REGISTERS[name].offset, () => writes.parameter.set(1 << index));
      });
      IMAGE_ACCESS.forEach((name, index) => {
        if (IMAGE_REGISTERS[name].access === 'ro') return;
        m.when(isWithin(writeOffset, IMAGE_REGISTERS[name]), () => {
          writes.known.set(1);
          writes.fails.set(io.images.fails);
          writes.image.set(1 << index);
        });
      });
      m.when(takes.and(writeOffset.eq(REGISTERS.control.offset)), () =>
        r.pass.next(cat(controlFlag(data.take(CONTROL_BITS), 'passTransmitted'), controlFlag(data.take(CONTROL_BITS), 'passReceived'))),
      );
      onTaken(REGISTERS.interruptStatus, () => writes.clear.set(data.take(RELATION_EVENTS.length)));
      onTaken(REGISTERS.interruptEnable, () => r.interruptEnable.next(data.take(RELATION_EVENTS.length)));
      onTaken(REGISTERS.obsoleteTimeout, () => r.timeoutCycles.next(data));
      onTaken(REGISTERS.sourceHigh, () => r.sourceHigh.next(data.take(16)));
      onTaken(REGISTERS.sourceLow, () => r.sourceLow.next(data));
      onTaken(STATION_REGISTERS.frameIdBase, () => r.base.next(data.take(16)));
      const fails = (condition: Bit): void => {
        writes.fails.set(condition);
      };
      const commands = buildCommands(m, io, engine, { page: writePage, offset: writeOffset, data, takes, onWrite, fails });
      // a record is written through one page, whose number goes above its length
      const { inRecord } = m.let({
        inRecord: mux(io.transmit.between, data.as(RecordHead).relation.any().not(), writePage.eq(r.recordOf)),
      });
      onWrite(REGISTERS.transmitData.offset, () => {
        writes.fails.set(io.transmit.refuses.or(inRecord.not()));
        writes.transmit.set(takes.and(inRecord));
      });
      const { isParameter, isImage } = m.let({ isParameter: valid.and(writes.parameter.any()), isImage: valid.and(writes.image.any()) });
      bus.writeResponse.set(mux(valid.and(writes.known).and(writes.fails.not()), u(2, RESPONSE.OKAY), RESPONSE.SLVERR));
      m.when(io.transmit.between.and(writes.transmit), () => r.recordOf.next(writePage));
      io.transmit.write.set(writes.transmit);
      io.transmit.data.set(mux(io.transmit.between, recordHead(writePage, data.as(RecordHead).length), data));

      // ---- events
      io.event.enable.set(r.interruptEnable);
      io.irq.set(io.event.waits);
      m.when(writes.clear.any().and(writePage.eq(r.eventOf)), () => r.interrupts.next(r.interrupts.and(writes.clear.not())));
      m.when(io.event.taken, () => {
        r.eventOf.next(io.event.relation.zext(PAGE_BITS));
        r.interrupts.next(io.event.events);
      });

      // ---- reads
      const { readPage } = m.let({ readPage: bus.readAddress.shr(ADDRESS_BITS).take(PAGE_BITS) });
      const { readOffset } = m.let({ readOffset: bus.readAddress.take(ADDRESS_BITS) });
      const { reading } = m.let({ reading: bus.reading.and(pageThereIs(readPage, relations)) });
      const at = ({ offset }: Register): Bit => readOffset.eq(offset);
      const wide = (value: AnyBits) => value.as(bits(value.width)).zext(32);
      const ofPage = (page: AnyBits): Bit => readPage.eq(page.as(bits(PAGE_BITS)));
      const ofCommand = (value: Bit): Bit => value.and(ofPage(commands.of));
      const { headOf } = m.let({
        headOf: mux(r.remaining.any(), r.readingOf, io.receive.word.as(RecordHead).relation.take(PAGE_BITS)),
      });
      const { mayPop } = m.let({ mayPop: io.receive.valid.and(ofPage(headOf)) });
      const head = mux(r.remaining.any(), io.receive.word, wide(io.receive.word.as(RecordHead).length));
      const here: Readonly<Partial<Record<RegisterName, Bits<32>>>> = {
        identification: u(32, IDENTIFICATION),
        capabilities: io.capabilities,
        interruptStatus: mux(ofPage(r.eventOf), wide(r.interrupts), 0),
        interruptEnable: wide(r.interruptEnable),
        obsoleteTimeout: r.timeoutCycles,
        sourceHigh: wide(r.sourceHigh),
        sourceLow: r.sourceLow,
        pushResult: wordOf(REGISTERS.pushResult, { accepted: ofCommand(commands.pushAccepted), refused: ofCommand(commands.pushRefused) }),
        cancelResult: wordOf(REGISTERS.cancelResult, {
          accepted: ofCommand(commands.cancelAccepted),
          refused: ofCommand(commands.cancelRefused),
        }),
        transmitSpace: wide(io.transmit.space),
        receiveData: mux(mayPop, head, 0),
        receiveLevel: mux(mayPop, wide(io.receiveLevel), 0),
        mapVersion: u(32, MAP_VERSION_REGISTER.afterReset),
        buildId: u(32, buildId),
        framesPassed: r.framesPassed,
        framesOverflowed: r.framesOverflowed,
        // none waits: what has no key is refused
        stalledCycles: u(32, 0),
      };
      const counted = COUNTS.map((name) => at(name === 'framesRefused' ? STATION_REGISTERS[name] : REGISTERS[name]));
      const parameters = PARAMETER_NAMES.map((name) => at(REGISTERS[name]));
      const images = IMAGE_ACCESS.map((name) =>
        IMAGE_REGISTERS[name].access === 'wo' ? u(1, 0) : isWithin(readOffset, IMAGE_REGISTERS[name]),
      );
      const seen = SEEN.map((name) => at(REGISTERS[name]));
      const { inspected } = io;
      const seenValues = {
        status: wordOf(REGISTERS.status, {
          providerStates: inspected.providerStates,
          consumerStates: inspected.consumerStates,
          currentKeyId: inspected.currentKeyId,
          nextKeyId: inspected.nextKeyId,
          pushReady: inspected.pushReady,
          erasing: ofCommand(commands.erasing),
        }),
        request: wordOf(REGISTERS.request, { valid: inspected.requestValid, keyId: inspected.requestKeyId }),
        transmitCounter: wide(inspected.sent),
      } as const;
      const { event } = m.let({ event: at(STATION_REGISTERS.event) });
      const { countsIt } = m.let({ countsIt: reading.and(anyOf(counted)) });
      const { asksParameter } = m.let({ asksParameter: reading.and(anyOf(parameters)) });
      const { inspects } = m.let({ inspects: reading.and(anyOf(seen)) });
      const { takesEvent } = m.let({ takesEvent: reading.and(event) });
      const { asksImage } = m.let({ asksImage: reading.and(anyOf(images)) });
      const parameter = takingTurns(m, '_parameter', {
        writes: bus.writing.and(isParameter),
        reads: asksParameter,
        done: io.parameter.done,
      });
      const image = takingTurns(m, '_image', { writes: bus.writing.and(isImage), reads: asksImage, done: io.images.done });
      bus.writeDone.set(mux(isParameter, parameter.writeDone, mux(isImage, image.writeDone, 1)));
      io.parameter.access.set(parameter.access);
      io.parameter.isWrite.set(parameter.isWrite);
      io.parameter.relation.set(numberOf(mux(parameter.isWrite, writePage, readPage)));
      io.parameter.which.set(mux(parameter.isWrite, writes.parameter, vectorOf(parameters)));
      io.images.access.set(image.access);
      io.images.isWrite.set(image.isWrite);
      io.images.relation.set(numberOf(mux(image.isWrite, writePage, readPage)));
      io.images.which.set(mux(image.isWrite, writes.image, vectorOf(images)));
      io.images.wordNumber.set(
        mux(image.isWrite, wordWithin(writeOffset, IMAGE_REGISTERS.providerImage), wordWithin(readOffset, IMAGE_REGISTERS.consumerImage)),
      );
      io.images.data.set(data);
      io.parameter.data.set(data);
      io.count.read.set(countsIt);
      io.count.relation.set(numberOf(readPage));
      io.count.kind.set(indexOf(counted, 3));
      io.inspect.request.set(inspects);
      io.inspect.relation.set(numberOf(readPage));
      io.event.take.set(takesEvent);
      const simple = [
        ...Object.entries(here).map(([name, value]) => ({ here: at(REGISTERS[name as RegisterName]), value })),
        { here: at(STATION_REGISTERS.frameIdBase), value: wide(r.base) },
        { here: at(IMAGE_REGISTERS.imageCapacity), value: u(32, imageWords) },
        {
          here: at(STATION_REGISTERS.receiveRelation),
          value: wordOf(STATION_REGISTERS.receiveRelation, { relation: mux(io.receive.valid, headOf, 0), valid: io.receive.valid }),
        },
      ];
      const waiting = [
        { here: asksParameter, done: parameter.readDone, value: io.parameter.found },
        { here: asksImage, done: image.readDone, value: io.images.found },
        { here: countsIt, done: io.count.done, value: io.count.count },
        { here: inspects, done: io.inspect.done, value: chosen(seen, Object.values(seenValues)) },
        {
          here: takesEvent,
          done: io.event.taken,
          value: wordOf(STATION_REGISTERS.event, {
            relation: io.event.relation,
            interrupts: io.event.events,
            valid: io.event.events.any(),
          }),
        },
      ];
      const { waits } = m.let({ waits: anyOf(waiting.map(({ here: asked }) => asked)) });
      const { isSimple } = m.let({ isSimple: reading.and(anyOf(simple.map((one) => one.here))) });
      bus.readDone.set(mux(waits, anyOf(waiting.map(({ here: asked, done }) => asked.and(done))), 1));
      bus.readResponse.set(mux(waits.or(isSimple), u(2, RESPONSE.OKAY), RESPONSE.SLVERR));
      bus.readData.set(
        chosen(
          [...simple.map((one) => one.here.and(isSimple)), ...waiting.map((one) => one.here)],
          [...simple, ...waiting].map(({ value }) => value),
        ),
      );
      io.receive.ready.set(bus.read.and(at(REGISTERS.receiveData)).and(mayPop));
      m.when(io.receive.fire, () => {
        r.readingOf.next(headOf);
        r.remaining.next(mux(r.remaining.any(), r.remaining.sub(1), recordWords(io.receive.word).sub(1).trunc(RECORD_FIFO_LEVEL_BITS)));
      });

      // ---- what is counted for all
      m.when(io.passes, () => r.framesPassed.next(r.framesPassed.add(1)));
      m.when(io.overflows, () => r.framesOverflowed.next(r.framesOverflowed.add(1)));
      io.passReceived.set(r.pass.bit(0));
      io.passTransmitted.set(r.pass.bit(1));
      io.obsoleteTimeout.set(noLongerThanCounted(r.timeoutCycles));
      io.source.set(cat(r.sourceHigh, r.sourceLow));
      io.frameIdBase.set(r.base);
    },
    `Registers of ${relationsText(relations)}, a page of ${PAGE_OCTETS} octets each; the map is in spec/station-registers.ts.`,
  );
});

/** So many of them, to be read. */
export function relationsText(relations: number): string {
  return relations === 1 ? 'one relation' : `${relations} relations`;
}

function pageThereIs(page: AnyBits, relations: number): Bit {
  return relations === 2 ** PAGE_BITS ? u(1, 1) : page.as(bits(page.width)).lt(relations);
}

/** The place of the condition that holds; 0 when none does. */
function indexOf(conditions: readonly Bit[], width: number): Bits<number> {
  return conditions
    .slice(1)
    .map((condition, index) => mux(condition, u(width, 1 + index), 0))
    .reduce((a, b) => a.or(b));
}

/**
 * One port for reads and writes. A write goes first, but not into a read that has begun: it would change the word that was read for
 * another page.
 */
function takingTurns(m: Build, suffix: string, { writes, reads, done }: { readonly writes: Bit; readonly reads: Bit; readonly done: Bit }) {
  const { begun } = m.registers({ begun: bits(1) }, suffix);
  const { isWrite } = m.let({ isWrite: writes.and(begun.not()) }, suffix);
  begun.next(reads.and(isWrite.not()).and(done.not()));
  return { isWrite, access: isWrite.or(reads), writeDone: done.and(isWrite), readDone: done.and(isWrite.not()) };
}
