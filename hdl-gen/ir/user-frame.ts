/** Which frame of a stack is the user's: the innermost that is neither of hdl-gen nor of what runs the program. */

/** As stacks write it: a path in Node, an address in a browser. */
const LIBRARY = new URL('..', import.meta.url).href.replace('file://', '');

interface Place {
  readonly path: string;
  readonly line: number;
}

/** Finds where a place in JavaScript stood in the sources: what Node has read of source maps. */
interface Maps {
  findSourceMap(path: string): { findEntry(line: number, column: number): object } | undefined;
}

const maps: Maps | undefined =
  typeof process === 'undefined' ? undefined : (process.getBuiltinModule as typeof process.getBuiltinModule | undefined)?.('node:module');

/** Places by those in JavaScript: most are asked for often. */
const known = new Map<string, Place>();

/**
 * Where the user's frame of an error's stack stands; the stack must not have been read before.
 * @param ofUser whether frames of the library of parts are skipped, too
 */
export function userFrame(error: Error, ofUser: boolean): Place | undefined {
  // where Node maps stacks, it maps every frame with all that is around it, which takes 50 times as long
  const frames = maps !== undefined && process.sourceMapsEnabled ? framesOf(error) : undefined;
  if (maps === undefined || frames === undefined) return places(error.stack ?? '').find((place) => isUsers(place, ofUser));
  for (const frame of frames) {
    const place = placeOf(frame, maps);
    if (place !== undefined && isUsers(place, ofUser)) return place;
  }
  return undefined;
}

/** The frames as they stand in JavaScript; undefined where the stack is a text already. */
function framesOf(error: Error): readonly NodeJS.CallSite[] | undefined {
  const before = Error.prepareStackTrace;
  let frames: readonly NodeJS.CallSite[] | undefined;
  Error.prepareStackTrace = (_, found) => {
    frames = found;
    return '';
  };
  try {
    void error.stack;
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = before;
  }
  return frames;
}

function isUsers({ path }: Place, ofUser: boolean): boolean {
  const isOurs = path.startsWith(LIBRARY) && !path.startsWith(`${LIBRARY}examples/`);
  const isSkipped = isOurs && (ofUser || !path.startsWith(`${LIBRARY}library/`));
  return !isSkipped && !path.startsWith('node:') && !path.includes('/node_modules/');
}

function placeOf(frame: NodeJS.CallSite, { findSourceMap }: Maps): Place | undefined {
  const [file, line, column] = [frame.getFileName(), frame.getLineNumber(), frame.getColumnNumber()];
  if (file === null || file === undefined || line === null || column === null) return undefined;
  const key = `${file}:${line}:${column}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1) ?? {};
  const isMapped = 'originalSource' in entry && 'originalLine' in entry;
  const place = {
    path: (isMapped ? String(entry.originalSource) : file).replace('file://', ''),
    line: isMapped ? Number(entry.originalLine) + 1 : line,
  };
  known.set(key, place);
  return place;
}

/** The frames of a stack that is a text. */
function places(stack: string): readonly Place[] {
  return stack.split('\n').flatMap((text) => {
    const [, path, line] = /(?:\(|at )(?:file:\/\/)?([^()\s]+):(\d+):\d+\)?$/.exec(text) ?? [];
    return path === undefined ? [] : [{ path, line: Number(line) }];
  });
}
