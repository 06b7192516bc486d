/** A file that names the version, and where. The pattern has the version as its second group. */
interface Place {
  file: string;
  pattern: RegExp;
}

const number = String.raw`(\d+\.\d+\.\d+(?:-[\w.]+)?)`;

/** Everything else asks `src/version.ts`. */
const places: readonly Place[] = [
  { file: 'package.json', pattern: new RegExp(`^(  "version": ")${number}(",)$`, 'm') },
  { file: 'package-lock.json', pattern: new RegExp(`^(  "version": ")${number}(",)$`, 'm') },
  { file: 'package-lock.json', pattern: new RegExp(`^(      "version": ")${number}(",)$`, 'm') },
  { file: 'install.sh', pattern: new RegExp(`^(version=)${number}()$`, 'm') },
  { file: 'install.sh', pattern: new RegExp(`(shipmate-deploy-shipmate-)${number}(\\.tgz)`) },
  { file: 'Dockerfile', pattern: new RegExp(`^(LABEL org\\.opencontainers\\.image\\.version=)${number}()$`, 'm') },
  { file: 'docs/operation.md', pattern: new RegExp(`(docker build --tag shipmate:)${number}( )`) },
  { file: 'docs/operation.md', pattern: new RegExp(`(docker\\.sock\\)" shipmate:)${number}()$`, 'm') },
  { file: 'docs/operation.md', pattern: new RegExp(`(--image registry\\.example\\.com/shipmate:)${number}()$`, 'm') },
];

const changelog = 'CHANGELOG.md';

/** Files that a release changes. */
export const releaseFiles: readonly string[] = [...new Set(places.map(({ file }) => file)), changelog];

export type Texts = ReadonlyMap<string, string>;

/** What each place says, e.g. `install.sh: 0.1.0`. @throws {Error} where a place is gone. */
export function versionsIn(texts: Texts): { file: string; version: string }[] {
  return places.map(({ file, pattern }) => {
    const [, , version] = pattern.exec(texts.get(file) ?? '') ?? [];
    if (version === undefined) throw new Error(`${file} does not name the version any more (${pattern.source})`);
    return { file, version };
  });
}

/**
 * The texts of a release: the version everywhere, and what was unreleased under its own heading.
 * @param date As in the changelog, e.g. `2026-11-29`.
 */
export function releaseTexts(texts: Texts, version: string, date: string): Map<string, string> {
  const made = new Map(texts);
  for (const { file, pattern } of places) {
    made.set(file, (made.get(file) ?? '').replace(pattern, `$1${version}$3`));
  }
  const heading = '## Unreleased\n';
  made.set(changelog, (texts.get(changelog) ?? '').replace(heading, `${heading}\n## ${version} - ${date}\n`));
  return made;
}

/** What the changelog has under "Unreleased", without blank lines around it. */
export function unreleased(texts: Texts): string {
  const [, after = ''] = (texts.get(changelog) ?? '').split('## Unreleased\n');
  return (after.split(/^## /m)[0] ?? '').trim();
}
