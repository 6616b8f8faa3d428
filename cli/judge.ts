/** `keyturn judge`: what capture and keys say of a run, and nothing else. */
import { Command } from 'commander';
import { judgeFolder } from '../judge/folder.ts';
import { faultsOfAll, sumOf, type Verdict } from '../judge/judge.ts';
import { verdictText } from '../judge/text.ts';
import { EXIT } from './exit.ts';
import { print } from './print.ts';

export function judgeCommand(setExit: (code: number) => void): Command {
  return new Command('judge')
    .description('judge a run from outside, by its capture and its keys alone: exit code 0 if nothing is wrong, 1 if something is')
    .argument('<folder>', 'what keyturn sim --key-log --out <folder> has written')
    .option('--json', 'print the verdict as JSON, times in ns (default: false)')
    .action(async (folder: string, { json }: { readonly json?: boolean }) => {
      const verdicts = await judgeFolder(folder);
      const faults = faultsOfAll(verdicts);
      await print(json === true ? `${JSON.stringify(judgementOf(verdicts), null, 2)}\n` : verdictText(verdicts));
      setExit(faults.length === 0 ? EXIT.done : EXIT.fault);
    })
    .showHelpAfterError('(keyturn judge --help tells more)')
    .exitOverride();
}

/** What is wrong and the sums of all relations first; then what there is of the only one, or of each. */
function judgementOf(verdicts: readonly Verdict[]): Readonly<Record<string, unknown>> {
  const [one, ...others] = verdicts;
  return {
    faults: faultsOfAll(verdicts),
    total: sumOf(verdicts.map(({ total }) => total)),
    finishedRekeys: verdicts.reduce((sum, { finishedRekeys }) => sum + finishedRekeys, 0),
    ...(others.length === 0 ? one : { relations: verdicts }),
  };
}
