/** Messages of Verilog tools, told in lines of TypeScript. @module hdl-gen/messages */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { basename, dirname, relative, resolve } from 'node:path';

/** Where the lines of one Verilog file come from. */
export interface VerilogMap {
  /** absolute path of the Verilog file */
  readonly file: string;
  /** `path:line` of the statement behind a line (counted from 1); undefined where the map has none */
  locate(line: number): string | undefined;
}

/**
 * @param path of the map, `<module>.v.map`; the Verilog is taken to stand beside it
 * @param json its contents
 * @throws MapUnreadable
 */
export function readMap(path: string, json: string): VerilogMap {
  const payload = parse(path, json);
  const map = new SourceMap(payload);
  return {
    file: resolve(path.replace(/\.map$/, '')),
    locate: (line) => {
      const entry = map.findEntry(line - 1, 0);
      if (!('originalSource' in entry) || typeof entry.originalSource !== 'string') return undefined;
      return `${relative(process.cwd(), resolve(dirname(path), entry.originalSource))}:${entry.originalLine + 1}`;
    },
  };
}

/** `file.v:12`, alone (Icarus), with a column (Verilator) or with a range (Yosys); not inside Yosys's names, `$add$file.v:12$3`. */
const LOCATION = /(?<![\w$./-])((?:[\w.~+-]*\/)*[\w.-]+\.v):(\d+)(?:\.\d+(?:-(\d+)\.\d+)?|:\d+(?=:))?/g;

/** Replaces each location in a mapped file by that of the statement, and keeps the Verilog one in brackets behind it. */
export function rewriteLocations(text: string, maps: readonly VerilogMap[]): string {
  return text.replace(LOCATION, (found, file: string, first: string, last: string | undefined) => {
    const map = maps.find((one) => one.file === resolve(file)) ?? maps.find((one) => basename(one.file) === basename(file));
    // Yosys begins the range of a statement at the `begin` in front of it
    const place = map?.locate(Number(last ?? first));
    return place === undefined ? found : `${place} [${found}]`;
  });
}

/** A file that is given as a source map is none. */
export class MapUnreadable extends Error {
  constructor(path: string, why: string) {
    super(`${path} is no source map of hdl-gen: ${why}; expected a <module>.v.map as writeVerilog writes it`);
    this.name = 'MapUnreadable';
  }
}

function parse(path: string, json: string): SourceMapPayload {
  let map: Partial<SourceMapPayload> | null;
  try {
    map = JSON.parse(json) as Partial<SourceMapPayload> | null;
  } catch (error) {
    throw new MapUnreadable(path, (error as Error).message);
  }
  if (map?.version !== 3 || typeof map.mappings !== 'string') throw new MapUnreadable(path, 'it has no mappings of version 3');
  return map as SourceMapPayload;
}
