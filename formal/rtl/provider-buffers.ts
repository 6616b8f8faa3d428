/**
 * The buffers of provider images, whatever software and jobs do: the one that software writes is never the one that is being sent, and
 * a frame that has begun keeps its buffer to its end. Layouts are given while the relation isn't sending.
 */
import { type Bits, bits, bool, input, module } from '../../hdl-gen/index.ts';
import { imageRequest } from '../../hw/station/image-memory.ts';
import { PROVIDER_ACCESS, ProviderImage, providerImages } from '../../hw/station/provider-images.ts';
import { relationBits } from '../../hw/station/store.ts';
import { CYCLE_COUNTER_BITS } from '../../spec/cyclic.ts';
import { implies } from './conditions.ts';
import { assumeStays, observeImages } from './observed-images.ts';

export function providerBuffers(relations: number, words: number) {
  const number = bits(relationBits(relations));
  return module(
    `provider_buffers_${relations}_${words}`,
    {
      ...imageRequest(relations, PROVIDER_ACCESS.length),
      jobValid: input(bool),
      jobRelation: input(number),
      jobUnit: input(bits(CYCLE_COUNTER_BITS)),
      reads: input(bool),
    },
    (io, m) => {
      const dut = m.instance('dut', providerImages(relations, words));
      for (const name of ['access', 'isWrite', 'relation', 'which', 'wordNumber', 'data', 'jobValid', 'jobRelation', 'jobUnit'] as const)
        (dut[name] as { set(value: unknown): void }).set(io[name]);
      dut.record.read.set(io.reads.and(dut.record.valid));
      const wide = (value: unknown): Bits<number> => value as Bits<number>;
      assumeStays(m, 'access', io.access.and(dut.done.not()), [io.access, io.isWrite, io.relation, io.which, io.wordNumber, io.data]);
      assumeStays(m, 'job', io.jobValid.and(dut.jobTaken.not()), [io.jobValid, io.jobRelation, io.jobUnit]);
      const which = wide(io.which);
      m.assume('asks_for_one_thing', which.and(which.sub(1)).any().not());
      m.assume(
        'relations_there_are',
        wide(io.relation)
          .le(relations - 1)
          .and(wide(io.jobRelation).le(relations - 1)),
      );

      // ---- whose buffer is being sent
      const inside = m.observe('dut', {
        sending: bool,
        begins: bool,
        cleared: bool,
        toClear: number,
        acts: bool,
        forJob: bool,
        of: number,
      });
      const { stands, shown } = observeImages(m, 'dut', ProviderImage.width, relations);
      const { sent, buffer } = m.registers({ sent: number, buffer: bits(2) });
      const isLayout = io.isWrite.and(wide(io.which).bit(PROVIDER_ACCESS.indexOf('layout')));
      m.assume('layouts_come_while_nothing_is_sent', implies(io.access.and(isLayout), inside.sending.not().and(io.jobValid.not())));
      stands.forEach((image, relation) => {
        const { buffers, layout } = image.as(ProviderImage);
        const isKept = inside.cleared.or(wide(inside.toClear).gt(relation)).and(layout.length.any());
        const differ = buffers.written.ne(buffers.read).and(buffers.written.ne(3)).and(buffers.read.ne(3));
        m.assert(`two_buffers_${relation}`, implies(isKept, differ));
        const isSent = inside.sending.and(wide(sent).eq(relation));
        m.assert(
          `what_is_sent_is_not_written_${relation}`,
          implies(isSent, isKept.and(buffers.written.ne(buffer)).and(buffers.read.eq(buffer))),
        );
        m.cover(`sent_${relation}`, isSent);
      });

      // ---- what makes it hold for ever: what shows is what stands there, and is of who asked
      stands.forEach((image, relation) => {
        const shows = inside.acts.and(wide(inside.of).eq(relation));
        m.assert(`shows_what_stands_there_${relation}`, implies(shows, image.eq(shown)));
      });
      const { acts, forJob, sending, cleared } = inside;
      const asked = (valid: Bits<1>, relation: unknown) => valid.and(wide(inside.of).eq(wide(relation)));
      m.assert('shows_to_the_job', implies(acts.and(forJob), asked(io.jobValid, io.jobRelation).and(sending.not())));
      m.assert('shows_to_software', implies(acts.and(forJob.not()), asked(io.access, io.relation)));
      m.assert('nothing_before_it_is_ready', implies(cleared.not(), acts.or(sending).not()));
      m.assert('clears_a_relation_there_is', implies(cleared.not(), wide(inside.toClear).le(relations - 1)));

      // ---- which buffer that is
      const { sentNow } = m.observe('dut', { sentNow: bits(2) });
      m.when(inside.begins, () => {
        sent.next(io.jobRelation);
        buffer.next(sentNow);
      });
    },
    'Provider images beside the buffer that is being sent.',
  );
}
