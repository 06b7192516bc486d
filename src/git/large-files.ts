import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError, UserError } from '../errors.ts';
import { formatSize } from '../units/sizes.ts';
import { checkUrl, isLocal } from './check-arguments.ts';
import { explain, hostNameOf } from './explain-failure.ts';
import { GitFailure, type RunGit } from './run-git.ts';
import { shownText, shownUrl } from './submodule-url.ts';
import type { CheckedOut } from './submodules.ts';

/** Most that one checkout fetches, bytes. It is on the disk twice for a moment. */
const maxBytes = 5 * 1024 ** 3;

/** A pointer has about 130 bytes; Git LFS itself takes no larger file for one. */
const maxPointer = 1024;

/** @see https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const pointer =
  /^version https:\/\/(?:git-lfs|hawser)\.[a-z.]+\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\s*$/;

/** How many files a sentence names. */
const named = 3;

/** Path of the program `git-lfs`. @throws {UnavailableError} when there is none. */
export type FindLfs = () => Promise<string>;

interface Pointer {
  path: string;
  oid: string;
  /** Bytes of the file. */
  size: number;
}

/**
 * Replaces the pointers of Git LFS in a checkout with their files.
 * @throws {UserError} that names the files, when they cannot be had.
 */
export async function fillLargeFiles(git: RunGit, place: CheckedOut, findLfs: FindLfs): Promise<void> {
  const pointers = await pointersOf(git, place.directory);
  if (pointers.length === 0) return;
  const size = pointers.reduce((sum, one) => sum + one.size, 0);
  if (size > maxBytes) {
    throw new UserError(
      `The repository has ${formatSize(size)} in Git LFS (${namesOf(pointers)}); at most ${formatSize(maxBytes)} are ` +
        'fetched. Remove some, or build the image elsewhere and deploy that.',
    );
  }
  const program = await findLfs().catch((error: unknown) => {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `The repository keeps ${namesOf(pointers)} in Git LFS, and this host has no program \`git-lfs\`. Install it, for ` +
        'example: apt-get install git-lfs, then deploy again.',
    );
  });
  const server = await lfsServer(git, place);
  const rules = Object.entries(configuration(program, server)).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  await git.remote(...rules, 'lfs', 'pull').catch((error: unknown) => {
    throw explained(error, pointers, server, place.directory);
  });
  const left = await pointersOf(git, place.directory);
  if (left.length > 0)
    throw new UserError(
      `${shownUrl(server)} did not serve ${namesOf(left)} of Git LFS. Push them with \`git lfs push --all origin\`.`,
    );
  // Copies of what is in the tree now.
  await rm(join(place.directory, '.git', 'lfs'), { recursive: true, force: true });
}

/** Files with the attribute whose content is a pointer. */
async function pointersOf(git: RunGit, directory: string): Promise<Pointer[]> {
  const listed = await git.local('ls-files', '-z', '--', ':(attr:filter=lfs)');
  const pointers: Pointer[] = [];
  for (const path of listed.split('\0').filter(Boolean)) {
    const file = await lstat(join(directory, path)).catch(() => undefined);
    if (!file?.isFile() || file.size > maxPointer) continue;
    const text = await readFile(join(directory, path), 'utf8');
    const [, oid, size] = pointer.exec(text) ?? [];
    if (oid !== undefined && size !== undefined) pointers.push({ path, oid, size: Number(size) });
  }
  return pointers;
}

/** Everything a repository could say about transfers in `.lfsconfig` is overruled. */
function configuration(program: string, server: string): Record<string, string> {
  const quoted = `'${program.replaceAll("'", `'\\''`)}'`;
  return {
    'alias.lfs': `!${quoted}`,
    'filter.lfs.clean': `${quoted} clean -- %f`,
    'filter.lfs.smudge': `${quoted} smudge -- %f`,
    'filter.lfs.required': 'true',
    'lfs.url': server,
    'lfs.basictransfersonly': 'true',
    'lfs.concurrenttransfers': '4',
    'lfs.transfer.maxretries': '3',
    'lfs.transfer.maxretrydelay': '2',
    'lfs.fetchinclude': '',
    'lfs.fetchexclude': '',
  };
}

/** The address in `.lfsconfig`, else the one that belongs to the clone URL. */
async function lfsServer(git: RunGit, { directory, remote }: CheckedOut): Promise<string> {
  const file = await lstat(join(directory, '.lfsconfig')).catch(() => undefined);
  const configured = file?.isFile() ? await configuredServer(git) : undefined;
  if (configured !== undefined) {
    checkUrl(configured);
    if (/^https?:/i.test(configured)) return configured;
    throw new UserError('Shipmate reads Git LFS over https, http or ssh. Change `lfs.url` in `.lfsconfig`.');
  }
  const url = remote.url.replace(/\/+$/, '');
  if (/^https?:/i.test(url)) return `${url.replace(/\.git$/, '')}.git/info/lfs`;
  const scp = /^([\w.-]+@[\w.-]+):\/?(.*)$/.exec(url);
  if (scp) return `ssh://${scp[1]}/${scp[2]}`;
  if (/^ssh:/i.test(url)) return url;
  throw new UserError(
    `The repository keeps files in Git LFS, which ${isLocal(url) ? 'a repository of this machine' : 'a git:// server'} ` +
      'does not serve. Connect it over https or ssh: `app connect <app> --repo <url>`.',
  );
}

async function configuredServer(git: RunGit): Promise<string | undefined> {
  const listed = await git.local('config', '--blob', 'HEAD:.lfsconfig', '--list', '-z');
  const entry = listed.split('\0').findLast((one) => one.startsWith('lfs.url\n'));
  return entry?.slice('lfs.url\n'.length);
}

function explained(error: unknown, pointers: Pointer[], server: string, directory: string): unknown {
  if (!(error instanceof GitFailure)) return error;
  const { message } = error;
  const missing = pointers.filter(({ oid }) => message.includes(oid));
  const [said = ''] = message
    .replaceAll(/\[[0-9a-f]{64}\] /g, '')
    .trim()
    .split('\n');
  const reason =
    (missing.length === 0 && explain(server, message, directory)?.message) ||
    `Git LFS says: "${shownText(said)}". Push them to ${hostNameOf(server)}: \`git lfs push --all origin\`.`;
  return new UserError(`Git LFS cannot fetch ${namesOf(missing.length > 0 ? missing : pointers)}. ${reason}`);
}

function namesOf(pointers: Pointer[]): string {
  const first = pointers.slice(0, named).map(({ path }) => `\`${shownText(path)}\``);
  const more = pointers.length - first.length;
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(', ');
}
