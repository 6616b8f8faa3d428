/** openFPGALoader: JTAG over the USB cable of the board. */
import type { Load, Loader } from './loader.ts';
import { AFTER_JTAG, type Explanation, runTool } from './tool.ts';

const TOOL = 'openFPGALoader';

/** As openFPGALoader 0.10 words them; the numbers are of libftdi's ftdi_usb_open_desc. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    says: /unable to open ftdi device: -3\b|No cable found/i,
    means: 'no cable: connect the USB port PROG/UART (J12) of the board, and switch the board on',
  },
  {
    says: /unable to open ftdi device: -(4|5|6|7|8|9|10)\b|LIBUSB_ERROR_ACCESS|access denied/i,
    means:
      "no permission, or another program has the cable: install openFPGALoader's udev rules (99-openfpgaloader.rules), join the group plugdev, close Vivado's hw_server",
  },
  {
    says: /no device found|JTAG chain is empty|Unknown device with IDCODE: 0x(0{8}|f{8})/i,
    means: 'the cable is there, and no board behind it: switch it on, and check its jumper JP5 (JTAG or QSPI)',
  },
  { says: /more than one FPGA found|wrong index for device/i, means: 'several parts are in the JTAG chain: connect this board alone' },
];

const args = ({ board }: Load, bitFile: string): readonly string[] => ['-b', board.openFpgaLoaderBoard, bitFile];

export const openFpgaLoader: Loader = {
  name: 'openfpgaloader',
  plan: (load) => [[TOOL, ...args(load, load.path)].join(' ')],
  async load(load) {
    const status = await runTool(TOOL, {
      load,
      args: (bitFile) => args(load, bitFile),
      explanations: EXPLANATIONS,
      install: 'install it, as with apt-get install openfpgaloader',
    });
    if (status === 0) load.say(AFTER_JTAG);
    return status;
  },
};
