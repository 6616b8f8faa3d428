/** The parser in hardware against `parseFrame` of the reference model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosimulate } from '../../formal/rtl/cosimulation/cosimulate.ts';
import { packetParserCycles } from '../../formal/rtl/cosimulation/packet-parser.ts';
import { packetParser } from '../../hw/packet-parser.ts';
import { C_SDU_MAX, ETHERTYPE_PROFINET, TPID_VLAN } from '../../spec/header.ts';
import { type FrameKind, parseFrame } from '../../sw/frame/secured-frame.ts';
import { Bench, compiled, vectorOf } from './bench.ts';

const SEED = Number(process.env['PARSER_SEED'] ?? Date.now() % 2 ** 31);
const REPLAY = `PARSER_SEED=${SEED} npx vitest run test/hw/packet-parser.test.ts`;
const FRAME_ID = 0x8123;
/** Octets around the C_SDU of profile `paper`, and one of C_SDU. */
const SHORTEST = 21 + 20 + 1;
const PAPER: FrameKind = { profile: 'paper', frameId: FRAME_ID, encrypt: true };
const design = compiled(packetParser);

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];
const octets = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength, size: 'max' });
/** Octets from the KeyIds on: too short, as long as allowed, too long, and far longer than the parser can count. */
const rest = fc.oneof(
  octets(0, 100),
  octets(SHORTEST - 16 - 2, SHORTEST - 16 + 2),
  octets(SHORTEST - 16 + C_SDU_MAX - 3, SHORTEST - 16 + C_SDU_MAX + 3),
  octets(2020, 2100),
);
const tag = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((tci) => [...word(TPID_VLAN), ...word(tci)]) },
  // two tags are one too many, and a tag of another kind is none
  { weight: 1, arbitrary: fc.constant([...word(TPID_VLAN), 0, 0, ...word(TPID_VLAN), 0, 0]) },
  { weight: 1, arbitrary: fc.constant([...word(0x88a8), 0, 0]) },
);
const etherType = fc.oneof({ weight: 5, arbitrary: fc.constant(ETHERTYPE_PROFINET) }, fc.constantFrom(0x8893, 0x9288, 0x0800, TPID_VLAN));
const frameId = fc.oneof({ weight: 5, arbitrary: fc.constant(FRAME_ID) }, fc.constantFrom(0x8122, 0x2381, 0x0123));
const whole = fc
  .tuple(octets(12, 12), tag, etherType, frameId, rest)
  .map(([addresses, vlan, type, id, behind]) => Uint8Array.of(...addresses, ...vlan, ...word(type), ...word(id), ...behind));
const cutOff = fc.tuple(whole, fc.integer({ min: 1, max: 64 })).map(([frame, length]) => frame.slice(0, length));
const frame = fc.oneof({ weight: 4, arbitrary: whole }, { weight: 1, arbitrary: cutOff });

interface Seen {
  readonly kind: string;
  readonly fields?: Readonly<Record<string, number | bigint | boolean>>;
}

function inHardware(bench: Bench, sent: Uint8Array, pauses: readonly number[]): Seen {
  const verdicts: Seen[] = [];
  let described: Seen['fields'];
  sent.forEach((octet, index) => {
    bench.set({ rx_valid: 0, rx_data: 0xff, rx_last: 1 });
    for (let pause = pauses[index % pauses.length] ?? 0; pause > 0; pause--) bench.step();
    bench.set({ rx_valid: 1, rx_data: octet, rx_last: index === sent.length - 1 });
    if (bench.get('described') === 1) {
      expect(described, 'described once').toBeUndefined();
      described = fieldsOf(bench);
    }
    for (const kind of ['ours', 'malformed', 'foreign']) {
      if (bench.get(kind) !== 1) continue;
      expect(index, `${kind} comes with the last octet`).toBe(sent.length - 1);
      if (kind === 'ours') expect(described, 'ours was described').toBeDefined();
      verdicts.push(kind === 'ours' && described !== undefined ? { kind, fields: described } : { kind });
    }
    bench.step();
  });
  bench.set({ rx_valid: 0 });
  expect(verdicts).toHaveLength(1);
  return verdicts[0] ?? { kind: 'none' };
}

function fieldsOf(bench: Bench): NonNullable<Seen['fields']> {
  return {
    tagged: bench.get('has_tag') === 1,
    currentKeyId: bench.get('current_key_id'),
    nextKeyId: bench.get('next_key_id'),
    counter: bench.get('counter'),
    apduStatus: bench.get('apdu_status'),
    length: bench.get('length'),
  };
}

function inModel(sent: Uint8Array): Seen {
  const parsed = parseFrame(sent, PAPER);
  if (parsed.kind !== 'ours') return { kind: parsed.kind };
  const { vlanTci, currentKeyId, nextKeyId, counter, clearStatus, length } = parsed.frame;
  return {
    kind: 'ours',
    fields: {
      tagged: vlanTci !== undefined,
      currentKeyId,
      nextKeyId,
      counter,
      apduStatus: Number(vectorOf(clearStatus.toReversed())),
      length,
    },
  };
}

