/** The API reference in `docs/api`: one page an entry of the package. `npx vitest run hdl-gen/api -u` renews it. */
import { readFileSync } from 'node:fs';

const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const sources = Object.values(exports).map((built) => built.replace('./dist/', '').replace(/\.js$/, '.ts'));

export default {
  plugin: ['typedoc-plugin-markdown'],
  tsconfig: 'tsconfig.json',
  entryPoints: sources,
  out: 'docs/api',
  name: 'hdl-gen',
  readme: 'none',
  outputFileStrategy: 'modules',
  flattenOutputFiles: true,
  entryFileName: 'README.md',
  disableSources: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  excludePrivate: true,
  excludeInternal: true,
  skipErrorChecking: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  expandParameters: false,
  validation: { notDocumented: true, notExported: false, invalidLink: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable'],
};
