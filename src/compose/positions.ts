import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** Finds the lines of a document: of the path, or of what is nearest to it. */
export function lineFinder(document: Document, lines: LineCounter): (path: readonly PropertyKey[]) => number {
  return (path) => {
    let node: unknown = document.contents;
    let offset = startOf(node);
    for (const part of path) {
      const inside = enter(document, node, part);
      if (!inside) break;
      offset = inside.offset;
      node = inside.node;
    }
    return lines.linePos(offset).line;
  };
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function enter(document: Document, given: unknown, part: PropertyKey): { node: unknown; offset: number } | undefined {
  const node = isAlias(given) ? given.resolve(document) : given;
  if (isSeq(node) && typeof part === 'number' && node.items[part]) {
    return { node: node.items[part], offset: startOf(node.items[part]) };
  }
  if (!isMap(node)) return undefined;
  const own = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  if (own) return { node: own.value, offset: startOf(own.key) };
  return node.items
    .filter(({ key }) => isScalar(key) && key.value === '<<')
    .flatMap(({ value }) => (isSeq(value) ? value.items : [value]))
    .map((merged) => enter(document, merged, part))
    .find((found) => found !== undefined);
}
