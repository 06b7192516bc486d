import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { ManagedDatabase } from '../../entities/managed-database.ts';
import { PreviewVariable } from '../../entities/preview-variable.ts';
import { Volume } from '../../entities/volume.ts';
import { connectionIdentity } from '../../secrets/connection-identity.ts';
import { volumeName } from '../../swarm/names.ts';
import type { VolumeMount } from '../../swarm/services/mounts.ts';
import type { Deps } from '../deps.ts';
import type { Variables } from '../shared-variables/fill-variables.ts';

/** The additional data that ties a preview variable's ciphertext to its row. */
export function previewVariableIdentity({ id }: Pick<PreviewVariable, 'id'>): string {
  return `preview_variables:${id}:value`;
}

/**
 * Variables of a preview: its application's preview variables, its own databases, and those variables of the application
 * itself that an admin named. Commits from outside get neither secrets, but for databases of their own, nor anything of
 * the application itself.
 */
export async function previewVariables(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  preview: Application,
): Promise<Variables> {
  const { number = 0, outside = true } = preview.sourceConfig.preview ?? {};
  const parent = await em.findOneOrFail(Application, preview.previewOf?.id ?? '');
  const variables: Variables = { plain: { SHIPMATE_PREVIEW: String(number) }, secret: {}, buildSecrets: {} };
  const own = await em.find(PreviewVariable, { application: parent, ...(outside && { isSecret: false }) });
  if (!outside) await addNamed(deps, em, parent, variables, new Set(own.map(({ key }) => key)));
  await addDatabases(deps, em, preview, variables);
  for (const row of own) {
    const value = row.isSecret ? deps.cipher.decrypt(row.value, previewVariableIdentity(row)) : row.value;
    kindOf(variables, row)[row.key] = value;
  }
  return variables;
}

async function addNamed(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  parent: Application,
  variables: Variables,
  except: ReadonlySet<string>,
): Promise<void> {
  const names = (parent.sourceConfig.previews_env ?? []).filter((name) => !except.has(name));
  for (const name of names) {
    const value = Object.hasOwn(parent.envVars, name) ? parent.envVars[name] : undefined;
    if (value !== undefined) variables.plain[name] = value;
  }
  for (const row of await em.find(EnvVar, { application: parent, key: { $in: names } })) {
    const value = row.isSecret ? deps.cipher.decrypt(row.value, `env_vars:${row.id}:value`) : row.value;
    kindOf(variables, row)[row.key] = value;
  }
}

/** The preview's own databases, under the names that its application knows those by which they stand in for. */
async function addDatabases(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  preview: Application,
  variables: Variables,
): Promise<void> {
  const databases = await em.find(ManagedDatabase, { variant: preview }, { populate: ['connectionString'] });
  for (const { connectionString, id, standsFor } of databases) {
    if (!connectionString || !standsFor) continue;
    // The administrator's password is on another line, and for nobody here.
    const [url = ''] = deps.cipher.decrypt(connectionString, connectionIdentity({ id })).split('\n');
    const attached = await em.find(EnvVar, { application: preview.previewOf?.id ?? '', database: standsFor.id });
    for (const { key } of attached) {
      delete variables.plain[key];
      variables.secret[key] = url;
    }
  }
}

function kindOf(
  variables: Variables,
  { isSecret, forBuild }: Pick<PreviewVariable, 'isSecret' | 'forBuild'>,
): Record<string, string> {
  if (forBuild) return variables.buildSecrets;
  return isSecret ? variables.secret : variables.plain;
}

/**
 * Empty volumes at the paths where its application has data; never that data, whatever kind of volume holds it. They go
 * with the preview.
 */
export async function previewVolumes(em: EntityManager, preview: Application): Promise<VolumeMount[]> {
  const rows = await em.find(Volume, { application: preview.previewOf?.id ?? '' }, { orderBy: { mountPath: 'asc' } });
  return rows.map(({ mountPath, name }) => {
    const volume = { name: `${name}-preview`, type: 'docker_volume' as const, options: {} };
    return { ...volume, name: volumeName(volume, preview.id), target: mountPath };
  });
}
