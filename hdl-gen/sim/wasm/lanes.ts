/**
 * Operations that work alike on parts of a value, as on the octets of a block, become one on all of them: what is joined from sums of
 * octets is the sum of what is joined. So a limb of 64 bits works on eight octets at once.
 */
import type { BinaryOp, NodeId } from '../../ir/netlist.ts';
import { ones } from '../../ir/ones.ts';
import { type Operation, operandsOf, type Piece } from './graph.ts';
import { isNarrow, limbCount } from './layout.ts';

/** What makes operations in their canonical form. */
export interface Maker {
  readonly nodes: readonly Operation[];
  /** whether a memory is a table of 256 octets */
  isTable(memory: number): boolean;
  constant(width: number, value: bigint): NodeId;
  lookUp(width: number, memory: number, address: NodeId): NodeId;
  move(width: number, pieces: readonly Piece[]): NodeId;
  binary(op: BinaryOp, width: number, a: NodeId, b: NodeId): NodeId;
  mux(width: number, select: NodeId, a: NodeId, b: NodeId): NodeId;
}

/** Lanes at least, and at most. */
const FEWEST = 4;
const MOST = 128;
/** Bits of a lane, at least: single bits are rarely where they are wanted. */
const NARROWEST = 4;
const LIMB = 64;
/** Operations to go back to an origin, at most. */
const FAR = 64;

/** The pieces of a move, zeros elsewhere, moved from the result of one operation; undefined where that is none, or gains nothing. */
export function asLanes(make: Maker, width: number, pieces: readonly Piece[]): NodeId | undefined {
  const unordered = [...new Set(pieces.map(({ source }) => source))];
  if (unordered.length < FEWEST || unordered.length > MOST) return undefined;
  // as their bits stand where they come from, whatever the order in which they are joined: computed once, and moved
  const origins = new Map(unordered.map((source) => [source, originOf(make, source)]));
  const compare = (a: NodeId, b: NodeId): number => {
    const [x, y] = [origins.get(a), origins.get(b)];
    return (x?.source ?? 0) - (y?.source ?? 0) || (x?.low ?? 0) - (y?.low ?? 0) || a - b;
  };
  const sources = unordered.sort(compare);
  const operations = sources.flatMap((source) => make.nodes[source] ?? []);
  const lane = operations[0]?.width ?? 0;
  if (lane < NARROWEST || !isNarrow(lane) || operations.some((operation) => operation.width !== lane)) return undefined;
  const result = together(make, lane, operations);
  if (result === undefined) return undefined;
  const places = new Map(sources.map((source, index) => [source, lane * index]));
  return make.move(
    width,
    pieces.map(({ source, low, ...piece }) => ({ ...piece, source: result, low: low + (places.get(source) ?? 0) })),
  );
}

/** Operations of one width as one, the first one in the lowest bits. */
function together(make: Maker, lane: number, operations: readonly Operation[]): NodeId | undefined {
  const width = lane * operations.length;
  const [first] = operations;
  if (isNarrow(width) || first === undefined || operations.some(({ op }) => op !== first.op)) return undefined;
  const joined = (ids: readonly NodeId[]): NodeId =>
    make.move(
      width,
      ids.map((source, index) => ({ source, low: 0, width: lane, at: lane * index })),
    );
  const pays = (...operands: readonly NodeId[]): boolean =>
    costOf(make, operands) <= 2 * operations.length + costOf(make, operations.flatMap(operandsOf));
  const a = (): NodeId => joined(operations.flatMap((operation) => ('a' in operation ? operation.a : [])));
  const b = (): NodeId => joined(operations.flatMap((operation) => ('b' in operation ? operation.b : [])));
  switch (first.op) {
    case 'and':
    case 'or':
    case 'xor': {
      const [left, right] = [a(), b()];
      return pays(left, right) ? make.binary(first.op, width, left, right) : undefined;
    }
    case 'not': {
      const only = a();
      return pays(only) ? make.binary('xor', width, only, make.constant(width, ones(width))) : undefined;
    }
    case 'mux': {
      if (operations.some((operation) => operation.op === 'mux' && operation.select !== first.select)) return undefined;
      const [taken, other] = [a(), b()];
      return pays(taken, other) ? make.mux(width, first.select, taken, other) : undefined;
    }
    case 'add':
    case 'sub': {
      if (LIMB % lane !== 0) return undefined;
      const [left, right] = [a(), b()];
      return pays(left, right) ? sums(make, first.op, width, lane, left, right) : undefined;
    }
    case 'read': {
      const { memory } = first;
      if (!make.isTable(memory) || operations.some((operation) => operation.op === 'read' && operation.memory !== memory)) return undefined;
      const address = joined(operations.flatMap((operation) => (operation.op === 'read' ? operation.address : [])));
      return pays(address) ? make.lookUp(width, memory, address) : undefined;
    }
    default:
      return undefined;
  }
}

/** Where the lowest bits that an operation works on come from, through those before it. */
function originOf({ nodes }: Maker, id: NodeId): { readonly source: NodeId; readonly low: number } {
  let [source, low] = [id, 0];
  for (let steps = 0; steps < FAR; steps++) {
    const operation = nodes[source];
    if (operation?.op === 'move') {
      const [piece] = operation.pieces;
      if (piece === undefined) break;
      ({ source, low } = piece);
    } else if (operation?.op === 'read') source = operation.address;
    else if (operation !== undefined && 'a' in operation) source = operation.a;
    else break;
  }
  return { source, low };
}

/** What it takes to bring bits together: one for each distance from each source. */
function costOf({ nodes }: Maker, ids: readonly NodeId[]): number {
  return ids.reduce((sum, id) => {
    const operation = nodes[id];
    if (operation?.op !== 'move') return sum;
    return sum + new Set(operation.pieces.map(({ source, low, at }) => `${source},${low - at}`)).size;
  }, 0);
}

/** Sums or differences in lanes: without the top bit of each, so that nothing is carried to the next; that bit is a sum of its own. */
function sums(make: Maker, op: 'add' | 'sub', width: number, lane: number, a: NodeId, b: NodeId): NodeId {
  const tops = (ones(width) / ones(lane)) << BigInt(lane - 1);
  const [top, rest] = [make.constant(width, tops), make.constant(width, ones(width) ^ tops)];
  // a difference borrows from its own top bit, which is put there
  const left = op === 'add' ? make.binary('and', width, a, rest) : make.binary('or', width, a, top);
  const right = make.binary('and', width, b, rest);
  const limbs = Array.from({ length: limbCount(width) }, (_, index): Piece => {
    const low = LIMB * index;
    const size = Math.min(LIMB, width - low);
    const of = (source: NodeId): NodeId => make.move(size, [{ source, low, width: size, at: 0 }]);
    return { source: make.binary(op, size, of(left), of(right)), low: 0, width: size, at: low };
  });
  const differ = make.binary('xor', width, a, b);
  const changed = make.binary('and', width, op === 'add' ? differ : make.binary('xor', width, differ, top), top);
  return make.binary('xor', width, make.move(width, limbs), changed);
}
