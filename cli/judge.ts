/** `keyturn judge`: what capture and keys say of a run, and nothing else. */
import { Command } from 'commander';
import { judgeFolder } from '../judge/folder.ts';
import { faultsOf } from '../judge/judge.ts';
import { verdictText } from '../judge/text.ts';
import { EXIT } from './exit.ts';

export function judgeCommand(setExit: (code: number) => void): Command {
  return new Command('judge')
    .description('judge a run from outside, by its capture and its keys alone: exit code 0 if nothing is wrong, 1 if something is')
    .argument('<folder>', 'what keyturn sim --key-log --out <folder> has written')
    .option('--json', 'print the verdict as JSON, times in ns (default: false)')
    .action(async (folder: string, { json }: { readonly json?: boolean }) => {
      const verdict = await judgeFolder(folder);
      const faults = faultsOf(verdict);
      process.stdout.write(json === true ? `${JSON.stringify({ faults, ...verdict }, null, 2)}\n` : verdictText(verdict));
      setExit(faults.length === 0 ? EXIT.done : EXIT.fault);
    })
    .showHelpAfterError('(keyturn judge --help tells more)')
    .exitOverride();
}
