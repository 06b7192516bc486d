import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { templateFiles } from '../../../compose/templates/manifest.ts';
import type { SourceConfig } from '../../../entities/application-config.ts';
import { writingTo } from '../../../host/full-disk.ts';
import { findGitSource, gitRemote, requireRemote } from '../../applications/application-environment.ts';
import { templateCommit, templateOf } from '../../applications/template-source.ts';
import { change, type DeploymentContext, step } from './deployment-context.ts';
import { requireCommit } from './require-commit.ts';

/** Clones the deployment's commit, runs `work` with the folder, then removes it. */
export async function withCheckout<T>(context: DeploymentContext, work: (directory: string) => Promise<T>): Promise<T> {
  const checkouts = join(context.deps.config.dataDir, 'checkouts', context.deployment.id);
  // A new folder per attempt: git of a killed Shipmate may still be writing to the previous one.
  const directory = join(checkouts, randomUUID());
  try {
    const template = templateOf(context.deployment.application);
    if (template) await writeTemplate(context, directory, template);
    else await clone(context, directory, requireCommit(context.deployment));
    return await work(directory);
  } finally {
    await rm(checkouts, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What Shipmate was given when the application was created. */
async function writeTemplate(
  context: DeploymentContext,
  directory: string,
  template: NonNullable<SourceConfig['template']>,
): Promise<void> {
  const { dataDir } = context.deps.config;
  await change(context, { status: 'building', metadata: { progress: { phase: 'cloning' } } });
  context.log.line(`Using the template ${template.name}`);
  await writingTo(dataDir, async () => {
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, templateFiles.compose), template.text);
  });
  const title = `Template ${template.name}`;
  await change(context, { commitSha: templateCommit(template), metadata: { commit_title: title } });
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
