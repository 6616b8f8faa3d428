/**
 * What it takes to install a key through the driver and the registers, as the simulated hardware counts it: `npx tsx bench/installs.ts`. From the
 * first word that is staged to the answer to the Push, with one access after another, so in cycles of the logic (8 ns) and without what a processor and
 * its interconnect add to each access; and installs a second of processor time that the simulation does.
 */
import { Clock } from '../hdl-gen/sim/testbench.ts';
import { simulateWasm } from '../hdl-gen/sim/wasm/simulator.ts';
import { AxiLiteMaster, portOf } from '../sim/bus/axi-lite-master.ts';
import { stationHardware } from '../sim/hardware.ts';
import { AEAD_ENGINES, type EngineName } from '../spec/aead-engines.ts';
import { OCTET_NS } from '../spec/configuration.ts';
import { FIRST_KEY_ID } from '../spec/key-id.ts';
import { StationDriver } from '../sw/control-plane/station-driver.ts';
import { KeySchedule } from '../sw/keys/key-schedule.ts';

const INSTALLS = 50;

/** Cycles of each install; all are alike. @throws where a key is refused */
async function cyclesOfInstalls(engine: EngineName): Promise<readonly number[]> {
  const simulator = simulateWasm(stationHardware({ role: 'initiator', slots: 2, engine, relations: 1 }).compiled, { seed: 1 });
  const clock = new Clock();
  const master = new AxiLiteMaster(simulator, clock);
  const station = new StationDriver(master);
  const taken: number[] = [];
  let done = false;
  portOf(simulator.inputs, 'rst').value = 1;
  simulator.step();
  portOf(simulator.inputs, 'rst').value = 0;
  clock.fork(async () => {
    await station.identify({ allowInsecure: true });
    const driver = station.relation(0);
    for (let count = 0; count < INSTALLS; count++) {
      const material = new KeySchedule(new Uint8Array(32).fill(count), { profile: 'paper', engine, relation: 0 }).material('initiator');
      const from = clock.cycle;
      const result = await driver.pushKey(FIRST_KEY_ID, material);
      if (result !== 'accepted') throw new Error(`the key was ${result}`);
      taken.push(clock.cycle - from);
      await driver.eraseAll();
    }
    done = true;
  });
  await clock.settle();
  while (!done) {
    master.drive();
    simulator.step();
    master.sample();
    clock.advance();
    await clock.settle();
  }
  simulator.close();
  return taken;
}

for (const engine of Object.keys(AEAD_ENGINES) as EngineName[]) {
  const from = process.cpuUsage();
  const taken = await cyclesOfInstalls(engine);
  const { user, system } = process.cpuUsage(from);
  const most = Math.max(...taken);
  const perSecond = 1e9 / (most * OCTET_NS);
  process.stdout.write(
    `${engine.padEnd(14)} ${String(most).padStart(5)} cycles, ${((most * OCTET_NS) / 1000).toFixed(2)} µs: at most ${perSecond.toFixed(0)} installs/s; simulated with the making of the hardware ${(INSTALLS / ((user + system) / 1e6)).toFixed(0)} /s\n`,
  );
}
