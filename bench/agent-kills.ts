/**
 * Agents killed as by SIGKILL at random moments, so many of each of the two in turn, on hardware that goes on:
 * `npx tsx bench/agent-kills.ts [kills] [seed] [relations]`. Prints how many of which moments there were, and what they did to the connection;
 * Ctrl-C prints what it has. Exit code 1 if it did not come back once, a nonce came twice under a key, or a frame was missing that hardware with
 * keys had to carry.
 */
import { SIDES } from '../judge/points.ts';
import { table } from '../judge/table.ts';
import { killTrial, type Moment } from './agent-kills/trial.ts';

const [each = 200, seed = 1, relations = 1] = process.argv.slice(2).map(Number);
const kills = 2 * each;
const MOMENTS: readonly Moment[] = ['association', 'announce', 'switch', 'drain', 'between rekeys'];

let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});
const trial = await killTrial({
  seed,
  kills,
  relations,
  onKill: (_, index) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${kills} kills`);
    return !interrupted;
  },
});
if (process.stderr.isTTY) process.stderr.write('\n');
const rows = SIDES.flatMap((side) =>
  MOMENTS.map((moment) => {
    const of = trial.kills.filter((kill) => kill.side === side && kill.moment === moment);
    const recovered = of.map(({ recovered: intervals }) => intervals ?? Number.NaN);
    const went = of.flatMap((kill) => (kill.went === undefined ? [] : [kill.went]));
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    return [
      `${side}, ${moment}`,
      String(of.length),
      of.length === 0 ? '-' : String(Math.max(...recovered)),
      String(went.length),
      String(sum(went.map(({ sent }) => sent))),
      String(sum(went.map(({ missing }) => missing))),
    ];
  }),
);
process.stdout.write(
  `${table([['agent killed', 'times', 'back after at most (intervals)', 'with keys in hardware', 'frames sent meanwhile', 'missing'], ...rows])}\n`,
);
for (const side of SIDES) {
  const { securedSent, keys, noncesRepeated, payloadsWrong } = trial.accounts[side];
  process.stdout.write(
    `${side}: ${securedSent} frames under ${keys} keys, ${noncesRepeated} nonces repeated, ${payloadsWrong} wrong payloads\n`,
  );
}
const isGood =
  (interrupted || trial.kills.length === kills) &&
  trial.kills.every(({ recovered, went }) => recovered !== undefined && (went?.missing ?? 0) === 0) &&
  SIDES.every((side) => trial.accounts[side].noncesRepeated === 0 && trial.accounts[side].payloadsWrong === 0);
process.stdout.write(
  isGood
    ? `every connection came back${interrupted ? `; interrupted after ${trial.kills.length} of ${kills} kills` : ''}\n`
    : `not as it should be: seed ${seed}\n`,
);
process.exitCode = interrupted ? 130 : isGood ? 0 : 1;
