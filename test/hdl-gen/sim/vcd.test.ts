import { describe, expect, it } from 'vitest';
import { bits, bool, input, module, output } from '../../../hdl-gen/index.ts';
import { lower } from '../../../hdl-gen/ir/lower.ts';
import { type VcdSignal, VcdWriter, vcdPorts } from '../../../hdl-gen/sim/vcd.ts';
import { vcdState } from '../../../hdl-gen/sim/vcd-state.ts';
import { simulateWasm } from '../../../hdl-gen/sim/wasm/simulator.ts';
import { set } from './contract.ts';

const lamp = module('lamp', { push: input(bool), lit: output(bool), wide: output(bits(70)) }, (io, m) => {
  const r = m.registers({ pushes: bits(70) });
  const { pushed } = m.let({ pushed: r.pushes.any() });
  m.fsm('state', {
    reset: 'off',
    states: {
      off: (f) => {
        io.lit.set(0);
        m.when(io.push, () => f.goto('on'));
      },
      on: (f) => {
        io.lit.set(pushed);
        m.when(io.push, () => f.goto('off'));
      },
    },
  });
  m.when(io.push, () => r.pushes.next(r.pushes.add(1)));
  io.wide.set(r.pushes.not());
});
const room = module('room', { push: input(bool), lit: output(bool), wide: output(bits(70)) }, (io, m) => {
  const inner = m.instance('u_lamp', lamp);
  inner.push.set(io.push);
  io.lit.set(inner.lit);
  io.wide.set(inner.wide);
});

/** A writer of given values: the test changes them between samples. */
function written(signals: readonly Omit<VcdSignal, 'read'>[], samples: readonly (readonly (number | bigint)[])[]): string {
  let text = '';
  let now: readonly (number | bigint)[] = [];
  const writer = new VcdWriter(
    signals.map((signal, index) => ({ ...signal, read: () => now[index] ?? 0 })),
    (piece) => {
      text += piece;
    },
  );
  samples.forEach((sample, index) => {
    now = sample;
    writer.sample(10 * index);
  });
  return text;
}

describe('VcdWriter', () => {
  it('looks only at the signals that it is told of', () => {
    let text = '';
    let now = [0, 0, 0];
    const signals = ['a', 'b', 'c'].map((name, index) => ({ scope: ['top'], name, width: 1, read: () => now[index] ?? 0 }));
    const writer = new VcdWriter(signals, (piece) => {
      text += piece;
    });
    writer.sample(0);
    text = '';
    now = [1, 1, 1];
    writer.sample(10, [
      { from: 0, to: 1 },
      { from: 2, to: 3 },
    ]);
    writer.sample(20, [{ from: 0, to: 1 }]);
    writer.sample(30);
    expect(text).toBe('#10\n1!\n1#\n#30\n1"\n');
  });

  it('declares scopes, then writes only what changed, and no time at which nothing did', () => {
    const signals = [
      { scope: ['top'], name: 'clk_en', width: 1 },
      { scope: ['top', 'u_a'], name: 'count', width: 4, comment: '0 idle, 1 busy' },
      { scope: ['top', 'u_b'], name: 'key', width: 100 },
    ];
    const samples = [
      [0, 5, 1n << 99n],
      [0, 5, 1n << 99n],
      [1, 5, 1n << 99n],
      [1, 6, 0n],
    ] as const;
    expect(written(signals, samples).split('\n')).toEqual([
      '$version hdl-gen $end',
      '$timescale 1ns $end',
      '$scope module top $end',
      '$var wire 1 ! clk_en $end',
      '$scope module u_a $end',
      '$var wire 4 " count $end',
      '$comment count: 0 idle, 1 busy $end',
      '$upscope $end',
      '$scope module u_b $end',
      '$var wire 100 # key $end',
      '$upscope $end',
      '$upscope $end',
      '$enddefinitions $end',
      '#0',
      '0!',
      'b101 "',
      `b1${'0'.repeat(99)} #`,
      '#20',
      '1!',
      '#30',
      'b110 "',
      'b0 #',
      '',
    ]);
  });

  it('gives thousands of signals an identifier each', () => {
    const signals = Array.from({ length: 20_000 }, (_, index) => ({ scope: ['top'], name: `s${index}`, width: 2 }));
    const identifiers = [...written(signals, []).matchAll(/\$var wire 2 (\S+) /g)].map(([, identifier]) => identifier);
    expect(new Set(identifiers).size).toBe(20_000);
    expect(identifiers.every((identifier) => /^[!-~]+$/.test(identifier ?? ''))).toBe(true);
  });
});

describe('signals of a simulation', () => {
  const simulator = () => {
    const started = simulateWasm(lower(room.elaborate()));
    set(started, 'rst', 1);
    started.step();
    set(started, 'rst', 0);
    return started;
  };

  it('ports by name; a name that is none is refused with those that are', () => {
    const running = simulator();
    const signals = vcdPorts(running, ['room'], ['push', 'wide']);
    set(running, 'push', 1);
    running.step(2);
    expect(signals.map(({ width, read }) => [width, read()])).toEqual([
      [1, 1],
      [70, 2n ** 70n - 2n],
    ]);
    expect(() => vcdPorts(running, [], ['absent'])).toThrow(/no port absent; it has .*push.*lit/);
  });

  it('registers and wires in the scopes of their instances, states named, wires brought up to date', () => {
    const running = simulator();
    const { signals, refresh } = vcdState(running, ['room']);
    let text = '';
    const writer = new VcdWriter(
      signals,
      (piece) => {
        text += piece;
      },
      refresh,
    );
    expect(text).toMatch(/\$scope module room \$end\n(.*\n)*\$scope module u_lamp \$end\n(.*\n)*\$upscope \$end\n\$upscope \$end/);
    expect(text).toContain('$comment state: 0 off, 1 on $end');
    const identifier = (name: string): string => new RegExp(`\\$var wire \\d+ (\\S+) ${name} `).exec(text)?.[1] ?? 'absent';
    const [pushes, pushed, state] = ['pushes', 'pushed', 'state'].map(identifier);
    writer.sample(0);
    set(running, 'push', 1);
    running.step();
    text = '';
    writer.sample(8);
    expect(text.split('\n')).toEqual(expect.arrayContaining(['#8', `b1 ${pushes}`, `1${pushed}`, `1${state}`]));
    running.step();
    text = '';
    writer.sample(16);
    expect(text.split('\n')).toEqual(expect.arrayContaining(['#16', `b10 ${pushes}`, `0${state}`]));
    expect(text).not.toContain(`1${pushed}\n`);
  });

  it('only those chosen', () => {
    const { signals } = vcdState(simulator(), ['room'], (name) => name.endsWith('.pushes'));
    expect(signals.map(({ scope, name, width }) => [...scope, name, width])).toEqual([['room', 'u_lamp', 'pushes', 70]]);
  });
});
