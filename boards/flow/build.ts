/** What the texts of a build folder are made from. */
import type { RelationConfiguration } from '../../spec/configuration.ts';
import type { Delivery } from '../../spec/delivery.ts';
import type { WireName } from '../../spec/pages.ts';
import type { Board } from '../schema.ts';

/** What the hardware is generated for: it stands in `keyturn.json`, in this order, and the build id follows from it. */
export interface HardwareConfiguration {
  /** name of its folder */
  readonly board: string;
  readonly wire: WireName;
  readonly role: 'initiator' | 'follower';
  /** 1 to 256 */
  readonly relations: number;
  /** of the memory of process images, of each direction; default 0, none */
  readonly imageOctets?: number;
  /** of each relation */
  readonly slots: number;
  readonly engine: RelationConfiguration['engine'];
  /** `window`: each relation may be told to deliver late frames too */
  readonly delivery: Delivery;
  /** ns of a cycle of the logic: what `obsoleteTimeout` counts, and the timing rules take */
  readonly clockPeriod: number;
  /** ns of an octet on the wire, for the timing rules */
  readonly octetTime: number;
}

/** Files are named by their paths in the folder, with slashes. */
export interface BuildPlan {
  readonly board: Board;
  readonly configuration: HardwareConfiguration;
  /** MHz of each FCLK of the processor that is in use, by its number; that of all logic is `board.registers.fclk` */
  readonly fclks: ReadonlyMap<number, number>;
  /** what the `buildId` register reads, 32 bits */
  readonly buildId: number;
  /** the top module */
  readonly top: string;
  /** those that are instantiated first */
  readonly verilog: readonly string[];
  /** every tool reads these: pins and clocks alone */
  readonly pinConstraints: readonly string[];
  /** only Vivado understands these */
  readonly vivadoConstraints: readonly string[];
}

/** Where the tools of a build write, and the name that their results have. */
export const OUT = 'out';
export const RESULT = 'keyturn';

export function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/** MHz of the clock of all logic. */
export function systemMhz({ board, fclks }: BuildPlan): number {
  return fclks.get(board.registers.fclk) ?? Number.NaN;
}
