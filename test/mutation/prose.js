// What people read and no program acts on is not mutated: descriptions, titles, sources. The pages made of it are looked at by eye.
import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const PROSE = new Set(['text', 'title', 'description', 'source', 'formula']);
const REASON = 'prose: read by people, acted on by nothing';

/** @param {import('@stryker-mutator/api/ignore').NodePath} path */
function shouldIgnore(path) {
  const { parent } = path;
  if (!path.isStringLiteral() && !path.isTemplateLiteral()) return undefined;
  if (parent.type === 'ObjectProperty' && parent.value === path.node && PROSE.has(parent.key.name)) return REASON;
  if (parent.type !== 'CallExpression') return undefined;
  const { callee } = parent;
  if (callee.type === 'MemberExpression' && callee.property.name === 'describe') return REASON;
  // a field of a register: name, lowest bit, bits, description
  return callee.type === 'Identifier' && callee.name === 'field' && parent.arguments[3] === path.node ? REASON : undefined;
}

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', { shouldIgnore })];
