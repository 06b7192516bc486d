import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { Application } from './application.ts';

export const gitProviders = ['github', 'gitlab', 'bitbucket', 'gitea'] as const;
export type GitProvider = (typeof gitProviders)[number];

/** Every value here is a ciphertext of the `Cipher`, bound to the row and the key's name. */
export interface WebhookConfig {
  /** The secret that signs this source's webhooks. */
  secret?: string;
  /** Access token for https clones. */
  token?: string;
  /** Private key for ssh clones. */
  ssh_key?: string;
}

const GitSourceSchema = defineEntity({
  name: 'GitSource',
  tableName: 'git_sources',
  properties: {
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    application: () => p.oneToOne(Application).owner().deleteRule('cascade'),
    provider: p.enum(gitProviders).length(50),
    repository: p.string().length(500),
    branch: p.string().length(255),
    commitSha: p.string().length(40).nullable(),
    webhookConfig: p.json<WebhookConfig>().default('{}'),
  },
});
export class GitSource extends GitSourceSchema.class {}
GitSourceSchema.setClass(GitSource);
