import type { Build } from '../../hdl-gen/index.ts';
import { vectorOf } from '../one-hot.ts';
import type { PeerOptions } from '../peer-options.ts';
import { keyStore } from './key-store.ts';
import { contextStore } from './store.ts';
import { relationView } from './view.ts';

/**
 * The one relation of a peer: its context, what is seen of it, and its keys, joined. What asks for events and for keys is left to the
 * caller: the requests to `store`, all of relation 0, the KeyId to open in `view`, the material that is pushed in `keys`.
 * @param materialBits what the engine takes for one direction
 */
export function oneRelation(m: Build, options: PeerOptions, materialBits: number) {
  const store = m.instance('store', contextStore({ role: options.role, slots: options.slots, relations: 1 }));
  const view = m.instance('view', relationView(options.slots));
  const keys = m.instance('keys', keyStore(options.slots, materialBits));
  for (const event of ['transmit', 'inspect'] as const) store[event].relation.set(0);
  store.pinnedRelation.set(0);
  store.inspect.request.set(0);
  view.context.set(store.current);
  view.now.set(store.now);
  keys.filled.set(store.filled);
  keys.emptied.set(store.emptied);
  keys.sealSlot.set(view.sealSlot);
  keys.openSlot.set(view.openSlot);
  const inUse = Array.from({ length: options.slots }, (_, slot) =>
    view.status.providerStates
      .bits(2 * slot, 2)
      .or(view.status.consumerStates.bits(2 * slot, 2))
      .any(),
  );
  keys.inUse.set(vectorOf(inUse));
  // one relation is always ready, never inspected, and what happens to it is seen in `current`
  m.unused(store.inspect.done, store.ready, store.happens, store.what, store.relation, store.next);
  return { store, view, keys };
}
