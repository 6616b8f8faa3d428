/**
 * Times of the datapath in cycles of 8 ns, between two stations of one relation on a line of 1 Gb/s that is never idle (`sim/back-to-back.ts`), a rekey in
 * the middle: `npx tsx bench/datapath.ts [ENGINE…]`. The columns: from the cycle in which a frame takes its key to its first octet on
 * a free line; cycles in which the line was ready and a record waited, of all frames and of the first one under the second key; the most
 * by which two frames were closer together or further apart than two others; from the last octet that arrives to the verdict; from the
 * first write of the driver's Push to the cycle in which the key is Pending.
 */
import { backToBack, type FrameTimes } from '../sim/back-to-back.ts';
import { AEAD_ENGINES, type EngineName } from '../spec/aead-engines.ts';
import { PROFILE_NAMES, type ProfileName } from '../spec/header.ts';

/** Octets of C_SDU: the least that fills the shortest frame of Ethernet, two usual ones, and about the most that software writes at line rate. */
const LENGTHS = [19, 40, 64, 120];
const FRAMES = 90;
const REKEY_AFTER = 4;

const only = process.argv.slice(2);
const engines = (Object.keys(AEAD_ENGINES) as EngineName[]).filter((name) => only.length === 0 || only.includes(name));
process.stdout.write('engine         profile C_SDU  frames  start→wire  idle  idle at key switch  jitter  wire→verdict  install→Pending\n');
for (const engine of engines) {
  for (const length of LENGTHS) {
    for (const profile of PROFILE_NAMES) {
      const lengths = Array<number>(FRAMES).fill(length);
      const { frames, installCycles } = await backToBack({ engine, profile, tagged: false, lengths, rekeyAfter: REKEY_AFTER });
      process.stdout.write(`${row(engine, profile, length, frames, installCycles)}\n`);
    }
  }
}

function row(
  engine: EngineName,
  profile: ProfileName,
  length: number,
  frames: readonly FrameTimes[],
  installCycles: number | undefined,
): string {
  const behind = frames.slice(1);
  const idle = behind.map(({ first, readyAt }) => first - readyAt);
  const switched = behind.findIndex(({ keyId }, index) => keyId !== frames[index]?.keyId);
  const departures = behind.map(({ first }, index) => first - (frames[index]?.first ?? 0));
  const verdicts = frames.flatMap(({ verdict, last }) => (verdict === undefined ? [] : [verdict - last]));
  const lost = frames.length - verdicts.length;
  const columns = [
    engine.padEnd(14),
    profile.padEnd(5),
    String(length).padStart(6),
    String(frames.length).padStart(7),
    String((frames[0]?.first ?? 0) - (frames[0]?.transmit ?? 0)).padStart(11),
    span(idle).padStart(5),
    (switched < 0 ? '–' : String(idle[switched])).padStart(19),
    String(Math.max(...departures) - Math.min(...departures)).padStart(7),
    span(verdicts).padStart(13),
    String(installCycles ?? '–').padStart(16),
  ];
  return `${columns.join(' ')}${lost > 0 ? `  ${lost} LOST` : ''}`;
}

function span(values: readonly number[]): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? String(least) : `${least}–${most}`;
}
