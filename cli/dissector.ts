/** `keyturn dissector`: secured frames in Wireshark. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { AtomicFile } from '../sim/output/atomic-file.ts';
import { PROFILE_NAMES, type ProfileName } from '../spec/header.ts';
import { dissectorLua } from '../sw/frame/dissector.ts';
import { addPath } from './flags.ts';
import { print } from './print.ts';

/** FrameIDs of generated traffic, the initiator's first. */
export const USUAL_FRAME_IDS = [0x8000, 0x8001];

interface Flags {
  readonly profile: ProfileName;
  readonly frameId: readonly number[];
  readonly out?: string;
}

export function dissectorCommand(): Command {
  const command = new Command('dissector')
    .description('a dissector for Wireshark and tshark (Lua) that shows the security fields of secured frames')
    .addOption(new Option('--profile <profile>', 'header profile of the frames').choices([...PROFILE_NAMES]).default('paper'))
    .addOption(
      new Option('--frame-id <list>', 'FrameIDs of secured frames, with commas between')
        .argParser(frameIdsOf)
        .default(USUAL_FRAME_IDS, '0x8000,0x8001'),
    );
  addPath(command, '--out <file>', 'where it goes (default: standard output)');
  return command
    .action(async ({ profile, frameId, out }: Flags) => {
      const text = dissectorLua(frameId, profile);
      if (out === undefined) await print(text);
      else await AtomicFile.write(out, text);
    })
    .showHelpAfterError('(keyturn dissector --help lists the options)')
    .exitOverride();
}

function frameIdsOf(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const id = /^(0x[0-9a-f]{1,4}|\d{1,5})$/i.test(part.trim()) ? Number(part) : Number.NaN;
    if (!(id <= 0xffff))
      throw new InvalidArgumentError(`expected numbers from 0 to 0xffff with commas between, found ${JSON.stringify(part)}.`);
    return id;
  });
}
