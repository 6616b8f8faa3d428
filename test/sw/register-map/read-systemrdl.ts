/** A reader of the part of SystemRDL 2.0 that the register map uses; written from the standard's grammar (annex B), not from the printer. */

export interface RdlNode {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string | true>>;
  readonly children: readonly RdlInstance[];
}

export interface RdlInstance extends RdlNode {
  readonly name: string;
  readonly range?: { readonly high: number; readonly low: number };
  readonly reset?: number;
  readonly count: number;
  readonly address?: number;
  readonly stride?: number;
}

/** Words that name nothing (SystemRDL 2.0, table 4). */
const KEYWORDS = new Set(
  `abstract accesstype addressingtype addrmap alias all bit boolean bothedge compact component componentwidth constraint default encode
enum external false field fullalign hw inside internal level longint mem na negedge nonsticky number onreadtype onwritetype posedge
precedencetype property r rclr ref reg regalign regfile rset ruser rw rw1 signal string struct sw this true type unsigned w w1 wclr
woclr woset wot wr wset wuser wzc wzs wzt`.split(/\s+/),
);
const TOKEN = /\s+|\/\/[^\n]*|("(?:[^"\\]|\\.)*"|0x[0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\+=|[{}[\]:;=@])/gy;

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`no token of SystemRDL at ${JSON.stringify(text.slice(at, at + 20))}`);
    if (match[1] !== undefined) found.push(match[1]);
  }
  return found;
}

/** The root component. @throws SyntaxError */
export function readSystemRdl(text: string): RdlNode & { readonly name: string } {
  const queue = tokens(text);
  const peek = (): string => queue[0] ?? 'the end';
  const take = (expected?: string): string => {
    const token = queue.shift() ?? 'the end';
    if (expected !== undefined && token !== expected) throw new SyntaxError(`found ${token}, expected ${expected}`);
    return token;
  };
  const number = (): number => {
    const token = take();
    if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(token)) throw new SyntaxError(`found ${token}, expected a number`);
    return Number(token);
  };
  const identifier = (): string => {
    const token = take();
    if (!/^[A-Za-z_]\w*$/.test(token) || KEYWORDS.has(token)) throw new SyntaxError(`found ${token}, expected a name`);
    return token;
  };
  const property = (): [string, string | true] => {
    const name = take();
    if (peek() !== '=') return [name, true];
    take('=');
    const value = take();
    return [name, value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value];
  };
  const body = (): Pick<RdlNode, 'properties' | 'children'> => {
    const properties: Record<string, string | true> = {};
    const children: RdlInstance[] = [];
    take('{');
    while (peek() !== '}') {
      if (peek() === 'reg' || peek() === 'field') children.push(instance());
      else {
        const prefix = peek() === 'default' ? `${take()} ` : '';
        const [name, value] = property();
        properties[prefix + name] = value;
        take(';');
      }
    }
    take('}');
    return { properties, children };
  };
  const instance = (): RdlInstance => {
    const node = { kind: take(), ...body() };
    const name = identifier();
    let range: RdlInstance['range'];
    let count = 1;
    if (peek() === '[') {
      take('[');
      const first = number();
      if (peek() === ':') {
        take(':');
        range = { high: first, low: number() };
      } else count = first;
      take(']');
    }
    const after = (mark: string): number | undefined => {
      if (peek() !== mark) return undefined;
      take(mark);
      return number();
    };
    const [reset, address, stride] = [after('='), after('@'), after('+=')];
    take(';');
    return {
      ...node,
      name,
      count,
      ...(range === undefined ? {} : { range }),
      ...(reset === undefined ? {} : { reset }),
      ...(address === undefined ? {} : { address }),
      ...(stride === undefined ? {} : { stride }),
    };
  };
  const kind = take();
  const name = identifier();
  const root = { kind, name, ...body() };
  take(';');
  if (queue.length > 0) throw new SyntaxError(`${peek()} after the end`);
  return root;
}
