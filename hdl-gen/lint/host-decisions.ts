/**
 * Where a program decides about a signal itself: `if (io.go)`, `io.a && io.b`, `!io.a`, `io.a === io.b`. That is legal
 * TypeScript, decided once while the hardware is described, and nothing of it gets into the hardware.
 */
import ts from 'typescript';

/** A place where the program decides about a signal. */
export interface HostDecision {
  readonly file: string;
  /** from 1 */
  readonly line: number;
  /** what stands there */
  readonly text: string;
  readonly advice: string;
}

/** In the files that are wanted, by the types of the program. */
export function hostDecisions(program: ts.Program, isWanted: (file: string) => boolean): readonly HostDecision[] {
  const checker = program.getTypeChecker();
  const found: HostDecision[] = [];
  const isSignal = (node: ts.Expression): boolean => isSignalType(checker, checker.getTypeAtLocation(node));
  const visit = (node: ts.Node): void => {
    const decision = decisionIn(node, isSignal);
    if (decision !== undefined) {
      const file = node.getSourceFile();
      const { line } = file.getLineAndCharacterOfPosition(decision.at.getStart());
      found.push({ file: file.fileName, line: line + 1, text: decision.at.getText(), advice: decision.advice });
    }
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) if (isWanted(file.fileName)) visit(file);
  return found;
}

interface Decision {
  readonly at: ts.Expression;
  readonly advice: string;
}

const CHOOSE = 'a condition of the hardware is m.when(), and a choice is mux()';

function decisionIn(node: ts.Node, isSignal: (node: ts.Expression) => boolean): Decision | undefined {
  const decides = (at: ts.Expression | undefined, advice: string): Decision | undefined =>
    at !== undefined && isSignal(at) ? { at, advice } : undefined;
  if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node)) return decides(node.expression, CHOOSE);
  if (ts.isForStatement(node) || ts.isConditionalExpression(node)) return decides(node.condition, CHOOSE);
  if (ts.isSwitchStatement(node)) return decides(node.expression, 'a choice by the value of a signal is m.switch()');
  if (ts.isPrefixUnaryExpression(node)) return decides(node.operand, 'the complement is not(), the negative number negate()');
  if (!ts.isBinaryExpression(node)) return undefined;
  const { left, right, operatorToken } = node;
  const advice = ADVICE[operatorToken.kind];
  if (advice === undefined) return undefined;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken || operatorToken.kind === ts.SyntaxKind.BarBarToken)
    return decides(left, advice);
  const isEquality = EQUALITIES.includes(operatorToken.kind);
  // whether a port is there at all is a question of the program
  if (isEquality && [left, right].some(isNothing)) return undefined;
  return isSignal(left) || isSignal(right) ? { at: node, advice } : undefined;
}

const EQUALITIES: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
];

/** What to write instead of an operator of the program. */
const ADVICE: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.AmpersandAmpersandToken]: 'both of two bits is and()',
  [ts.SyntaxKind.BarBarToken]: 'either of two bits is or()',
  [ts.SyntaxKind.EqualsEqualsToken]: 'to compare values, use eq()',
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: 'to compare values, use eq()',
  [ts.SyntaxKind.ExclamationEqualsToken]: 'to compare values, use ne()',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: 'to compare values, use ne()',
  [ts.SyntaxKind.LessThanToken]: 'to compare values, use lt()',
  [ts.SyntaxKind.LessThanEqualsToken]: 'to compare values, use le()',
  [ts.SyntaxKind.GreaterThanToken]: 'to compare values, use gt()',
  [ts.SyntaxKind.GreaterThanEqualsToken]: 'to compare values, use ge()',
  [ts.SyntaxKind.PlusToken]: 'the sum is add()',
};

function isNothing(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === 'undefined');
}

/** A value of the language, and nothing else: where it may be undefined, to ask whether it is there makes sense. */
function isSignalType(checker: ts.TypeChecker, type: ts.Type): boolean {
  const whole = checker.getBaseConstraintOfType(type) ?? type;
  if (whole.isUnion()) return whole.types.every((part) => isSignalType(checker, part));
  const has = (...names: readonly string[]): boolean => names.every((name) => checker.getPropertyOfType(whole, name) !== undefined);
  return has('isSigned', 'width', 'expression') || has('asBits', 'eq', 'ne');
}
