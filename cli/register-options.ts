/** The options that say whose registers are meant, and the target that they name. */
import { type Command, Option } from 'commander';
import { loadBoard } from '../boards/board.ts';
import { AEAD_ENGINES, type EngineName } from '../spec/aead-engines.ts';
import { RELATIONS_MAX } from '../spec/configuration.ts';
import { PAGE_OCTETS, PAGES, type PageName, WIRES, type WireName } from '../spec/pages.ts';
import { PAGE_MAPS, type RegisterMapDescription } from '../spec/register-maps.ts';
import { fieldOf, fieldValue, REGISTERS } from '../spec/registers.ts';
import { type Capabilities, RelationDriver } from '../sw/control-plane/driver.ts';
import { identifyMap, type MapVersion } from '../sw/control-plane/identify.ts';
import { checkedRegisters, RegisterError, type RegisterSpace } from '../sw/control-plane/register-space.ts';
import { pageOf } from '../sw/control-plane/station-driver.ts';
import { boardTarget } from '../sw/register-target/board.ts';
import { devmemTarget } from '../sw/register-target/devmem.ts';
import { fileTarget } from '../sw/register-target/file.ts';
import type { RegisterTarget } from '../sw/register-target/target.ts';
import { uioTarget } from '../sw/register-target/uio.ts';

export interface PageFlags {
  readonly page: PageName;
}

export interface TargetFlags extends PageFlags {
  /** whose page is meant; default: the first's */
  readonly relation?: number;
  readonly target: 'uio' | 'devmem' | 'file' | 'sim';
  readonly device?: string;
  readonly base?: string;
  readonly file?: string;
  readonly offset: string;
  readonly board?: string;
  readonly role: 'initiator' | 'follower';
  readonly slots: string;
  readonly engine: EngineName;
  readonly wire?: WireName;
  readonly buildId?: string;
  readonly root: string;
}

export interface OpenTarget {
  readonly target: RegisterTarget;
  readonly map: RegisterMapDescription;
  /** of a relation all that it tells of its station, of another page the version of its map */
  readonly hardware: Capabilities | { readonly mapVersion: MapVersion };
}

/** Simulated logic is the same for every board. */
const SIMULATED_BOARD = 'zybo-z7-20';

const ANY_PAGE = new Option('--page <page>', 'whose registers: of the relation, of a mailbox of frames, or the counters of the MAC')
  .choices(Object.keys(PAGES))
  .default('peer');

export function addPageOption(command: Command): Command {
  return command.addOption(ANY_PAGE);
}

/** @param page the option that says which page; default: any */
export function addTargetOptions(command: Command, page = ANY_PAGE): Command {
  command.addOption(page);
  if (page === ANY_PAGE)
    command.addOption(
      new Option('--relation <number>', 'the relation whose page is meant, from 0 on (default: 0)').argParser((text) =>
        wordOption('--relation', text),
      ),
    );
  return addPlaceOptions(command);
}

/** The same for a command that knows which pages it wants. */
export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--target <kind>', 'where they are: a UIO device or physical memory of the board, a file, or a fresh simulated board')
        .choices(['uio', 'devmem', 'file', 'sim'])
        .default('uio'),
    )
    .option('--device <name>', 'uio: name or number of the device of the page (default: keyturn, or keyturn-PAGE)')
    .addOption(
      new Option('--base <address>', 'devmem: physical address of the board’s registers, as 0x43c00000 (default: none)').implies({
        target: 'devmem',
      }),
    )
    .addOption(
      new Option('--file <path>', 'file: the file that holds the board’s registers, as /dev/shm/keyturn (default: none)').implies({
        target: 'file',
      }),
    )
    .option('--offset <octets>', 'file: octets before the first register', '0')
    .addOption(
      new Option('--board <socket>', 'sim: the running simulated board of keyturn board, in place of a fresh one (default: none)').implies({
        target: 'sim',
      }),
    )
    .addOption(new Option('--role <role>', 'sim: role of the station').choices(['initiator', 'follower']).default('initiator'))
    .addOption(new Option('--slots <count>', 'sim: key slots of each relation').choices(['2', '3', '4']).default('2'))
    .addOption(new Option('--engine <name>', 'sim: AEAD engine of the station').choices(Object.keys(AEAD_ENGINES)).default('xor'))
    .addOption(new Option('--wire <way>', 'sim: what carries the frames (default: the first that has the page)').choices([...WIRES]))
    .option('--build-id <id>', 'refuse hardware with another build id (default: any)')
    .option('--root <folder>', 'uio, devmem: where sys and dev are', '/');
}

/**
 * Opens the page of a target, and makes sure that registers of ours are behind it before any other is touched.
 * @param allowInsecure whether a station that protects nothing will do
 * @throws RegisterError, WindowError, NoPermission, TargetUnavailable, HardwareMismatch
 */
