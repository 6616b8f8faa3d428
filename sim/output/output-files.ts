/** The files of a run in its folder: there whole under their names, or not at all. */
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModuleIr } from '../../hdl-gen/ir/module.ts';
import { writeVerilog } from '../../hdl-gen/verilog/design.ts';
import { KEY_LOG_FILE } from '../../judge/folder.ts';
import type { Connection } from '../../judge/key-log.ts';
import { networkSummary } from '../network-report.ts';
import { reportHtml } from '../report/html.ts';
import type { SimulationResult } from '../report/result.ts';
import { summaryOf } from '../report/summary.ts';
import { timelineSvg } from '../report/timeline.ts';
import { Observations } from '../watch.ts';
import { AtomicFile } from './atomic-file.ts';
import { makeFolder, removeEmpty } from './folder.ts';
import { OutputError } from './output-error.ts';

export class OutputFiles {
  readonly observations: Observations;
  readonly waves: AtomicFile;
  readonly #out: string;
  readonly #foldersMade: readonly string[];
  /** what has its name already */
  readonly #named: string[] = [];

  private constructor(out: string, foldersMade: readonly string[], connections: readonly Connection[], keyLog: boolean, cycleNs: number) {
    this.#out = out;
    this.#foldersMade = foldersMade;
    this.observations = new Observations(out, connections, keyLog, cycleNs);
    this.waves = new AtomicFile(join(out, 'waves.vcd'));
  }

  /** @param connections of the relations, by their numbers  @throws OutputError */
  static async open(out: string, connections: readonly Connection[], keyLog: boolean, cycleNs: number): Promise<OutputFiles> {
    const foldersMade = await makeFolder(out);
    // those of an earlier run would not open this one's frames
    await rm(join(out, KEY_LOG_FILE), { force: true });
    return new OutputFiles(out, foldersMade, connections, keyLog, cycleNs);
  }

  /** @throws OutputError */
  async writeVerilog(designs: readonly ModuleIr[]): Promise<void> {
    try {
      for (const design of designs) await writeVerilog(design, this.#verilogPart);
    } catch (error) {
      throw new OutputError(join(this.#out, 'verilog'), error as NodeJS.ErrnoException);
    }
  }

  /** @throws OutputError what went wrong with what was written so far: a full disk ends a run at once */
  check(): void {
    for (const file of this.#files) file.check();
  }

  /** Capture, keys, waves and Verilog get their names, when all of them are on the disk. @throws OutputError */
  async commitObservations(): Promise<void> {
    this.observations.end();
    for (const file of this.#files) await file.finish();
    for (const file of this.#files) {
      await file.commit();
      this.#named.push(file.path);
    }
    const verilog = join(this.#out, 'verilog');
    await rm(verilog, { recursive: true, force: true });
    await rename(this.#verilogPart, verilog);
    this.#named.push(verilog);
  }

  /** @param results of the relations, by their numbers  @throws OutputError */
  async writeReports(...results: readonly [SimulationResult, ...SimulationResult[]]): Promise<void> {
    const texts: Record<string, string> = {
      'summary.json': `${JSON.stringify(results.length === 1 ? summaryOf(results[0]) : networkSummary(results), null, 2)}\n`,
      'report.html': reportHtml(...results),
    };
    // that of an earlier run would speak of other rekeys
    await rm(join(this.#out, 'timeline.svg'), { force: true });
    const first = results.find(({ rekeys }) => rekeys.length > 0);
    if (first !== undefined) texts['timeline.svg'] = timelineSvg(first, 0);
    for (const [name, text] of Object.entries(texts)) {
      const path = join(this.#out, name);
      await AtomicFile.write(path, text);
      this.#named.push(path);
    }
  }

  /** Nothing stays: what has its name already goes too, and the folder where it was made for this run. */
  async discard(): Promise<void> {
    for (const file of this.#files) await file.discard();
    for (const path of [this.#verilogPart, ...this.#named]) await rm(path, { recursive: true, force: true });
    await removeEmpty(this.#foldersMade);
  }

  get folder(): string {
    return this.#out;
  }

  get #files(): readonly AtomicFile[] {
    return [...this.observations.files, this.waves];
  }

  get #verilogPart(): string {
    return join(this.#out, 'verilog.part');
  }
}
