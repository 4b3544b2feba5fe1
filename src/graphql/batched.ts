import DataLoader from "dataloader";

/**
 * Makes a reader that collects what the fields of one level ask for and reads it with one `load`, which answers in the order of the
 * keys. Nothing is kept: contexts of subscriptions live long, and what they read changes.
 */
export function batched<Scope extends object, Key, Value>(
  load: (scope: Scope, keys: readonly Key[]) => Promise<readonly Value[]>,
): (scope: Scope, key: Key) => Promise<Value> {
  const loaders = new WeakMap<Scope, DataLoader<Key, Value>>();
  return (scope, key) => {
    const loader = loaders.get(scope) ?? new DataLoader<Key, Value>((keys) => load(scope, keys), { cache: false });
    loaders.set(scope, loader);
    return loader.load(key);
  };
}
