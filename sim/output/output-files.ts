/** The files of a run in its folder: there whole under their names, or not at all. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { writeVerilog } from '../../hdl-gen/verilog/design.ts';
import { KEY_LOG_FILE } from '../../judge/folder.ts';
import type { Connection } from '../../judge/key-log.ts';
import { reportHtml } from '../report/html.ts';
import type { SimulationResult } from '../report/result.ts';
import { summaryOf } from '../report/summary.ts';
import { timelineSvg } from '../report/timeline.ts';
import { Observations } from '../watch.ts';
import { AtomicFile } from './atomic-file.ts';

export class OutputFiles {
  readonly observations: Observations;
  readonly waves: AtomicFile;
  readonly #out: string;

  private constructor(out: string, connection: Connection, keyLog: boolean) {
    this.#out = out;
    this.observations = new Observations(out, connection, keyLog);
    this.waves = new AtomicFile(join(out, 'waves.vcd'));
  }

  static async open(out: string, connection: Connection, keyLog: boolean): Promise<OutputFiles> {
    await mkdir(out, { recursive: true });
    // those of an earlier run would not open this one's frames
    await rm(join(out, KEY_LOG_FILE), { force: true });
    return new OutputFiles(out, connection, keyLog);
  }

  async writeVerilog(designs: readonly ModuleIr[]): Promise<void> {
    for (const design of designs) await writeVerilog(design, this.#verilogPart);
  }

  /** Capture, keys, waves and Verilog get their names. */
  async commitObservations(): Promise<void> {
    await this.observations.commit();
    await this.waves.commit();
    const verilog = join(this.#out, 'verilog');
    await rm(verilog, { recursive: true, force: true });
    await rename(this.#verilogPart, verilog);
  }

  async writeReports(result: SimulationResult): Promise<void> {
    const texts: Record<string, string> = {
      'summary.json': `${JSON.stringify(summaryOf(result), null, 2)}\n`,
      'report.html': reportHtml(result),
    };
    // that of an earlier run would speak of other rekeys
    await rm(join(this.#out, 'timeline.svg'), { force: true });
    if (result.rekeys.length > 0) texts['timeline.svg'] = timelineSvg(result, 0);
    for (const [name, text] of Object.entries(texts)) {
      const file = new AtomicFile(join(this.#out, name));
      file.write(text);
      await file.commit();
    }
  }

  /** Nothing stays. */
  async discard(): Promise<void> {
    await this.observations.discard();
    await this.waves.discard();
    await rm(this.#verilogPart, { recursive: true, force: true });
  }

  get #verilogPart(): string {
    return join(this.#out, 'verilog.part');
  }
}
