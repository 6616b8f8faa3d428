/**
 * The scoreboard: compares everything that one peer's hardware shows with the reference model, as it happens,
 * and stops at the first difference.
 *
 * The trace ports of the hardware say when something happens (a frame takes its key, a frame has its verdict, a
 * Push is settled); the model says what must come of it.
 */
import { createHash } from 'node:crypto';
import { formatKeyId, type KeyId } from '../spec/key-id.ts';
import { formatView, SLOT_STATES, type View } from '../spec/slot-machine.ts';
import { type SlotMaterial, zeroize } from '../sw/keys/material.ts';
import type { Outcome, Payload, ReferencePeer } from '../sw/reference-model/peer.ts';
import type { Side } from './report/result.ts';

/** The hardware and the reference model differ. */
export class ScoreboardMismatch extends Error {
  readonly peer: Side;
  readonly cycle: number;
  readonly what: string;
  readonly hardware: string;
  readonly model: string;

  constructor(peer: Side, cycle: number, what: string, hardware: string, model: string, replay: string) {
    super(`${peer}, cycle ${cycle}: ${what} differs\n  hardware: ${hardware}\n  model:    ${model}\n  again with: ${replay}`);
    this.name = 'ScoreboardMismatch';
    this.peer = peer;
    this.cycle = cycle;
    this.what = what;
    this.hardware = hardware;
    this.model = model;
  }
}

/** Something happened that must not, whatever the model says. */
export class SafetyViolation extends Error {
  constructor(peer: Side, cycle: number, what: string, replay: string) {
    super(`${peer}, cycle ${cycle}: ${what}\n  again with: ${replay}`);
    this.name = 'SafetyViolation';
  }
}

/** A frame on its way into a peer, with what the network knows about it. */
export interface Arrival<Origin> {
  readonly frame: Uint8Array;
  readonly origin: Origin;
  /** cycle of its first octet */
  readonly at: number;
}

/** How often the hardware was compared with the model, by what was compared. */
export interface Compared {
  readonly cyclesOfSlots: number;
  readonly framesSent: number;
  readonly verdicts: number;
  readonly payloads: number;
  readonly pushes: number;
  readonly hostFrames: number;
}

/** The trace ports in one cycle. */
export interface Trace {
  readonly provider: number;
  readonly consumer: number;
  readonly transmit: boolean;
  readonly receive: boolean;
  readonly deliver: boolean;
  readonly pushAccepted: boolean;
  readonly pushRefused: boolean;
  readonly cancelAccepted: boolean;
  readonly cancelRefused: boolean;
  readonly erased: boolean;
}

export interface ScoreboardEvents<Origin> {
  /** the hardware begins a frame; the model says which */
  readonly onTransmit: (frame: Uint8Array) => void;
  /** the model's verdict on a frame that arrived */
  readonly onOutcome: (arrival: Arrival<Origin>, outcome: Outcome) => void;
  /** a slot changed; called before the cycle in which the hardware shows it */
  readonly onSlots: () => void;
  /** the hardware has taken a key; `material` is erased after the call */
  readonly onInstalled?: (keyId: KeyId, material: SlotMaterial) => void;
  /** the hardware has erased every key */
  readonly onErased?: () => void;
}

export class Scoreboard<Origin> {
  readonly #peer: Side;
  readonly #model: ReferencePeer;
  readonly #replay: string;
  readonly #events: ScoreboardEvents<Origin>;
  /** payloads written by the software, not yet taken by the hardware */
  readonly #payloads: Payload[] = [];
  /** frames of the model that the hardware must send */
  readonly #toSend: Uint8Array[] = [];
  readonly #hostToSend: Uint8Array[] = [];
  /** our frames received whole, waiting for their verdict */
  readonly #toOpen: Arrival<Origin>[] = [];
  /** payloads of the model that the software must read */
  readonly #toRead: Payload[] = [];
  /** foreign frames of the model that the hardware must hand on */
  readonly #toPass: Uint8Array[] = [];
  readonly #pushes: { readonly keyId: KeyId; readonly material: SlotMaterial }[] = [];
  /** fingerprints of every key and IV ever installed */
  readonly #installed = new Set<string>();
  #provider = 0;
  #consumer = 0;
  #cycle = 0;
  /** cycles that the model has not been told of, since nothing happened in them */
  #elapsed = 0;
  #timeoutIn = Number.POSITIVE_INFINITY;
  /** the slots of the model have changed, and those of the hardware must in the next cycle */
  #mustShow = false;
  readonly #compared = { cyclesOfSlots: 0, framesSent: 0, verdicts: 0, payloads: 0, pushes: 0, hostFrames: 0 };

