import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requireRemote } from '../../applications/application-environment.ts';
import { change, type DeploymentRun, step } from './deployment-run.ts';

/** Clones the commit for `work`, which has the folder until it is done. */
export async function withCheckout<T>(
  run: DeploymentRun,
  commit: string,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const checkouts = join(run.deps.config.dataDir, 'checkouts', run.deployment.id);
  // A folder of its own for each attempt: the git of a killed Shipmate may still write into the one before.
  const directory = join(checkouts, randomUUID());
  try {
    await clone(run, directory, commit);
    return await work(directory);
  } finally {
    await rm(checkouts, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function clone(run: DeploymentRun, directory: string, commit: string): Promise<void> {
  const { config, git } = run.deps;
  const { application, metadata } = run.deployment;
  const remote = requireRemote(application, run.environment.remote);
  await change(run, { status: 'building', metadata: { progress: { phase: 'cloning' } } });
  run.log.line(`Cloning ${remote.url} at ${commit.slice(0, 7)}`);
  await mkdir(directory, { recursive: true });
  const info = await step(run, 'clone', { ms: config.deployments.cloneTimeoutMs, what: 'Cloning' }, (signal) =>
    git.checkout({ remote, commit, directory, signal, ...(metadata.ref && { ref: metadata.ref }) }),
  );
  await change(run, {
    metadata: {
      commit_title: run.redact(info.title),
      commit_author: info.author,
      ...(info.committedAt !== undefined && { commit_at: info.committedAt }),
    },
  });
}
