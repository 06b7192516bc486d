import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import { UserError } from '../../errors.ts';
import { writingTo } from '../../host/full-disk.ts';
import { chooseBuilder } from '../../swarm/images/builders.ts';
import { gitRemote, requireRemote } from '../applications/application-environment.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import type { Deps } from '../deps.ts';
import { generationFor } from './steps/build-image.ts';
import { resolveInside } from './steps/checkout-path.ts';

/** A person waits for the answer, milliseconds. */
const timeoutMs = 60_000;

export interface ShownDockerfile {
  application: string;
  commit: string;
  builder: string;
  /** The clause after "because". */
  reason: string;
  /** Undefined when the repository has its own. */
  text: string | undefined;
}

/**
 * The Dockerfile that the head of the tracked branch is built with.
 * @throws {UserError} when the application has no repository, or no builder can build it.
 */
export async function showDockerfile(deps: Deps, user: User, name: string): Promise<ShownDockerfile> {
  const { application, source } = await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findApplication(em, name);
    return { application: found, source: await em.findOne(GitSource, { application: found }) };
  });
  const shownName = applicationName(application);
  if (application.type !== 'git') {
    throw new UserError(
      `\`${shownName}\` is not built from a repository of its own. Name an application built from git.`,
    );
  }
  const remote = requireRemote(application, await gitRemote(deps, application, source));
  const signal = AbortSignal.timeout(timeoutMs);
  const { commit } = await deps.git.resolve(
    remote,
    source?.branch ?? application.sourceConfig.branch ?? 'HEAD',
    signal,
  );
  const directory = join(deps.config.dataDir, 'checkouts', randomUUID());
  try {
    await writingTo(deps.config.dataDir, () => mkdir(directory, { recursive: true }));
    await deps.git.checkout({ remote, commit, directory, signal });
    const settings = application.sourceConfig;
    const folder = await resolveInside(directory, settings.build_context ?? '.', 'The build context');
    const generation = generationFor(deps.config, application);
    const { platform } = await deps.swarm.buildEngine();
    const { builder, reason } = await chooseBuilder({ folder, settings, generation, platform });
    const text = await builder.dockerfile?.({ folder, settings, generation });
    return { application: shownName, commit, builder: builder.name, reason, text };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
