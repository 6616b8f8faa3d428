/**
 * Lowers a module and all its instances to one flat netlist: control flow becomes muxes, hierarchy becomes
 * dotted names, resets and enables become part of the next value.
 */
import { refuseClashes } from '../verilog/same-name.ts';
import { type Domain, resetPorts, sameDomain } from './domain.ts';
import { netOf } from './external.ts';
import { NodePool } from './fold.ts';
import { clocksOf, isResetAsynchronously, sampledBy } from './interface.ts';
import type { Expression, Instance, Memory, ModuleIr, Signal, Statement } from './module.ts';
import type { Netlist, NetMemory, NetPort, NetProperty, NetRegister, NodeId } from './netlist.ts';
import { withObservedPorts } from './observed.ts';
import { resettingInputs } from './resetting.ts';
import { simulated } from './simulated.ts';

/**
 * Foreign modules are their models.
 * @param top an elaborated module, free of combinational loops (the checks see to that)
 * @throws ModelMissing, ModuleNameClash
 */
export function lower(top: ModuleIr): Netlist {
  const design = withObservedPorts(simulated(top));
  refuseClashes(design);
  return new Lowering().run(design);
}

/** One module somewhere in the hierarchy. */
interface Scope {
  readonly module: ModuleIr;
  readonly prefix: string;
  /** the node of an input port, asked for when it is needed */
  readonly input: (port: string) => NodeId;
  /** what a domain of the module is at the top: its clock port, and the node that is 1 while it is reset */
  readonly outside: (domain: Domain) => TopDomain;
  readonly children: Map<Instance, Scope>;
  /** registers by the signal they belong to: an index of the netlist's */
  readonly registers: Map<Signal, number>;
  readonly signals: Map<Signal, NodeId>;
  readonly expressions: Map<Expression, NodeId>;
}

interface TopDomain {
  readonly clock: string;
  readonly reset: () => NodeId;
}

type NetWrite = NetMemory['writes'][number];
type Draft<T> = { -readonly [K in keyof T]: T[K] };

class Lowering {
  readonly #pool = new NodePool();
  readonly #registers: Draft<NetRegister>[] = [];
  readonly #memories: Draft<NetMemory>[] = [];
  readonly #memoryIndex = new Map<Scope, Map<Memory, number>>();
  readonly #properties: NetProperty[] = [];
  readonly #wires: NetPort[] = [];
  readonly #pending: (() => void)[] = [];

