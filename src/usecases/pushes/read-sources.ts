import type { GitProvider } from '../../entities/git-provider.ts';
import type { GitSource } from '../../entities/git-source.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import { gitSourceIdentity } from '../applications/application-environment.ts';
import type { Deps } from '../deps.ts';
import { hostAppIdentity } from '../host-apps/app-keys.ts';
import { selectWebhookSources, type WebhookSource } from './webhook-source.ts';

export interface WithSecret {
  /** The host's id of the app whose webhook it is, where it is one of an app. */
  appNumber?: string | undefined;
  /** Decrypts the webhook secret, once; undefined when there is none. */
  secret(): string | undefined;
}

/** A source together with what verifies its webhooks. */
export interface NamedSource extends WebhookSource, WithSecret, Told {}

/** What deliveries tell about a repository. */
type Told = Pick<GitSource, 'hostRepositoryId' | 'webAddress'>;

type Access = Pick<Deps, 'cipher' | 'database'>;
type Sealed = Pick<GitSource, 'id' | 'webhookConfig'>;

/** An app's webhook is that of all its repositories. */
interface SealedApp {
  id: string;
  number: string;
  webhookSecret: string;
}

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
  const app = `(select json_build_object('id', h.id, 'number', h.number, 'webhookSecret', h.webhook_secret)
    from host_apps h where h.id = s.host_app_id) as app`;
  const columns = [app, 's.host_repository_id as "hostRepositoryId"', 's.web_address as "webAddress"'];
  const rows = await database.querySystem<WebhookSource & Told & { app: SealedApp | null }>(
    selectWebhookSources({ where, columns }),
    [provider, among],
  );
  const ofApps = new Map(
    rows.flatMap(({ app: one }) =>
      one ? [[one.id, { appNumber: one.number, secret: appSecretOf(cipher, one) }]] : [],
    ),
  );
  return rows.map(({ app: one, ...row }) => ({
    ...row,
    secret: secretOf(cipher, row),
    ...(one && ofApps.get(one.id)),
  }));
}

export interface AppSecret extends WithSecret {
  /** Of the app's row. */
  id: string;
}

/** Secrets of the apps with this number, which is unique on one server only. */
export async function readAppSecrets({ cipher, database }: Access, number: string): Promise<AppSecret[]> {
  const rows = await database.querySystem<SealedApp>(
    'select id, number, webhook_secret as "webhookSecret" from host_apps where number = $1',
    [number],
  );
  return rows.map((row) => ({ id: row.id, appNumber: row.number, secret: appSecretOf(cipher, row) }));
}

function appSecretOf(cipher: Cipher, app: SealedApp): WithSecret['secret'] {
  let decrypted: string | undefined;
  return () => (decrypted ??= cipher.decrypt(app.webhookSecret, hostAppIdentity(app, 'webhook_secret')));
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
