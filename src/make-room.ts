/** Drops the oldest of a Map or a Set that has `most` already, so that there is room for one more. */
export function makeRoom<K>(
  kept: { readonly size: number; keys(): Iterable<K>; delete(key: K): unknown },
  most: number,
): void {
  const [oldest] = kept.size >= most ? kept.keys() : [];
  if (oldest !== undefined) kept.delete(oldest);
}