  constructor(peer: Side, model: ReferencePeer, replay: string, events: ScoreboardEvents<Origin>) {
    this.#peer = peer;
    this.#model = model;
    this.#replay = replay;
    this.#events = events;
  }

  get compared(): Compared {
    return { ...this.#compared };
  }

  /** The software begins to write a payload. */
  payload(payload: Payload): void {
    this.#payloads.push(payload);
  }

  /** The host's own frame goes into the hardware. */
  hostFrame(frame: Uint8Array): void {
    this.#hostToSend.push(frame);
  }

  /** The software begins to push a key; `material` is the scoreboard's own copy. */
  push(keyId: KeyId, material: SlotMaterial): void {
    this.#pushes.push({ keyId, material });
  }

  /** The last octet of a frame enters the hardware. */
  arrived(arrival: Arrival<Origin>): void {
    if (this.#model.parse(arrival.frame).kind === 'ours') this.#toOpen.push(arrival);
    else {
      const outcome = this.#model.receive(arrival.frame);
      if (outcome.kind === 'passed') this.#toPass.push(arrival.frame);
      this.#events.onOutcome(arrival, outcome);
    }
  }

  /** The hardware has sent a frame. Returns whether it is a frame of the host. */
  sent(frame: Uint8Array): boolean {
    const [host] = this.#hostToSend;
    if (host !== undefined && sameOctets(host, frame)) {
      this.#hostToSend.shift();
      this.#compared.hostFrames++;
      return true;
    }
    const expected = this.#toSend.shift();
    if (expected === undefined) this.#fail('frame sent', hex(frame), 'none');
    else if (!sameOctets(expected, frame)) this.#fail('frame sent', hex(frame), hex(expected));
    this.#compared.framesSent++;
    return false;
  }

  /** The hardware handed a foreign frame to the host. */
  passed(frame: Uint8Array): void {
    const expected = this.#toPass.shift();
    if (expected === undefined || !sameOctets(expected, frame))
      this.#fail('frame handed on', hex(frame), expected === undefined ? 'none' : hex(expected));
    this.#compared.hostFrames++;
  }

  /** The software has read a payload. */
  read(payload: Payload): void {
    const expected = this.#toRead.shift();
    const text = (p: Payload): string => `${hex(p.cSdu)} status ${hex(p.apduStatus)}`;
    if (expected === undefined) this.#fail('payload delivered', text(payload), 'none');
    else if (!sameOctets(expected.cSdu, payload.cSdu) || !sameOctets(expected.apduStatus, payload.apduStatus))
      this.#fail('payload delivered', text(payload), text(expected));
    this.#compared.payloads++;
  }

  /** Cycles in which nothing comes of it that the trace ports are as they were. */
  get quietFor(): number {
    return this.#mustShow ? 1 : this.#timeoutIn - this.#elapsed;
  }

  /** Cycles up to this one, with the trace ports as they were sampled in it; in those before it they were as they had been. */
  cycle(cycle: number, trace: Trace, cycles = 1): void {
    this.#cycle = cycle;
    this.#mustShow = false;
    if (trace.provider !== this.#provider)
      this.#fail(
        'provider view of the slots',
        viewText(trace.provider, this.#model.providerView.length),
        formatView(this.#model.providerView),
      );
    if (trace.consumer !== this.#consumer)
      this.#fail(
        'consumer view of the slots',
        viewText(trace.consumer, this.#model.consumerView.length),
        formatView(this.#model.consumerView),
      );
    this.#compared.cyclesOfSlots += cycles;
    this.#elapsed += cycles;
    const settled = trace.pushAccepted || trace.pushRefused || trace.cancelAccepted || trace.cancelRefused;
    const quiet = !(trace.transmit || trace.receive || trace.deliver || trace.erased || settled);
    if (quiet && this.#elapsed < this.#timeoutIn) return;
    this.#model.elapse(this.#elapsed);
    this.#elapsed = 0;
    if (trace.erased) {
      this.#model.eraseAll();
      this.#events.onErased?.();
    }
    if (trace.transmit) this.#transmit();
    if (trace.receive) this.#receive(trace.deliver);
    else if (trace.deliver) this.#fail('delivery', 'a payload', 'no frame has a verdict');
    if (trace.pushAccepted || trace.pushRefused) this.#push(trace.pushAccepted ? 'accepted' : 'refused');
    if (trace.cancelAccepted || trace.cancelRefused) this.#cancel(trace.cancelAccepted ? 'accepted' : 'refused');
    this.#timeoutIn = this.#model.nextTimeout;
    const provider = viewCode(this.#model.providerView);
    const consumer = viewCode(this.#model.consumerView);
    if (provider !== this.#provider || consumer !== this.#consumer) {
      this.#provider = provider;
      this.#consumer = consumer;
      this.#mustShow = true;
      this.#events.onSlots();
    }
  }

  /** Everything that the model expects has come. @throws ScoreboardMismatch */
  finish(cycle: number): void {
    this.#cycle = cycle;
    const left = {
      'frames to send': this.#toSend,
      'payloads to read': this.#toRead,
      'frames to hand on': this.#toPass,
      'frames without verdict': this.#toOpen,
      'host frames to send': this.#hostToSend,
    };
    for (const [what, list] of Object.entries(left)) if (list.length > 0) this.#fail(what, 'none', String(list.length));
  }

  #transmit(): void {
    const payload = this.#payloads.shift();
    const frame = payload && this.#model.transmit(payload);
    if (frame === undefined) this.#fail('sending', 'a frame begins', payload === undefined ? 'no payload waits' : 'no key is Active');
    else {
      this.#toSend.push(frame);
      this.#events.onTransmit(frame);
    }
  }

  #receive(delivered: boolean): void {
    const arrival = this.#toOpen.shift();
    if (arrival === undefined) return this.#fail('verdict', 'on a frame', 'no frame has arrived');
    const outcome = this.#model.receive(arrival.frame);
    if ((outcome.kind === 'delivered') !== delivered)
      this.#fail(`verdict on ${hex(arrival.frame)}`, delivered ? 'delivered' : 'not delivered', outcome.kind);
    this.#compared.verdicts++;
    if (outcome.kind === 'delivered') this.#toRead.push(outcome);
    this.#events.onOutcome(arrival, outcome);
  }

  #push(result: 'accepted' | 'refused'): void {
    const push = this.#pushes.shift();
    if (push === undefined) return this.#fail('Push', result, 'the software pushed nothing');
    const { keyId, material } = push;
    try {
      const expected = this.#model.push(keyId, material);
      if (expected !== result) this.#fail(`Push of KeyId ${formatKeyId(keyId)}`, result, expected);
      this.#compared.pushes++;
      if (result === 'refused') return;
      this.#noteInstalled(keyId, material);
      this.#events.onInstalled?.(keyId, material);
    } finally {
      zeroize(material);
    }
  }

  #cancel(result: 'accepted' | 'refused'): void {
    const expected = this.#model.cancel();
    if (expected !== result) this.#fail('cancel', result, expected);
  }

  #noteInstalled(keyId: KeyId, material: SlotMaterial): void {
    for (const { key, iv } of [material.transmit, material.receive]) {
      const fingerprint = createHash('sha256').update(key).update(iv).digest('hex');
      if (this.#installed.has(fingerprint))
        throw new SafetyViolation(
          this.#peer,
          this.#cycle,
          `KeyId ${formatKeyId(keyId)} installs a key and IV that were installed before: their nonces would repeat`,
          this.#replay,
        );
      this.#installed.add(fingerprint);
    }
  }

  #fail(what: string, hardware: string, model: string): void {
    throw new ScoreboardMismatch(this.#peer, this.#cycle, what, hardware, model, this.#replay);
  }
}

function viewCode(view: View): number {
  return view.reduce((code, state, slot) => code | (SLOT_STATES.indexOf(state) << (2 * slot)), 0);
}

function viewText(code: number, slots: number): string {
  return formatView(Array.from({ length: slots }, (_, slot) => SLOT_STATES[(code >> (2 * slot)) & 3] ?? 'Unused'));
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
