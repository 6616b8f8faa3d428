import { beforeAll, describe, expect, it } from 'vitest';
import { NETLIST_CLAIMS, otherSide, proveNetlist, registersOf, withInvertedGate } from '../../../formal/netlist/claims.ts';
import { type Description, NotEquivalent, proveEquivalent } from '../../../hdl-gen/formal/equivalence.ts';
import { bits, input, module, output } from '../../../hdl-gen/index.ts';
import { ToolFailed } from '../../../hdl-gen/sim/process-failures.ts';
import { verilogText } from '../../../hdl-gen/verilog/design.ts';
import { isInstalled } from '../../hdl-gen/verilog/tools.ts';
import { oneIn } from '../../one-in.ts';

const SEED = Number(process.env['GATES_SEED'] ?? Date.now() % 2 ** 31);
/** One of the first look-up tables, another one each time. */
const INVERTED = SEED % 8;

const QUICK = NETLIST_CLAIMS.filter(({ long }) => long !== true);
const claims = oneIn(4, QUICK, SEED);
/** Whose gates are damaged: two, others each time. */
const synthesised = claims.filter((claim) => claim.synthesised);
const DAMAGED = [0, 1].map((next) => synthesised[(SEED + next) % synthesised.length]);

describe.skipIf(!isInstalled('yosys')).each(claims)('$claim (skipped where yosys is not installed)', (claim) => {
  let other: Description;
  beforeAll(async () => {
    other = await otherSide(claim);
  });

  it('is proved', async () => {
    expect((await proveNetlist(claim, other)).registers).toBe(registersOf(claim.gold.elaborate()).length);
  });

  if (!DAMAGED.includes(claim)) return;
  it(`is refused with look-up table ${INVERTED} inverted; again with GATES_SEED=${SEED}`, async () => {
    const damaged = { ...other, text: withInvertedGate(other.text, INVERTED) };
    await expect(proveNetlist(claim, damaged)).rejects.toThrow(NotEquivalent);
  });
});

describe.skipIf(!isInstalled('yosys'))('the proof of equivalence (skipped where yosys is not installed)', () => {
  const counter = (by: number, init: number) =>
    verilogText(
      module('counter', { count: output(bits(8)), step: input(bits(8)), seen: output(bits(8)) }, (io, m) => {
        const r = m.registers({ value: bits(8, { init }), last: bits(8) });
        r.value.next(r.value.add(by));
        r.last.next(io.step);
        io.count.set(r.value.not());
        io.seen.set(r.last);
      }).elaborate(),
    );
  const side = (text: string) => ({ text, top: 'counter' });

  it('names the register whose next value differs', async () => {
    const proving = proveEquivalent(side(counter(1, 0)), side(counter(3, 0)), ['value', 'last']);
    await expect(proving).rejects.toMatchObject({ name: 'NotEquivalent', differing: ['value.d'] });
  });

  it('sees another reset value', async () => {
    const proving = proveEquivalent(side(counter(1, 0)), side(counter(1, 4)), ['value', 'last']);
    await expect(proving).rejects.toMatchObject({ differing: ['value.d'] });
  });

  it('does not pass over a register that it was not told of', async () => {
    await expect(proveEquivalent(side(counter(1, 0)), side(counter(1, 0)), ['last'])).rejects.toThrow(ToolFailed);
  });
});
