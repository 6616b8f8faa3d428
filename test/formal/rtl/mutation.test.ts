/** The mutants, and what judges them: one that is seen, one that is no fault, one that only a proof could see. */
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../../formal/rtl/claims.ts';
import { relationStepCycles } from '../../../formal/rtl/cosimulation/relation-step.ts';
import { inWhole, seen, simulated, solved } from '../../../formal/rtl/mutation/judge.ts';
import { type Mutant, mutantsOf, withAssigned } from '../../../formal/rtl/mutation/mutants.ts';
import {
  ALL_SUBJECTS,
  ENGINE_SUBJECTS,
  MAC_SUBJECTS,
  PAGE_SUBJECTS,
  PEER_SUBJECTS,
  SUBJECTS,
  type Subject,
} from '../../../formal/rtl/mutation/subjects.ts';
import { explanation, faultName, SURVIVORS, staleEntries, unexplained } from '../../../formal/rtl/mutation/survivors.ts';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { relationStep } from '../../../hw/station/step.ts';
import { ALL, oneIn } from '../../one-in.ts';

const never = new AbortController().signal;

function subject(name: string): Subject {
  const found = SUBJECTS.find((one) => one.module.name === name);
  if (found === undefined) throw new RangeError(`no subject ${name}`);
  return found;
}

function mutant(of: Subject, fault: RegExp): Mutant {
  const found = mutantsOf(of.module).find((one) => fault.test(one.fault));
  if (found === undefined)
    throw new RangeError(
      `no mutant ${fault.source}; there are\n${mutantsOf(of.module)
        .map((one) => one.fault)
        .join('\n')}`,
    );
  return found;
}

describe('mutants', () => {
  const counter = module('counter', { enable: input(bool), full: output(bool) }, (io, m) => {
    const { count } = m.registers({ count: bits(4) });
    m.when(io.enable.and(io.full.not()), () => count.next(count.add(1)));
    io.full.set(count.eq(9));
  });

  it('are all the small faults of a module, each of them once', () => {
    const faults = mutantsOf(counter.elaborate()).map(({ fault }) => fault.replace(/^\S+ /, ''));
    expect(faults).toEqual([
      'when: condition negated',
      'when: condition stuck at 0',
      'when: condition stuck at 1',
      'when: and became or',
      'when: not dropped',
      'count: dropped',
      'count: add became sub',
      'count: 1 became 2',
      'count: 1 became 0',
      'full: stuck at 0',
      'full: eq became ne',
      'full: 9 became 10',
      'full: 9 became 8',
    ]);
  });

  it('are all different, and leave the original as it was', () => {
    const original = counter.elaborate();
    const text = verilogText(original);
    const texts = mutantsOf(original).map((one) => verilogText(one.module));
    expect(new Set([text, ...texts]).size).toBe(texts.length + 1);
    expect(verilogText(original)).toBe(text);
  });
});

describe('a signal that is assigned something else', () => {
  const counter = module('counter', { enable: input(bool), count: output(bits(4)), full: output(bool) }, (io, m) => {
    const r = m.registers({ now: bits(4) });
    m.when(io.enable, () => r.now.next(r.now.add(1)));
    io.count.set(r.now);
    io.full.set(r.now.eq(9));
  });

  it('changes where it is assigned, and nowhere else', () => {
    const changed = verilogText(withAssigned(counter.elaborate(), 'full', (full, of) => full.and(of('enable').bit(0))));
    const lines = (text: string): string[] => text.split('\n');
    const before = lines(verilogText(counter.elaborate()));
    expect(
      lines(changed)
        .filter((line) => !before.includes(line))
        .join(''),
    ).toBe("  assign full = (now == 4'd9) & enable;");
  });

  it('is refused where the module has no such signal, or does not assign it', () => {
    expect(() => withAssigned(counter.elaborate(), 'empty', (value) => value)).toThrow('module counter assigns nothing to empty');
    expect(() => withAssigned(counter.elaborate(), 'full', (_, of) => of('empty'))).toThrow('module counter has no signal empty');
  });
});

describe('a mutant of the step that swaps Active and Pending at a Push', () => {
  const step: Subject = {
    module: relationStep({ role: 'initiator', slots: 2 }).elaborate(),
    runs: () => [{ cycles: relationStepCycles('initiator', 2, 1, 2000) }],
    contract: {},
  };
  const swapped = mutant(step, /pushed_state: mux turned round/);

  it('is killed by the simulation', () => {
    expect(simulated(swapped, step.runs())?.fate).toBe('killed by simulation');
  });

  // the solver takes longer to refuse it than for all other proofs here
  it.skipIf(!ALL)('is not proved equivalent, and is refused by the claim about it (skipped unless KEYTURN_PROOFS=all)', async () => {
    const claims = CLAIMS.filter(({ claim }) => claim.startsWith('step, initiator, 2'));
    expect(await solved(swapped, step, claims, never)).toEqual({ fate: 'killed by proof', reason: claims[0]?.claim });
  });
});

