import fc from 'fast-check';

/** Any code points, and any UTF-16 units, halves of surrogate pairs included. */
const strange: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 10 }).map((units) => String.fromCharCode(...units)),
);

/**
 * Texts of a grammar: its words in any order, among anything else, and now and then one of them very often, which shows
 * what takes quadratic time.
 */
export function textOf(words: readonly string[], longest = 5_000): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: strange });
  const short = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const repeated = fc
    .tuple(short, piece, fc.integer({ min: 1, max: longest }), short)
    .map(([before, one, times, after]) => {
      const most = Math.floor(longest / Math.max(one.length, 1));
      return before + one.repeat(Math.min(times, most)) + after;
    });
  return fc.oneof({ weight: 19, arbitrary: short }, { weight: 1, arbitrary: repeated });
}

const marked = ['a', ' ', '\n', '`', '*', '<', '&', '\0', '\u001b[31m', 'https://a.example/', '@here', '漢', '👩‍👩‍👧'];
export const anyText = textOf(marked);

interface Change {
  at: number;
  to: unknown;
}

/** A JSON value with some of its parts replaced by anything. */
export function changed(values: readonly unknown[]): fc.Arbitrary<unknown> {
  const part = fc.oneof(
    anyText,
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, [], {}, 0, -1, 1e300, '0'.repeat(40)),
  );
  const changes = fc.array(fc.record({ at: fc.nat(), to: part }), { maxLength: 4 });
  return fc.tuple(fc.constantFrom(...values), changes).map(([value, list]) => list.reduce(changeOne, value));
}

function changeOne(value: unknown, { at, to }: Change): unknown {
  const copy: unknown = structuredClone(value);
  const places = [...placesIn(copy)];
  const place = places[at % Math.max(places.length, 1)];
  if (place) place.holder[place.key] = to;
  return copy;
}

function* placesIn(value: unknown): Generator<{ holder: Record<string, unknown>; key: string }> {
  if (typeof value !== 'object' || value === null) return;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    yield { holder, key };
    yield* placesIn(holder[key]);
  }
}
