import { defineEntity, p } from '@mikro-orm/core';
import { jsonObject, uuidKey } from './columns.ts';
import { isApplication, oneOf, policiesFor } from './access.ts';
import { Application } from './application.ts';
import { HostApp } from './host-app.ts';
import { type GitProvider, gitProviders } from './git-provider.ts';

/** Every value is a ciphertext of the `Cipher`, bound to the row and the key's name. */
export interface WebhookConfig {
  /** The secret that signs this source's webhooks. */
  secret?: string;
  /** Access token for https clones. */
  token?: string;
  /** Private key for ssh clones. */
  ssh_key?: string;
  /** API token for commit statuses and checks, if different from the clone token. */
  status_token?: string;
}

/** Index for webhooks to find their sources; git hosts ignore case. */
const gitSourcesByRepository =
  'create index git_sources_provider_repository_index on git_sources (provider, lower(repository))';

const GitSourceSchema = defineEntity({
  name: 'GitSource',
  tableName: 'git_sources',
  indexes: [
    { name: 'git_sources_provider_repository_index', expression: gitSourcesByRepository },
    { properties: ['provider', 'hostRepositoryId'] },
    { properties: ['hostApp'] },
  ],
  checks: [{ name: 'check_git_provider', expression: oneOf('provider', gitProviders) }],
  policies: policiesFor('git_sources', {
    select: isApplication('application_id', 'viewer'),
    insert: isApplication('application_id', 'member'),
    update: isApplication('application_id', 'member'),
    delete: isApplication('application_id', 'member'),
  }),
  properties: {
    id: uuidKey(),
    application: () => p.oneToOne(Application).owner().deleteRule('cascade'),
    /** Null on a plain git server, which sends no webhooks, and for an image that a registry tells of. */
    provider: p.string().$type<GitProvider>().length(50).nullable(),
    /** What webhooks call it: `acme/api` of a git host or of an image. */
    repository: p.string().length(500),
    /** Empty for an image. */
    branch: p.string().length(255),
    commitSha: p.string().length(40).nullable(),
    /** The host's own id of the repository, as verified deliveries tell it: it stays when the repository is renamed. */
    hostRepositoryId: p.string().length(100).nullable(),
    /** Address of the server on the web with the path it is served under, likewise. */
    webAddress: p.string().length(500).nullable(),
    webhookConfig: jsonObject<WebhookConfig>(),
    /** The host's id of the webhook that Shipmate made for the project, and that this source's secret signs. */
    hookId: p.string().length(255).nullable(),
    /** Where it leads, as Shipmate last wrote it; null: not known. */
    hookUrl: p.string().length(2000).nullable(),
    /** The host's id of the deploy key that Shipmate made. */
    deployKeyId: p.string().length(255).nullable(),
    /** The app through which it is cloned and its webhooks come, where there is one. */
    hostApp: () => p.manyToOne(HostApp).nullable().deleteRule('restrict'),
  },
});
export class GitSource extends GitSourceSchema.class {}
GitSourceSchema.setClass(GitSource);
