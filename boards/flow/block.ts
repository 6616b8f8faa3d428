/**
 * A module as a block of Vivado's IP integrator: plain Verilog around it, whose attributes say which ports are a bus, a clock, a
 * reset, an interrupt (UG994, "List of Supported X_ Attributes").
 */
import type { Domain } from '../../hdl-gen/ir/domain.ts';
import type { ModuleIr, Signal } from '../../hdl-gen/ir/module.ts';

const BUS = 's_axi';
/** Ports that only a test looks at. */
const TRACE = /^(trace_|ready$)/;
const OF_STREAM: Readonly<Record<string, string>> = { data: 'TDATA', valid: 'TVALID', last: 'TLAST', ready: 'TREADY' };

export function blockName({ name }: ModuleIr): string {
  return `${name}_block`;
}

/** The interfaces of the block, which are in step with its first clock, `clk`; that one's reset is `rst`, active high. */
function blockStreams(module: ModuleIr): readonly string[] {
  return module.streams.filter(({ payload }) => payload.length === 1 && payload[0]?.name.endsWith('_data')).map(({ name }) => name);
}

/** Verilog, since a block can't be SystemVerilog (UG994, "Limitations of the Module Reference"). */
export function blockVerilog(module: ModuleIr): string {
  const streams = blockStreams(module);
  const shown = module.ports.filter(({ name }) => !TRACE.test(name));
  const associated = [BUS, ...streams].join(':');
  const lines = [
    ...module.domains.flatMap((domain, index) => clockPorts(domain, index === 0 ? associated : undefined)),
    ...shown.flatMap((port, index) => [...attributes(port, streams), `    ${declaration(port)}${index === shown.length - 1 ? '' : ','}`]),
  ];
  const clocks = module.domains.flatMap(({ clock, reset }) => [clock, ...(reset === undefined ? [] : [reset.name])]);
  const connections = [...clocks, ...module.ports.map(({ name }) => name)].map(
    (name) => `        .${name}(${TRACE.test(name) ? '' : name})`,
  );
  return `// ${module.name} as a block of a block design.

\`default_nettype none

module ${blockName(module)} (
${lines.join('\n')}
);

    /* verilator lint_off PINCONNECTEMPTY */
    ${module.name} inner (
${connections.join(',\n')}
    );
    /* verilator lint_on PINCONNECTEMPTY */

endmodule

\`default_nettype wire
`;
}

const DIRECTIONS: Readonly<Partial<Record<Signal['kind'], string>>> = { input: 'input ', inout: 'inout ' };

function declaration({ kind, width, name }: Signal): string {
  const range = width === 1 ? '' : `[${width - 1}:0]`;
  return `${DIRECTIONS[kind] ?? 'output'} wire ${range.padEnd(6)} ${name}`;
}

/** @param buses interfaces that are in step with the clock */
function clockPorts({ clock, reset }: Domain, buses: string | undefined): string[] {
  const associated = [
    ...(buses === undefined ? [] : [`ASSOCIATED_BUSIF ${buses}`]),
    ...(reset === undefined ? [] : [`ASSOCIATED_RESET ${reset.name}`]),
  ];
  return [
    `    (* X_INTERFACE_INFO = "xilinx.com:signal:clock:1.0 ${clock} CLK" *)`,
    ...(associated.length === 0 ? [] : [`    (* X_INTERFACE_PARAMETER = "${associated.join(', ')}" *)`]),
    `    input  wire        ${clock},`,
    ...(reset === undefined
      ? []
      : [
          `    (* X_INTERFACE_INFO = "xilinx.com:signal:reset:1.0 ${reset.name} RST" *)`,
          `    (* X_INTERFACE_PARAMETER = "POLARITY ACTIVE_${reset.active.toUpperCase()}" *)`,
          `    input  wire        ${reset.name},`,
        ]),
  ];
}

function attributes({ name }: Signal, streams: readonly string[]): string[] {
  const info = (text: string): string => `    (* X_INTERFACE_INFO = "xilinx.com:${text}" *)`;
  if (name.startsWith(`${BUS}_`)) {
    const signal = name
      .slice(BUS.length + 1)
      .replaceAll('_', '')
      .toUpperCase();
    const protocol = signal === 'AWADDR' ? [`    (* X_INTERFACE_PARAMETER = "XIL_INTERFACENAME ${BUS}, PROTOCOL AXI4LITE" *)`] : [];
    return [info(`interface:aximm:1.0 ${BUS} ${signal}`), ...protocol];
  }
  if (name === 'irq') return [info('signal:interrupt:1.0 irq INTERRUPT'), '    (* X_INTERFACE_PARAMETER = "SENSITIVITY LEVEL_HIGH" *)'];
  const stream = streams.find((each) => name.startsWith(`${each}_`));
  const signal = stream === undefined ? undefined : OF_STREAM[name.slice(stream.length + 1)];
  return signal === undefined ? [] : [info(`interface:axis:1.0 ${stream} ${signal}`)];
}
