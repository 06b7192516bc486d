import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { Application } from '../../entities/application.ts';
import { PreviewVariable } from '../../entities/preview-variable.ts';
import { ConflictError, NotFoundError, UsageError } from '../../errors.ts';
import { type EnvRequest, requireVariable, type ShownVariable } from '../applications/env-vars.ts';
import { applicationName, findApplication } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { previewVariableIdentity } from '../applications/preview-environment.ts';
import type { Deps } from '../deps.ts';
import { actor } from '../origin.ts';
import { recordAudit } from '../record-audit.ts';
import { allOf } from '../../word-lists.ts';

/** The variables that only the previews of an application get. */
export async function listPreviewEnv(
  deps: Deps,
  { application: name, user }: Pick<EnvRequest, 'user' | 'application'>,
): Promise<{ application: Application; variables: ShownVariable[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, name);
    const rows = await em.find(PreviewVariable, { application }, { orderBy: { key: 'asc' } });
    const shown = ({ forBuild, isSecret, key, value }: PreviewVariable) => ({
      key,
      value: isSecret ? undefined : value,
      forBuild,
    });
    return { application, variables: rows.map(shown) };
  });
}

/**
 * Sets variables of previews; they apply at a preview's next deployment. Previews of commits from outside get the plain
 * ones only.
 * @throws {UsageError} when a key or value is refused; {ConflictError} when a plain value would replace a secret.
 */
export async function setPreviewEnv(
  deps: Deps,
  request: EnvRequest & { variables: Record<string, string>; secret: boolean; forBuild?: boolean },
): Promise<Application> {
  const { forBuild = false, secret, variables } = request;
  const entries = Object.entries(variables);
  if (entries.length === 0) throw new UsageError('No variables were given. Write them as `KEY=VALUE`.');
  for (const [key, value] of entries) requireVariable(key, value);
  return change(deps, request, 'env_set', async (em, application) => {
    const keys = entries.map(([key]) => key);
    const rows = new Map(
      (await em.find(PreviewVariable, { application, key: { $in: keys } })).map((row) => [row.key, row]),
    );
    const hidden = keys.find((key) => !secret && rows.get(key)?.isSecret);
    if (hidden !== undefined) {
      throw new ConflictError(
        `\`${hidden}\` is a secret of the previews. Change it with \`--secret\`, or unset it first.`,
      );
    }
    for (const [key, plain] of entries) {
      const row = rows.get(key);
      const id = row?.id ?? randomUUID();
      const value = secret ? deps.cipher.encrypt(plain, previewVariableIdentity({ id })) : plain;
      if (row) em.assign(row, { value, isSecret: secret, forBuild });
      else em.create(PreviewVariable, { id, application, key, value, isSecret: secret, forBuild });
    }
    return keys;
  });
}

/** @throws {NotFoundError} when one of the keys is not set; nothing is changed then. */
export async function unsetPreviewEnv(deps: Deps, request: EnvRequest & { keys: string[] }): Promise<Application> {
  return change(deps, request, 'env_unset', async (em, application) => {
    const rows = await em.find(PreviewVariable, { application, key: { $in: request.keys } });
    const missing = request.keys.filter((key) => !rows.some((row) => row.key === key));
    if (missing.length > 0) throw new NotFoundError(`Not set for previews: ${allOf(missing)}.`);
    for (const row of rows) em.remove(row);
    return request.keys;
  });
}

async function change(
  deps: Deps,
  { application: name, origin, user }: EnvRequest,
  verb: 'env_set' | 'env_unset',
  apply: (em: EntityManager, application: Application) => Promise<string[]>,
): Promise<Application> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const application = await findApplication(em, name, { user, intent: 'change' });
    await lockApplicationRow(em, application);
    const keys = await apply(em, application);
    await em.flush();
    await recordAudit(em, {
      ...actor(user, origin),
      action: `preview.${verb}`,
      resourceType: 'application',
      resourceId: application.id,
      // Names only: the audit log is read by more people than the variables are.
      details: { kind: 'preview_variable', application: applicationName(application), keys },
    });
    return application;
  });
}
