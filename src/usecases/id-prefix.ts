/** Characters of an id that identify a row, as shown in replies. */
export const shortestId = 8;

/**
 * The ids that start with `text`, as a range that an index on the id can serve; undefined when `text` is not an id
 * prefix of at least 8 characters.
 */
export function idRange(text: string): { $gte: string; $lte: string } | undefined {
  const digits = text.trim().toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{1,32}$/.test(digits) || digits.length < shortestId) return undefined;
  return { $gte: digits.padEnd(32, '0'), $lte: digits.padEnd(32, 'f') };
}
