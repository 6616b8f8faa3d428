/** A TypeScript project, as its configuration says. */
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/**
 * @param isWanted which of its files are looked at; those that they import come with them
 * @param more files that its configuration does not name
 * @throws Error for a configuration that can't be read
 */
export function programOf(config: string, isWanted: (file: string) => boolean, more: readonly string[] = []): ts.Program {
  const path = resolve(config);
  const { config: text, error } = ts.readConfigFile(path, ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { fileNames, options } = ts.parseJsonConfigFileContent(text, ts.sys, dirname(path));
  return ts.createProgram([...fileNames.filter(isWanted), ...more], options);
}
