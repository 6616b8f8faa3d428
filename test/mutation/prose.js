// What people read and no program acts on is not mutated: descriptions, titles, sources. The pages made of it are looked at by eye.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const PROSE = new Set(['text', 'title', 'description', 'source', 'formula']);
/** Where such text stands among the arguments of a call of commander. */
const DESCRIBED = new Map([
  ['description', 0],
  ['argument', 1],
  ['option', 1],
  ['requiredOption', 1],
  ['Option', 1],
]);
const REASON = 'prose: read by people, acted on by nothing';

/** @param {import('@stryker-mutator/api/ignore').NodePath} path */
function shouldIgnore(path) {
  const { parent } = path;
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
  if (parent.type === 'ObjectProperty' && parent.value === path.node && PROSE.has(parent.key.name)) return REASON;
  if (parent.type !== 'CallExpression' && parent.type !== 'NewExpression') return undefined;
  const { callee } = parent;
  const called = callee.type === 'MemberExpression' ? callee.property.name : callee.name;
  if (parent.arguments[DESCRIBED.get(called) ?? -1] === path.node) return REASON;
  if (callee.type === 'MemberExpression' && callee.property.name === 'describe') return REASON;
  // a field of a register: name, lowest bit, bits, description
  return callee.type === 'Identifier' && callee.name === 'field' && parent.arguments[3] === path.node ? REASON : undefined;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', { shouldIgnore })];
