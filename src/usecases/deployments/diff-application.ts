import type { Deployment } from '../../entities/deployment.ts';
import { GitSource } from '../../entities/git-source.ts';
import type { User } from '../../entities/user.ts';
import { ConflictError, NotFoundError, UserError } from '../../errors.ts';
import type { CommitComparison } from '../../git/git.ts';
import { gitRemote, requireRemote } from '../applications/application-environment.ts';
import { compareUrl } from '../../git-hosts/page-urls.ts';
import type { Deps } from '../deps.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { findLive } from './live-deployment.ts';

/** A person waits for the answer, milliseconds. */
const timeoutMs = 20_000;

export interface ApplicationDiff extends CommitComparison {
  application: string;
  live: Deployment;
  branch: string;
  from: string;
  to: string;
  url: string | undefined;
}

/**
 * The commits that a deployment of the tracked branch would bring.
 * @throws {UserError} when there is nothing to compare.
 */
export async function diffApplication(deps: Deps, user: User, name: string): Promise<ApplicationDiff> {
  const { application, live, source } = await deps.database.asUser(user.id).transactional(async (em) => {
    const found = await findApplication(em, name);
    return {
      application: found,
      live: await findLive(em, found),
      source: await em.findOne(GitSource, { application: found }),
    };
  });
  const shownName = applicationName(application);
  if (application.type === 'docker') {
    throw new UserError(
      `\`${shownName}\` runs a prebuilt image; only applications built from git have commits to compare.`,
    );
  }
  const from = live?.commitSha;
  if (!live || !from) throw new ConflictError(`Nothing is live yet: \`deploy ${shownName}\`.`);
  const remote = requireRemote(application, await gitRemote(deps, application, source));
  const branch = source?.branch ?? application.sourceConfig.branch ?? 'HEAD';
  const signal = AbortSignal.timeout(timeoutMs);
  const { commit: to } = await deps.git.resolve(remote, branch, signal);
  const ends = { from, to };
  const comparison =
    from === to ? { commits: [], count: 0, dropped: 0 } : await deps.git.compare(remote, from, to, signal);
  if (!comparison) {
    throw new NotFoundError(
      `The live commit ${from.slice(0, 7)} is no longer in the repository, so there is nothing to compare. ` +
        `The head of \`${branch}\` is ${to.slice(0, 7)}.`,
    );
  }
  const url = compareUrl(application, ends);
  return { ...comparison, ...ends, application: shownName, live, branch, url };
}
