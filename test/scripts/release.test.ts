import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { root as checkout } from '../../scripts/bundle/build-bundle.ts';
import { release } from '../../scripts/release/release.ts';
import { releaseFiles, unreleased, versionsIn } from '../../scripts/release/texts.ts';
import { version as current } from '../../src/version.ts';

const date = '2026-11-29';
const next = '99.0.0';

let root: string;
let said: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shipmate-release-'));
  said = [];
  for (const file of releaseFiles) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await cp(join(checkout, file), join(root, file));
  }
  const changelog = '# Changelog\n\n## Unreleased\n\n### Added\n\n- One thing.\n\n## 0.0.1 - 2026-01-01\n\n- First.\n';
  await writeFile(join(root, 'CHANGELOG.md'), changelog);
  git('init', '--quiet');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.com');
  git('add', '.');
  git('commit', '--quiet', '--message', 'feat: one thing');
});
afterEach(() => rm(root, { recursive: true }));

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}

function releasing(version: string, dryRun = false): Promise<void> {
  return release({ root, version, dryRun, date, say: (line) => void said.push(line) });
}

async function texts(): Promise<Map<string, string>> {
  const entries = releaseFiles.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const);
  return new Map(await Promise.all(entries));
}

describe('npm run release', () => {
  it('sets the version, the changelog and the tag of the image in one commit with a tag', async () => {
    await releasing(next);
    expect(new Set(versionsIn(await texts()).map(({ version }) => version))).toEqual(new Set([next]));
    expect((await texts()).get('docs/operation.md')).toContain(`docker build --tag shipmate:${next} .`);
    expect((await texts()).get('CHANGELOG.md')).toBe(
      `# Changelog\n\n## Unreleased\n\n## ${next} - ${date}\n\n### Added\n\n- One thing.\n\n## 0.0.1 - 2026-01-01\n\n- First.\n`,
    );
    expect(unreleased(await texts())).toBe('');
    expect(git('log', '-1', '--format=%s')).toBe(`chore: release ${next}`);
    expect(git('cat-file', '-t', `v${next}`)).toBe('tag');
    expect(git('status', '--porcelain')).toBe('');
  });

  it('says with --dry-run what it would change, and changes nothing', async () => {
    const before = await texts();
    await releasing(next, true);
    expect(said).toEqual([
      ...releaseFiles.map((file) => `would change ${file}`),
      `Would commit these as v${next}. Nothing was changed.`,
    ]);
    expect(await texts()).toEqual(before);
    expect(git('tag')).toBe('');
  });

  it('refuses a tree with changes, and names them', async () => {
    await writeFile(join(root, 'notes.txt'), '');
    await expect(releasing(next)).rejects.toThrow(
      'The checkout has changes, which a release would leave out. Commit or stash them:\n?? notes.txt',
    );
  });

  it.each([
    ['1.2', '`1.2` is no version.'],
    ['v99.0.0', '`v99.0.0` is no version.'],
    [current, `${current} is not later than ${current}.`],
    ['0.0.9', `0.0.9 is not later than ${current}.`],
  ])('refuses the version %s', async (version, sentence) => {
    await expect(releasing(version)).rejects.toThrow(sentence);
    expect(git('tag')).toBe('');
  });

  it('refuses a version that was released, and one in which nothing is new', async () => {
    git('tag', `v${next}`);
    await expect(releasing(next)).rejects.toThrow(`The tag v${next} exists already: ${next} was released.`);
    git('tag', '--delete', `v${next}`);
    await releasing(next);
    await expect(releasing('99.1.0')).rejects.toThrow(
      'CHANGELOG.md has nothing under "Unreleased": nothing to release.',
    );
  });

  it('refuses while files name different versions', async () => {
    await writeFile(
      join(root, 'install.sh'),
      (await readFile(join(root, 'install.sh'), 'utf8')).replace(/^version=.*$/m, 'version=0.0.7'),
    );
    await expect(releasing(next)).rejects.toThrow(`install.sh says 0.0.7, package.json ${current}.`);
  });
});

describe('the version of this checkout', () => {
  it('is the same everywhere', async () => {
    const entries = releaseFiles.map(async (file) => [file, await readFile(join(checkout, file), 'utf8')] as const);
    const found = versionsIn(new Map(await Promise.all(entries)));
    expect(found.filter(({ version }) => version !== current)).toEqual([]);
  });
});
