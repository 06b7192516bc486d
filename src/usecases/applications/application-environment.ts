import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { GitSource, type WebhookConfig } from '../../entities/git-source.ts';
import { Volume } from '../../entities/volume.ts';
import type { GitCredentials, GitRemote } from '../../git/git.ts';
import type { VolumeMount } from '../../swarm/services/mounts.ts';
import { volumeName } from '../../swarm/names.ts';
import { tokenAccount } from '../../git-hosts/token-account.ts';
import { UnavailableError, UserError } from '../../errors.ts';
import { GitHostError } from '../../git-hosts/api.ts';
import type { Deps } from '../deps.ts';
import type { FilledVariables, Variables } from '../shared-variables/fill-variables.ts';
import { previewVariables, previewVolumes } from './preview-environment.ts';

/** What an application runs with, decrypted. */
export interface ApplicationEnvironment extends Omit<FilledVariables, 'sharedSecrets'> {
  volumes: VolumeMount[];
  /** Values to redact wherever they appear. */
  secretValues: string[];
}

/** The additional data that ties a secret variable's ciphertext to its row. */
export function envVarIdentity(envVar: Pick<EnvVar, 'id'>): string {
  return `env_vars:${envVar.id}:value`;
}

/** The additional data that ties a git source's ciphertext to its row and key. */
export function gitSourceIdentity(source: Pick<GitSource, 'id'>, key: keyof WebhookConfig): string {
  return `git_sources:${source.id}:${key}`;
}

export async function loadEnvironment(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  application: Application,
): Promise<ApplicationEnvironment> {
  const { fillVariables } = await import('../shared-variables/fill-variables.ts');
  const { environmentOf, loadSharedValues } = await import('../shared-variables/shared-values.ts');
  const isPreview = application.previewOf !== null && application.previewOf !== undefined;
  const variables = isPreview
    ? await previewVariables(deps, em, application)
    : await ownVariables(deps, em, application);
  const scope = { project: application.project, environment: environmentOf(application) };
  const values = await loadSharedValues(deps, em, scope);
  const isOutside = application.sourceConfig.preview?.outside === true;
  const { sharedSecrets, ...filled } = fillVariables(variables, values, isOutside);
  const stored = storedCredentials(
    deps,
    await findGitSource(em, application),
    application.sourceConfig.clone_url ?? '',
  );
  const credential = stored?.kind === 'token' ? stored.token : stored?.privateKey;
  const volumes = isPreview ? await previewVolumes(em, application) : await ownVolumes(em, application);
  const secrets = [...Object.values(filled.secret), ...Object.values(filled.buildSecrets), ...sharedSecrets];
  return { ...filled, volumes, secretValues: credential ? [...secrets, credential] : secrets };
}

async function ownVariables(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  application: Application,
): Promise<Variables> {
  const variables: Variables = { plain: { ...application.envVars }, secret: {}, buildSecrets: {} };
  for (const row of await em.find(EnvVar, { application })) {
    const secrets = row.forBuild ? variables.buildSecrets : variables.secret;
    if (row.isSecret) secrets[row.key] = deps.cipher.decrypt(row.value, envVarIdentity(row));
    else variables.plain[row.key] = row.value;
  }
  return variables;
}

async function ownVolumes(em: EntityManager, application: Application): Promise<VolumeMount[]> {
  const rows = await em.find(Volume, { application }, { orderBy: { mountPath: 'asc' } });
  return rows.map((volume) => ({
    name: volumeName(volume, application.id),
    type: volume.type,
    target: volume.mountPath,
    options: volume.options,
  }));
}

/** The git source of an application; a preview has that of the application it is of. */
export async function findGitSource(em: EntityManager, { id, previewOf }: Application): Promise<GitSource | null> {
  return em.findOne(GitSource, { application: previewOf?.id ?? id });
}

/**
 * Where the application's code is, with the credentials to read it. The fork that a preview is of gets none, and commits
 * from outside cannot use them for other repositories.
 */
export async function gitRemote(
  deps: Pick<Deps, 'appTokens' | 'cipher'>,
  application: Pick<Application, 'sourceConfig'>,
  source: CredentialSource | null,
): Promise<GitRemote | undefined> {
  const url = application.sourceConfig.clone_url;
  if (!url) return undefined;
  const { preview } = application.sourceConfig;
  if (preview?.fork) return { url };
  const only = preview?.outside ? ({ submodules: 'public' } as const) : {};
  const { hostApp, repository } = source ?? {};
  const credentials =
    storedCredentials(deps, source, url) ??
    (hostApp && repository !== undefined && (await appCredentials(deps, { app: hostApp.id, repository })));
  return credentials ? { url, ...only, credentials } : { url };
}

/** The same for a look that nothing depends on: undefined also when the host gives the app no token. */
export async function readableRemote(...given: Parameters<typeof gitRemote>): Promise<GitRemote | undefined> {
  try {
    return await gitRemote(...given);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A git source as far as cloning goes. */
export interface CredentialSource extends Pick<GitSource, 'id' | 'repository' | 'webhookConfig'> {
  /** Only its id is looked at. */
  hostApp?: { id: string } | null | undefined;
}

/** What the app of a git host clones one repository with. @throws {UserError} when the host gives it no token. */
export async function appCredentials(
  { appTokens }: Pick<Deps, 'appTokens'>,
  { app, repository }: { app: string; repository: string },
): Promise<GitCredentials> {
  const token = appTokens.forRepository(app, repository, 'clone');
  try {
    return { kind: 'token', token: await token.current(), renew: (refused) => token.renew(refused) };
  } catch (error) {
    if (!(error instanceof GitHostError)) throw error;
    if (error.refused) throw new UserError(`${error.message}.`);
    throw new UnavailableError(`The git host gives no token for \`${repository}\`: ${error.message}. Try again later.`);
  }
}

/** The token or key that people gave for cloning. */
function storedCredentials(
  { cipher }: Pick<Deps, 'cipher'>,
  source: Pick<GitSource, 'id' | 'webhookConfig'> | null,
  url: string,
): GitCredentials | undefined {
  const { token, ssh_key: sshKey } = source?.webhookConfig ?? {};
  if (source && token) {
    return { kind: 'token', ...tokenAccount(url, cipher.decrypt(token, gitSourceIdentity(source, 'token'))) };
  }
  if (source && sshKey)
    return { kind: 'ssh', privateKey: cipher.decrypt(sshKey, gitSourceIdentity(source, 'ssh_key')) };
  return undefined;
}

/** @throws {UserError} when the application is not built from git. */
export function requireRemote(application: Application, remote: GitRemote | undefined): GitRemote {
  if (remote) return remote;
  throw new UserError(
    `\`${application.name}\` has no git repository. Connect one with \`app connect ${application.name} --repo <url>\`.`,
  );
}
