/**
 * Agents killed as by SIGKILL at random moments, so many of each of the two in turn, on hardware that goes on:
 * `npx tsx bench/agent-kills.ts [kills] [seed] [relations]`. So many kills are those of the seed and of the seeds behind it, a few of each. Prints how many of which moments there were, and what they did to the connection;
 * Ctrl-C prints what it has. Exit code 1 if it did not come back once, a nonce came twice under a key, or a frame was missing that hardware with
 * keys had to carry.
 */
import { SIDES } from '../judge/points.ts';
import { table } from '../judge/table.ts';
import { killTrial, type Moment, type Trial } from './agent-kills/trial.ts';

const [each = 200, seed = 1, relations = 1] = process.argv.slice(2).map(Number);
/** Kills of each agent in one trial, which has a seed of its own. */
const IN_TRIAL = 25;
const kills = 2 * each;
const MOMENTS: readonly Moment[] = ['association', 'announce', 'switch', 'drain', 'between rekeys'];

let interrupted = false;
process.once('SIGINT', () => {
  interrupted = true;
});
const trials: Trial[] = [];
for (let left = each, done = 0; left > 0 && !interrupted; left -= IN_TRIAL) {
  const trial = await killTrial({
    seed: seed + trials.length,
    kills: 2 * Math.min(left, IN_TRIAL),
    relations,
    onKill: () => {
      done++;
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${kills} kills`);
      return !interrupted;
    },
  });
  trials.push(trial);
}
const killed = trials.flatMap((trial) => trial.kills);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
if (process.stderr.isTTY) process.stderr.write('\n');
const rows = SIDES.flatMap((side) =>
  MOMENTS.map((moment) => {
    const of = killed.filter((kill) => kill.side === side && kill.moment === moment);
    const recovered = of.map(({ recovered: intervals }) => intervals ?? Number.NaN);
    const went = of.flatMap((kill) => (kill.went === undefined ? [] : [kill.went]));
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
  const of = (name: 'securedSent' | 'keys' | 'noncesRepeated' | 'payloadsWrong'): number =>
    sum(trials.map(({ accounts }) => accounts[side][name]));
  process.stdout.write(
    `${side}: ${of('securedSent')} frames under ${of('keys')} keys, ${of('noncesRepeated')} nonces repeated, ${of('payloadsWrong')} wrong payloads\n`,
  );
}
const isGood =
  (interrupted || killed.length === kills) &&
  killed.every(({ recovered, went }) => recovered !== undefined && (went?.missing ?? 0) === 0) &&
  trials.every(({ accounts }) => SIDES.every((side) => accounts[side].noncesRepeated === 0 && accounts[side].payloadsWrong === 0));
process.stdout.write(
  isGood
    ? `every connection came back${interrupted ? `; interrupted after ${killed.length} of ${kills} kills` : ''}\n`
    : `not as it should be: seed ${seed}\n`,
);
process.exitCode = interrupted ? 130 : isGood ? 0 : 1;
