/** What every proof speaks of without being asked: the handshakes of the streams, and what instances assume. */
import { distinctDomains } from '../ir/domain.ts';
import { and, equal, not, or, read } from '../ir/logic.ts';
import type { Expression, ModuleIr, Past, Property, Signal, StreamPort } from '../ir/module.ts';

/**
 * Adds the rule of valid/ready streams (AMBA AXI4-Stream, 2.2.1) to each stream port: what was offered and not taken is
 * still offered, unchanged. An output stream is held to it, of an input stream it is assumed.
 */
export function withStreamContracts(module: ModuleIr): ModuleIr {
  const contracts = module.streams.map((stream) => contract(module, stream));
  return {
    ...module,
    domains: distinctDomains([...module.domains, ...contracts.map(({ property }) => property.domain)]),
    signals: [...module.signals, ...contracts.flatMap(({ pasts }) => pasts.map(({ data }) => data))],
    pasts: [...module.pasts, ...contracts.flatMap(({ pasts }) => pasts)],
    properties: [...module.properties, ...contracts.map(({ property }) => property)],
  };
}

/** What an instance assumes of its surroundings has to be shown by them. */
export function withInstancesHeld(module: ModuleIr): ModuleIr {
  const held = (inner: ModuleIr): ModuleIr => ({
    ...withInstancesHeld(inner),
    properties: inner.properties.map((property) => (property.kind === 'assume' ? { ...property, kind: 'assert' } : property)),
  });
  return { ...module, instances: module.instances.map((instance) => ({ ...instance, module: held(instance.module) })) };
}

function contract(module: ModuleIr, stream: StreamPort): { readonly pasts: readonly Past[]; readonly property: Property } {
  const { valid, ready, last, payload, name, direction } = stream;
  const { domain } = valid;
  const past = (suffix: string, value: Expression): Past => {
    const data: Signal = {
      kind: 'register',
      name: `past_${name}_${suffix}`,
      width: value.width,
      location: module.location,
      init: 0n,
      fallback: undefined,
      domain,
      formal: true,
    };
    return { data, value };
  };
  const waited = past('waited', and(read(valid), not(read(ready))));
  const offered = [last, ...payload].map((signal) => ({ signal, before: past(`offered_${signal.name}`, read(signal)) }));
  const unchanged = offered.map(({ signal, before }) => equal(read(signal), read(before.data)));
  const kept = [read(valid), ...unchanged].reduce(and);
  const kind = direction === 'out' ? 'assert' : 'assume';
  return {
    pasts: [waited, ...offered.map(({ before }) => before)],
    property: {
      kind,
      name: `${kind === 'assert' ? 'a' : 'm'}_${name}_keeps_its_offer`,
      condition: or(not(read(waited.data)), kept),
      domain,
      location: module.location,
    },
  };
}