export async function openTarget(flags: TargetFlags, allowInsecure: boolean): Promise<OpenTarget> {
  const { page, relation } = flags;
  if (page !== 'peer' && relation !== undefined)
    throw new RegisterError(`--relation names the page of a relation, found --page ${page}`, 'leave one of them out');
  const buildId = flags.buildId === undefined ? undefined : wordOption('--build-id', flags.buildId);
  // only the station has a build id: it is asked first
  if (page !== 'peer' && buildId !== undefined) {
    const { device: _, ...others } = flags;
    const { target } = await openTarget({ ...others, page: 'peer' }, true);
    target.close();
  }
  const map = PAGE_MAPS[page];
  const target = await openPages(flags, 1 + (relation ?? 0));
  try {
    const hardware =
      page === 'peer'
        ? await new RelationDriver(target).identify({ allowInsecure, ...(buildId === undefined ? {} : { buildId }) })
        : { mapVersion: await identifyMap(target, map) };
    if (relation !== undefined) await requireRelation(target, relation);
    return { target: { ...target, ...checkedRegisters(pageOf(target, relation ?? 0), PAGE_OCTETS) }, map, hardware };
  } catch (error) {
    target.close();
    throw error;
  }
}

/** Relations that the hardware has. */
export async function relationsOf(space: RegisterSpace): Promise<number> {
  const { capabilities } = REGISTERS;
  return 1 + fieldValue(fieldOf(capabilities, 'moreRelations'), await space.read32(capabilities.offset));
}

/** An access to a page that there is not would end a program on the board. @throws RegisterError */
async function requireRelation(space: RegisterSpace, relation: number): Promise<void> {
  const relations = await relationsOf(space);
  if (relation >= relations) throw new RegisterError(`there is no relation ${relation}`, `the hardware has ${relations}, numbered from 0`);
}

/** Where an option that names a place leads, which no other target would look at. */
const PLACES = { device: 'uio', base: 'devmem', file: 'file', board: 'sim' } as const;

/**
 * Opens so many pages from the one that is named on, and asks nothing.
 * @throws RegisterError, WindowError, NoPermission, TargetUnavailable
 */
export async function openPages(flags: TargetFlags, pages: number): Promise<RegisterTarget> {
  if (pages > RELATIONS_MAX)
    throw new RegisterError(`there is no relation ${pages - 1}`, `a station has at most ${RELATIONS_MAX}, numbered from 0`);
  const size = pages * PAGE_OCTETS;
  const { page, target, device, base, file, root } = flags;
  for (const option of ['device', 'base', 'file', 'board'] as const)
    if (flags[option] !== undefined && target !== PLACES[option])
      throw new RegisterError(
        `--${option} names a place for --target ${PLACES[option]}, found --target ${target}`,
        'leave one of them out',
      );
  const skipped = PAGES[page].index * PAGE_OCTETS;
  switch (target) {
    case 'sim': {
      if (flags.board !== undefined) return boardTarget(flags.board, flags.role, page);
      const wires: readonly WireName[] = PAGES[page].wires;
      const wire = flags.wire ?? wires[0] ?? 'fifo';
      if (!wires.includes(wire))
        throw new RegisterError(`the way ${wire} to the wire has no page ${page}`, `choose --wire ${wires.join(' or ')}`);
      // loaded where it is wanted: a board has nothing to simulate
      const { simulatedPage } = await import('./simulated-board.ts');
      const { role, slots, engine } = flags;
      return simulatedPage(
        { board: loadBoard(SIMULATED_BOARD), wire, relations: pages, peer: { role, slots: Number(slots), engine } },
        page,
      );
    }
    case 'file':
      if (file === undefined) throw new RegisterError('--target file needs a file', 'name it with --file');
      return fileTarget({ path: file, offset: wordOption('--offset', flags.offset) + skipped, size });
    case 'devmem':
      if (base === undefined)
        throw new RegisterError(
          '--target devmem needs the address of the registers',
          'give it with --base; the device-tree overlay has it in reg',
        );
      return devmemTarget({ base: wordOption('--base', base) + skipped, size, root });
    case 'uio':
      return uioTarget({ page, ...(device === undefined ? {} : { device }), size, root });
  }
}

/** @throws RegisterError */
export function relationsOption(text: string): number {
  const relations = wordOption('--relations', text);
  if (relations >= 1 && relations <= RELATIONS_MAX) return relations;
  throw new RegisterError(`--relations ${relations} is no number of relations`, `expected a whole number from 1 to ${RELATIONS_MAX}`);
}

/** @throws RegisterError */
export function wordOption(option: string, text: string): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 0xffff_ffff)) throw new RegisterError(`${option} ${text} is no number of 32 bits`, 'expected one like 4096 or 0x1000');
  return value;
}
