/** `keyturn regs export`: the register map for other languages and tools. */
import { Command, Option } from 'commander';
import { AtomicFile } from '../sim/output/atomic-file.ts';
import { cHeader } from '../sw/register-map/c-header.ts';
import { registerJson } from '../sw/register-map/json.ts';
import { registerPage } from '../sw/register-map/markdown.ts';
import { systemRdl } from '../sw/register-map/systemrdl.ts';

const FORMATS: Readonly<Record<string, () => string>> = {
  c: cHeader,
  systemrdl: systemRdl,
  markdown: registerPage,
  json: () => `${JSON.stringify(registerJson(), null, 2)}\n`,
};

export function exportCommand(): Command {
  return new Command('export')
    .description('the register map as a C header, in SystemRDL, as a page, or as JSON')
    .addOption(new Option('--format <format>', 'what it becomes').choices(Object.keys(FORMATS)).makeOptionMandatory())
    .option('--out <file>', 'where it goes (default: standard output)')
    .action(async ({ format, out }: { readonly format: string; readonly out?: string }) => {
      const text = FORMATS[format]?.() ?? '';
      if (out === undefined) {
        process.stdout.write(text);
        return;
      }
      const file = new AtomicFile(out);
      try {
        file.write(text);
        await file.commit();
      } catch (error) {
        await file.discard();
        throw error;
      }
    });
}
