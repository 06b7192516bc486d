import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gt, valid } from 'semver';
import { UserError } from '../../src/errors.ts';
import { releaseFiles, releaseTexts, type Texts, unreleased, versionsIn } from './texts.ts';

export interface Release {
  /** Of the checkout. */
  root: string;
  /** E.g. `0.2.0`. */
  version: string;
  dryRun: boolean;
  /** e.g. `2026-11-29` */
  date: string;
  say(line: string): void;
}

/**
 * Sets the version, the changelog and the image's tag in one commit with a tag. Nothing is pushed or published.
 * @throws {UserError} for a version that is none or not a later one, a tree with changes, a tag that is there already.
 */
export async function release({ root, version, dryRun, date, say }: Release): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const texts = await readTexts(root);
  requireLater(version, versionsIn(texts));
  const changed = git('status', '--porcelain');
  if (changed !== '') {
    throw new UserError(`The checkout has changes, which a release would leave out. Commit or stash them:\n${changed}`);
  }
  const tag = `v${version}`;
  if (git('tag', '--list', tag) !== '') throw new UserError(`The tag ${tag} exists already: ${version} was released.`);
  if (unreleased(texts) === '') throw new UserError('CHANGELOG.md has nothing under "Unreleased": nothing to release.');

  const made = releaseTexts(texts, version, date);
  for (const [file, text] of made) {
    say(`${dryRun ? 'would change' : 'changed'} ${file}`);
    if (!dryRun) await writeFile(join(root, file), text);
  }
  if (dryRun) return say(`Would commit these as ${tag}. Nothing was changed.`);
  git('add', ...made.keys());
  git('commit', '--quiet', '--message', `chore: release ${version}`);
  git('tag', '--annotate', '--message', `Shipmate ${version}`, tag);
  say(`Released ${version} as ${tag}. To publish it:`);
  say(`  git push --follow-tags`);
  say(`  npm publish`);
  say(
    `  docker build --tag shipmate:${version} . && docker push shipmate:${version}   (with your registry in the name)`,
  );
}

async function readTexts(root: string): Promise<Texts> {
  const entries = releaseFiles.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const);
  return new Map(await Promise.all(entries));
}

function requireLater(version: string, found: readonly { file: string; version: string }[]): void {
  const current = found[0]?.version ?? '';
  const other = found.find((each) => each.version !== current);
  if (other) throw new UserError(`${other.file} says ${other.version}, package.json ${current}. Correct one of them.`);
  if (valid(version) !== version) {
    throw new UserError(`\`${version}\` is no version. Example: npm run release -- ${bumped(current)}`);
  }
  if (!gt(version, current)) {
    throw new UserError(`${version} is not later than ${current}. Example: npm run release -- ${bumped(current)}`);
  }
}

function bumped(version: string): string {
  const [major, minor] = version.split('.');
  return `${major}.${Number(minor) + 1}.0`;
}
