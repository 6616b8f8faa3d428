/**
 * Expressions as Verilog text.
 *
 * In the IR every operand has the width that its operator says, and no place widens a value by itself; so in
 * each context of the emitted text the widths agree, and Verilog's context-determined extension never acts.
 * What Verilog can't index (a slice of an expression) gets a wire of its own.
 */
import type { Expression, Memory, Signal } from '../ir/module.ts';
import type { BinaryOp } from '../ir/netlist.ts';

/** Binding strength, IEEE 1364-2005 table 5-4; higher binds tighter. */
const ATOM = 12;
const UNARY = 11;
const PRECEDENCE: Readonly<Record<BinaryOp, number>> = {
  mul: 10,
  add: 9,
  sub: 9,
  shl: 8,
  shr: 8,
  sar: 8,
  lt: 7,
  le: 7,
  lts: 7,
  les: 7,
  eq: 6,
  ne: 6,
  and: 5,
  xor: 4,
  or: 3,
};
const CONDITIONAL = 1;

const OPERATOR: Readonly<Record<BinaryOp, string>> = {
  mul: '*',
  add: '+',
  sub: '-',
  shl: '<<',
  shr: '>>',
  sar: '>>>',
  lt: '<',
  le: '<=',
  lts: '<',
  les: '<=',
  eq: '==',
  ne: '!=',
  and: '&',
  xor: '^',
  or: '|',
};

/** How the surrounding module takes part in printing an expression. */
export interface Hoist {
  /** gives an expression a wire, and returns the wire's name */
  (expression: Expression, text: string): string;
  /** words of memories get wires too: inside `always @(*)` a simulator would wake up for every word */
  readonly reads?: boolean;
  /** wires that stand for expressions */
  readonly standsFor?: ReadonlyMap<Expression, string>;
  /** what a constant is called in the module */
  readonly nameOf?: (constant: Constant) => string | undefined;
  /** what a signal is called in the module */
  readonly signalName?: (signal: Signal) => string;
}

export type Constant = Extract<Expression, { kind: 'constant' }>;

interface Printed {
  readonly text: string;
  readonly strength: number;
  /** the operator of a text that is an operation of two */
  readonly op?: BinaryOp;
}

export function printExpression(expression: Expression, hoist: Hoist): string {
  return print(expression, hoist).text;
}

/** `8'd12`; wide ones in hexadecimal. */
export function printConstant(width: number, value: bigint): string {
  return width > 32 ? `${width}'h${value.toString(16)}` : `${width}'d${value}`;
}

function print(expression: Expression, hoist: Hoist): Printed {
  const wire = hoist.standsFor?.get(expression);
  if (wire !== undefined) return atom(wire);
  switch (expression.kind) {
    case 'constant':
      return atom(hoist.nameOf?.(expression) ?? printConstant(expression.width, expression.value));
    case 'signal':
      return atom(signalName(expression.signal, hoist));
    case 'read':
      return printRead(expression, hoist);
    case 'slice':
      return atom(`${indexable(expression.a, hoist)}${bitRange(expression.a.width, expression.low, expression.width)}`);
    case 'concat':
      return atom(`{${expression.parts.map((part) => printExpression(part, hoist)).join(', ')}}`);
    case 'mux': {
      const select = inside(print(expression.select, hoist), CONDITIONAL + 1);
      return {
        text: `${select} ? ${inside(print(expression.a, hoist), CONDITIONAL + 1)} : ${inside(print(expression.b, hoist), CONDITIONAL)}`,
        strength: CONDITIONAL,
      };
    }
    case 'unary':
      return printUnary(expression, hoist);
    case 'binary':
      return printBinary(expression, hoist);
  }
}

function printUnary(expression: Extract<Expression, { kind: 'unary' }>, hoist: Hoist): Printed {
  const { a, width, op } = expression;
  const extra = width - a.width;
  switch (op) {
    case 'zext':
      return atom(`{${printConstant(extra, 0n)}, ${printExpression(a, hoist)}}`);
    case 'sext': {
      const name = indexable(a, hoist);
      return atom(`{{${extra}{${name}${bitRange(a.width, a.width - 1, 1)}}}, ${name}}`);
    }
    case 'not':
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor': {
      const operator = { not: '~', reduceAnd: '&', reduceOr: '|', reduceXor: '^' }[op];
      // never `~~x` (no expression of Verilog's) or `&&x` or `^~x` (other operators)
      return { text: `${operator}${inside(print(a, hoist), ATOM)}`, strength: UNARY };
    }
  }
}

