/** `keyturn keys` and `keyturn config schema`: what is printed is public, and what an editor is told is what is checked. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { optionTable } from '../../sim/options.ts';
import { keyturn } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-keys-command-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('keyturn keys', () => {
  it.each([
    ['identity', 'publicKey', 'identity, public key'],
    ['psk', 'check', 'psk, check'],
  ])('new makes a file of kind %s, show prints its public part, and neither its secret', async (kind, name, words) => {
    const file = join(folder, kind);
    const made = await keyturn('keys', 'new', file, '--kind', kind, '--json');
    const shown = await keyturn('keys', 'show', file, '--json');
    const told = await keyturn('keys', 'show', file);
    expect([made.exitCode, shown.exitCode, told.exitCode]).toEqual([0, 0, 0]);
    expect(shown.stdout).toBe(made.stdout);
    const json = JSON.parse(shown.stdout);
    expect(json).toEqual({ file, kind, [name]: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(told.stdout).toBe(`${file}: ${words} ${json[name]}\n`);
    const secret = readFileSync(file, 'latin1').slice(-65, -1);
    for (const { stdout, stderr } of [made, shown, told]) expect(stdout + stderr).not.toContain(secret);
  });

  it('a name that is taken, and a place where nothing can be, are exit code 2', async () => {
    const file = join(folder, 'twice');
    await keyturn('keys', 'new', file);
    const again = await keyturn('keys', 'new', file);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('exists already, expected a name that is free')]);
    const nowhere = await keyturn('keys', 'new', join(folder, 'none', 'key'));
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([2, expect.stringContaining('choose another place (ENOENT)')]);
    expect((await keyturn('keys', 'show', join(folder, 'none'))).exitCode).toBe(2);
  });
});

it('keyturn config schema is a JSON Schema of every setting, none of which must be there, and of no other', async () => {
  const { stdout, exitCode } = await keyturn('config', 'schema');
  expect(exitCode).toBe(0);
  const schema = JSON.parse(stdout);
  expect(schema).toMatchObject({ $schema: expect.stringContaining('json-schema.org'), type: 'object', additionalProperties: false });
  expect(schema).not.toHaveProperty('required');
  expect(Object.keys(schema.properties)).toEqual(optionTable().map(({ key }) => key));
  expect(schema.properties.slots).toMatchObject({ type: 'integer', minimum: 2, maximum: 4, default: 2 });
});
