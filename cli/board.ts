/** `keyturn board`: two stations in generated logic on one simulated network, for agents in other processes, which may come and go. */

import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { loadBoard } from '../boards/board.ts';
import { OTHER, SIDES } from '../judge/points.ts';
import { OutputError } from '../sim/output/output-error.ts';
import { AEAD_ENGINES, type EngineName } from '../spec/aead-engines.ts';
import { RELATIONS_MAX } from '../spec/configuration.ts';
import { DELIVERIES, type Delivery } from '../spec/delivery.ts';
import type { Role } from '../spec/peer-rules.ts';
import { boardRequest, lines } from '../sw/register-target/board.ts';
import type { SimulatedStation } from './board/station.ts';
import { EXIT } from './exit.ts';
import { addPath } from './flags.ts';
import { print } from './print.ts';
import { relationsOption, wordOption } from './register-options.ts';
import { interruptible } from './signals.ts';

/** Simulated logic is the same for every board. */
const BOARD = 'zybo-z7-20';
/** Pauses that software at work may have between two intervals. */
const BUSY_PAUSES = 10;
/** Relations whose frames the mailboxes of the network have room for at once, beside those of the agreements. */
const AT_ONCE = 8;
/** From one payload of a relation to its next: at least so many, and at least so many for the frames of each relation. */
const CYCLES = { least: 2000, each: 250 } as const;

interface Flags {
  readonly socket: string;
  readonly relations: string;
  readonly slots: string;
  readonly engine: EngineName;
  readonly delivery: Delivery;
  readonly cycles?: string;
  readonly pause: string;
  readonly loss: string;
  readonly seed: string;
}

export function boardCommand(setExit: (code: number) => void): Command {
  const command = new Command('board').description(
    'simulate two stations and the network between them until Ctrl-C, which prints what they did as JSON; agents join it with --target sim --board. Exit code 1 if a nonce came twice under one key, or another payload out than in',
  );
  addPath(command, '--socket <path>', 'where agents and keyturn regs find it; only you can use it', 'board.sock');
  command
    .option('--relations <count>', `relations of the two stations, each with a page of registers; from 1 to ${RELATIONS_MAX}`, '1')
    .addOption(new Option('--slots <count>', 'key slots of each relation').choices(['2', '3', '4']).default('2'))
    .addOption(new Option('--engine <name>', 'AEAD engine').choices(Object.keys(AEAD_ENGINES)).default('aes-128-gcm'))
    .addOption(
      new Option('--delivery <way>', 'window: relations can be told to deliver late frames too').choices([...DELIVERIES]).default('newest'),
    )
    .option(
      '--cycles <count>',
      `cycles of the logic from one payload of a relation to its next (default: ${CYCLES.least}, or ${CYCLES.each} for each relation where that is more)`,
    )
    .option('--pause <ms>', 'ms between two such intervals, in which registers are answered', '5')
    .option('--loss <percent>', 'so many frames of 100 are lost', '0')
    .option('--seed <number>', 'seed of what is lost', '1')
    .action(async (flags: Flags) => setExit(await run(flags)));
  return command.showHelpAfterError('(keyturn board --help lists the options)').exitOverride();
}

async function run(flags: Flags): Promise<number> {
  const [pause, loss, seed] = (['pause', 'loss', 'seed'] as const).map((name) => wordOption(`--${name}`, flags[name])) as [
    number,
    number,
    number,
  ];
  const relations = relationsOption(flags.relations);
  const cycles = flags.cycles === undefined ? Math.max(CYCLES.least, CYCLES.each * relations) : wordOption('--cycles', flags.cycles);
  const { Random } = await import('../hdl-gen/sim/random.ts');
  const { windowsFor } = await import('../hw/peer-options.ts');
  const { SimulatedStation: Station } = await import('./board/station.ts');
  const station = (role: Role): SimulatedStation =>
    new Station({
      ...{ board: loadBoard(BOARD), wire: 'fifo', relations },
      peer: { role, slots: Number(flags.slots), engine: flags.engine, ...windowsFor(flags.delivery) },
    });
  const stations = { initiator: station('initiator'), follower: station('follower') };
  const serving = await served(flags.socket, stations);
  const random = new Random(seed);
  const turns = Math.ceil(relations / AT_ONCE);
  const told = new Set<Role>();
  const tellOfDrops = (role: Role, frames: number): void => {
    if (frames === 0 || told.has(role)) return;
    told.add(role);
    process.stderr.write(
      `keyturn: a mailbox of the ${role} was full, and ${frames} ${frames === 1 ? 'frame was' : 'frames were'} lost; how many come to it stands in what is printed at the end\n`,
    );
  };
  try {
    await interruptible(async (signal) => {
      process.stderr.write(
        `keyturn: two simulated stations ${relations === 1 ? '' : `of ${relations} relations `}are at ${flags.socket}\n`,
      );
      for (let index = 1; !signal.aborted; index++) {
        for (let turn = 0; turn < turns; turn++) {
          for (const role of SIDES) await stations[role].application(index, turn * AT_ONCE, AT_ONCE);
          for (const role of SIDES) stations[role].elapse(Math.ceil(cycles / turns));
          for (const role of SIDES)
            for (const frame of await stations[role].sent()) if (random.below(100) >= loss) await stations[OTHER[role]].receive(frame);
        }
        for (const role of SIDES) tellOfDrops(role, stations[role].account.framesWithoutRoom);
        // while software is at work, hardware would hardly have gone on
        for (let pauses = 0; pauses < BUSY_PAUSES && (pauses === 0 || serving.takeAccesses() > 0) && !signal.aborted; pauses++)
          await setTimeout(pause, undefined, { signal }).catch(() => undefined);
      }
    });
  } finally {
    serving.stop();
    rmSync(flags.socket, { force: true });
  }
  const accounts = { initiator: stations.initiator.account, follower: stations.follower.account };
  for (const role of SIDES) stations[role].close();
  await print(`${JSON.stringify(accounts, null, 2)}\n`);
  const isGood = SIDES.every((role) => accounts[role].noncesRepeated === 0 && accounts[role].payloadsWrong === 0);
  return isGood ? EXIT.done : EXIT.fault;
}

interface Serving {
  /** accesses since the last call */
  takeAccesses(): number;
  stop(): void;
}

/** Answers accesses in the order in which they come. @throws OutputError */
async function served(path: string, stations: Readonly<Record<Role, SimulatedStation>>): Promise<Serving> {
  const sockets = new Set<Socket>();
  let accesses = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    const respond = async (line: string): Promise<void> => {
      accesses++;
      let answer: [number, string | null];
      try {
        const [role, page, offset, value] = boardRequest.parse(JSON.parse(line));
        answer = [await stations[role].access(page, offset, value), null];
      } catch (error) {
        answer = [0, error instanceof Error ? error.message : String(error)];
      }
      socket.write(`${JSON.stringify(answer)}\n`);
    };
    let last = Promise.resolve();
    lines(socket).on('line', (line) => {
      last = last.then(() => respond(line));
    });
  });
  rmSync(path, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new OutputError(path, error)));
      // the name is bound before this returns
      server.listen(path, resolve);
      process.umask(umask);
    });
  } finally {
    process.umask(umask);
  }
  return {
    takeAccesses: () => {
      const taken = accesses;
      accesses = 0;
      return taken;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
