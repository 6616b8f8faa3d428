/**
 * Two stations of one relation joined by a line of 1 Gb/s that is never idle: both send frame after frame with no more between them than
 * the line wants (FCS, interframe gap, preamble), and rekey meanwhile. Nothing is lost or delayed, so that what is seen is the hardware's
 * own time.
 */
import type { InputPort, OutputPort, Simulator } from '../hdl-gen/sim/simulator.ts';
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { simulateWasm, type WasmSimulator } from '../hdl-gen/sim/wasm/simulator.ts';
import type { EngineName } from '../spec/aead-engines.ts';
import { type ProfileName, TCI_REAL_TIME } from '../spec/header.ts';
import type { Role } from '../spec/peer-rules.ts';
import type { RelationDriver } from '../sw/control-plane/driver.ts';
import { StationDriver } from '../sw/control-plane/station-driver.ts';
import { KeySchedule, MASTER_KEY_OCTETS } from '../sw/keys/key-schedule.ts';
import { zeroize } from '../sw/keys/material.ts';
import { AxiLiteMaster, portOf } from './bus/axi-lite-master.ts';
import { FRAME_GAP_OCTETS } from './bus/frame-ports.ts';
import { turns } from './bus/turns.ts';
import { stationHardware } from './hardware.ts';
import { settingsOf } from './line-settings.ts';

/** When what happened to a frame, in cycles. */
export interface FrameTimes {
  readonly keyId: number;
  readonly octets: number;
  /** it took its key */
  readonly transmit: number;
  /** its first octet left, and its last one, which arrives in the same cycle */
  readonly first: number;
  readonly last: number;
  /** the line was ready for it since */
  readonly readyAt: number;
  /** undefined: it was not delivered */
  readonly verdict: number | undefined;
}

export interface BackToBack {
  readonly engine: EngineName;
  readonly profile: ProfileName;
  readonly tagged: boolean;
  /** octets of the C_SDU of each frame; beyond 120 software does not write them as fast as the line takes them */
  readonly lengths: readonly number[];
  /** software installs the next key when so many frames have left; undefined: it doesn't */
  readonly rekeyAfter?: number;
  /** called before every edge, with the inputs set */
  readonly onInputs?: (role: Role, simulator: Simulator) => void;
}

export interface Measured {
  /** of one direction: what the initiator sent */
  readonly frames: readonly FrameTimes[];
  /** of the second key: cycles from the first write of its staging to the one in which it is Pending */
  readonly installCycles: number | undefined;
}

const ROLES: readonly Role[] = ['initiator', 'follower'];
/** Cycles in which nothing happens any more. */
const QUIET = 4000;
const OBSOLETE_CYCLES = 2000;

/** @throws Error where the hardware refuses a Push */
export async function backToBack(options: BackToBack): Promise<Measured> {
  const clock = new Clock();
  const ends: Record<Role, End> = { initiator: new End('initiator', options, clock), follower: new End('follower', options, clock) };
  const step = async (): Promise<void> => {
    await clock.settle();
    const sent = { initiator: ends.initiator.offers(), follower: ends.follower.offers() };
    ends.initiator.step(sent.follower);
    ends.follower.step(sent.initiator);
    clock.advance();
  };
  for (const role of ROLES) ends[role].start();
  for (let quiet = 0; quiet < QUIET || ROLES.some((role) => !ends[role].filled); quiet++) {
    await step();
    if (ROLES.some((role) => ends[role].sentAt === clock.cycle - 1)) quiet = 0;
  }
  return ends.initiator.measured(ends.follower);
}

interface Beat {
  readonly data: number;
  readonly last: boolean;
}

/** One peer, its software and its way onto the line. */
class End {
  readonly #role: Role;
  readonly #options: BackToBack;
  readonly #clock: Clock;
  readonly #simulator: WasmSimulator;
  readonly #axi: AxiLiteMaster;
  readonly #station: StationDriver;
  readonly #in: Readonly<Record<'rst' | 'txReady' | 'rxValid' | 'rxData' | 'rxLast', InputPort>>;
  readonly #out: Readonly<
    Record<'txValid' | 'txData' | 'txLast' | 'transmit' | 'receive' | 'deliver' | 'accepted' | 'currentKeyId', OutputPort>
  >;
  readonly #transmits: number[] = [];
  readonly #keyIds: number[] = [];
  readonly #left: { readonly first: number; readonly last: number; readonly octets: number; readonly readyAt: number }[] = [];
  readonly #verdicts: (number | undefined)[] = [];
  #accepted = 0;
  #pushedAt = 0;
  #installCycles: number | undefined;
  #gap = 0;
  #readyAt = 0;
  #octets = 0;
  #first = 0;
  sentAt = 0;
  filled = false;