  run(top: ModuleIr): Netlist {
    const ports = top.ports.filter((port) => port.kind === 'input');
    const inputs = [...resetPorts(top.domains).map(({ name }) => ({ name, width: 1 })), ...ports].map((port, index) => ({
      name: port.name,
      width: port.width,
      node: this.#pool.input(port.width, index),
    }));
    const nodeOf = new Map(inputs.map((port) => [port.name, port.node]));
    const input = (port: string): NodeId => required(nodeOf.get(port), port);
    const scope = this.#open(top, '', input, ({ clock, reset }) => ({
      clock,
      reset: () => (reset === undefined ? this.#pool.constant(1, 0n) : this.#active(input(reset.name), reset.active)),
    }));
    for (const task of this.#pending) task();
    const clocks = clocksOf(top);
    const outputs = top.ports
      .filter((port) => port.kind === 'output')
      .map((port) => ({
        name: port.name,
        width: port.width,
        node: this.#signal(scope, port),
        clock: sampledBy(top, clocks, port),
      }));
    return {
      name: top.name,
      nodes: this.#pool.nodes,
      inputs,
      outputs,
      clocks,
      registers: this.#registers,
      memories: this.#memories,
      properties: this.#properties,
      wires: this.#wires,
      resetting: resettingInputs(
        this.#pool.nodes,
        inputs,
        this.#registers.flatMap(({ settled }) => settled ?? []),
      ),
    };
  }

  /** 1 while a reset of that level is given. */
  #active(node: NodeId, level: 'high' | 'low'): NodeId {
    return level === 'high' ? node : this.#pool.not(node);
  }

  /** Declares the state of a module and of its instances; the values that drive it are made later. */
  #open(module: ModuleIr, prefix: string, input: (port: string) => NodeId, ports: (domain: Domain) => TopDomain): Scope {
    const outside = (domain: Domain): TopDomain => {
      const { signal, active } = domain.reset ?? {};
      const net = netOf(module, domain.clock);
      if (signal === undefined || active === undefined) return ports({ ...domain, clock: net });
      const port = required(
        module.domains.find(({ clock }) => clock === net),
        domain.clock,
      );
      return { clock: ports(port).clock, reset: () => this.#active(this.#signal(scope, signal), active) };
    };
    const scope: Scope = {
      module,
      prefix,
      input,
      outside,
      children: new Map(),
      registers: new Map(),
      signals: new Map(),
      expressions: new Map(),
    };
    const memories = new Map<Memory, number>();
    this.#memoryIndex.set(scope, memories);
    for (const memory of module.memories) {
      memories.set(
        memory,
        this.#memories.push({ name: prefix + memory.name, width: memory.width, depth: memory.depth, init: memory.init, writes: [] }) - 1,
      );
    }
    for (const signal of module.signals) {
      if (signal.kind === 'register' || signal.kind === 'memoryOutput') this.#declareRegister(scope, signal);
    }
    for (const instance of module.instances) {
      const toSignal = new Map(instance.connections.map(({ port, signal }) => [port, signal]));
      const child = this.#open(
        instance.module,
        `${prefix}${instance.name}.`,
        (port) => this.#signal(scope, required(toSignal.get(port), port)),
        (domain) => outside(required(instance.domains.find(({ port }) => sameDomain(port, domain))?.here, domain.clock)),
      );
      scope.children.set(instance, child);
    }
    this.#pending.push(() => this.#close(scope));
    return scope;
  }

  #declareRegister(scope: Scope, signal: Signal): void {
    const index = this.#registers.length;
    const node = this.#pool.register(signal.width, index);
    scope.registers.set(signal, index);
    // an asynchronous reset shows at once, so what others read is made when its reset is known
    if (!isResetAsynchronously(signal)) scope.signals.set(signal, node);
    this.#registers.push({
      name: scope.prefix + signal.name,
      width: signal.width,
      clock: scope.outside(signal.domain).clock,
      init: signal.init,
      node,
      next: node,
      ...(signal.enumeration === undefined ? {} : { enumeration: signal.enumeration }),
    });
  }

  /** Makes the next values, writes and properties of one module. */
  #close(scope: Scope): void {
    const { module } = scope;
    const register = (signal: Signal): Draft<NetRegister> =>
      required(this.#registers[required(scope.registers.get(signal), signal.name)], signal.name);
    const reset = (domain: Domain): NodeId => scope.outside(domain).reset();
    for (const { data, value } of module.pasts) {
      register(data).next = this.#pool.mux(data.width, reset(data.domain), this.#pool.constant(data.width, 0n), this.#node(scope, value));
    }
    const pasts = new Set(module.pasts.map((past) => past.data));
    for (const signal of module.signals) {
      if (signal.kind !== 'register' || pasts.has(signal)) continue;
      const target = register(signal);
      const next = this.#resolve(scope, module.statements, signal, target.node);
      if (isResetAsynchronously(signal)) target.settled = this.#signal(scope, signal);
      target.next =
        signal.init === null
          ? next
          : this.#pool.mux(signal.width, reset(signal.domain), this.#pool.constant(signal.width, signal.init), next);
    }
    const index = required(this.#memoryIndex.get(scope), scope.prefix);
    for (const memory of module.memories) {
      const draft = required(this.#memories[required(index.get(memory), memory.name)], memory.name);
      const writes: NetWrite[] = [];
      this.#writes(scope, module.statements, memory, this.#pool.constant(1, 1n), writes);
      draft.writes = writes;
    }
    for (const read of module.reads) {
      const target = register(read.data);
      const memory = required(index.get(read.memory), read.memory.name);
      const address = this.#node(scope, read.address);
      let word = this.#pool.read(read.memory.width, memory, address);
      if (read.onCollision === 'new') {
        for (const write of required(this.#memories[memory], read.memory.name).writes) {
          word = this.#afterWrite(read.memory, write, address, word);
        }
        word = this.#whereItExists(read.memory, address, word);
      }
      target.next = this.#pool.mux(read.data.width, this.#node(scope, read.enable), word, target.node);
    }
    for (const property of module.properties) {
      this.#properties.push({
        name: scope.prefix + property.name,
        kind: property.kind,
        clock: scope.outside(property.domain).clock,
        condition: this.#node(scope, property.condition),
        enable: this.#pool.not(reset(property.domain)),
        location: property.location.toString(),
      });
    }
    const inner = scope.prefix === '' ? module.signals : [...module.ports, ...module.signals];
    for (const signal of inner) {
      const isWire = signal.kind === 'wire' || signal.kind === 'input' || signal.kind === 'output';
      if (isWire) this.#wires.push({ name: scope.prefix + signal.name, width: signal.width, node: this.#signal(scope, signal) });
    }
  }

  /** The word, or 0 where the memory ends before the address. */
  #whereItExists({ depth, width }: Memory, address: NodeId, word: NodeId): NodeId {
    const addressWidth = this.#pool.nodes[address]?.width ?? 1;
    if (depth >= 2 ** addressWidth) return word;
    const exists = this.#pool.binary('lt', 1, address, this.#pool.constant(addressWidth, BigInt(depth)));
    return this.#pool.mux(width, exists, word, this.#pool.constant(width, 0n));
  }

  #sameAddress(a: NodeId, b: NodeId): NodeId {
    const width = Math.max(this.#pool.nodes[a]?.width ?? 1, this.#pool.nodes[b]?.width ?? 1);
    const wide = (node: NodeId): NodeId => (this.#pool.nodes[node]?.width === width ? node : this.#pool.unary('zext', width, node));
    return this.#pool.binary('eq', 1, wide(a), wide(b));
  }

  #signal(scope: Scope, signal: Signal): NodeId {
    const known = scope.signals.get(signal);
    if (known !== undefined) return known;
    const node = this.#combinational(scope, signal);
    scope.signals.set(signal, node);
    return node;
  }

  #combinational(scope: Scope, signal: Signal): NodeId {
    if (signal.kind === 'input') return scope.input(signal.name);
    if (signal.kind === 'register') return this.#resetAsynchronously(scope, signal);
    if (signal.kind === 'instanceOutput') {
      for (const [instance, child] of scope.children) {
        const port = instance.connections.find((connection) => connection.signal === signal)?.port;
        if (port !== undefined)
          return this.#signal(
            child,
            required(
              child.module.ports.find((candidate) => candidate.name === port),
              port,
            ),
          );
      }
    }
    return this.#resolve(scope, scope.module.statements, signal, this.#pool.constant(signal.width, signal.fallback ?? 0n));
  }

  #resetAsynchronously(scope: Scope, signal: Signal): NodeId {
    const { node } = required(this.#registers[required(scope.registers.get(signal), signal.name)], signal.name);
    const init = this.#pool.constant(signal.width, signal.init ?? 0n);
    return this.#pool.mux(signal.width, scope.outside(signal.domain).reset(), init, node);
  }

  /** The value of `target` after the statements, where it was `before` them. */
  #resolve(scope: Scope, statements: readonly Statement[], target: Signal, before: NodeId): NodeId {
    let value = before;
    for (const statement of statements) {
      if (!assigns(statement, target)) continue;
      if (statement.kind === 'assign') {
        const assigned = this.#node(scope, statement.value);
        value = statement.low === undefined ? assigned : this.#pool.insert(value, statement.low, assigned);
      } else value = this.#choose(scope, statement, value, target.width, (body, prior) => this.#resolve(scope, body, target, prior));
    }
    return value;
  }

  #choose(
    scope: Scope,
    statement: Statement,
    before: NodeId,
    width: number,
    inBody: (body: readonly Statement[], before: NodeId) => NodeId,
  ): NodeId {
    const arms = this.#arms(scope, statement);
    const otherwise = statement.kind === 'if' || statement.kind === 'switch' ? statement.otherwise : undefined;
    const last = otherwise === undefined ? before : inBody(otherwise, before);
    return arms.reduceRight((rest, arm) => this.#pool.mux(width, arm.condition, inBody(arm.body, before), rest), last);
  }

  #arms(scope: Scope, statement: Statement): { condition: NodeId; body: readonly Statement[] }[] {
    if (statement.kind === 'if') return statement.arms.map((arm) => ({ condition: this.#node(scope, arm.condition), body: arm.body }));
    if (statement.kind !== 'switch') return [];
    const subject = this.#node(scope, statement.subject);
    const { width } = statement.subject;
    const looked = (care: bigint | undefined): NodeId =>
      care === undefined ? subject : this.#pool.binary('and', width, subject, this.#pool.constant(width, care));
    return statement.arms.map((arm) => ({
      condition: this.#pool.binary('eq', 1, looked(arm.care), this.#pool.constant(width, arm.value)),
      body: arm.body,
    }));
  }

  /** Adds the writes of the statements to `done`, in their order. */
  #writes(scope: Scope, statements: readonly Statement[], memory: Memory, enable: NodeId, done: NetWrite[]): void {
    for (const statement of statements) {
      if (statement.kind === 'assign') continue;
      if (statement.kind === 'write') {
        if (statement.memory !== memory) continue;
        const [address, data] = [this.#node(scope, statement.address), this.#node(scope, statement.data)];
        const write = { clock: scope.outside(statement.domain).clock, enable, address, data };
        done.push(statement.lanes === undefined ? write : this.#inLanes(scope, memory, write, statement.lanes, done));
        continue;
      }
      let rest = enable;
      for (const arm of this.#arms(scope, statement)) {
        this.#writes(scope, arm.body, memory, this.#pool.and(rest, arm.condition), done);
        rest = this.#pool.and(rest, this.#pool.not(arm.condition));
      }
      this.#writes(scope, statement.otherwise ?? [], memory, rest, done);
    }
  }

  /** A write of some lanes is one of the whole word, with what the others hold after the writes before it. */
  #inLanes(scope: Scope, memory: Memory, write: NetWrite, mask: Expression, before: readonly NetWrite[]): NetWrite {
    const stored = this.#pool.read(memory.width, required(this.#memoryIndex.get(scope)?.get(memory), memory.name), write.address);
    const word = before
      .filter(({ clock }) => clock === write.clock)
      .reduce((newest, earlier) => this.#afterWrite(memory, earlier, write.address, newest), stored);
    const lanes = this.#node(scope, mask);
    const width = memory.width / mask.width;
    const parts = Array.from({ length: mask.width }, (_, lane) => {
      const part = (node: NodeId): NodeId => this.#pool.slice(width, node, lane * width);
      return this.#pool.mux(width, this.#pool.slice(1, lanes, lane), part(write.data), part(word));
    });
    return { ...write, data: this.#pool.concat(memory.width, parts.reverse()) };
  }

  /** The word at an address after a write, where it was `word` before. */
  #afterWrite({ width }: Memory, write: NetWrite, address: NodeId, word: NodeId): NodeId {
    const hit = this.#pool.and(write.enable, this.#sameAddress(write.address, address));
    return this.#pool.mux(width, hit, write.data, word);
  }

  #node(scope: Scope, expression: Expression): NodeId {
    const known = scope.expressions.get(expression);
    if (known !== undefined) return known;
    const node = this.#expression(scope, expression);
    scope.expressions.set(expression, node);
    return node;
  }

  #expression(scope: Scope, expression: Expression): NodeId {
    const { width } = expression;
    switch (expression.kind) {
      case 'constant':
        return this.#pool.constant(width, expression.value);
      case 'signal':
        return this.#signal(scope, expression.signal);
      case 'read':
        return this.#pool.read(
          width,
          required(this.#memoryIndex.get(scope)?.get(expression.memory), expression.memory.name),
          this.#node(scope, expression.address),
        );
      case 'unary':
        return this.#pool.unary(expression.op, width, this.#node(scope, expression.a));
      case 'binary':
        return this.#pool.binary(expression.op, width, this.#node(scope, expression.a), this.#node(scope, expression.b));
      case 'slice':
        return this.#pool.slice(width, this.#node(scope, expression.a), expression.low);
      case 'concat':
        return this.#pool.concat(
          width,
          expression.parts.map((part) => this.#node(scope, part)),
        );
      case 'mux':
        return this.#pool.mux(
          width,
          this.#node(scope, expression.select),
          this.#node(scope, expression.a),
          this.#node(scope, expression.b),
        );
    }
  }
}

const assigned = new WeakMap<Statement, ReadonlySet<Signal>>();

/** Whether the statement, or one inside it, assigns the signal. */
function assigns(statement: Statement, target: Signal): boolean {
  if (statement.kind === 'assign') return statement.target === target;
  let targets = assigned.get(statement);
  if (targets === undefined) {
    targets = new Set(targetsOf(statement));
    assigned.set(statement, targets);
  }
  return targets.has(target);
}

function targetsOf(statement: Statement): Signal[] {
  if (statement.kind === 'assign') return [statement.target];
  if (statement.kind === 'write') return [];
  return [...statement.arms.flatMap((arm) => arm.body), ...(statement.otherwise ?? [])].flatMap(targetsOf);
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`hdl-gen lost track of ${name}: please report this design`);
  return value;
}
