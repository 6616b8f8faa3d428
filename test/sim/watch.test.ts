/** What a run leaves for its judge: the capture read by tshark, the keys as text. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Observations } from '../../sim/watch.ts';
import { CONNECTION } from './report/results.ts';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'keyturn-watch-'));
});
afterEach(() => rm(out, { recursive: true }));
const frame = (number: number): Uint8Array =>
  Uint8Array.of(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0x92, 0x80, number, ...Array(44).fill(0));

it('the capture has each frame at its point and time, in the order of time whatever order they are told of in', async () => {
  const observations = new Observations(out, [CONNECTION], false, 8);
  const watcher = observations.of(0);
  watcher.frame('initiator', 'sent', 200, frame(1));
  // shorter, and begun before: but told of later; of two at one time, the one that is told of first
  watcher.frame('follower', 'arrived', 100, frame(2), 'forged');
  watcher.frame('follower', 'delivered', 200, frame(3));
  // 3058 cycles: what two of the longest frames take. What is older is not waited for
  watcher.frame('initiator', 'given', 200 + 3058, frame(4));
  watcher.frame('initiator', 'given', 150 + 3058, frame(5));
  watcher.frame('follower', 'given', 201, frame(6));
  observations.end();
  expect(observations.files).toHaveLength(1);
  for (const file of observations.files) await file.commit();
  const said = execFileSync('tshark', ['-r', join(out, 'capture.pcapng'), '-T', 'json', '-x'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const packets = JSON.parse(said) as {
    _source: { layers: { frame_raw: [string]; frame: Record<string, unknown> } };
  }[];
  const seen = packets.map(({ _source: { layers } }) => {
    const { frame: about, frame_raw } = layers;
    const name = (about['frame.interface_id_tree'] as Record<string, string>)['frame.interface_name'];
    const seconds = String(about['frame.time_epoch']);
    return [
      Math.round(Number(seconds.replace(/^.*T[\d:]*:(\d\d\.\d+)Z$/, '$1')) * 1e9),
      name,
      Number.parseInt(frame_raw[0].slice(30, 32), 16),
    ];
  });
  expect(seen).toEqual([
    [800, 'follower arrived', 2],
    [1600, 'initiator sent', 1],
    [1600, 'follower delivered', 3],
    [1608, 'follower given', 6],
    [8 * 3208, 'initiator given', 5],
    [8 * 3258, 'initiator given', 4],
  ]);
  expect(said).toContain('forged');
});

it('the keys are written down where they are asked for: the connection, then each key with its side, KeyId and use', async () => {
  const material = {
    transmit: { key: new Uint8Array(16).fill(0x11), iv: new Uint8Array(12).fill(0x22) },
    receive: { key: new Uint8Array(16).fill(0x33), iv: new Uint8Array(12).fill(0x44) },
  };
  const silent = new Observations(join(out), [CONNECTION], false, 8);
  silent.of(0).key('initiator', 5, { master: 0, communication: 0 }, material);
  silent.end();
  for (const file of silent.files) await file.commit();
  await expect(readFile(join(out, 'keys.log'))).rejects.toThrow('ENOENT');

  const observations = new Observations(out, [CONNECTION], true, 8);
  observations.of(0).key('follower', 5, { master: 1, communication: 2 }, material);
  observations.end();
  expect(observations.files).toHaveLength(2);
  for (const file of observations.files) await file.commit();
  const [warning, ...lines] = (await readFile(join(out, 'keys.log'), 'utf8')).split('\n');
  expect(warning).toMatch(/^# Keyturn key log\./);
  expect(lines).toEqual([
    'CONNECTION 0 paper xor encryption newest 32768 32769 020000000001 020000000002 frame-id frame-id 1000 6000 4000',
    `KEY 40 0 follower 1|2 transmit ${'11'.repeat(16)} ${'22'.repeat(12)}`,
    `KEY 40 0 follower 1|2 receive ${'33'.repeat(16)} ${'44'.repeat(12)}`,
    '',
  ]);
});
