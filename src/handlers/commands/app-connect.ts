import { imageRegistries } from '../../entities/image-registry.ts';
import { UsageError } from '../../errors.ts';
import { connectRegistry } from '../../usecases/applications/connect-registry.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { findWebhookNeighbour } from '../../usecases/applications/find-webhook-neighbour.ts';
import { repositoryProviders } from '../../usecases/applications/repository.ts';
import { expandRepository } from '../../usecases/host-apps/expand-repository.ts';
import { checkConnection } from '../../usecases/connections/check-connection.ts';
import { connectApplication } from '../../usecases/connections/connect-application.ts';
import { checkedReply } from '../../replies/checked-reply.ts';
import { connectedReply } from '../../replies/connected-reply.ts';
import { registryReply } from '../../replies/registry-reply.ts';
import { defineCommand } from '../command.ts';
import { choice, flag, named, optional, secret, text } from '../options.ts';

export const appConnect = defineCommand({
  name: 'app connect',
  summary: 'Connect an application to a git repository or an image registry, or renew its webhook secret',
  role: 'admin',
  answers: 'person',
  options: {
    app: text('Application', 'application'),
    repo: optional(
      named(text('URL to clone, or `owner/name` where an app reaches it; default: unchanged', 'repository')),
    ),
    branch: optional(
      named(text('Branch to deploy on push; default: the current one, or the repository’s default branch')),
    ),
    provider: optional(
      named(
        choice(
          'Git host, or `none` for a server without webhooks; default: inferred from the URL',
          repositoryProviders,
        ),
      ),
    ),
    repository: optional(named(text('Repository name on the git host, e.g. `acme/api`'))),
    registry: optional(
      named(
        choice(
          'For an application that runs an image: the registry whose webhook deploys pushed ones',
          imageRegistries,
        ),
      ),
    ),
    token: secret('Access token to clone over https, and to set up the webhook'),
    sshKey: secret('Private key to clone over ssh'),
    statusToken: secret('API token for webhook, deploy key and commit statuses; default: the one for https'),
    check: flag('Check webhook, deploy key and branch, and repair what is wrong; changes nothing else'),
  },
  examples: [
    'app connect shop/api --repo https://github.com/acme/api.git --token',
    'app connect shop/api',
    'app connect shop/api --status-token',
    'app connect shop/api --check',
    'app connect shop/web --registry harbor',
  ],
  async run({ deps, user, origin }, input) {
    const { app, check, ...others } = input;
    if (check) {
      if (Object.values(others).some((value) => value !== undefined)) {
        throw new UsageError(`\`--check\` takes no other options: \`app connect ${app} --check\`.`);
      }
      return checkedReply(deps, await checkConnection(deps, { application: app, user, origin }));
    }
    const { branch, provider, registry, repo, repository, sshKey, statusToken, token } = others;
    if (registry !== undefined) {
      const connected = await connectRegistry(deps, { user, application: app, registry, origin });
      return registryReply(registry, connected);
    }
    const expanded = await expandRepository(deps, { repo, provider });
    const connected = await connectApplication(deps, {
      user,
      application: app,
      url: expanded.repo,
      provider: expanded.provider,
      repository,
      branch,
      credentials: { token, sshKey, statusToken },
      origin,
    });
    const { application, source, webhook, webhookSecret } = connected;
    const name = applicationName(application);
    return connectedReply(deps, {
      title:
        webhookSecret === undefined && source.provider && webhook.kind !== 'app'
          ? `\`${name}\` has a new token`
          : `\`${name}\` is connected`,
      name,
      repository: {
        url: application.sourceConfig.clone_url ?? '',
        provider: source.provider ?? null,
        path: source.repository,
      },
      webhookSecret,
      branch: connected.branch,
      poll: application.sourceConfig.poll,
      neighbour: await findWebhookNeighbour(deps, user, application),
      webhook,
      left: connected.left ?? connected.hint,
      data: { id: application.id, application: name },
    });
  },
});
