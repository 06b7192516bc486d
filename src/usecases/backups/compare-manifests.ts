import type { Manifest } from '../../database-engines/dump-tool.ts';

/** Differences between the backup's manifest and the restored data; empty when they match. */
export function differences(wanted: Manifest, found: Manifest): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [before, after] = [wanted[name], found[name]];
    if (!after) return before && before.rows > (before.passing ?? 0) ? [`${name} is missing`] : [];
    if (!before) return [`${name} is new`];
    const least = before.rows - (before.passing ?? 0);
    if (after.rows > before.rows || after.rows < least) return [`${name} has ${after.rows} rows, not ${before.rows}`];
    if (before.sha256 !== undefined && after.sha256 !== undefined && before.sha256 !== after.sha256) {
      return [`the ${before.rows} rows of ${name} do not match`];
    }
    return [];
  });
}

/**
 * Result of a drill in words. @throws {Error} naming at most three differences.
 */
export function compareFound(wanted: Manifest | undefined, found: Manifest): string {
  const rows = Object.values(found).reduce((sum, one) => sum + one.rows, 0);
  const tables = Object.keys(found).length;
  // A snapshot has a digest but no manifest: its proof is that the server came up and everything was readable.
  if (!wanted) return `${rows} rows in ${tables} tables are readable`;
  const differ = differences(wanted, found);
  if (differ.length === 0) return `${rows} rows in ${tables} tables match`;
  const more = differ.length > 3 ? `, and ${differ.length - 3} more` : '';
  throw new Error(`the restored data does not match the backup: ${differ.slice(0, 3).join(', ')}${more}`);
}
