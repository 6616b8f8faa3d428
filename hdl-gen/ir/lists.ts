/** Adds to the list that stands under a key: in place, since one that is copied for each of its items costs their square. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** 0 where there is none. (`Math.max` takes as many as the stack has room for.) */
export function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}
