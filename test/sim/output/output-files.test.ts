/** The files of a run: all of them under their names, or nothing, and nothing of the run before. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_LOG_HEADER } from '../../../judge/key-log.ts';
import { OutputError } from '../../../sim/output/output-error.ts';
import { OutputFiles } from '../../../sim/output/output-files.ts';
import { CONNECTION, REKEY, resultOf } from '../report/results.ts';

let place: string;
let out: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'keyturn-output-files-'));
  out = join(place, 'runs/one');
});
afterEach(() => rm(place, { recursive: true }));
const names = async (): Promise<readonly string[]> => (await readdir(out)).sort();

/** One run of no frame, with no hardware to write. */
async function written(keyLog: boolean, rekeys = [REKEY]): Promise<OutputFiles> {
  const files = await OutputFiles.open(out, [CONNECTION], keyLog, 8);
  await mkdir(join(out, 'verilog.part'));
  files.waves.write('$end');
  await files.commitObservations();
  await files.writeReports(resultOf({}, { rekeys, lanes: { initiator: LANE, follower: LANE } }));
  return files;
}
const LANE = [{ atNs: 0, slots: [{ provider: 'A', consumer: 'A', keyId: '0|0' }] }];

describe('a run that ends', () => {
  it('leaves capture, waves, Verilog and reports under their names, and keys where they are asked for, for their owner alone', async () => {
    await written(false);
    const plain = ['capture.pcapng', 'report.html', 'summary.json', 'timeline.svg', 'verilog', 'waves.vcd'];
    expect(await names()).toEqual(plain);
    expect(await readFile(join(out, 'waves.vcd'), 'utf8')).toBe('$end');
    expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject({ framesSent: 1000, rekeys: [{ toKeyId: '0|1' }] });
    expect(await readFile(join(out, 'summary.json'), 'utf8')).toMatch(/^\{\n {2}"shortcomings": \[\],\n.*\}\n$/s);
    expect(await readFile(join(out, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    expect(await readFile(join(out, 'timeline.svg'), 'utf8')).toMatch(/^<svg /);
    await written(true);
    expect(await names()).toEqual([...plain, 'keys.log'].sort());
    expect((await stat(join(out, 'keys.log'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(out, 'keys.log'), 'utf8')).toContain(KEY_LOG_HEADER);
  });

  it('leaves nothing of the run before that would speak of other keys, rekeys or hardware', async () => {
    await written(true);
    await writeFile(join(out, 'verilog/old.v'), '');
    await written(false, []);
    expect(await names()).toEqual(['capture.pcapng', 'report.html', 'summary.json', 'verilog', 'waves.vcd']);
    expect(await readdir(join(out, 'verilog'))).toEqual([]);
  });

  it('has none of its names before all is on the disk', async () => {
    const files = await OutputFiles.open(out, [CONNECTION], true, 8);
    await mkdir(join(out, 'verilog.part'));
    await files.waves.finish();
    expect((await names()).every((name) => name.endsWith('.part'))).toBe(true);
    await files.discard();
  });
});

describe('a run that fails', () => {
  it('leaves nothing, whether before its files had their names or behind, and no folder that was made for it', async () => {
    const early = await OutputFiles.open(out, [CONNECTION], true, 8);
    await mkdir(join(out, 'verilog.part'));
    await early.discard();
    expect(await readdir(place)).toEqual([]);
    await (await written(true)).discard();
    expect(await readdir(place)).toEqual([]);
  });

  it('leaves what others have put there', async () => {
    await mkdir(out, { recursive: true });
    await writeFile(join(out, 'notes'), '');
    await (await written(true)).discard();
    expect(await names()).toEqual(['notes']);
  });

  it('because the hardware can not be written says so', async () => {
    const files = await OutputFiles.open(out, [CONNECTION], false, 8);
    // where the folder of the Verilog should be stands a file
    await writeFile(join(out, 'verilog.part'), '');
    const { peer } = await import('../../../hw/peer.ts');
    const failure = await files
      .writeVerilog([peer({ role: 'initiator', slots: 2, engine: 'xor' }).elaborate()])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutputError);
    expect(String(failure)).toContain(`${join(out, 'verilog')}: a file stands where a folder is expected`);
    await files.discard();
  });
});
