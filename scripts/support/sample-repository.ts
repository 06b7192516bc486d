import { execFile } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sampleApp = new URL('./sample-app/', import.meta.url).pathname;

export interface SampleRepository {
  /** Path to clone from. */
  path: string;
  /** Commits a version and returns its id. `broken`: its health check fails. */
  commit(version: string, options?: { broken?: boolean; message?: string }): Promise<string>;
}

/** A git repository that holds the sample application, with nothing committed yet. */
export async function createSampleRepository(path: string): Promise<SampleRepository> {
  await mkdir(path, { recursive: true });
  await cp(sampleApp, path, { recursive: true });
  const git = async (...args: string[]) =>
    (await run('git', ['-C', path, ...args], { env: gitIdentity })).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  return {
    path,
    async commit(version, { broken = false, message = `Version ${version}` } = {}) {
      await writeFile(join(path, 'VERSION'), `${version}\n`);
      if (broken) await writeFile(join(path, 'broken'), '');
      else await rm(join(path, 'broken'), { force: true });
      await git('add', '--all');
      await git('commit', '--quiet', '--message', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Commits are the same on every machine, whatever its git configuration says. */
export const gitIdentity = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};
