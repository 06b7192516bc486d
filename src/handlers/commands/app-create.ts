import { applicationTypes } from '../../entities/application.ts';
import type { User } from '../../entities/user.ts';
import { UsageError } from '../../errors.ts';
import type { Deps } from '../../usecases/deps.ts';
import { furnishApplication } from '../../usecases/templates/furnish-application.ts';
import { planTemplate, type TemplatePlan } from '../../usecases/templates/plan-template.ts';
import type { TemplateRepository } from '../../usecases/templates/repository-templates.ts';
import { templateData, withTemplate } from '../../replies/template-reply.ts';
import { keyValuePair } from '../key-value-pair.ts';
import { applicationName } from '../../usecases/applications/find-application.ts';
import { findWebhookNeighbour } from '../../usecases/applications/find-webhook-neighbour.ts';
import { ensureWebhook } from '../../usecases/connections/ensure-webhook.ts';
import { expandRepository } from '../../usecases/host-apps/expand-repository.ts';
import { createApplication } from '../../usecases/applications/create-application.ts';
import { joinList } from '../../usecases/applications/list-value.ts';
import { identifyRepository, readCloneUrl, repositoryProviders } from '../../usecases/applications/repository.ts';
import { defineCommand } from '../command.ts';
import {
  choice,
  confidential,
  flag,
  type Input,
  integer,
  many,
  named,
  optional,
  rare,
  secret,
  text,
} from '../options.ts';
import { connectedReply } from '../../replies/connected-reply.ts';

const options = {
  app: text('Name with its project, e.g. `shop/api`'),
  template: optional(
    named(text('Template to create it from, see `template list`; with `--repo`, one of that repository')),
  ),
  domain: optional(named(text('With `--template`: host name that it is served at'))),
  set: optional(confidential(many(named(text('With `--template`: value of one of its variables as KEY=VALUE'))))),
  type: optional(
    named(choice('Type of source; default: inferred from `--repo`, `--image` or `--compose-file`', applicationTypes)),
  ),
  repo: optional(
    named(text('URL to clone: https, ssh or a local path; `owner/name` where an app reaches it', 'repository')),
  ),
  branch: optional(named(text('Branch to deploy on push; default: the repository’s default branch'))),
  poll: rare(optional(named(text('How often to look for new commits and deploy them, e.g. `5m` (default: never)')))),
  provider: optional(
    named(
      choice('Git host, or `none` for a server without webhooks; default: inferred from the URL', repositoryProviders),
    ),
  ),
  repository: optional(named(text('Repository name on the git host, e.g. `acme/api`; default: from the URL'))),
  token: secret('Access token to clone over https, and to set up the webhook'),
  sshKey: secret('Private key to clone over ssh'),
  statusToken: secret('API token for webhook, deploy key and commit statuses; default: the one for https'),
  image: optional(named(text('Image to run instead of building one, e.g. `nginx:1.27`'))),
  port: optional(named(integer('Port the container listens on; the ingress routes to it', { min: 1, max: 65_535 }))),
  noPortCheck: flag('Let deployments succeed although nothing listens on the port, e.g. for a worker'),
  health: optional(named(text('Path of an HTTP health check, e.g. `/healthz`'))),
  healthCmd: optional(named(text('Health check command; a JSON list runs without a shell'))),
  dockerfile: optional(named(text('Dockerfile, relative to the context (default `Dockerfile`)'))),
  context: rare(optional(named(text('Build context inside the repository (default `.`)')))),
  target: rare(optional(named(text('Stage of the Dockerfile to build')))),
  buildArg: optional(many(named(text('Build argument as KEY=VALUE')))),
  composeFile: optional(named(text('Compose file inside the repository (default `compose.yaml`)'))),
  service: optional(named(text('Compose service the ingress routes to, on `--port`'))),
  profile: optional(many(named(text('Profile of the compose file to deploy')))),
  replicas: optional(named(integer('Number of tasks (default 1)', { max: 1_000 }))),
  watch: optional(many(named(text('Glob of paths; only pushes that change one deploy')))),
  tags: optional(many(named(text('Glob of tags to deploy on push')))),
};

