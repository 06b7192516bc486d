/** Works on `atOnce` at the same time and yields the results in order. */
export async function* inTurn<T>(
  source: AsyncIterable<T>,
  atOnce: number,
  work: (one: T) => Promise<Buffer>,
): AsyncGenerator<Buffer, void> {
  const working: Promise<Buffer>[] = [];
  for await (const one of source) {
    const result = work(one);
    // It is heard of in its turn, or the source has failed before.
    result.catch(() => undefined);
    working.push(result);
    const [first] = working;
    if (working.length >= atOnce && first) {
      yield await first;
      void working.shift();
    }
  }
  for (const result of working) yield await result;
}
