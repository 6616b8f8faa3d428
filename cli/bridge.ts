/** `keyturn bridge`: joins a mailbox of the hardware to a network interface of Linux. */
import { Command, Option } from 'commander';
import { FrameMailbox, type MailboxStatistics } from '../sw/control-plane/frame-mailbox.ts';
import { type BridgeStatistics, bridge } from '../sw/ethernet/bridge.ts';
import { mailboxPort } from '../sw/ethernet/mailbox-port.ts';
import { packetSocket } from '../sw/ethernet/packet-socket.ts';
import { print } from './print.ts';
import { addTargetOptions, openTarget, type TargetFlags } from './register-options.ts';
import { interruptible } from './signals.ts';

interface Flags extends TargetFlags {
  readonly interface: string;
  readonly json?: boolean;
}

/** ms: with an interrupt the longest wait, without one the time between two looks. */
const WAIT = { uio: 100, devmem: 1, file: 1, sim: 1 } as const;

export function bridgeCommand(): Command {
  const command = new Command('bridge')
    .description('carry frames between a mailbox of the hardware and a network interface of Linux; Ctrl-C ends it and prints what passed')
    .requiredOption('--interface <name>', 'the network interface, as eth0; needs CAP_NET_RAW')
    .option('--json', 'print the statistics as JSON (default: false)');
  const page = new Option('--page <page>', 'the mailbox: the one that stands for the wire, or that of the host’s own frames')
    .choices(['network', 'host'])
    .default('network');
  addTargetOptions(command, page).action((flags: Flags) => serve(flags));
  return command.showHelpAfterError('(keyturn bridge --help lists the options)').exitOverride();
}

async function serve(flags: Flags): Promise<void> {
  // what takes long comes after what can be wrong
  const socket = await packetSocket(flags.interface);
  try {
    const { target } = await openTarget(flags, true);
    try {
      const mailbox = await mailboxPort(target, WAIT[flags.target]);
      const passed = await interruptible((signal) => {
        // whoever reads this may press Ctrl-C at once
        process.stderr.write(`keyturn: ${target.description} is joined to ${flags.interface}\n`);
        return bridge(mailbox, socket, signal);
      });
      const counts = await new FrameMailbox(target).statistics();
      await print(flags.json === true ? `${JSON.stringify(summary(passed, counts), null, 2)}\n` : text(flags, passed, counts));
    } finally {
      target.close();
    }
  } finally {
    socket.close();
  }
}

function summary({ left, right }: BridgeStatistics, mailbox: MailboxStatistics) {
  return { toInterface: left, toMailbox: right, mailbox };
}

function text({ interface: name, page }: Flags, { left, right }: BridgeStatistics, mailbox: MailboxStatistics): string {
  const tooLong = (count: number): string => (count === 0 ? '' : `, ${count} too long and dropped (GRO? ethtool -K ${name} gro off)`);
  return [
    `${left.passed} frames from ${page} to ${name}${tooLong(left.tooLong)}`,
    `${right.passed} frames from ${name} to ${page}${tooLong(right.tooLong)}`,
    `${mailbox.framesReceiveDropped} frames found no room in the mailbox, ${mailbox.framesTransmitDropped} were spoilt`,
    '',
  ].join('\n');
}
