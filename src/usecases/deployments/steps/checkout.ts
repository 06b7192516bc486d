import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writingTo } from '../../../host/full-disk.ts';
import { findGitSource, gitRemote, requireRemote } from '../../applications/application-environment.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import { requireCommit } from './require-commit.ts';

/** Clones the deployment's commit, runs `work` with the folder, then removes it. */
export async function withCheckout<T>(context: DeploymentContext, work: (directory: string) => Promise<T>): Promise<T> {
  const checkouts = join(context.deps.config.dataDir, 'checkouts', context.deployment.id);
  // A new folder per attempt: git of a killed Shipmate may still be writing to the previous one.
  const directory = join(checkouts, randomUUID());
  try {
    await clone(context, directory, requireCommit(context.deployment));
    return await work(directory);
  } finally {
    await rm(checkouts, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function clone(context: DeploymentContext, directory: string, commit: string): Promise<void> {
  const { config, database, git } = context.deps;
  const { application, metadata } = context.deployment;
  const source = await findGitSource(database.asSystem(), application);
  const remote = requireRemote(application, await gitRemote(context.deps, application, source));
  await change(context, { status: 'building', metadata: { progress: { phase: 'cloning' } } });
  context.log.line(`Cloning ${remote.url} at ${commit.slice(0, 7)}`);
  await writingTo(config.dataDir, () => mkdir(directory, { recursive: true }));
  const info = await step(context, 'clone', { ms: config.deployments.cloneTimeoutMs, what: 'Cloning' }, (signal) =>
    git.checkout({ remote, commit, directory, signal, ...(metadata.ref && { ref: metadata.ref }) }),
  );
  await change(context, {
    // Of a tag the host may have sent its own id.
    commitSha: info.commit,
    metadata: {
      commit_title: context.redact(info.title),
      commit_author: info.author,
      ...(info.authorEmail !== undefined && { commit_author_email: info.authorEmail }),
      ...(info.committedAt !== undefined && { commit_at: info.committedAt }),
    },
  });
}
