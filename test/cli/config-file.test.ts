/** A configuration file as it is read: what is no object, and what stands in it twice. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../cli/config-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyturn-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function read(text: string): Promise<Record<string, unknown>> {
  const file = join(folder, 'a.json');
  writeFileSync(file, text);
  return readConfig(file);
}

it('an object is given as it stands there, with a byte order mark before it too', async () => {
  expect(await read('{"loss": 0.5, "of": {"loss": [1, {"loss": 2}]}}')).toEqual({ loss: 0.5, of: { loss: [1, { loss: 2 }] } });
  expect(await read('\ufeff{"loss": 1}')).toEqual({ loss: 1 });
});

it.each(['null', '[]', '3', '"loss"', 'true'])('%s is no object of settings', async (text) => {
  await expect(read(text)).rejects.toThrow(
    /a\.json: expected a JSON object of settings, as \{"frames": 1000, "loss": 0.02\}|\n {2}expected a JSON object/,
  );
});

it('what is no JSON is told with what the reader of JSON says', async () => {
  await expect(read('{"loss": }')).rejects.toThrow(/not JSON: .*JSON/);
});

it('a key that stands there twice is named, once, however it is written; one further inside is another', async () => {
  await expect(read('{"loss": 1, "seed": 2, "loss": 3, "seed": 4, "loss": 5}')).rejects.toThrow(
    /loss: stands there more than once; keep one of them[^l]*seed: stands there more than once; keep one of them$/,
  );
  await expect(read('{"a": [{"b": 1}], "\\u0061" : 2}')).rejects.toThrow(/ a: stands there more than once/);
  await expect(read('{"a": {"a": 1, "a": [2]}, "b": ["a", "b"], "c": "{\\"a\\": [", "d": "}"}')).resolves.toHaveProperty('d', '}');
  await expect(read('{"a": [[1], {"x": 2}], "b": "a", "b": 1}')).rejects.toThrow(/ b: stands there more than once/);
});
