/** `keyturn keys`: files with the secrets of a station; what is printed of them is public. */
import { Command, Option } from 'commander';
import { OutputError } from '../sim/output/output-error.ts';
import { KeyFileError } from '../sw/key-files/errors.ts';
import { KEY_FILE_KINDS, type KeyFileFacts, type KeyFileKind, newKeyFile, readKeyFile } from '../sw/key-files/key-file.ts';
import { print } from './print.ts';

interface Flags {
  readonly json?: boolean;
}

export function keysCommand(): Command {
  const make = new Command('new')
    .description('make a secret, and a file for it that only you can read; what has that name already is refused')
    .argument('<file>', 'name of the file')
    .addOption(
      new Option('--kind <kind>', 'identity: the static key pair of a station; psk: a secret for both stations of an association')
        .choices([...KEY_FILE_KINDS])
        .default('identity'),
    )
    .option('--json', 'print the public part as JSON (default: false)')
    .action((path: string, { kind, json }: Flags & { readonly kind: KeyFileKind }) =>
      print(factsText(path, made(path, kind), json === true)),
    );
  const show = new Command('show')
    .description('the public part of such a file: of an identity the public key, of a psk a digest to compare')
    .argument('<file>', 'a file that keyturn keys new has made, of mode 0600 and your own')
    .option('--json', 'print it as JSON (default: false)')
    .action((path: string, { json }: Flags) => {
      const { secret, ...facts } = readKeyFile(path);
      secret.fill(0);
      return print(factsText(path, facts, json === true));
    });
  const group = new Command('keys').description('files with the secrets of a station');
  for (const command of [make, show])
    group.addCommand(command.showHelpAfterError(`(keyturn keys ${command.name()} --help lists the options)`).exitOverride());
  return group.showHelpAfterError('(keyturn keys --help lists the commands)').exitOverride();
}

/** @throws KeyFileError, OutputError */
function made(path: string, kind: KeyFileKind): KeyFileFacts {
  try {
    return newKeyFile(path, kind);
  } catch (error) {
    if (error instanceof KeyFileError || !(error instanceof Error)) throw error;
    throw new OutputError(path, error);
  }
}

function factsText(path: string, { kind, publicPart }: KeyFileFacts, json: boolean): string {
  const name = kind === 'identity' ? 'publicKey' : 'check';
  const hex = Buffer.from(publicPart).toString('hex');
  if (json) return `${JSON.stringify({ file: path, kind, [name]: hex }, null, 2)}\n`;
  return `${path}: ${kind === 'identity' ? 'identity, public key' : 'psk, check'} ${hex}\n`;
}
