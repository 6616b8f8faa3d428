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
const known = new Map<string, Place | undefined>();

/**
 * Where the user's frame of an error's stack stands; the stack must not have been read before.
 * @param ofUser whether frames of the library of parts are skipped, too
 */
export function userFrame(error: Error, ofUser: boolean): Place | undefined {
  const mapped = mapper();
  // who maps a stack maps every frame with all that is around it, which takes 50 times as long
  const frames = mapped === undefined ? undefined : framesOf(error);
  if (mapped === undefined || frames === undefined) return places(error.stack ?? '').find((place) => isUsers(place, ofUser));
  for (const frame of frames) {
    const key = `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
    if (!known.has(key)) known.set(key, mapped(frame));
    const place = known.get(key);
    if (place !== undefined && isUsers(place, ofUser)) return place;
  }
  return undefined;
}

/** How places in JavaScript become those in the sources: by Node, or by who else has compiled them; undefined where nobody did. */
function mapper(): ((frame: NodeJS.CallSite) => Place | undefined) | undefined {
  if (maps !== undefined && process.sourceMapsEnabled) return (frame) => placeOf(frame, maps);
  const prepare = Error.prepareStackTrace;
  return prepare === undefined ? undefined : (frame) => places(String(prepare(new Error('location'), [frame])))[0];
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
  const entry = findSourceMap(file)?.findEntry(line - 1, column - 1) ?? {};
  const isMapped = 'originalSource' in entry && 'originalLine' in entry;
  return {
    path: (isMapped ? String(entry.originalSource) : file).replace('file://', ''),
    line: isMapped ? Number(entry.originalLine) + 1 : line,
  };
}

/** The frames of a stack that is a text. */
function places(stack: string): readonly Place[] {
  return stack.split('\n').flatMap((text) => {
    const [, path, line] = /(?:\(|at )(?:file:\/\/)?([^()\s]+):(\d+):\d+\)?$/.exec(text) ?? [];
    return path === undefined ? [] : [{ path, line: Number(line) }];
  });
}
