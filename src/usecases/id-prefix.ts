/** How many characters of an id name a row, as replies show it. */
export const shortestId = 8;

/**
 * The ids that begin with `text` as a range, which an index on the id serves; undefined when `text` is not the
 * beginning of an id, or is shorter than 8 characters.
 */
export function idRange(text: string): { $gte: string; $lte: string } | undefined {
  const digits = text.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{1,32}$/.test(digits) || digits.length < shortestId) return undefined;
  return { $gte: digits.padEnd(32, '0'), $lte: digits.padEnd(32, 'f') };
}
