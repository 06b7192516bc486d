import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

export interface WithSecret {
  /** Decrypts the webhook secret, once; undefined when there is none. */
  secret(): string | undefined;
}

/** A source together with what verifies its webhooks. */
export interface NamedSource extends WebhookSource, WithSecret, Told {}

/** What deliveries tell about a repository. */
type Told = Pick<GitSource, 'repository' | 'hostRepositoryId' | 'webAddress'>;

type Access = Pick<Deps, 'cipher' | 'database'>;
type Sealed = Pick<GitSource, 'id' | 'webhookConfig'>;

/** Sources of the repositories, whose names are given in lower case. */
export async function readSources(
  access: Access,
  provider: GitProvider,
  repositories: string[],
): Promise<NamedSource[]> {
  return readNamed(access, 's.provider = $1 and lower(s.repository) = any($2)', provider, repositories);
}

/** Sources of the repositories with these ids at their host. */
export async function readSourcesById(access: Access, provider: GitProvider, ids: string[]): Promise<NamedSource[]> {
  return readNamed(access, 's.provider = $1 and s.host_repository_id = any($2)', provider, ids);
}

async function readNamed(
  { cipher, database }: Access,
  where: string,
  provider: GitProvider,
  among: string[],
): Promise<NamedSource[]> {
  if (among.length === 0) return [];
  const columns = ['s.repository', 's.host_repository_id as "hostRepositoryId"', 's.web_address as "webAddress"'];
  const rows = await database.querySystem<WebhookSource & Told>(selectWebhookSources({ where, columns }), [
    provider,
    among,
  ]);
  return rows.map((row) => ({ ...row, secret: secretOf(cipher, row) }));
}

/** Secrets of the newest applications, of whatever repository. */
export async function readNewestSecrets(
  { cipher, database }: Access,
  provider: GitProvider,
  most: number,
): Promise<WithSecret[]> {
  const rows = await database.querySystem<Sealed>(
    `select s.id, s.webhook_config as "webhookConfig" from git_sources s join applications a on a.id = s.application_id
     where s.provider = $1 order by a.created_at desc limit $2`,
    [provider, most],
  );
  return rows.map((row) => ({ secret: secretOf(cipher, row) }));
}

function secretOf(cipher: Cipher, source: Sealed): WithSecret['secret'] {
  let decrypted: string | undefined;
  return () => {
    const { secret } = source.webhookConfig;
    if (secret !== undefined) decrypted ??= cipher.decrypt(secret, gitSourceIdentity(source, 'secret'));
    return decrypted;
  };
}