describe('a mutant that is no fault', () => {
  const parser = subject('packet_parser');
  const runs = parser.runs();
  it.each([
    { fault: /is_profinet: 0 became 1/, why: 'it is written again before it is read' },
    { fault: /place: 2047 became 2046/, why: 'the frame is too long either way' },
  ])('$fault is not seen, and is proved equivalent: $why', async ({ fault }) => {
    const same = mutant(parser, fault);
    expect(simulated(same, runs)).toBeUndefined();
    expect((await solved(same, parser, [], never)).fate).toBe('proved equivalent');
  });
});

it('a fault that no run shows and no claim speaks of survives', async () => {
  const parser = subject('packet_parser');
  const fault = mutant(parser, /has_tag: stuck at 0/);
  expect(simulated(fault, [])).toBeUndefined();
  expect((await solved(fault, parser, [], never)).fate).toBe('survives');
});

const SEED = Number(process.env['MUTATION_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `MUTATION_SEED=${SEED} npx vitest run test/formal/rtl/mutation.test.ts`;

it.each(oneIn(20, SUBJECTS, SEED).map((one) => ({ name: one.module.name, one })))(
  `$name: the simulation sees nearly all of a sample of its mutants (${REPLAY})`,
  ({ one }) => {
    const random = new Random(7);
    const mutants = mutantsOf(one.module);
    const sample = mutants.filter(() => random.chance(Math.min(0.1, 20 / mutants.length)));
    const runs = one.runs();
    const left = sample.filter(
      (candidate) => explanation(one.module.name, candidate.fault) === undefined && simulated(candidate, runs) === undefined,
    );
    expect(sample.length).toBeGreaterThan(5);
    // those that are left are equivalent: formal/rtl/mutation.ts proves it of each
    expect(left.length / sample.length).toBeLessThan(0.1);
  },
);

describe('the list of survivors', () => {
  const list = [
    { module: 'relation_', fault: 'until: dropped', reason: 'says nothing' },
    { module: 'relation_', fault: 'when: 1 became 0', times: 2, reason: 'neither does this' },
  ];
  const timer = 'hw/station/step.ts:7 until: dropped';
  const when = 'hw/station/step.ts:9 when: 1 became 0';

  it('explains what it names, as often as it says, wherever the line has moved to', () => {
    expect(unexplained('relation_step_initiator_3', [timer, when, when], list)).toEqual([]);
    expect(unexplained('relation_step_initiator_3', [timer, timer, when], list)).toEqual([timer]);
    expect(unexplained('packet_parser', [timer], list)).toEqual([timer]);
  });

  it('names nothing that is seen by now', () => {
    expect(staleEntries('relation_step_initiator_3', [timer, when, when], list)).toEqual([]);
    expect(staleEntries('relation_step_initiator_3', [when], list)).toEqual(['until: dropped', 'when: 1 became 0']);
    expect(staleEntries('packet_parser', [], list)).toEqual([]);
  });

  it('speaks of mutants that there are, each with a reason', () => {
    for (const { module: name, fault, reason } of SURVIVORS) {
      const subjects = ALL_SUBJECTS.filter((one) => one.module.name.startsWith(name));
      expect(
        subjects.flatMap((one) => mutantsOf(one.module)).map((one) => faultName(one.fault)),
        fault,
      ).toContain(fault);
      expect(reason).not.toBe('');
    }
  });
});

describe('engines and MACs, mutated', () => {
  const random = new Random(SEED);

  it.each([...ENGINE_SUBJECTS, ...MAC_SUBJECTS, ...PAGE_SUBJECTS])(
    `$module.name: a few mutants by chance are seen, or stand in the list (${REPLAY})`,
    ({ module, whole }) => {
      if (whole === undefined) throw new RangeError(`${module.name} is a part of nothing that has a bench`);
      expect(inWhole({ index: 0, fault: 'none', module }, whole)).toBeUndefined();
      const mutants = mutantsOf(module).filter(({ fault }) => explanation(module.name, fault) === undefined);
      for (let count = 0; count < (ALL ? 3 : 2); count++) {
        const candidate = mutants[random.below(mutants.length)];
        if (candidate !== undefined) expect(inWhole(candidate, whole)?.fate, candidate.fault).toBe('killed on the bench');
      }
    },
  );
});

describe('parts of the peer, mutated in it', () => {
  // the same share each time: what a proof alone refuses would take half a minute; formal/rtl/mutation.ts asks about all
  const seed = Number(process.env['MUTATION_SEED'] ?? 342417679);
  const sampled = PEER_SUBJECTS.filter(({ module: { name } }) => /^(frame_opener|packet_generator|keyturn)_/.test(name));

  it(`a few by chance are seen, or stand in the list (MUTATION_SEED=${seed} npx vitest run test/formal/rtl/mutation.test.ts)`, async () => {
    const random = new Random(seed);
    for (const one of sampled) {
      const mutants = mutantsOf(one.module);
      for (let count = 0; count < 2; count++) {
        const candidate = mutants[random.below(mutants.length)];
        if (candidate === undefined || explanation(one.module.name, candidate.fault) !== undefined) continue;
        const judgement = (await seen(candidate, one, [], never)) ?? (await solved(candidate, one, CLAIMS, never));
        expect(judgement.fate, `${one.module.name} ${candidate.fault}`).not.toBe('survives');
      }
    }
  });
});
