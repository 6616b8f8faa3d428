/** `keyturn gen`: all that makes a bitstream for a board, and what its software needs, in one folder. */
import { basename, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { loadBoard } from '../boards/board.ts';
import type { HardwareConfiguration } from '../boards/flow/build.ts';
import { hex32 } from '../boards/flow/build.ts';
import { checkEngine } from '../boards/flow/insecure-engine.ts';
import type { Board } from '../boards/schema.ts';
import { wireTiming } from '../boards/tops/clocks.ts';
import { optionsSchema } from '../sim/options.ts';
import { checkReplaceable, replaceFolder } from '../sim/output/replace-folder.ts';
import { ConfigurationError, parseConfiguration, RELATIONS_MAX } from '../spec/configuration.ts';
import { pagesOf, WIRES, type WireName } from '../spec/pages.ts';
import { PAGE_MAPS, type RegisterMapDescription } from '../spec/register-maps.ts';
import { dissectorLua } from '../sw/frame/dissector.ts';
import { cHeader } from '../sw/register-map/c-header.ts';
import { deviceTreeOverlay } from '../sw/register-map/device-tree.ts';
import { registerJson } from '../sw/register-map/json.ts';
import { registerPage } from '../sw/register-map/markdown.ts';
import { systemRdl } from '../sw/register-map/systemrdl.ts';
import { USUAL_FRAME_IDS } from './dissector.ts';
import { EXIT } from './exit.ts';
import { addPath, addSettings, type Settings, settingsOf } from './flags.ts';
import { placementOn } from './placement.ts';
import { interruptible } from './signals.ts';
import { version } from './version.ts';

/** Words of an image are numbered with 16 bits. */
const IMAGE_OCTETS_MAX = 4 * 2 ** 16;

/** By it a folder is known to be of this command. */
const MARK = 'keyturn.json';

interface Flags extends Record<string, unknown> {
  readonly board: string;
  readonly out?: string;
  readonly wire: WireName;
  readonly role: 'initiator' | 'follower';
  readonly config?: string;
  readonly insecure?: boolean;
  readonly imageOctets?: string;
}

export function genCommand(setExit: (code: number) => void): Command {
  const command = new Command('gen')
    .description('everything for a bitstream and its software in one folder: Verilog, constraints, scripts, device tree, register map')
    .requiredOption('--board <name>', 'a known board, or a folder with a board.json')
    .addOption(
      new Option('--wire <way>', 'what carries the frames: mailboxes that the processor serves, its second MAC, a PHY on a Pmod')
        .choices([...WIRES])
        .default('fifo'),
    )
    .addOption(new Option('--role <role>', 'role of the station').choices(['initiator', 'follower']).default('initiator'))
    .option('--insecure', 'generate an engine that protects nothing (default: false)');
  addPath(command, '--out <folder>', 'where it goes; a folder of an earlier run is replaced whole (default: build/NAME)');
  addPath(command, '--config <file>', 'read settings from a JSON file; options on the command line win (default: none)');
  command.option('--relations <count>', `relations, each with a page of registers; a whole number from 1 to ${RELATIONS_MAX} (default: 1)`);
  command.option(
    '--image-octets <count>',
    `octets for process images, of each direction, three buffers an image; a multiple of 4 up to ${IMAGE_OCTETS_MAX} (default: 0, no images)`,
  );
  addSettings(command, new Set(['slots', 'engine', 'delivery']));
  command.action(async (flags: Flags) => setExit(await interruptible((signal) => generate(flags, signal))));
  return command.showHelpAfterError('(keyturn gen --help lists the options)').exitOverride();
}

async function generate(
  { board: name, wire, role, out, config, insecure, imageOctets: said = '0', ...typed }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const { values, source } = await settingsOf(typed, config);
  const { relations, slots, engine, delivery } = parseConfiguration(optionsSchema, values, source);
  checkEngine(engine, insecure === true);
  const imageOctets = imageOctetsOf(said);
  const board = loadBoard(name);
  const timing = wireTiming(wire);
  checkTiming(values, timing, wire, source);
  const images = imageOctets === 0 ? {} : { imageOctets };
  const configuration: HardwareConfiguration = {
    board: basename(resolve(name)),
    wire,
    role,
    relations,
    ...images,
    slots,
    engine,
    delivery,
    ...timing,
  };
  const folder = out ?? `build/${configuration.board}`;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  // what takes long comes after what can be wrong
  await checkReplaceable(folder, MARK);
  // the hardware takes longer to load than most commands to run
  const [{ designOf }, { buildFiles }] = await Promise.all([import('../boards/flow/design.ts'), import('../boards/flow/folder.ts')]);
  say(`generating ${role} with ${relations === 1 ? '' : `${relations} relations of `}${slots} slots for ${board.title} …`);
  const design = designOf(configuration, board);
  const files = { ...buildFiles(design, configuration, board, version()), ...softwareFiles(configuration, board) };
  // what was pressed meanwhile is told only now
  await new Promise((done) => setImmediate(done));
  if (signal.aborted) return EXIT.interrupted;
  await replaceFolder(folder, files, MARK);
  say(`${folder}: ${Object.keys(files).length} files, build ${hex32(design.buildId)}; go on with ${folder}/README.md`);
  return EXIT.done;
}

/** @throws ConfigurationError */
function imageOctetsOf(said: string): number {
  const octets = /^\d+$/.test(said) ? Number(said) : Number.NaN;
  if (!(octets <= IMAGE_OCTETS_MAX) || octets % 4 !== 0)
    throw new ConfigurationError('--image-octets', [`expected a multiple of 4 from 0 to ${IMAGE_OCTETS_MAX}, found ${said}`]);
  return octets;
}

/** A file of settings may have been made for another clock or wire. @throws ConfigurationError */
function checkTiming(values: Settings['values'], timing: ReturnType<typeof wireTiming>, wire: WireName, source: string): void {
  const faults = Object.entries(timing).flatMap(([key, ns]) => {
    const found = values[key as keyof typeof timing];
    return found === undefined || found === ns
      ? []
      : [`${key}: by ${wire} it is ${ns} ns, found ${String(found)}; leave it out, or choose another --wire`];
  });
  if (faults.length > 0) throw new ConfigurationError(source, faults);
}

function softwareFiles({ wire, relations }: HardwareConfiguration, board: Board): Readonly<Record<string, { readonly text: string }>> {
  return {
    'keyturn.lua': { text: dissectorLua(USUAL_FRAME_IDS, 'paper') },
    'keyturn.dtso': { text: deviceTreeOverlay(placementOn(board, wire, relations)) },
    ...Object.assign({}, ...mapsOf(wire).map(registerFiles)),
  };
}

/** The maps of the pages that there are. */
function mapsOf(wire: WireName): readonly RegisterMapDescription[] {
  return [...new Set(pagesOf(wire).map((page) => PAGE_MAPS[page]))];
}

function registerFiles(map: RegisterMapDescription): Readonly<Record<string, { readonly text: string }>> {
  const path = `registers/${map.name}_registers`;
  return {
    [`${path}.h`]: { text: cHeader(map) },
    [`${path}.rdl`]: { text: systemRdl(map) },
    [`${path}.json`]: { text: `${JSON.stringify(registerJson(map), null, 2)}\n` },
    [`${path}.md`]: { text: registerPage(map) },
  };
}
