/** Registers that take their time behind AXI4-Lite: random waits of both sides; every request is served and answered once, in its order. */
import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { axiLite, buildWaitingAxiLiteBus, RESPONSE } from '../../../hdl-gen/library/index.ts';
import { Random } from '../../../hdl-gen/sim/random.ts';
import { out, set } from '../sim/contract.ts';
import { replay, SEED, SIMULATORS, started } from './stream-bench.ts';

const REQUESTS = 150;

/** Says what it is asked, and answers what it is told. */
const waiting = module(
  'waiting_registers',
  {
    bus: input(axiLite(8)),
    endWrite: input(bool),
    endRead: input(bool),
    saidResponse: input(bits(2)),
    saidData: input(bits(32)),
    seesWriting: output(bool),
    seesWrite: output(bool),
    seesWriteAddress: output(bits(8)),
    seesWriteData: output(bits(32)),
    seesStrobed: output(bits(32)),
    seesReading: output(bool),
    seesRead: output(bool),
    seesReadAddress: output(bits(8)),
  },
  (io, m) => {
    const bus = buildWaitingAxiLiteBus(m, io.bus, { nothingThere: RESPONSE.SLVERR });
    bus.writeDone.set(io.endWrite);
    bus.readDone.set(io.endRead);
    bus.writeResponse.set(io.saidResponse);
    bus.readResponse.set(io.saidResponse);
    bus.readData.set(io.saidData);
    io.seesWriting.set(bus.writing);
    io.seesWrite.set(bus.write);
    io.seesWriteAddress.set(bus.writeAddress as never);
    io.seesWriteData.set(bus.writeData);
    io.seesStrobed.set(bus.strobed);
    io.seesReading.set(bus.reading);
    io.seesRead.set(bus.read);
    io.seesReadAddress.set(bus.readAddress as never);
  },
);

describe.each(SIMULATORS)('registers that wait, in the $simulator', ({ start }) => {
  it(`serve and answer each request once, in its order (${replay})`, () => {
    const random = new Random(SEED);
    const sim = started(waiting, start);
    const octetsOf = (strobe: number): number =>
      [0, 1, 2, 3].reduce((sum, octet) => sum + ((strobe >> octet) & 1) * 0xff * 2 ** (8 * octet), 0);
    const requests = Array.from({ length: REQUESTS }, () => ({
      address: random.below(256),
      data: random.next(),
      strobe: random.below(16),
    }));
    const reads = Array.from({ length: REQUESTS }, () => random.below(256));
    const sent = { aw: 0, w: 0, ar: 0 };
    const offers = { aw: false, w: false, ar: false };
    const [served, answered] = [
      { write: 0, read: 0 },
      { write: 0, read: 0 },
    ];
    const said = { write: [] as number[], read: [] as string[] };
    const heldBefore = { writing: 0, reading: 0 };
    for (let cycle = 0; answered.write < REQUESTS || answered.read < REQUESTS; cycle++) {
      expect(cycle, `all are answered; ${replay}`).toBeLessThan(60 * REQUESTS);
      // what is offered stays offered
      for (const channel of ['aw', 'w', 'ar'] as const) {
        offers[channel] = sent[channel] < REQUESTS && (offers[channel] || random.chance(0.4));
        set(sim, `bus_${channel}valid`, Number(offers[channel]));
      }
      set(sim, 'bus_awaddr', requests[sent.aw]?.address ?? 0);
      set(sim, 'bus_wdata', requests[sent.w]?.data ?? 0);
      set(sim, 'bus_wstrb', requests[sent.w]?.strobe ?? 0);
      set(sim, 'bus_araddr', reads[sent.ar] ?? 0);
      const ready = { b: random.chance(0.4), r: random.chance(0.4) };
      set(sim, 'bus_bready', Number(ready.b));
      set(sim, 'bus_rready', Number(ready.r));
      const done = { write: random.chance(0.3), read: random.chance(0.3) };
      set(sim, 'end_write', Number(done.write));
      set(sim, 'end_read', Number(done.read));
      const [response, data] = [random.below(4), random.next()];
      set(sim, 'said_response', response);
      set(sim, 'said_data', data);

      // ---- the registers' side: a request stays as it is until it is served, in the cycle that says so
      const now = { writing: out(sim, 'sees_writing').value, reading: out(sim, 'sees_reading').value };
      for (const kind of ['writing', 'reading'] as const) if (heldBefore[kind] === 1) expect(now[kind], `${kind} stays`).toBe(1);
      expect(out(sim, 'sees_write').value).toBe(Number(now.writing === 1 && done.write));
      expect(out(sim, 'sees_read').value).toBe(Number(now.reading === 1 && done.read));
      if (now.writing === 1) {
        const request = requests[served.write];
        expect(out(sim, 'sees_write_address').value).toBe(request?.address);
        expect(out(sim, 'sees_strobed').value).toBe(octetsOf(request?.strobe ?? 0));
        expect(out(sim, 'sees_write_data').value).toBe(Number(BigInt(request?.data ?? 0) & BigInt(octetsOf(request?.strobe ?? 0))));
      }
      if (now.reading === 1) expect(out(sim, 'sees_read_address').value).toBe(reads[served.read]);

      // ---- the bus's side
      if (ready.b && out(sim, 'bus_bvalid').value === 1) expect(out(sim, 'bus_bresp').value).toBe(said.write[answered.write++]);
      if (ready.r && out(sim, 'bus_rvalid').value === 1)
        expect(`${out(sim, 'bus_rresp').value} ${out(sim, 'bus_rdata').value}`).toBe(said.read[answered.read++]);
      if (out(sim, 'sees_write').value === 1) {
        served.write++;
        said.write.push(response);
      }
      if (out(sim, 'sees_read').value === 1) {
        served.read++;
        said.read.push(`${response} ${data}`);
      }
      heldBefore.writing = Number(now.writing === 1 && !done.write);
      heldBefore.reading = Number(now.reading === 1 && !done.read);
      for (const channel of ['aw', 'w', 'ar'] as const)
        if (offers[channel] && out(sim, `bus_${channel}ready`).value === 1) {
          sent[channel]++;
          offers[channel] = false;
        }
      sim.step();
    }
    expect([served, answered, sent]).toEqual([
      { write: REQUESTS, read: REQUESTS },
      { write: REQUESTS, read: REQUESTS },
      { aw: REQUESTS, w: REQUESTS, ar: REQUESTS },
    ]);
  });
});
