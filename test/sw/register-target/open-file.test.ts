import { expect, it } from 'vitest';
import { refusal } from '../../../sw/register-target/open-file.ts';
import { NoPermission, TargetUnavailable, WindowError } from '../../../sw/register-target/target.ts';

it.each([
  ['file', 'ENOENT', new WindowError('/x', 'does not exist', 'mend it')],
  ['device', 'ENOENT', new TargetUnavailable('/x does not exist', 'mend it')],
  ['device', 'EISDIR', new WindowError('/x', 'is a folder', 'mend it')],
  ['device', 'EACCES', new NoPermission('/x', 'mend it')],
  ['device', 'EPERM', new NoPermission('/x', 'mend it')],
  ['device', 'EROFS', new NoPermission('/x', 'mend it')],
  ['file', 'EBUSY', new TargetUnavailable("/x can't be opened (EBUSY)", 'mend it')],
] as const)('a %s that can not be opened for %s is refused in words', (kind, code, expected) => {
  const error = refusal(kind, '/x', code, 'mend it');
  expect(error).toEqual(expected);
  expect(error).toBeInstanceOf(expected.constructor);
});