function printBinary(expression: Extract<Expression, { kind: 'binary' }>, hoist: Hoist): Printed {
  const { op, a, b } = expression;
  const strength = PRECEDENCE[op];
  if (op === 'lts' || op === 'les') {
    return { text: `$signed(${printExpression(a, hoist)}) ${OPERATOR[op]} $signed(${printExpression(b, hoist)})`, strength, op };
  }
  if (op === 'mul' && [a, b].every(isSigned)) {
    // a name of its own, as below; said to be signed, it takes one multiplier of the device as wide as its factors are
    return atom(hoist(expression, `$signed(${printExpression(a, hoist)}) * $signed(${printExpression(b, hoist)})`));
  }
  if (op === 'sar') {
    // a name of its own, since `>>>` is arithmetic only where the whole context is signed
    return atom(hoist(expression, `$signed(${printExpression(a, hoist)}) >>> ${inside(print(b, hoist), strength + 1)}`));
  }
  const left = operand(print(a, hoist), op, strength);
  const right = b.kind === 'constant' && (op === 'shl' || op === 'shr') ? String(b.value) : operand(print(b, hoist), op, strength + 1);
  return { text: `${left} ${OPERATOR[op]} ${right}`, strength, op };
}

const ARITHMETIC: ReadonlySet<BinaryOp> = new Set(['mul', 'add', 'sub']);
const COMPARISONS: ReadonlySet<BinaryOp> = new Set(['lt', 'le', 'eq', 'ne']);

/** An operand in parentheses where it needs them, or where only somebody who has the table in mind knows that it does not. */
function operand(printed: Printed, of: BinaryOp, needed: number): string {
  const { op } = printed;
  const isKnown = op === undefined || op === of || (ARITHMETIC.has(op) && (ARITHMETIC.has(of) || COMPARISONS.has(of)));
  return isKnown ? inside(printed, needed) : `(${printed.text})`;
}

/** A number with copies of its sign in front. */
function isSigned(expression: Expression): boolean {
  return expression.kind === 'unary' && expression.op === 'sext';
}

/** A word of a memory; beyond a depth that is no power of two it reads 0. */
function printRead(expression: Extract<Expression, { kind: 'read' }>, hoist: Hoist): Printed {
  const { memory, address } = expression;
  const word = `${memory.name}[${printExpression(wordIndex(memory, address), hoist)}]`;
  const guard = expression.exists === true ? undefined : wordExists(memory, address);
  const read: Printed =
    guard === undefined
      ? atom(word)
      : { text: `${printExpression(guard, hoist)} ? ${word} : ${printConstant(memory.width, 0n)}`, strength: CONDITIONAL };
  return hoist.reads === true ? atom(hoist(expression, read.text)) : read;
}

/** The address with as many bits as the words need, no more and no fewer. */
export function wordIndex(memory: Memory, address: Expression): Expression {
  const width = Math.max(1, Math.ceil(Math.log2(memory.depth)));
  if (address.width === width) return address;
  if (address.width < width) return { kind: 'unary', op: 'zext', width, a: address };
  if (address.kind === 'constant') return { kind: 'constant', width, value: address.value & ((1n << BigInt(width)) - 1n) };
  return { kind: 'slice', width, a: address, low: 0 };
}

/** `address < depth`; undefined where every address has a word. */
export function wordExists(memory: Memory, address: Expression): Expression | undefined {
  if (memory.depth >= 2 ** address.width) return undefined;
  return { kind: 'binary', op: 'lt', width: 1, a: address, b: { kind: 'constant', width: address.width, value: BigInt(memory.depth) } };
}

/** The name of something that can be indexed: a signal, or a wire made for the expression. */
function indexable(expression: Expression, hoist: Hoist): string {
  if (expression.kind === 'signal') return signalName(expression.signal, hoist);
  return hoist(expression, printExpression(expression, hoist));
}

function signalName(signal: Signal, hoist: Hoist): string {
  return hoist.signalName?.(signal) ?? signal.name;
}

/** `[7:4]`, `[3]`, or nothing for the whole of a one-bit signal. */
export function bitRange(width: number, low: number, count: number): string {
  if (width === 1) return '';
  return count === 1 ? `[${low}]` : `[${low + count - 1}:${low}]`;
}

function atom(text: string): Printed {
  return { text, strength: ATOM };
}

function inside(printed: Printed, needed: number): string {
  return printed.strength >= needed ? printed.text : `(${printed.text})`;
}
