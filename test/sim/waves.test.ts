/** The waveforms of a run: what a viewer shows of them, up to the time that was asked for. */
import { describe, expect, it } from 'vitest';
import { simulateWasm } from '../../hdl-gen/sim/wasm/simulator.ts';
import { stationHardware } from '../../sim/hardware.ts';
import { StationWaves } from '../../sim/waves.ts';
import { shortRun } from './short/judged-run.ts';

const UNTIL_NS = 40_000;

/** What is recorded of a short run. */
async function recordedRun(): Promise<string> {
  let vcd = '';
  await shortRun({ frames: 20 }, (simulators) => ({
    waves: new StationWaves(new Map(Object.entries(simulators)), 8, UNTIL_NS, (text) => {
      vcd += text;
    }),
  }));
  return vcd;
}

/** Every signal by its path, with its identifier. */
function signalsIn(vcd: string): ReadonlyMap<string, string> {
  const scope: string[] = [];
  const found = new Map<string, string>();
  for (const line of vcd.split('\n')) {
    const [keyword, , second = '', third = '', fourth = ''] = line.split(' ');
    if (keyword === '$scope') scope.push(second);
    else if (keyword === '$upscope') scope.pop();
    else if (keyword === '$var') found.set([...scope, fourth].join('.'), third);
  }
  return found;
}

describe('waves.vcd', () => {
  it('has a clock of the period of the design', async () => {
    const vcd = await recordedRun();
    const id = signalsIn(vcd).get('keyturn.clk') ?? '?';
    let now = 0;
    const edges: number[] = [];
    for (const line of vcd.split('\n')) {
      if (line.startsWith('#')) now = Number(line.slice(1));
      else if (line === `1${id}`) edges.push(now);
    }
    expect(edges).toHaveLength(UNTIL_NS / 8);
    expect(new Set(edges.slice(1).map((at, index) => at - (edges[index] ?? 0)))).toEqual(new Set([8]));
  });

  it('has the slots by name and state: slot A becomes Active in both views of both ends, slot B stays as it is', async () => {
    const vcd = await recordedRun();
    const signals = signalsIn(vcd);
    for (const side of ['initiator', 'follower'])
      for (const view of ['provider', 'consumer']) {
        const active = signals.get(`keyturn.${side}.slot_a.${view}_active`) ?? '?';
        expect(vcd, `${side} ${view}`).toContain(`\n1${active}\n`);
        const other = signals.get(`keyturn.${side}.slot_b.${view}_active`) ?? '?';
        expect(vcd, `${side} ${view}`).not.toContain(`\n1${other}\n`);
      }
  });

  it('ends at the time that was asked for', async () => {
    const vcd = await recordedRun();
    const times = vcd.match(/^#\d+$/gm)?.map((line) => Number(line.slice(1))) ?? [];
    expect(Math.max(...times)).toBe(UNTIL_NS - 4);
  });

  it('holds no port through which a key passes, and the streams of both ends', async () => {
    const names = [...signalsIn(await recordedRun()).keys()];
    for (const side of ['initiator', 'follower'])
      for (const name of ['irq', 'trace_changed_current_key_id', 'trace_refused', 'rx.rx_valid', 'rx.rx_last', 'rx.rx_data', 'tx.tx_data'])
        expect(names).toContain(`keyturn.${side}.${name}`);
    expect(names.filter((name) => /key(?!_id|turn)|axi|iv$|wdata|material/i.test(name))).toEqual([]);
  });
});

describe('StationWaves of an end that is ahead of the clock', () => {
  const CYCLES = 40;
  /** Two ends; a frame is offered to the initiator in cycle 10, and the follower's reset ends in cycle 20. */
  function recorded(observe: (waves: StationWaves, step: (side: 'initiator' | 'follower') => void) => void): string {
    const end = (role: 'initiator' | 'follower') => simulateWasm(stationHardware({ role, slots: 2, relations: 1, engine: 'xor' }).compiled);
    const simulators = { initiator: end('initiator'), follower: end('follower') };
    const done = { initiator: 0, follower: 0 };
    let text = '';
    const waves = new StationWaves(new Map(Object.entries(simulators)), 8, 8 * CYCLES, (piece) => {
      text += piece;
    });
    observe(waves, (side) => {
      const { inputs } = simulators[side];
      const port = (name: string) => inputs.get(name) ?? expect.fail(name);
      const cycle = done[side]++;
      port('rst').value = cycle < (side === 'follower' ? 20 : 4) ? 1 : 0;
      if (side === 'initiator' && cycle >= 10) {
        port('rx_valid').value = 1;
        port('rx_data').value = cycle;
      }
      simulators[side].step();
    });
    return text;
  }

  it('are those of ends in step', () => {
    const inStep = recorded((waves, step) => {
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        for (const side of ['initiator', 'follower'] as const) {
          step(side);
          waves.changed(cycle, side, 'all');
        }
        waves.passed(cycle);
      }
    });
    const ahead = recorded((waves, step) => {
      step('initiator');
      step('follower');
      waves.passed(0);
      // the follower is still in reset when it has got to cycle 15, and nobody asks what it shows until then
      for (let cycle = 1; cycle <= 15; cycle++) step('follower');
      for (let cycle = 1; cycle < CYCLES; cycle++) {
        step('initiator');
        if (cycle > 15) step('follower');
        // out of order, as an end that goes ahead is told of first
        if (cycle >= 15) waves.changed(cycle, 'follower', 'all');
        waves.changed(cycle, 'initiator', 'all');
        waves.passed(cycle);
      }
    });
    expect(ahead).toBe(inStep);
    expect(inStep.match(/^#/gm)).toHaveLength(2 * CYCLES);
  });
});
