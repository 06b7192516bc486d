import type { EntityManager } from '../../database/database.ts';
import type { Preview } from '../../entities/preview.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import type { HostPerson } from '../../git-hosts/change-request.ts';
import { findGitSource } from '../applications/application-environment.ts';
import { openGitHostApi } from '../commit-statuses/git-host-token.ts';
import type { Deps } from '../deps.ts';
import type { Labelled } from './preview-jobs.ts';

/**
 * Whether its commits are a stranger's: they run only after a member has approved each, without secrets, and on a
 * network of their own.
 */
export function isFromOutside({ application, byMember, fromFork }: Preview): boolean {
  if (fromFork) return true;
  return application.sourceConfig.previews_from !== 'branches' && byMember !== true;
}

/** Asks the git host about the author, if the event did not tell and it matters. */
export async function learnMembership(deps: Deps, em: EntityManager, preview: Preview): Promise<void> {
  const { application, author, authorId, byMember, fromFork } = preview;
  const matters = !fromFork && application.sourceConfig.previews_from !== 'branches';
  if (!matters || typeof byMember === 'boolean' || !author || !authorId) return;
  const answer = await mayPush(deps, em, preview, { name: author, id: authorId });
  if (answer === undefined) return;
  preview.byMember = answer;
  await em.flush();
}

/** A label approves the head that it was put at, if whoever put it may push to the repository. */
export async function approveByLabel(
  deps: Deps,
  em: EntityManager,
  preview: Preview,
  { commit, ...person }: Labelled,
): Promise<void> {
  if (!preview.commitSha.startsWith(commit) || !(await mayPush(deps, em, preview, person))) return;
  preview.approvedSha = preview.commitSha;
  await em.flush();
}

/** Undefined when the host cannot be asked; the person then counts as a stranger. */
async function mayPush(
  deps: Deps,
  em: EntityManager,
  { application, id }: Preview,
  person: HostPerson,
): Promise<boolean | undefined> {
  const source = await findGitSource(em, application);
  const host = source && openGitHostApi(deps, application, source);
  if (!host) return undefined;
  try {
    return await host.mayPush(source.repository, person);
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    deps.logger.warn({ err: error, previewId: id }, 'the git host did not tell whether somebody may push');
    return undefined;
  }
}
