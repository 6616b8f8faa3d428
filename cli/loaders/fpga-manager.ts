/** On the board itself: Linux' fpga_manager, as the kernels of Xilinx, Analog Devices and PYNQ let a program use it. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { swapped } from '../../sw/bitstream/bitstream.ts';
import { NoPermission, TargetUnavailable } from '../../sw/register-target/target.ts';
import { fpgaState, kernelFolder } from '../../sw/register-target/zynq.ts';
import { type Load, type Loader, NoLoader } from './loader.ts';

const FIRMWARE = 'lib/firmware';
/** Name under which the kernel finds it. */
export const FIRMWARE_NAME = 'keyturn.bit.bin';

export function hasFpgaManager(root: string): boolean {
  return kernelFolder(root, 'sys/class/fpga_manager').length > 0;
}

function places(root: string): { readonly manager: string; readonly firmware: string } {
  const [name] = kernelFolder(root, 'sys/class/fpga_manager');
  if (name === undefined)
    throw new NoLoader('there is no fpga_manager', 'run this on the board, with a kernel that has CONFIG_FPGA_MGR_ZYNQ_FPGA');
  return { manager: join(root, 'sys/class/fpga_manager', name), firmware: join(root, FIRMWARE, FIRMWARE_NAME) };
}

export const fpgaManager: Loader = {
  name: 'fpga-manager',
  plan: ({ root, path }) => {
    const { manager, firmware } = places(root);
    return [
      `write ${firmware}    # ${path}, words byte-swapped`,
      `write 0 to ${join(manager, 'flags')}`,
      `write ${FIRMWARE_NAME} to ${join(manager, 'firmware')}`,
    ];
  },
  async load({ root, bitstream, say }: Load) {
    const { manager, firmware } = places(root);
    if (!existsSync(join(manager, 'firmware')))
      throw new NoLoader(
        `this kernel loads no bitstream on request: ${join(manager, 'firmware')} is missing, as in every mainline kernel`,
        'apply a device-tree overlay with firmware-name, let U-Boot load the bitstream, or use a kernel of Xilinx',
      );
    const put = (path: string, data: string | Uint8Array): void => {
      try {
        writeFileSync(path, data);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EACCES' || code === 'EPERM') throw new NoPermission(path, 'run as root');
        throw new TargetUnavailable(
          `the kernel refused what was written to ${path} (${code ?? String(error)})`,
          'see dmesg for its reason',
        );
      }
    };
    say(`writing ${firmware} …`);
    mkdirSync(dirname(firmware), { recursive: true });
    try {
      put(`${firmware}.part`, swapped(bitstream.payload));
      renameSync(`${firmware}.part`, firmware);
    } finally {
      rmSync(`${firmware}.part`, { force: true });
    }
    say('loading through fpga_manager …');
    // 0: the whole logic
    put(join(manager, 'flags'), '0');
    put(join(manager, 'firmware'), FIRMWARE_NAME);
    const state = fpgaState(root);
    if (state !== 'operating')
      throw new TargetUnavailable(
        `the fpga_manager is in the state "${state ?? 'unknown'}" after loading, expected "operating"`,
        'see dmesg for its reason',
      );
    say('the logic is operating');
    return 0;
  },
};
