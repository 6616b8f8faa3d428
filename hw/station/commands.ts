/** What software stages of keys and commands through the pages of a station: one of each at a time, for all relations. */
import { type Bit, type Bits, type Build, bits, bool, type Inside, input, mux, output, u } from '../../hdl-gen/index.ts';
import type { EngineName } from '../../spec/aead-engines.ts';
import { KEY_ID_BITS } from '../../spec/key-id.ts';
import { type ADDRESS_BITS, CANCEL, ERASE_ALL, REGISTERS } from '../../spec/registers.ts';
import { buildErase, stagedMaterial, stagedWords } from '../key-staging.ts';
import { anyOf, vectorOf } from '../one-hot.ts';
import { COMMANDS, eventRequest } from './store.ts';

/** Bits of the number of a page: a station has up to 256 relations. */
export const PAGE_BITS = 8;

/** Towards the contexts and the keys: one command at a time, so all three name one relation. */
export function commandPorts(relations: number, materialBits: number) {
  const command = eventRequest(relations);
  return {
    push: output(command),
    pushKeyId: output(bits(KEY_ID_BITS)),
    pushMaterial: output(bits(materialBits)),
    cancel: output(command),
    /** with the end of a Push and of a cancel */
    accepted: input(bool),
    erase: output(command),
    /** the engine that seals holds a key */
    sealing: input(bool),
  } as const;
}

/** A write through a page. */
interface PageWrite {
  readonly page: Bits<typeof PAGE_BITS>;
  readonly offset: Bits<typeof ADDRESS_BITS>;
  readonly data: Bits<32>;
  /** it is whole, of a page that there is, and is answered in this cycle */
  readonly takes: Bit;
  /** what a write of the register at an offset does */
  readonly onWrite: (offset: number, then: () => void) => void;
  /** the write is answered with SLVERR where that holds */
  readonly fails: (condition: Bit) => void;
}

/**
 * A page that stages a key where another one has finds the staging zero; a Push in a page whose key is not the staged one, every word
 * of it, is refused at once and zeroes it. While a command waits for its relation, and an erase for the engine that seals, another one
 * is answered with SLVERR, and so is what would change the key of a Push that waits.
 * @returns the page of the last command, and how that ended
 */
export function buildCommands(m: Build, io: Inside<ReturnType<typeof commandPorts>>, engine: EngineName, write: PageWrite) {
  const { page, offset, data, takes, onWrite, fails } = write;
  const staging = stagedWords(engine, (name, index) => m.register(`${name}_${index}`, bits(32)));
  const r = m.registers({
    stagedOf: bits(PAGE_BITS),
    /** words that were staged since all were zero */
    stagedWords: bits(staging.length),
    keyId: bits(KEY_ID_BITS),
    commandOf: bits(PAGE_BITS),
    pushing: bits(1),
    cancelling: bits(1),
    eraseWaits: bits(1),
    /** a key may be left in the engine that seals */
    erasing: bits(1),
    pushAccepted: bits(1),
    pushRefused: bits(1),
    cancelAccepted: bits(1),
    cancelRefused: bits(1),
  });
  const to = m.wires({
    stages: bits(1, { fallback: 0 }),
    push: bits(1, { fallback: 0 }),
    cancel: bits(1, { fallback: 0 }),
    erase: bits(1, { fallback: 0 }),
  });

  // ---- writes
  const { busy } = m.let({ busy: r.pushing.or(r.cancelling).or(r.erasing) });
  onWrite(REGISTERS.keyPush.offset, () => {
    fails(busy);
    to.push.set(takes.and(busy.not()));
  });
  onWrite(REGISTERS.cancel.offset, () => {
    fails(data.ne(CANCEL).or(busy));
    to.cancel.set(takes.and(data.eq(CANCEL)).and(busy.not()));
  });
  onWrite(REGISTERS.eraseAll.offset, () => {
    fails(data.ne(ERASE_ALL).or(busy));
    to.erase.set(takes.and(data.eq(ERASE_ALL)).and(busy.not()));
  });
  for (const { offset: place } of staging)
    onWrite(place, () => {
      fails(r.pushing);
      to.stages.set(takes.and(r.pushing.not()));
    });

  // ---- staging
  const { foreign } = m.let({ foreign: r.stagedOf.ne(page) });
  // a key is whole, or none: what another page has zeroed meanwhile is missing
  const { refusesPush } = m.let({ refusesPush: to.push.and(foreign.or(r.stagedWords.allOnes().not())) });
  const { zeroes } = m.let({ zeroes: anyOf([to.stages.and(foreign), io.push.done, to.erase, refusesPush]) });
  const { staged } = m.let({ staged: mux(to.stages, vectorOf(staging.map(({ offset: place }) => offset.eq(place))), 0) });
  m.when(to.stages, () => r.stagedOf.next(page));
  r.stagedWords.next(mux(zeroes, u(staging.length, 0), r.stagedWords).or(staged));
  staging.forEach(({ word }, index) => {
    const takesIt = staged.bit(index);
    // zero comes first, as a flip-flop's reset does: there is no gate before each bit
    m.when(zeroes.and(takesIt.not()), () => word.next(0)).elseWhen(takesIt, () => word.next(data));
  });

  // ---- commands
  m.when(to.push.or(to.cancel).or(to.erase), () => {
    r.commandOf.next(page);
    r.pushAccepted.next(0);
    r.pushRefused.next(refusesPush);
    r.cancelAccepted.next(0);
    r.cancelRefused.next(0);
  });
  m.when(to.push.and(refusesPush.not()), () => {
    r.pushing.next(1);
    r.keyId.next(data.take(KEY_ID_BITS));
  });
  m.when(to.cancel, () => r.cancelling.next(1));
  m.when(io.push.done, () => {
    r.pushing.next(0);
    r.keyId.next(0);
    r.pushAccepted.next(io.accepted);
    r.pushRefused.next(io.accepted.not());
  });
  m.when(io.cancel.done, () => {
    r.cancelling.next(0);
    r.cancelAccepted.next(io.accepted);
    r.cancelRefused.next(io.accepted.not());
  });
  buildErase(m, { waits: r.eraseWaits, erasing: r.erasing }, { asked: to.erase, done: io.erase.done, sealing: io.sealing });
  for (const name of COMMANDS) io[name].relation.set(r.commandOf.take(io[name].relation.width));
  io.push.request.set(r.pushing);
  io.pushKeyId.set(r.keyId);
  io.pushMaterial.set(stagedMaterial(staging));
  io.cancel.request.set(r.cancelling);
  io.erase.request.set(r.eraseWaits);
  m.assert('pushes_what_its_own_page_has_staged', r.pushing.not().or(r.commandOf.eq(r.stagedOf)));
  m.assert('a_command_at_a_time', r.pushing.zext(2).add(r.cancelling.zext(2)).add(r.eraseWaits.zext(2)).le(1));
  return { ...r, of: r.commandOf };
}
