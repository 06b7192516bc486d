/** Numbers of a version, e.g. `[17, 2]`; empty when it has none. */
function numbersOf(version: string): number[] {
  const [text] = /^\d+(\.\d+)*/.exec(version) ?? [];
  return text === undefined ? [] : text.split('.').map(Number);
}

/** e.g. 17 of `17.2`; 0 of a version without a number. */
export function majorOf(version: string): number {
  return numbersOf(version)[0] ?? 0;
}

/** Negative, zero or positive; ignores parts that only one version has: `17` and `17.2` are equal. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The version that an image's tag names, e.g. `17.2` of `postgres:17.2-alpine`; undefined when it names none. */
export function versionOfImage(image: string): string | undefined {
  const [, tag = ''] = /:([\w][\w.-]*)(?:@|$)/.exec(image) ?? [];
  return /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1];
}
