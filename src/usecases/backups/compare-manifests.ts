import type { Contents, Manifest } from '../../database-engines/dump-tool.ts';

/** Differences between the backup's manifest and the restored data; empty when they match. */
export function differences(wanted: Manifest, found: Manifest): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [before, after] = [wanted[name], found[name]];
    if (!after) return before && before.rows > (before.passing ?? 0) ? [`${name} is missing`] : [];
    if (!before) return [`${name} is new`];
    const least = before.rows - (before.passing ?? 0);
    if (after.rows > before.rows || after.rows < least) return [`${name} has ${after.rows} rows, not ${before.rows}`];
    return haveOtherRows(before, after) ? [`the ${before.rows} rows of ${name} do not match`] : [];
  });
}

/** Backups of earlier versions may have digests of another form. */
function haveOtherRows(before: Contents, after: Contents): boolean {
  const comparable = before.sha256 !== undefined && after.sha256 !== undefined && before.form === after.form;
  return comparable && before.sha256 !== after.sha256;
}

/** Differences between what the backup defines and what the restored database does; empty when they match. */
function otherStructure(wanted: Manifest, found: Manifest): string[] {
  const kinds = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return kinds.flatMap((kind) => {
    const [before, after] = [wanted[kind], found[kind]];
    if (before?.rows !== after?.rows) return [`it has ${after?.rows ?? 0} ${kind}, not ${before?.rows ?? 0}`];
    return before?.sha256 === after?.sha256 ? [] : [`its ${kind} do not match`];
  });
}

/** Contents of a dump, or of a database that was dumped again. */
export interface Measurement {
  manifest: Manifest;
  structure?: Manifest | undefined;
}

/** Whether there are as many rows of everything, and some are others, or in another order. */
export function differInContents({ manifest }: Partial<Measurement>, found: Measurement): boolean {
  if (!manifest) return false;
  const counted = (contents: Manifest) =>
    Object.fromEntries(Object.entries(contents).map(([name, { passing, rows }]) => [name, { passing, rows }]));
  return (
    differences(manifest, found.manifest).length > 0 && differences(counted(manifest), found.manifest).length === 0
  );
}

/**
 * Result of a drill in words. Backups of earlier versions have no structure to compare with.
 * @throws {Error} naming at most three differences.
 */
export function compareFound(wanted: Partial<Measurement>, found: Measurement): string {
  const rows = Object.values(found.manifest).reduce((sum, one) => sum + one.rows, 0);
  const tables = Object.keys(found.manifest).length;
  // A snapshot has a digest but no manifest: its proof is that the server came up and everything was readable.
  if (!wanted.manifest) return `${rows} rows in ${tables} tables are readable`;
  const differ = differences(wanted.manifest, found.manifest);
  if (wanted.structure && found.structure) differ.push(...otherStructure(wanted.structure, found.structure));
  if (differ.length === 0) return `${rows} rows in ${tables} tables match`;
  const more = differ.length > 3 ? `, and ${differ.length - 3} more` : '';
  throw new Error(`the restored data does not match the backup: ${differ.slice(0, 3).join(', ')}${more}`);
}
