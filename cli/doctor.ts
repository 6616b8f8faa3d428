/** `keyturn doctor`: whether a board can be used from here, and what to do where it can't. */
import { Command } from 'commander';
import { loadBoard } from '../boards/board.ts';
import { table } from '../judge/table.ts';
import {
  checkCable,
  checkDeviceTree,
  checkIdentification,
  checkKoffi,
  checkLoaders,
  checkLogicState,
  checkNode,
  checkTools,
  checkUio,
  type Finding,
  isOnBoard,
  type Surroundings,
} from './doctor-checks.ts';
import { EXIT } from './exit.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { good: 'ok', bad: 'NO', unknown: '?' };

interface Flags {
  readonly board: string;
  readonly root: string;
  readonly json?: boolean;
}

export function doctorCommand(setExit: (code: number) => void): Command {
  return new Command('doctor')
    .description(
      'whether a board can be used from here: on the board its logic and registers, elsewhere tools and cable; exit code 0 when it can',
    )
    .option('--board <name>', 'the board: a known one, or a folder with a board.json', 'zybo-z7-20')
    .option('--root <folder>', 'where proc, sys and dev are', '/')
    .option('--json', 'print the findings as JSON (default: false)')
    .action(async ({ board, root, json }: Flags) => {
      const findings = await examine({ board: loadBoard(board), root });
      const usable = findings.every(({ state }) => state !== 'bad');
      process.stdout.write(json === true ? `${JSON.stringify({ usable, findings }, null, 2)}\n` : findingsText(findings, usable));
      setExit(usable ? EXIT.done : EXIT.fault);
    })
    .showHelpAfterError('(keyturn doctor --help lists the options)')
    .exitOverride();
}

async function examine(surroundings: Surroundings): Promise<readonly Finding[]> {
  if (!isOnBoard(surroundings.root)) return [checkNode(), await checkLoaders(), await checkCable(surroundings), ...(await checkTools())];
  const before = [
    checkNode(),
    await checkKoffi(),
    ...checkDeviceTree(surroundings),
    ...checkLogicState(surroundings),
    checkUio(surroundings),
  ];
  return [...before, await checkIdentification(surroundings, before)];
}

function findingsText(findings: readonly Finding[], usable: boolean): string {
  const rows = findings.flatMap(({ what, state, found, remedy }) => [
    [MARKS[state], what, found],
    ...(remedy === '' ? [] : [['', '', `-> ${remedy}`]]),
  ]);
  return `${table(rows, 'text')}\n${usable ? 'the board can be used from here' : 'the board can NOT be used from here'}\n`;
}
