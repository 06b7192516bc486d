/**
 * What keeps "each package has one door" from being true on paper: the doors of the import rules, the dependencies
 * of package.json and the table in ARCHITECTURE.md have to name the same packages and folders.
 */

/**
 * @param {{
 *   doors: Record<string, string[]>,
 *   manifest: { dependencies?: Record<string, string>, devDependencies?: Record<string, string> },
 *   architecture: string,
 * }} house `doors`: folders by package or `@scope`; `architecture`: the text of ARCHITECTURE.md.
 * @returns {string[]} one sentence each; empty when all agree.
 */
export function doorProblems({ doors, manifest, architecture }) {
  const { dependencies = {}, devDependencies = {} } = manifest;
  const installed = Object.keys({ ...dependencies, ...devDependencies });
  const rows = tableRows(architecture);
  return [
    ...Object.keys(doors)
      .filter((door) => !installed.some((name) => doorOf(name, { [door]: [] }) !== undefined))
      .map((door) => `The door to ${door} leads nowhere: package.json has no such package.`),
    ...rows
      .flatMap(({ packages }) => packages)
      .filter((name) => !Object.hasOwn(dependencies, name))
      .map((name) => `The table in ARCHITECTURE.md names ${name}, which is not a dependency.`),
    ...Object.keys(dependencies).flatMap((name) => problemsOf(name, doorOf(name, doors), rows)),
  ];
}

/**
 * @param {string} name
 * @param {string[] | undefined} paths
 * @param {TableRow[]} rows
 */
function problemsOf(name, paths, rows) {
  if (!paths) return [`${name} has no door in .dependency-cruiser.mjs.`];
  const row = rows.find(({ packages }) => packages.includes(name));
  if (!row) return [`${name} has no line in the table of ARCHITECTURE.md.`];
  const doors = paths.flatMap((path) => (path.startsWith('src/') ? [path.slice('src/'.length)] : []));
  const missing = doors.filter((door) => !row.doors.some((shown) => door.startsWith(shown)));
  // A folder that is not below src/ is shown with its whole path.
  const shownDoors = row.doors.filter((shown) => !paths.includes(shown));
  const closed = shownDoors.filter((shown) => !doors.some((door) => door.startsWith(shown) || shown.startsWith(door)));
  return [
    ...missing.map((door) => `${name} may be imported by src/${door}, which ARCHITECTURE.md does not say.`),
    ...closed.map((door) => `${name} has no door in src/${door}, although ARCHITECTURE.md says so.`),
  ];
}

/**
 * @param {string} name
 * @param {Record<string, string[]>} doors
 */
function doorOf(name, doors) {
  return doors[name] ?? doors[name.split('/')[0] ?? ''];
}

/** @typedef {{ packages: string[], doors: string[] }} TableRow */

/**
 * The lines of the table whose first column is headed `package`.
 * @param {string} architecture
 * @returns {TableRow[]}
 */
function tableRows(architecture) {
  const [, table = ''] = /^\| package +\|.*\n\| -.*\n((?:\|.*\n)*)/m.exec(architecture) ?? [];
  return table
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, packages = '', doors = ''] = line.split('|');
      return {
        packages: [...packages.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
        doors: doors
          .split(',')
          .map((door) => door.trim())
          .filter((door) => door !== ''),
      };
    });
}
