import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { registerJson } from '../../../sw/register-map/json.ts';

const GOLDEN = fileURLToPath(new URL('golden/keyturn_registers.json', import.meta.url));

it('is the golden file (renew it with `npx vitest run register-map -u`)', async () => {
  await expect(`${JSON.stringify(registerJson(), null, 2)}\n`).toMatchFileSnapshot(GOLDEN);
});

it('keeps every number exact, and says which bits there are', () => {
  const read = JSON.parse(JSON.stringify(registerJson())) as ReturnType<typeof registerJson>;
  const register = (name: string) => read.registers.find((candidate) => candidate.name === name);
  expect(read).toMatchObject({ mapVersion: { major: 4, minor: 0 }, windowSize: 4096 });
  expect(register('identification')).toMatchObject({ offset: 0, mask: 0xffff_ffff, afterReset: 0x4b54_5231 });
  expect(register('status')).toMatchObject({ offset: 0xc, mask: 0x03ff_ffff });
  expect(register('vlanTci')).toMatchObject({ mask: 0xffff, afterReset: 0, secret: false });
  expect(register('transmitKey')).toMatchObject({ words: 12, access: 'wo', secret: true, afterReset: null });
  expect(register('capabilities')).toMatchObject({ mask: 0xff03_0f1f, afterReset: null });
  expect(register('eraseAll')).toMatchObject({ access: 'wo', only: 0x4552_4153 });
  expect(register('receiveData')).toMatchObject({ pops: true });
});
