/** Registers behind AXI4-Lite, made from a register map. */
import { BadSize } from '../errors/width-errors.ts';
import {
  type Bits,
  type BitsShape,
  type Build,
  bits,
  input,
  type Module,
  module,
  output,
  type PortShape,
  type Ports,
  type Register,
  type Wire,
} from '../index.ts';
import { buildAxiLiteBus, RESPONSE, type RegisterAccess } from './axi-lite-bus.ts';
import { type AxiLite, axiLite, type Subordinate } from './buses.ts';
import { bitsToCount } from './counting.ts';
import { checkRegisterMap, existingBits, type RegisterDescription, type RegisterMap } from './register-map.ts';

/** What the block answers beside its registers. */
export interface RegisterBlockOptions {
  /** bits of the address; default: as many as the highest offset needs */
  readonly addressBits?: number;
  /** the answer where no register is; default DECERR */
  readonly unmapped?: 'SLVERR' | 'DECERR';
}

type Word = BitsShape<32>;
type Named<M extends RegisterMap, A> = { [K in keyof M & string]: M[K] extends A ? K : never }[keyof M & string];

/** The ports of a block: those of the bus, and for each register what its access asks for. */
export type RegisterBlockPorts<M extends RegisterMap> = { readonly sAxi: PortShape<'in', ReturnType<typeof axiLite>> } & {
  readonly [K in Named<M, { access: 'ro' }>]: PortShape<'in', Word>;
} & {
  readonly [K in Named<M, { access: 'rw' | 'w1c' | 'wo' }>]: PortShape<'out', Word>;
} & {
  /** ones set bits of the register; where a write clears one in the same cycle, it stays set */
  readonly [K in Named<M, { access: 'w1c' }> as `${K}Set`]: PortShape<'in', Word>;
} & {
  /** 1 in the cycle of a write; the register's own port has the value in that cycle, and 0 in all others */
  readonly [K in Named<M, { access: 'wo' }> as `${K}Written`]: PortShape<'out', BitsShape<1>>;
} & {
  /** 1 in the cycle in which the value is read */
  readonly [K in Named<M, { onRead: true }> as `${K}Read`]: PortShape<'out', BitsShape<1>>;
};

/**
 * The registers of a map behind AXI4-Lite; every request is answered once. A read of a write-only register and a write of a
 * read-only one answer SLVERR, an address without a register (one that is no multiple of 4, too) answers as `unmapped`
 * says; none of them shows or changes anything. Octets whose strobe is 0 stay as they are; those of a `wo` register are 0.
 * Nothing of what is written to a `wo` register stays here, so nothing can read it back.
 * @param name of the module
 * @param map by name; a register of several words is several registers
 * @throws BadRegister, BadSize
 */
export function axiLiteRegisterBlock<const M extends RegisterMap>(
  name: string,
  map: M,
  options: RegisterBlockOptions = {},
): Module<RegisterBlockPorts<M>> {
  const { addressBits = addressBitsOf(map), unmapped = 'DECERR' } = options;
  if (Object.keys(map).length === 0) throw new BadSize(`number of registers of ${name}`, 0, 'at least 1');
  checkRegisterMap(map, addressBits);
  const ports: Ports = { sAxi: input(axiLite(addressBits)), ...Object.assign({}, ...Object.entries(map).map(portsOf)) };
  return module(
    name,
    ports as RegisterBlockPorts<M>,
    (io, m) => {
      const { sAxi } = io as unknown as { readonly sAxi: Subordinate<AxiLite> };
      const bus = buildAxiLiteBus(m, sAxi, { nothingThere: RESPONSE[unmapped] });
      const views = io as unknown as Readonly<Record<string, Wire<32>>>;
      buildRegisters(m, bus, map, <W extends number>(port: string) => views[port] as unknown as Wire<W>);
    },
    `${Object.keys(map).length} registers behind AXI4-Lite.`,
  );
}

function addressBitsOf(map: RegisterMap): number {
  return bitsToCount(Math.max(0, ...Object.values(map).map(({ offset }) => offset)) + 3);
}

function portsOf([name, { access, onRead }]: readonly [string, RegisterDescription]): Ports {
  const told = onRead === true ? { [`${name}Read`]: output(bits(1, { fallback: 0 })) } : {};
  switch (access) {
    case 'ro':
      return { [name]: input(bits(32)), ...told };
    case 'rw':
      return { [name]: output(bits(32)) };
    case 'w1c':
      return { [`${name}Set`]: input(bits(32)), [name]: output(bits(32)) };
    case 'wo':
      return { [name]: output(bits(32, { fallback: 0 })), [`${name}Written`]: output(bits(1, { fallback: 0 })) };
  }
}

type PortOf = <W extends number = 32>(name: string) => Wire<W>;

interface Behaviour {
  /** what a read shows; undefined: it can't be read */
  readonly value: Bits<32> | undefined;
  /** in the cycle of a read or a write */
  readonly read?: () => void;
  readonly write?: () => void;
}

function buildRegisters(m: Build, bus: RegisterAccess, map: RegisterMap, port: PortOf): void {
  const registers = Object.entries(map).map(([name, description]) => ({
    offset: description.offset,
    ...behaviourOf(m, bus, name, description, port),
  }));
  if (registers.every(({ write }) => write === undefined)) m.unused(bus.writeData);
  const arms = (respond: (register: (typeof registers)[number]) => void) =>
    Object.fromEntries(registers.map((register) => [register.offset, () => respond(register)]));
  m.switch(
    bus.writeAddress,
    arms(({ write }) => {
      bus.writeResponse.set(write === undefined ? RESPONSE.SLVERR : RESPONSE.OKAY);
      if (write !== undefined) m.when(bus.write, write);
    }),
  );
  m.switch(
    bus.readAddress,
    arms(({ value, read }) => {
      bus.readResponse.set(value === undefined ? RESPONSE.SLVERR : RESPONSE.OKAY);
      if (value !== undefined) bus.readData.set(value);
      if (read !== undefined) m.when(bus.read, read);
    }),
  );
  registers
    .filter(({ value }) => value === undefined)
    .forEach(({ offset }, index) => {
      const shows = bus.readData.any().or(bus.readResponse.eq(RESPONSE.OKAY));
      m.assert(`write_only_${index}_shows_nothing`, bus.readAddress.ne(offset).or(shows.not()));
    });
}

function behaviourOf(
  m: Build,
  { writeData, strobed }: RegisterAccess,
  name: string,
  description: RegisterDescription,
  port: PortOf,
): Behaviour {
  const existing = existingBits(description);
  const only = (value: Bits<32>): Bits<32> => (existing === 0xffff_ffff ? value : value.and(existing));
  const written = only(writeData);
  const { access, reset = 0, onRead } = description;
  switch (access) {
    case 'ro': {
      const told = onRead === true ? { read: () => port<1>(`${name}Read`).set(1) } : {};
      return { value: only(port(name)), ...told };
    }
    case 'wo':
      return {
        value: undefined,
        write: () => {
          port(name).set(written);
          port<1>(`${name}Written`).set(strobed.any());
        },
      };
    case 'rw': {
      const value = held(m, name, reset);
      port(name).set(value);
      return { value, write: () => value.next(value.and(strobed.not()).or(written)) };
    }
    case 'w1c': {
      const value = held(m, name, reset);
      const events = only(port(`${name}Set`));
      port(name).set(value);
      value.next(value.or(events));
      return { value, write: () => value.next(value.and(written.not()).or(events)) };
    }
  }
}

function held(m: Build, name: string, reset: number): Register<32> {
  return m.register(`${name}Value`, bits(32, { init: reset }));
}
