/** A mailbox of the hardware as a port of frames. */
import { FrameMailbox, LONGEST_FRAME } from '../control-plane/frame-mailbox.ts';
import type { RegisterTarget } from '../register-target/target.ts';
import type { FramePort } from './bridge.ts';

/**
 * @param milliseconds longest wait for the interrupt; where a target has none, the time between two looks
 * @throws HardwareMismatch
 */
export async function mailboxPort(
  target: Pick<RegisterTarget, 'read32' | 'write32' | 'waitForInterrupt'>,
  milliseconds: number,
): Promise<FramePort> {
  const mailbox = new FrameMailbox(target);
  await mailbox.open();
  await mailbox.interruptOnReceive(true);
  return {
    longest: LONGEST_FRAME,
    receive: () => mailbox.receive(),
    send: (frame) => mailbox.send(frame),
    wait: (signal) => target.waitForInterrupt(milliseconds, signal),
  };
}
