import { expect, it } from 'vitest';
import { Outbox } from '../../../sw/agent/outbox.ts';

it('sends the oldest first while there is room; of more than its bound the oldest are lost', async () => {
  const sent: Uint8Array[] = [];
  let room = 0;
  const send = async (frame: Uint8Array): Promise<boolean> => room-- > 0 && sent.push(frame) > 0;
  const outbox = new Outbox(2);
  await outbox.flush({ send: () => expect.fail('nothing waits') });
  const [first, second, third] = [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(3)];
  outbox.put(first);
  outbox.put(second);
  await outbox.flush({ send });
  expect(sent).toEqual([]);
  room = 1;
  await outbox.flush({ send });
  expect(sent).toEqual([first]);
  outbox.put(third);
  outbox.put(first);
  room = 9;
  await outbox.flush({ send });
  expect(sent).toEqual([first, third, first]);
});
