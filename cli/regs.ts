/** `keyturn regs`: the registers of a board by page and name, on the board, in a file, or of a simulated one. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { Command } from 'commander';
import { table } from '../judge/table.ts';
import { PAGE_MAPS, type RegisterMapDescription } from '../spec/register-maps.ts';
import type { Register } from '../spec/registers.ts';
import {
  checkReadable,
  checkWritable,
  type Named,
  nameOf,
  parseName,
  parseSecret,
  parseValue,
  readAll,
  readableOf,
  readNamed,
  writeNamed,
  writeSecret,
} from '../sw/control-plane/named-registers.ts';
import { RegisterError } from '../sw/control-plane/register-space.ts';
import { registerJson } from '../sw/register-map/json.ts';
import { print } from './print.ts';
import { addPageOption, addTargetOptions, openTarget, type PageFlags, type TargetFlags, wordOption } from './register-options.ts';
import { exportCommand } from './regs-export.ts';
import { hardwareText, listText, pageText, readText, valueRows, valuesJson } from './regs-text.ts';
import { interruptible } from './signals.ts';
import { changeJson, changes, changeText, redrawing, watch } from './watch.ts';

interface Flags extends TargetFlags {
  readonly json?: boolean;
}

export function regsCommand(): Command {
  const group = new Command('regs').description(
    'the registers of a board by page and name: on the board, in a file, or of a simulated one',
  );
  for (const command of [listCommand(), readCommand(), writeCommand(), dumpCommand(), watchCommand(), exportCommand()])
    group.addCommand(command.showHelpAfterError(`(keyturn regs ${command.name()} --help lists the options)`).exitOverride());
  return group.showHelpAfterError('(keyturn regs --help lists the commands)').exitOverride();
}

function listCommand(): Command {
  return addPageOption(new Command('list'))
    .description('every register and field of a page, without any hardware')
    .option('--json', 'print it as JSON (default: false)')
    .action(({ page, json }: PageFlags & { readonly json?: boolean }) => {
      const map = PAGE_MAPS[page];
      return print(json === true ? asJson(registerJson(map)) : listText(map));
    });
}

function readCommand(): Command {
  return addTargetOptions(
    new Command('read')
      .description('read registers or fields, as status.currentKeyId; a read of receiveData takes the word away')
      .argument('<names...>', 'registers, register.field, or offsets in the page as 0x00c')
      .option('--json', 'print an object of numbers (default: false)'),
  ).action(async (names: readonly string[], flags: Flags) => {
    const wanted = names.map((name) => parseName(name, PAGE_MAPS[flags.page]));
    wanted.forEach(checkReadable);
    const { target } = await openTarget(flags, true);
    try {
      const values: [Named, number][] = [];
      for (const named of wanted) values.push([named, await readNamed(target, named)]);
      await print(
        flags.json === true ? asJson(Object.fromEntries(values.map(([named, value]) => [nameOf(named), value]))) : readText(values),
      );
    } finally {
      target.close();
    }
  });
}

function writeCommand(): Command {
  return addTargetOptions(
    new Command('write')
      .description('write a register or a field; key registers take hexadecimal octets and print nothing of them')
      .argument('<name>', 'register, register.field, or offset as 0x008')
      .argument('[value]', 'decimal, or with 0x or 0b; of a key register, its octets in hexadecimal')
      .option('--from <file>', 'take the value from a file, or from standard input with - (default: the command line)')
      .option('--insecure', 'write to hardware of the board that protects nothing (default: false)'),
  ).action(async (name: string, value: string | undefined, flags: Flags & { readonly from?: string; readonly insecure?: boolean }) => {
    const named = parseName(name, PAGE_MAPS[flags.page]);
    checkWritable(named);
    if ((value === undefined) === (flags.from === undefined))
      throw new RegisterError(`${nameOf(named)} needs one value`, 'give it on the command line, or with --from, not both');
    if (named.register.secret === true && value !== undefined)
      process.stderr.write(
        'keyturn: key material on a command line stays in the history of the shell, and other users see it while it runs: prefer --from FILE or --from -\n',
      );
    const text = value === undefined ? await contentOf(flags.from ?? '-') : Buffer.from(value);
    const onBoard = flags.target === 'uio' || flags.target === 'devmem';
    let octets: Uint8Array | undefined;
    try {
      // all is checked before anything is opened
      octets = named.register.secret === true ? parseSecret(text, named.register) : undefined;
      const word = octets === undefined ? parseValue(text.toString().trim(), named) : 0;
      const { target, hardware } = await openTarget(flags, !onBoard || flags.insecure === true);
      try {
        if (octets === undefined) await writeNamed(target, named, word);
        else await writeSecret(target, named.register, octets, 'engine' in hardware ? hardware.engine : 'xor');
      } finally {
        target.close();
      }
    } finally {
      text.fill(0);
      octets?.fill(0);
    }
  });
}

function dumpCommand(): Command {
  return addTargetOptions(
    new Command('dump')
      .description('read every register that a read leaves as it is')
      .option('--json', 'print it as JSON (default: false)'),
  ).action(async (flags: Flags) => {
    const { target, map, hardware } = await openTarget(flags, true);
    try {
      const values = await readAll(target, map);
      await print(
        flags.json === true
          ? asJson({ target: target.description, page: flags.page, hardware, registers: valuesJson(values) })
          : `${target.description}: ${'role' in hardware ? hardwareText(hardware) : pageText(map, hardware)}\n\n${table([['offset', 'register', 'value', ''], ...valueRows(values)], 'text')}`,
      );
    } finally {
      target.close();
    }
  });
}

function watchCommand(): Command {
  return addTargetOptions(
    new Command('watch')
      .description('show registers as they change, woken by the interrupt where there is one; Ctrl-C ends it')
      .argument('[names...]', 'registers (default: every one that a read leaves as it is)')
      .option('--interval <ms>', 'time between two looks', '500')
      .option('--rounds <count>', 'end after so many looks (default: no end)')
      .option('--json', 'print an object a line for each change (default: false)'),
  ).action(async (names: readonly string[], flags: Flags & { readonly interval: string; readonly rounds?: string }) => {
    const registers = names.length === 0 ? readableOf(PAGE_MAPS[flags.page]) : names.map((name) => watchable(name, PAGE_MAPS[flags.page]));
    const milliseconds = wordOption('--interval', flags.interval);
    const rounds = flags.rounds === undefined ? Number.POSITIVE_INFINITY : wordOption('--rounds', flags.rounds);
    const { target } = await openTarget(flags, true);
    // nobody may look at it any more
    const unseen = new AbortController();
    let failure: unknown;
    const write = (text: string): void =>
      void print(text).catch((error: unknown) => {
        failure ??= error;
        unseen.abort();
      });
    const show =
      flags.json === true ? changes(changeJson, write) : process.stdout.isTTY === true ? redrawing(write) : changes(changeText, write);
    try {
      await interruptible((signal) =>
        watch(target, { registers, milliseconds, rounds, signal: AbortSignal.any([signal, unseen.signal]), show }),
      );
    } finally {
      target.close();
    }
    if (failure !== undefined) throw failure;
  });
}

/** @throws RegisterError for what a look would change, and for what can't be read */
function watchable(name: string, map: RegisterMapDescription): Register {
  const { register } = parseName(name, map);
  if (readableOf(map).includes(register)) return register;
  throw new RegisterError(
    `${register.name} can't be watched`,
    register.access === 'wo' ? 'it is write-only' : 'a read takes its value away',
  );
}

async function contentOf(from: string): Promise<Buffer> {
  return from === '-' ? buffer(process.stdin) : readFile(from);
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
