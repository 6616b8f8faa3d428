import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output, stream } from '../../../hdl-gen/index.ts';
import { StreamSink, StreamSource } from '../../../hdl-gen/testbench/bus/axi-stream.ts';
import { testbench } from '../../../hdl-gen/testbench/testbench.ts';
import { waveSvg } from '../../../hdl-gen/testbench/waves/svg.ts';
import { waveText } from '../../../hdl-gen/testbench/waves/text.ts';
import { type Trace, TraceRecorder, traced } from '../../../hdl-gen/testbench/waves/trace.ts';
import { waveJson } from '../../../hdl-gen/testbench/waves/wavejson.ts';
import { contextStore } from '../../../hw/station/store.ts';
import { relationView } from '../../../hw/station/view.ts';

const inDocs = (name: string) => fileURLToPath(new URL(`../../../docs/waves/${name}`, import.meta.url));
const Octets = stream({ data: bits(8) });

/** Slots of an initiator, and authentic frames of its peer; each counts one more. */
const rekeyed = module(
  'wave_rekey',
  {
    push: input(bool),
    pushKeyId: input(bits(4)),
    verdict: input(bool),
    frameKeyId: input(bits(4)),
    nextKeyId: input(bits(4)),
    providerStates: output(bits(4)),
    consumerStates: output(bits(4)),
    currentKeyId: output(bits(4)),
    pushReady: output(bool),
  },
  (io, m) => {
    const store = m.instance('store', contextStore({ role: 'initiator', slots: 2, relations: 1 }));
    const view = m.instance('view', relationView(2));
    for (const name of ['verdict', 'transmit', 'erase', 'cancel', 'push', 'inspect'] as const) store[name].relation.set(0);
    for (const name of ['transmit', 'erase', 'cancel', 'inspect'] as const) store[name].request.set(0);
    store.obsoleteTimeout.set(4);
    store.verdict.request.set(io.verdict);
    store.frame.set({ authentic: 1, keyId: io.frameKeyId, nextKeyId: io.nextKeyId, counter: store.current.newest.add(1) });
    store.push.request.set(io.push);
    store.pushKeyId.set(io.pushKeyId);
    store.pinned.set(0);
    store.pinnedRelation.set(0);
    view.context.set(store.current);
    view.now.set(store.now);
    view.openKeyId.set(0);
    io.providerStates.set(view.status.providerStates);
    io.consumerStates.set(view.status.consumerStates);
    io.currentKeyId.set(view.status.currentKeyId);
    io.pushReady.set(view.status.pushReady);
    m.unused(store.ready, store.commanded, store.accepted, store.fresh, store.requested, store.happens, store.what, store.relation);
    m.unused(
      store.next,
      store.filled,
      store.emptied,
      view.status.nextKeyId,
      view.status.requestValid,
      view.status.requestKeyId,
      view.status.sent,
      view.sealSlot,
      view.mayTransmit,
      view.openSlot,
    );
    m.unused(store.verdict.done, store.transmit.done, store.erase.done, store.cancel.done, store.push.done);
  },
);

/** A register in a stream: three octets, of which the second has to wait. */
async function handshake(): Promise<Trace> {
  const stage = module('wave_stage', { from: input(Octets), to: output(Octets) }, (io, m) => {
    const r = m.registers({ data: bits(8), last: bits(1), full: bits(1) });
    io.from.ready.set(r.full.not().or(io.to.ready));
    io.to.valid.set(r.full);
    io.to.data.set(r.data);
    io.to.last.set(r.last);
    m.when(io.from.fire, () => {
      r.data.next(io.from.data);
      r.last.next(io.from.last);
      r.full.next(1);
    }).elseWhen(io.to.ready, () => r.full.next(0));
  });
  let trace: Trace = { signals: [] };
  await testbench(stage, async (bench, io) => {
    const { from, to } = io;
    const recorder = new TraceRecorder(bench, [
      traced(from.valid),
      traced(from.ready),
      traced(from.data, 8),
      traced(to.valid),
      traced(to.ready),
      traced(to.data, 8),
      traced(to.last),
    ]);
    bench.fork('source', () => new StreamSource(bench, from).send([{ data: 0x11 }, { data: 0x22 }, { data: 0x33 }]));
    bench.fork('sink', async () => {
      await bench.tick(3);
      await new StreamSink(bench, to).receive();
    });
    await bench.tick(8);
    trace = recorder.trace;
  });
  return trace;
}

