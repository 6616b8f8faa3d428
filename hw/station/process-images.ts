/** The process images of a station: their buffers, the ticks at which they are sent, and for how long those that came are valid. */
import { type Bit, type Bits, bits, bool, input, module, output, parametric, struct } from '../../hdl-gen/index.ts';
import { CYCLE_COUNTER_BITS } from '../../spec/cyclic.ts';
import { IMAGE_REGISTERS } from '../../spec/image-registers.ts';
import { fieldOf } from '../../spec/registers.ts';
import { anyOf, chosen, vectorOf } from '../one-hot.ts';
import { wordOf } from '../register-word.ts';
import { recordSource } from '../transmit-fifo.ts';
import { CONSUMER_ACCESS, consumerImages } from './consumer-images.ts';
import { IMAGE_ACCESS, imageAccess } from './image-access.ts';
import { PROVIDER_ACCESS, providerImages } from './provider-images.ts';
import { scheduler } from './scheduler.ts';
import { eventRequest, relationBits } from './store.ts';

/**
 * Cycles from a job to its frame on a free wire: an access of software may go first (1), then come buffer and record (2), the answer of
 * the contexts (3, `answerBounds`).
 */
export const JOB_CYCLES = 6;

const CONSUMER_REGISTERS = { layout: 'consumerLayout', hold: 'dataHold', acquire: 'consumerAcquire', word: 'consumerImage' } as const;
const PROVIDER_REGISTERS = { layout: 'providerLayout', publish: 'providerPublish', word: 'providerImage' } as const;

/** What is seen of images in simulations, 1 for a cycle each, with the relation beside it. @param relations 2 to 256 */
export function imageTrace(relations: number) {
  const number = bits(relationBits(relations));
  return struct({
    /** software has published an image, or that is to be sent which was published last, of the tick in `unit` */
    published: bool,
    taken: bool,
    imageRelation: number,
    unit: bits(CYCLE_COUNTER_BITS),
    /** an image was published by its verdict, or software has acquired the newest */
    came: bool,
    acquired: bool,
    consumerRelation: number,
  });
}

/** Of a station without images. */
export const NO_IMAGES_TRACED = { published: 0, taken: 0, imageRelation: 0, unit: 0, came: 0, acquired: 0, consumerRelation: 0 };

/**
 * Scheduler and images, behind one port for the registers (`image-access.ts`). A record may become a frame when `due` says so: where
 * nothing is before it, each as many cycles behind its tick.
 * @param relations 2 to 256
 * @param words of the memory of each direction, up to 65,536
 * @param clockHz of the logic
 */
export const processImages = parametric((relations: number, words: number, clockHz: number) => {
  return module(
    `process_images_of_${relations}_${words}_${clockHz}`,
    {
      ready: output(bool),
      software: input(imageAccess(relations)),
      record: output(recordSource),
      /** the record may become a frame: it has been waited for long enough */
      due: output(bool),
      /** records that are received: as `consumer_images` has them */
      write: input(bool),
      received: input(bits(32)),
      ends: input(bool),
      delivered: input(bool),
      takes: output(bool),
      lapse: output(eventRequest(relations)),

      trace: output(imageTrace(relations)),
    },
    (io, m) => {
      const scheduling = m.instance('scheduling', scheduler(relations, clockHz));
      const provider = m.instance('provider', providerImages(relations, words));
      const consumer = m.instance('consumer', consumerImages(relations, words));
      io.ready.set(scheduling.ready.and(provider.ready).and(consumer.ready));

      // ---- software
      const { software } = io;
      const asks = (name: (typeof IMAGE_ACCESS)[number]): Bit => software.which.bit(IMAGE_ACCESS.indexOf(name));
      for (const part of [scheduling, provider, consumer]) {
        part.isWrite.set(software.isWrite);
        part.relation.set(software.relation);
      }
      const ofSchedule = (name: string): Bits<number> => {
        const { low, bits: width } = fieldOf(IMAGE_REGISTERS.sendSchedule, name);
        return software.data.bits(low, width);
      };
      const { toSchedules } = m.let({ toSchedules: asks('sendSchedule').or(asks('sendLate')) });
      scheduling.access.set(software.access.and(toSchedules));
      scheduling.schedule.sends.set(ofSchedule('sends'));
      scheduling.schedule.phase.set(ofSchedule('phase'));
      scheduling.schedule.reductionExponent.set(ofSchedule('reductionExponent'));
      scheduling.schedule.sendClockExponent.set(ofSchedule('sendClockExponent'));
      const ofProvider = PROVIDER_ACCESS.map((name) => asks(PROVIDER_REGISTERS[name]));
      const { toProvider } = m.let({ toProvider: anyOf(ofProvider) });
      provider.access.set(software.access.and(toProvider));
      provider.which.set(vectorOf(ofProvider));
      const ofConsumer = CONSUMER_ACCESS.map((name) => asks(CONSUMER_REGISTERS[name]));
      consumer.access.set(software.access.and(anyOf(ofConsumer)));
      consumer.which.set(vectorOf(ofConsumer));
      for (const part of [provider, consumer]) {
        part.wordNumber.set(software.wordNumber);
        part.data.set(software.data);
      }
      software.done.set(scheduling.done.or(provider.done).or(consumer.done));
      software.fails.set(provider.fails.or(consumer.fails));
      const { sends, phase, reductionExponent, sendClockExponent } = scheduling.found;
      const { offset, length } = provider.found;
      const { there, fresh, expired, transferFault, dataStatus, cycleCounter } = consumer.acquisition;
      const found = {
        sendSchedule: wordOf(IMAGE_REGISTERS.sendSchedule, { sends, phase, reductionExponent, sendClockExponent }),
        sendLate: scheduling.late,
        consumerLayout: wordOf(IMAGE_REGISTERS.consumerLayout, { offset: consumer.layout.offset, length: consumer.layout.length }),
        dataHold: consumer.hold.zext(32),
        consumerAcquire: wordOf(IMAGE_REGISTERS.consumerAcquire, { there, fresh, expired, transferFault, dataStatus, cycleCounter }),
        consumerImage: consumer.word,
        providerLayout: wordOf(IMAGE_REGISTERS.providerLayout, { offset, length, sending: provider.sends }),
      };
      software.found.set(chosen((Object.keys(found) as (keyof typeof found)[]).map(asks), Object.values(found)));

      // ---- jobs
      provider.jobValid.set(scheduling.jobValid);
      provider.jobRelation.set(scheduling.jobRelation);
      provider.jobUnit.set(scheduling.jobUnit);
      scheduling.jobTaken.set(provider.jobTaken);
      const { waited } = m.registers({ waited: bits(Math.ceil(Math.log2(JOB_CYCLES + 1))) });
      m.when(scheduling.jobValid.not(), () => waited.next(0)).elseWhen(io.due.not(), () => waited.next(waited.add(1)));
      io.due.set(waited.eq(JOB_CYCLES));
      m.connect(provider.record, io.record);

      // ---- what is received
      consumer.write.set(io.write);
      consumer.record.set(io.received);
      consumer.ends.set(io.ends);
      consumer.delivered.set(io.delivered);
      consumer.unit.set(scheduling.unit);
      io.takes.set(consumer.takes);
      m.connect(consumer.lapse, io.lapse);
      io.trace.set({
        unit: scheduling.jobUnit,
        published: provider.published,
        taken: provider.taken,
        imageRelation: provider.tracedOf,
        came: consumer.published,
        acquired: consumer.acquired,
        consumerRelation: consumer.tracedOf,
      });
    },
    'Process images and the ticks at which they are sent.',
  );
});
