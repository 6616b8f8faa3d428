/**
 * What runs in the page. It is copied as it stands into every exported design, so it is plain JavaScript that imports
 * nothing. The simulator that it gives keeps the contract of `hdl-gen/sim/simulator.ts`.
 */

/** @param {object} design the table that `export.ts` makes: the compiled code, its first memory, ports by address */
export async function simulate(design) {
  const { instance } = await WebAssembly.instantiate(octets(design.code));
  const { memory, settle, trace, ...runs } = instance.exports;
  new Uint8Array(memory.buffer).set(octets(design.powerUp));
  const view = new DataView(memory.buffer);
  const read = ({ width, address }) => readBits(view, width, address);
  let cycle = 0;
  let dirty = true;

  const input = (port) => ({
    name: port.name,
    width: port.width,
    get value() {
      return narrow(port, read(port));
    },
    set value(value) {
      if (port.width > 32 || !Number.isInteger(value)) throw unfit(port, `${value} does not fit a number port of that width`);
      this.big = BigInt(value);
    },
    get big() {
      return read(port);
    },
    set big(value) {
      if (typeof value !== 'bigint' || value < 0n || value >> BigInt(port.width) !== 0n)
        throw unfit(port, `${typeof value} ${String(value)} does not fit`);
      writeBits(view, port.width, port.address, value);
      // whatever depends on an input is evaluated again
      view.setBigInt64(design.marks, -1n, true);
      dirty = true;
    },
  });
  const output = (port) => ({
    name: port.name,
    width: port.width,
    get value() {
      return narrow(port, this.big);
    },
    get big() {
      if (dirty) settle();
      dirty = false;
      return read(port);
    },
    get sampled() {
      return narrow(port, this.sampledBig);
    },
    get sampledBig() {
      return readBits(view, port.width, port.sampledAddress);
    },
  });

  return {
    name: design.name,
    inputs: new Map(design.inputs.map((port) => [port.name, input(port)])),
    outputs: new Map(design.outputs.map((port) => [port.name, output(port)])),
    /** names that `peek` takes: registers and wires, with dots between the instances */
    signals: design.signals.map(({ name }) => name),
    get cycle() {
      return cycle;
    },
    step(cycles = 1, clock = design.clocks[0]) {
      const run = runs[`run_${clock}`];
      if (run === undefined) throw new RangeError(`${design.name} has no clock ${clock}; its clocks are ${design.clocks.join(', ')}`);
      if (cycles < 1) return;
      const done = run(cycles, 0);
      dirty = true;
      if (clock === design.clocks[0]) cycle += done;
      const failed = design.properties[view.getInt32(design.failure, true) - 1];
      view.setInt32(design.failure, 0, true);
      if (failed !== undefined) throw new Error(`${failed.kind} failed: ${failed.name} (${failed.location}) in cycle ${cycle}`);
    },
    peek(name) {
      const signal = design.signals.find((one) => one.name === name);
      if (signal === undefined) throw new RangeError(`${design.name} has no register or wire ${name}`);
      trace();
      return read(signal);
    },
    close() {},
  };
}

function octets(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A value of up to 32 bits takes 4 octets, a wider one 8 for each 64 bits, least significant first. */
function readBits(view, width, address) {
  if (width <= 32) return BigInt(view.getUint32(address, true));
  let value = 0n;
  for (let limb = Math.ceil(width / 64) - 1; limb >= 0; limb--) value = (value << 64n) | view.getBigUint64(address + 8 * limb, true);
  return value;
}

function writeBits(view, width, address, value) {
  if (width <= 32) view.setUint32(address, Number(value), true);
  else
    for (let limb = 0; 64 * limb < width; limb++)
      view.setBigUint64(address + 8 * limb, BigInt.asUintN(64, value >> BigInt(64 * limb)), true);
}

function narrow(port, value) {
  if (port.width > 32) throw unfit(port, 'use `big` for ports of more than 32 bits');
  return Number(value);
}

function unfit({ name, width }, found) {
  return new RangeError(`port ${name} has ${width} bits: ${found}`);
}