describe('a recorded trace', () => {
  it('is text of a row a signal', async () => {
    expect(`\n${waveText(await handshake())}\n`).toMatchInlineSnapshot(`
      "
      from_valid  --------------------\\___________
      from_ready  ----\\_______/-------------------
      from_data   X 11X 22        X 33
      to_valid    ____/-------------------\\_______
      to_ready    ____________/-----------\\_______
      to_data     X 0 X 11        X 22X 33
      to_last     ____________________/-----------
      "
    `);
  });

  it('cuts words that do not fit, and draws edges where bits change', () => {
    const trace: Trace = {
      signals: [
        { name: 'bit', width: 1, values: ['0', '1', '1', '0'] },
        { name: 'word', width: 32, values: ['deadbeef', 'deadbeef', '0', '12345678'] },
      ],
    };
    expect(waveText(trace)).toBe('bit   ____/-------\\___\nword  X deadbeX 0 X 12');
  });

  it('is WaveJSON: changes and data', () => {
    const trace: Trace = {
      signals: [
        { name: 'bit', width: 1, values: ['0', '1', '1', '0'] },
        { name: 'state', width: 2, values: ['idle', 'run', 'run', 'idle'] },
      ],
    };
    expect(waveJson(trace, { clock: 'clk', title: 'An example' })).toEqual({
      head: { text: 'An example' },
      signal: [
        { name: 'clk', wave: 'p...' },
        { name: 'bit', wave: '01.0' },
        { name: 'state', wave: '==.=', data: ['idle', 'run', 'idle'] },
      ],
    });
  });
});

describe('drawn for the documentation (renewed with `npx vitest run testbench/waves -u`)', () => {
  it('a stream whose receiver is not ready', async () => {
    const drawn = waveSvg(waveJson(await handshake(), { clock: 'clk', title: 'An offer stays until it is taken' }));
    await expect(drawn).toMatchFileSnapshot(inDocs('stream-handshake.svg'));
  });

  it('a rekey in the slots of an initiator, without the keys', async () => {
    const views = (value: number | bigint): string => [0, 2].map((low) => 'UPAO'.charAt((Number(value) >> low) & 3)).join('');
    let trace: Trace = { signals: [] };
    await testbench(rekeyed, async (bench, io) => {
      const once = async (...ports: readonly { readonly set: (value: number) => void }[]): Promise<void> => {
        for (const port of ports) port.set(1);
        await bench.tick();
        for (const port of ports) port.set(0);
      };
      await once(io.push);
      const recorder = new TraceRecorder(bench, [
        traced(io.push),
        traced(io.verdict),
        traced(io.frameKeyId, 4),
        traced(io.nextKeyId, 4),
        { ...traced(io.providerStates, 4), name: 'provider', label: views },
        { ...traced(io.consumerStates, 4), name: 'consumer', label: views },
        traced(io.currentKeyId, 4),
        traced(io.pushReady),
      ]);
      await bench.tick();
      io.pushKeyId.set(1);
      await once(io.push);
      await bench.tick(2);
      io.nextKeyId.set(1);
      await once(io.verdict);
      await bench.tick();
      io.frameKeyId.set(1);
      await once(io.verdict);
      await bench.tick(5);
      trace = recorder.trace;
    });
    // Push, Switch of the provider, Switch of the consumer, Timeout (paper, Fig. 7)
    expect([...new Set(trace.signals.find(({ name }) => name === 'consumer')?.values)]).toEqual(['AU', 'AP', 'OA', 'UA']);
    const title = 'A rekey: Push, Switch, Switch, Timeout (slots A, B)';
    await expect(waveSvg(waveJson(trace, { clock: 'clk', title }))).toMatchFileSnapshot(inDocs('key-switch.svg'));
  });
});
