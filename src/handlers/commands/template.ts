import { readBuiltIn, readBuiltIns } from '../../compose/templates/built-in.ts';
import type { User } from '../../entities/user.ts';
import { ForbiddenError } from '../../errors.ts';
import { parseCloneUrl } from '../../git-hosts/clone-url.ts';
import { recogniseGitHost } from '../../git-hosts/registry.ts';
import { templateListReply, templateReply } from '../../replies/template-reply.ts';
import { roleAtLeast } from '../../usecases/access/roles.ts';
import { identifyRepository, readCloneUrl, type Repository } from '../../usecases/applications/repository.ts';
import type { Deps } from '../../usecases/deps.ts';
import { expandRepository } from '../../usecases/host-apps/expand-repository.ts';
import { listRepositoryTemplates, readRepositoryTemplate } from '../../usecases/templates/repository-templates.ts';
import { defineCommand } from '../command.ts';
import { named, optional, text } from '../options.ts';

const repo = optional(named(text('Repository with templates instead of those of Shipmate; admins only', 'repository')));

export const templateList = defineCommand({
  name: 'template list',
  summary: 'List the templates that applications can be created from',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { repo },
  examples: ['template list', 'template list --repo https://github.com/acme/templates.git'],
  async run({ deps, user }, { repo: given }) {
    if (given === undefined) return templateListReply(await readBuiltIns(), undefined);
    const repository = await repositoryOf(deps, user, given);
    return templateListReply(await listRepositoryTemplates(deps, { repository }), given);
  },
});

export const templateShow = defineCommand({
  name: 'template show',
  summary: 'Show what a template makes: images, variables, databases and volumes',
  role: 'viewer',
  reads: true,
  answers: 'person',
  options: { name: text('Name of the template'), repo },
  examples: ['template show umami'],
  async run({ deps, user }, { name, repo: given }) {
    if (given === undefined) return templateReply(await readBuiltIn(name), undefined);
    const repository = await repositoryOf(deps, user, given);
    return templateReply(await readRepositoryTemplate(deps, { repository }, name), given);
  },
});

/** An app of a git host reads repositories that not everybody may: only who creates applications gets to see files of them. */
async function repositoryOf(deps: Deps, user: User, given: string): Promise<Repository> {
  if (!roleAtLeast(user.role, 'admin')) {
    throw new ForbiddenError(`Reading templates of a repository needs the role \`admin\`; yours is \`${user.role}\`.`);
  }
  const { provider, repo: address = given } = await expandRepository(deps, { repo: given, provider: undefined });
  await deps.git.requireAllowed(readCloneUrl(address));
  // Nothing but reading depends on which host it is.
  const host = parseCloneUrl(address)?.hostname ?? '';
  return identifyRepository(address, { provider: provider ?? recogniseGitHost(host) ?? 'none' });
}