  constructor(role: Role, options: BackToBack, clock: Clock) {
    this.#role = role;
    this.#options = options;
    this.#clock = clock;
    this.#simulator = simulateWasm(stationHardware({ role, slots: 2, relations: 1, engine: options.engine }).compiled);
    this.#axi = new AxiLiteMaster(this.#simulator, clock);
    this.#station = new StationDriver(this.#axi, turns(clock));
    const input = (name: string): InputPort => portOf(this.#simulator.inputs, name);
    const output = (name: string): OutputPort => portOf(this.#simulator.outputs, name);
    this.#in = {
      rst: input('rst'),
      txReady: input('tx_ready'),
      rxValid: input('rx_valid'),
      rxData: input('rx_data'),
      rxLast: input('rx_last'),
    };
    this.#out = {
      txValid: output('tx_valid'),
      txData: output('tx_data'),
      txLast: output('tx_last'),
      transmit: output('trace_transmit'),
      receive: output('trace_receive'),
      deliver: output('trace_deliver'),
      accepted: output('trace_push_accepted'),
      currentKeyId: output('trace_changed_current_key_id'),
    };
    this.#in.rst.value = 1;
    this.#simulator.step(2);
    this.#in.rst.value = 0;
    portOf(this.#simulator.inputs, 'host_rx_ready').value = 1;
  }

  /** Installs the key, then writes the records, which takes less than the line takes for their frames, so that one always waits. */
  start(): void {
    const keys = new KeySchedule(new Uint8Array(MASTER_KEY_OCTETS).fill(7), { ...this.#options, relation: 0 });
    this.#clock.fork(async () => {
      const { lengths, rekeyAfter, profile, tagged } = this.#options;
      await this.#station.identify({ allowInsecure: true });
      const settings = settingsOf(0, this.#role, OBSOLETE_CYCLES);
      await this.#station.configure(0, { ...settings, profile, encrypt: true, vlanTci: tagged ? TCI_REAL_TIME : undefined });
      await this.#push(keys);
      if (rekeyAfter !== undefined) this.#clock.fork(() => this.#rekey(keys, rekeyAfter));
      for (const length of lengths) {
        await this.#driver.sendPayload({ cSdu: new Uint8Array(length).fill(length), apduStatus: new Uint8Array(4) });
      }
      this.filled = true;
    });
  }

  async #rekey(keys: KeySchedule, rekeyAfter: number): Promise<void> {
    // the follower installs when it is asked to, and no earlier
    await this.#clock.when(() => this.#left.length >= rekeyAfter);
    if (this.#role === 'follower') while ((await this.#driver.request()) === undefined);
    keys.advance();
    await this.#push(keys);
  }

  get #driver(): RelationDriver {
    return this.#station.relation(0);
  }

  async #push(keys: KeySchedule): Promise<void> {
    const material = keys.material(this.#role);
    this.#pushedAt = this.#clock.cycle;
    if ((await this.#driver.pushKey(keys.keyId, material)) !== 'accepted') throw new Error(`${this.#role}: a Push was refused`);
    zeroize(material);
  }

  /** What stands on the wire before the next edge. */
  offers(): Beat | undefined {
    this.#in.txReady.value = this.#gap === 0 ? 1 : 0;
    if (this.#gap > 0 && --this.#gap === 0) this.#readyAt = this.#clock.cycle + 1;
    const { txValid, txData, txLast } = this.#out;
    return this.#in.txReady.value === 1 && txValid.value === 1 ? { data: txData.value, last: txLast.value === 1 } : undefined;
  }

  step(arriving: Beat | undefined): void {
    this.#in.rxValid.value = arriving === undefined ? 0 : 1;
    this.#in.rxData.value = arriving?.data ?? 0;
    this.#in.rxLast.value = arriving?.last === true ? 1 : 0;
    this.#axi.drive();
    this.#options.onInputs?.(this.#role, this.#simulator);
    this.#simulator.step();
    this.#axi.sample();
    const { cycle } = this.#clock;
    if (this.#out.transmit.sampled === 1) {
      this.#transmits.push(cycle);
      this.#keyIds.push(this.#out.currentKeyId.sampled);
    }
    if (this.#out.receive.sampled === 1) this.#verdicts.push(this.#out.deliver.sampled === 1 ? cycle : undefined);
    if (this.#out.accepted.sampled === 1 && ++this.#accepted === 2) this.#installCycles = cycle - this.#pushedAt;
    if (this.#in.txReady.value === 1 && this.#out.txValid.sampled === 1) this.#sent(this.#out.txLast.sampled === 1);
  }

  #sent(last: boolean): void {
    const { cycle } = this.#clock;
    this.sentAt = cycle;
    if (this.#octets++ === 0) this.#first = cycle;
    if (!last) return;
    this.#left.push({ first: this.#first, last: cycle, octets: this.#octets, readyAt: this.#readyAt });
    this.#octets = 0;
    this.#gap = FRAME_GAP_OCTETS;
  }

  measured(other: End): Measured {
    const frames = this.#left.map((left, index) => ({
      ...left,
      keyId: this.#keyIds[index] ?? -1,
      transmit: this.#transmits[index] ?? -1,
      verdict: other.#verdicts[index],
    }));
    return { frames, installCycles: this.#installCycles };
  }
}
