import type { GitProvider } from '../entities/git-provider.ts';
import { type GitHostApi, GitHostError } from './api.ts';
import { gitHosts, hostApps } from './registry.ts';
import { formatDuration } from '../units/durations.ts';

interface Asked {
  api: Pick<GitHostApi, 'readRepository'>;
  provider: GitProvider;
  repository: string;
  /** `project/app` */
  application: string;
  /** e.g. `create the webhook` */
  task: string;
}

/**
 * Why a host did not do it, in a sentence or two with the next step. Hosts answer 404 also for what a token may not know of:
 * whether it may read the repository tells the two apart.
 */
export async function explainHostError(asked: Asked, error: GitHostError): Promise<string> {
  const { application, provider, repository, task } = asked;
  const { title, pages } = gitHosts[provider];
  const renew = `Set another one: \`app connect ${application} --status-token\`.`;
  if (error.status === 401) return `${title} does not accept the token: it is wrong, expired or revoked. ${renew}`;
  if (error.retryAfterMs !== undefined) {
    const wait = formatDuration(error.retryAfterMs);
    return `${title} wants to be left alone for ${wait}. Then: \`app connect ${application} --check\`.`;
  }
  if (error.reason === 'sso') {
    return (
      `${title} did not ${task}: ${error.message}. Whose token it is authorizes it in its settings there (“Configure SSO”), ` +
      `or connect with a ${hostApps.title}. Then: \`app connect ${application} --check\`.`
    );
  }
  if (error.status === 403 && /archived/i.test(error.message)) {
    return `${title} did not ${task}: \`${repository}\` is archived there, so it only reads. Unarchive it to deploy pushes.`;
  }
  if (/deploy keys? (?:is|are) (?:disabled|not allowed)|deploy keys? .{0,40}disabled/i.test(error.message)) {
    return (
      `${title} did not ${task}: deploy keys are disabled for \`${repository}\`. Connect its https address with a token: ` +
      `\`app connect ${application} --repo <url> --token\`.`
    );
  }
  if (error.status === 404 && !(await isReadable(asked))) {
    return `${title} shows this token no repository \`${repository}\`: it is not there, or not for this token. ${renew}`;
  }
  if (error.status === 403 || error.status === 404) {
    return `The token may not ${task}: it needs ${pages.tokenRights}. ${renew}`;
  }
  return `${title} did not ${task}: ${error.message}. Try again: \`app connect ${application} --check\`.`;
}

async function isReadable({ api, repository }: Asked): Promise<boolean> {
  try {
    await api.readRepository(repository);
    return true;
  } catch (error) {
    if (error instanceof GitHostError) return false;
    throw error;
  }
}