export const appCreate = defineCommand({
  name: 'app create',
  summary: 'Create an application from a git repository, an image, a compose file or a template',
  role: 'admin',
  // Secrets that are shown once are nobody else's.
  answers: ({ repo, template }) => (repo === undefined && template === undefined ? 'channel' : 'person'),
  options,
  form: ['app', 'repo', 'image', 'port', 'token'],
  examples: [
    'app create shop/api --repo https://github.com/acme/api.git --port 3000 --health /healthz',
    'app create shop/cache --image redis:7',
    'app create shop/stats --template umami --domain stats.example.com',
    'app create shop/stack --type compose --repo https://github.com/acme/stack.git --service web --port 3000',
  ],
  async run({ deps, user, origin }, input) {
    const { repository: path } = input;
    const { provider, repo } = await expandRepository(deps, input);
    if (repo !== undefined) await deps.git.requireAllowed(readCloneUrl(repo, path));
    const repository = repo === undefined ? undefined : identifyRepository(repo, { provider, path });
    const credentials = { token: input.token, sshKey: input.sshKey, statusToken: input.statusToken };
    const plan = await planOf(deps, user, input, repository && { repository, credentials, branch: input.branch });
    const { application, branch, hint, webhookSecret } = await createApplication(deps, {
      user,
      name: input.app,
      type: plan ? 'compose' : (input.type ?? typeOf(input)),
      repository,
      credentials,
      template: plan?.source,
      settings: [...(plan?.settings ?? []), ...givenSettings(input)],
      origin,
    });
    const name = applicationName(application);
    const furnished = plan && { plan, ...(await furnishApplication(deps, plan, { user, origin, application })) };
    const data = { id: application.id, application: name, ...(furnished && templateData(furnished)) };
    if (repository && branch) {
      const { poll } = application.sourceConfig;
      const title = `\`${name}\` is created`;
      const webhook = await ensureWebhook(deps, { applicationId: application.id, user, origin });
      const neighbour = await findWebhookNeighbour(deps, user, application);
      const reply = connectedReply(deps, {
        title,
        name,
        repository,
        webhookSecret,
        branch,
        poll,
        neighbour,
        webhook,
        left: hint,
        data,
      });
      return furnished ? withTemplate(reply, furnished) : reply;
    }
    if (furnished) return withTemplate({ tone: 'success', title: `\`${name}\` is created`, data }, furnished, name);
    return { tone: 'success', text: `\`${name}\` is created. Next: \`deploy ${name}\`.`, data };
  },
});

/** @throws {UsageError} when options that are about a template come without one. */
async function planOf(
  deps: Deps,
  user: User,
  { app, domain, image, set = [], template }: Input<typeof options>,
  from: TemplateRepository | undefined,
): Promise<TemplatePlan | undefined> {
  if (template === undefined) {
    if (domain === undefined && set.length === 0) return undefined;
    throw new UsageError(
      '`--domain` and `--set` are about a template: add `--template <name>`. `template list` lists them.',
    );
  }
  if (image !== undefined) throw new UsageError('A template has images of its own. Leave out `--image`.');
  return planTemplate(deps, { user, application: app, template, from, given: set.map(keyValuePair), domain });
}

function typeOf({ composeFile, image, repo, service }: Input<typeof options>): 'git' | 'docker' | 'compose' {
  if (composeFile !== undefined || service !== undefined) return 'compose';
  return image !== undefined && repo === undefined ? 'docker' : 'git';
}

function givenSettings(input: Input<typeof options>): [string, string][] {
  const given: [string, string | number | undefined][] = [
    ['branch', input.branch],
    ['poll', input.poll],
    ['image', input.image],
    ['port', input.port],
    ['port-check', input.noPortCheck ? 'off' : undefined],
    ['health-path', input.health],
    ['health-cmd', input.healthCmd],
    ['dockerfile', input.dockerfile],
    ['context', input.context],
    ['target', input.target],
    ['build-args', input.buildArg && joinList(input.buildArg)],
    ['compose-file', input.composeFile],
    ['service', input.service],
    ['profiles', input.profile?.join(',')],
    ['replicas', input.replicas],
    ['watch', input.watch?.join(',')],
    ['tags', input.tags?.join(',')],
  ];
  return given.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
}
