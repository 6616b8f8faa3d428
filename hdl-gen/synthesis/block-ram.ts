/**
 * Verilog models of the block RAMs of 7 series, as UG473 describes them: Yosys has their pins and their timing, but not
 * what they do. Without output registers, cascades, ECC and inverted pins, which `synth_xilinx` does not use; a cell
 * that asks for one of them ends the simulation.
 */

interface Kind {
  /** the vendor's name */
  readonly cell: string;
  /** bits of data, without parity, as a power of two */
  readonly addressBits: number;
  /** data bits of one port, and write enables of the second one */
  readonly portBits: number;
}

const KINDS: readonly Kind[] = [
  { cell: 'RAMB18E1', addressBits: 14, portBits: 16 },
  { cell: 'RAMB36E1', addressBits: 15, portBits: 32 },
];

/** The text with its block RAMs instantiated from models that follow it. */
export function withBlockRamModels(gates: string): string {
  const used = KINDS.filter(({ cell }) => gates.includes(`${cell} #(`));
  const text = used.reduce((changed, { cell }) => changed.replaceAll(`${cell} #(`, `${cell}_MODEL #(`), gates);
  return [text, ...used.map(model)].join('\n');
}

function model({ cell, addressBits, portBits }: Kind): string {
  const bits = 2 ** addressBits;
  const parity = portBits / 8;
  const init = initialContents('INIT', bits);
  const initParity = initialContents('INITP', bits / 8);
  const addressPins = addressBits === 15 ? 16 : addressBits;
  return `module ${cell}_MODEL (
  input CLKARDCLK, CLKBWRCLK, ENARDEN, ENBWREN, REGCEAREGCE, REGCEB, RSTRAMARSTRAM, RSTRAMB, RSTREGARSTREG, RSTREGB,
  input [${addressPins - 1}:0] ADDRARDADDR, ADDRBWRADDR,
  input [${portBits - 1}:0] DIADI, DIBDI,
  input [${parity - 1}:0] DIPADIP, DIPBDIP, WEA,
  input [${2 * parity - 1}:0] WEBWE,
  output [${portBits - 1}:0] DOADO, DOBDO,
  output [${parity - 1}:0] DOPADOP, DOPBDOP
);
${[...init, ...initParity].map((name) => `  parameter ${name} = 256'd0;`).join('\n')}
  parameter integer DOA_REG = 0, DOB_REG = 0, READ_WIDTH_A = 0, READ_WIDTH_B = 0, WRITE_WIDTH_A = 0, WRITE_WIDTH_B = 0;
  parameter RAM_MODE = "TDP", RAM_EXTENSION_A = "NONE", RAM_EXTENSION_B = "NONE";
  parameter WRITE_MODE_A = "WRITE_FIRST", WRITE_MODE_B = "WRITE_FIRST";
  parameter [71:0] INIT_A = 72'd0, INIT_B = 72'd0, SRVAL_A = 72'd0, SRVAL_B = 72'd0;
  parameter [7:0] IS_CLKARDCLK_INVERTED = 0, IS_CLKBWRCLK_INVERTED = 0, IS_ENARDEN_INVERTED = 0, IS_ENBWREN_INVERTED = 0,
    IS_RSTRAMARSTRAM_INVERTED = 0, IS_RSTRAMB_INVERTED = 0, IS_RSTREGARSTREG_INVERTED = 0, IS_RSTREGB_INVERTED = 0;

  localparam SIMPLE = RAM_MODE == "SDP";
  // data bits of each access: a width of 9 and more has a parity bit with each octet
  localparam integer READ_A = READ_WIDTH_A < 9 ? READ_WIDTH_A : READ_WIDTH_A / 9 * 8;
  localparam integer READ_B = READ_WIDTH_B < 9 ? READ_WIDTH_B : READ_WIDTH_B / 9 * 8;
  localparam integer WRITE_A = WRITE_WIDTH_A < 9 ? WRITE_WIDTH_A : WRITE_WIDTH_A / 9 * 8;
  localparam integer WRITE_B = WRITE_WIDTH_B < 9 ? WRITE_WIDTH_B : WRITE_WIDTH_B / 9 * 8;

  reg [${bits - 1}:0] data = {${init.toReversed().join(', ')}};
  reg [${bits / 8 - 1}:0] parity = {${initParity.toReversed().join(', ')}};
  reg [71:0] out_a = INIT_A, out_b = INIT_B;

  initial if (DOA_REG != 0 || DOB_REG != 0 || RAM_EXTENSION_A != "NONE" || RAM_EXTENSION_B != "NONE"
      || IS_CLKARDCLK_INVERTED || IS_CLKBWRCLK_INVERTED || IS_ENARDEN_INVERTED || IS_ENBWREN_INVERTED
      || IS_RSTRAMARSTRAM_INVERTED || IS_RSTRAMB_INVERTED || IS_RSTREGARSTREG_INVERTED || IS_RSTREGB_INVERTED) begin
    $display("%m: this model of ${cell} has no output registers, cascades and inverted pins");
    $finish;
  end

  function [${addressBits - 1}:0] first_bit(input [${addressBits - 1}:0] address, input integer width);
    first_bit = width == 0 ? 0 : address / width * width;
  endfunction

  // a word as the cell's ports and parameters count: nine bits an octet are split into octets and parity
  function [71:0] word_at(input [${addressBits - 1}:0] address, input integer width);
    word_at = {parity[first_bit(address, width) / 8 +: 8], data[first_bit(address, width) +: 64]};
  endfunction

  function [71:0] split(input [71:0] value, input integer width);
    integer octet;
    begin
      split = value;
      if (width >= 8) for (octet = 0; octet < 8; octet = octet + 1) begin
        split[8 * octet +: 8] = value[9 * octet +: 8];
        split[64 + octet] = value[9 * octet + 8];
      end
    end
  endfunction

  task write(input [${addressBits - 1}:0] address, input integer width, input [63:0] word, input [7:0] with_parity, input [7:0] enable);
    integer at;
    for (at = 0; at < width; at = at + 1) if (enable[at / 8]) begin
      data[first_bit(address, width) + at] <= word[at];
      if (width >= 8 && at % 8 == 0) parity[first_bit(address, width) / 8 + at / 8] <= with_parity[at / 8];
    end
  endtask

  // the other port writes here at this edge, and does not promise the old word: nobody knows what is read
  function spoilt(input writes, input [${addressBits - 1}:0] address, read_address, input integer write_width, read_width);
    integer width;
    begin
      width = write_width > read_width ? write_width : read_width;
      spoilt = writes && first_bit(address, width) == first_bit(read_address, width);
    end
  endfunction

  wire [63:0] word_a = DIADI, word_b = SIMPLE && WRITE_B == ${2 * portBits} ? {DIBDI, DIADI} : DIBDI;
  wire [7:0] parity_a = DIPADIP, parity_b = SIMPLE && WRITE_B == ${2 * portBits} ? {DIPBDIP, DIPADIP} : DIPBDIP;
  wire writes_a = !SIMPLE && WRITE_A != 0 && ENARDEN && |WEA;
  wire writes_b = WRITE_B != 0 && ENBWREN && |WEBWE;

  always @(posedge CLKARDCLK) if (ENARDEN) begin
    if (writes_a) write(ADDRARDADDR, WRITE_A, word_a, parity_a, WEA);
    if (RSTRAMARSTRAM) out_a <= split(SRVAL_A, READ_A);
    else if (spoilt(writes_b && CLKBWRCLK && WRITE_MODE_B != "READ_FIRST", ADDRBWRADDR, ADDRARDADDR, WRITE_B, READ_A)) out_a <= 72'bx;
    else if (!writes_a || WRITE_MODE_A == "READ_FIRST") out_a <= word_at(ADDRARDADDR, READ_A);
    else if (WRITE_MODE_A == "WRITE_FIRST") out_a <= READ_A == WRITE_A && &WEA ? {parity_a, word_a} : 72'bx;
  end

  always @(posedge CLKBWRCLK) if (ENBWREN) begin
    if (writes_b) write(ADDRBWRADDR, WRITE_B, word_b, parity_b, WEBWE);
    if (RSTRAMB) out_b <= split(SRVAL_B, READ_B);
    else if (spoilt(writes_a && CLKARDCLK && WRITE_MODE_A != "READ_FIRST", ADDRARDADDR, ADDRBWRADDR, WRITE_A, READ_B)) out_b <= 72'bx;
    else if (!writes_b || WRITE_MODE_B == "READ_FIRST") out_b <= word_at(ADDRBWRADDR, READ_B);
    else if (WRITE_MODE_B == "WRITE_FIRST") out_b <= READ_B == WRITE_B && &WEBWE[${parity - 1}:0] ? {parity_b, word_b} : 72'bx;
  end

  assign DOADO = out_a[${portBits - 1}:0];
  assign DOPADOP = out_a[${64 + parity - 1}:64];
  assign DOBDO = SIMPLE ? out_a[${2 * portBits - 1}:${portBits}] : out_b[${portBits - 1}:0];
  assign DOPBDOP = SIMPLE ? out_a[${64 + 2 * parity - 1}:${64 + parity}] : out_b[${64 + parity - 1}:64];
endmodule
`;
}

/** Names of the parameters that hold 256 bits each, the lowest first: INIT_00, INIT_01, … */
function initialContents(prefix: string, bits: number): string[] {
  return Array.from({ length: bits / 256 }, (_, index) => `${prefix}_${index.toString(16).toUpperCase().padStart(2, '0')}`);
}