describe('packet_parser', () => {
  it('says of every frame what the reference model says, one after another, with pauses and without', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(frame, { minLength: 1, maxLength: 5 }),
        fc.array(fc.constantFrom(0, 0, 0, 1, 3), { minLength: 1, maxLength: 7 }),
        (sent, pauses) => {
          const bench = new Bench(design);
          bench.set({ enable: 1, frame_id: FRAME_ID });
          for (const one of sent) {
            const expected = inModel(one);
            kinds.set(expected.kind, (kinds.get(expected.kind) ?? 0) + 1);
            expect(inHardware(bench, one, pauses)).toEqual(expected);
          }
        },
      ),
      { numRuns: 150 },
    );
    // the frames were of all kinds
    for (const kind of ['ours', 'malformed', 'foreign']) expect(kinds.get(kind), kind).toBeGreaterThan(10);
  });

  it.each([
    { cSdu: -24, kind: 'malformed' },
    { cSdu: -1, kind: 'malformed' },
    { cSdu: 0, kind: 'malformed' },
    { cSdu: 1, kind: 'ours' },
    { cSdu: C_SDU_MAX, kind: 'ours' },
    { cSdu: C_SDU_MAX + 1, kind: 'malformed' },
    { cSdu: 2048 - SHORTEST, kind: 'malformed' },
    { cSdu: 2048 + SHORTEST, kind: 'malformed' },
    { cSdu: 4096 + SHORTEST, kind: 'malformed' },
  ])('a C_SDU of $cSdu octets is $kind, tagged and untagged', ({ cSdu, kind }) => {
    const bench = new Bench(design);
    bench.set({ enable: 1, frame_id: FRAME_ID });
    for (const vlan of [[], [...word(TPID_VLAN), 0xc0, 0]]) {
      const behind = new Uint8Array(SHORTEST - 1 - 16 + cSdu);
      const sent = Uint8Array.of(...new Uint8Array(12), ...vlan, ...word(ETHERTYPE_PROFINET), ...word(FRAME_ID), ...behind);
      expect(inHardware(bench, sent, [0])).toEqual(inModel(sent));
      expect(inModel(sent).kind).toBe(kind);
    }
  });

  it('of profile std: ours with its own length and mode alone, tagged and untagged', () => {
    const bench = new Bench(design);
    const header = (information: number, said: number): readonly number[] => [information, 0x4d, 1, 2, 3, 4, ...word(said)];
    const frame = (vlan: readonly number[], metadata: readonly number[], cSdu: number): Uint8Array =>
      Uint8Array.of(
        ...new Uint8Array(12),
        ...vlan,
        ...word(ETHERTYPE_PROFINET),
        ...word(FRAME_ID),
        ...metadata,
        ...new Uint8Array(cSdu + 20),
      );
    for (const vlan of [[], [...word(TPID_VLAN), 0xc0, 0]]) {
      for (const encrypt of [0, 1]) {
        bench.set({ enable: 1, frame_id: FRAME_ID, std: 1, encrypt });
        for (const cSdu of [1, 40, C_SDU_MAX]) {
          const fields = { tagged: vlan.length > 0, currentKeyId: 4, nextKeyId: 13, counter: 0x01020304, length: cSdu };
          expect(inHardware(bench, frame(vlan, header(encrypt, cSdu + 4), cSdu), [0])).toMatchObject({ kind: 'ours', fields });
          for (const bit of [0, 1, 7]) {
            expect(inHardware(bench, frame(vlan, header(encrypt ^ (1 << bit), cSdu + 4), cSdu), [0])).toEqual({ kind: 'malformed' });
          }
          for (const bit of [0, 5, 10, 11, 15]) {
            expect(inHardware(bench, frame(vlan, header(encrypt, (cSdu + 4) ^ (1 << bit)), cSdu), [0])).toEqual({ kind: 'malformed' });
          }
        }
        expect(inHardware(bench, frame(vlan, header(encrypt, 4), 0), [0])).toEqual({ kind: 'malformed' });
        expect(inHardware(bench, frame(vlan, header(encrypt, C_SDU_MAX + 5), C_SDU_MAX + 1), [0])).toEqual({ kind: 'malformed' });
      }
    }
  });

  it(`says in every cycle what the reference model says, resets and changing settings included (${REPLAY})`, () => {
    cosimulate(design.netlist, { cycles: packetParserCycles(SEED, 200) });
  });

  it.each([
    { what: 'its FrameID', last: FRAME_ID, kind: 'malformed' },
    { what: 'the FrameID of another', last: FRAME_ID ^ 0x100, kind: 'foreign' },
  ])('a frame that ends with $what is $kind, tagged and untagged', ({ last, kind }) => {
    const bench = new Bench(design);
    bench.set({ enable: 1, frame_id: FRAME_ID });
    for (const vlan of [[], [...word(TPID_VLAN), 0xc0, 0]]) {
      const sent = Uint8Array.of(...new Uint8Array(12), ...vlan, ...word(ETHERTYPE_PROFINET), ...word(last));
      expect(inModel(sent)).toEqual({ kind });
      expect(inHardware(bench, sent, [0])).toEqual({ kind });
    }
  });

  it('takes nothing as ours while it is not enabled', () => {
    const bench = new Bench(design);
    bench.set({ enable: 0, frame_id: FRAME_ID });
    const ours = Uint8Array.of(...new Uint8Array(12), ...word(ETHERTYPE_PROFINET), ...word(FRAME_ID), ...new Uint8Array(60));
    expect(inModel(ours).kind).toBe('ours');
    expect(inHardware(bench, ours, [0])).toEqual({ kind: 'foreign' });
    bench.set({ enable: 1 });
    expect(inHardware(bench, ours, [0]).kind).toBe('ours');
  });
});
