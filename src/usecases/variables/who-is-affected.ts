import { executeSql, type EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { PreviewVariable } from '../../entities/preview-variable.ts';
import { envVarIdentity } from '../applications/application-environment.ts';
import { applicationName } from '../applications/find-application.ts';
import { previewVariableIdentity } from '../applications/preview-environment.ts';
import type { Deps } from '../deps.ts';
import { referencesIn, type SharedValues } from '../shared-variables/shared-references.ts';
import { environmentOf, previewEnvironment } from '../shared-variables/shared-values.ts';
import { loadSharedEnvironments } from './shared-environments.ts';
import type { VariableScope } from './variable-scope.ts';

/** An application, or its previews, that refers to changed shared variables. */
export interface Affected {
  application: string;
  previews: boolean;
  /** The changed ones that it refers to, directly or through others. */
  names: string[];
  /** Those of them that are no longer set for it. */
  missing: string[];
}

interface User {
  application: Application;
  previews: boolean;
  environment: string;
  references: string[];
}

/** Who gets another value at the next deployment, by name. */
export async function whoIsAffected(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { environment, project }: VariableScope,
  changed: readonly string[],
): Promise<Affected[]> {
  if (changed.length === 0) return [];
  const shared = await loadSharedEnvironments(deps, em, project);
  return (await usersOf(deps, em, project.id)).flatMap((user) => {
    if (environment !== '' && environment !== user.environment) return [];
    const values = shared.valuesOf(user.environment);
    const reached = reachedFrom(user.references, values);
    // Where the environment has its own, the project's does not count.
    const isOfProject = (name: string) => (values.get(name)?.environment ?? '') === '';
    const names = changed.filter((name) => reached.has(name) && (environment !== '' || isOfProject(name)));
    if (names.length === 0) return [];
    const missing = names.filter((name) => !values.has(name));
    return [{ application: applicationName(user.application), previews: user.previews, names, missing }];
  });
}

function reachedFrom(references: readonly string[], values: SharedValues): Set<string> {
  const reached = new Set(references);
  for (const name of reached) {
    for (const next of referencesIn(values.get(name)?.value ?? '')) reached.add(next);
  }
  return reached;
}

/** The applications of a project and their previews, with the shared variables that they name. */
export async function usersOf({ cipher }: Pick<Deps, 'cipher'>, em: EntityManager, project: string): Promise<User[]> {
  const applications = await em.find(
    Application,
    { project, deletedAt: null, previewOf: null },
    { orderBy: { name: 'asc' }, populate: ['project'] },
  );
  const ofProject = { application: { project, deletedAt: null } };
  const named = new Map(applications.map(({ envVars, id }) => [id, Object.values(envVars).flatMap(referencesIn)]));
  for (const row of await em.find(EnvVar, ofProject)) {
    const value = row.isSecret ? cipher.decrypt(row.value, envVarIdentity(row)) : row.value;
    named.get(row.application.id)?.push(...referencesIn(value));
  }
  for (const [id, names] of await inComposeFiles(em, project)) named.get(id)?.push(...names);
  const ofPreviews = new Map<string, string[]>();
  for (const row of await em.find(PreviewVariable, ofProject)) {
    const value = row.isSecret ? cipher.decrypt(row.value, previewVariableIdentity(row)) : row.value;
    const names = ofPreviews.get(row.application.id) ?? [];
    ofPreviews.set(row.application.id, [...names, ...referencesIn(value)]);
  }
  return applications.flatMap((application) => {
    const own = named.get(application.id) ?? [];
    const previews = ofPreviews.get(application.id) ?? [];
    return [
      { application, previews: false, environment: environmentOf(application), references: own },
      { application, previews: true, environment: previewEnvironment, references: previews },
    ];
  });
}

/** What the compose files named when they were deployed last. */
async function inComposeFiles(em: EntityManager, project: string): Promise<[string, string[]][]> {
  const { rows } = await executeSql<{ id: string; shared: string[] }>(
    em,
    `select a.id, d.metadata -> 'shared' as shared
     from applications a
     cross join lateral (
       select metadata from deployments where application_id = a.id and status = 'success'
       order by started_at desc limit 1
     ) d
     where a.project_id = $1 and a.type = 'compose' and a.deleted_at is null and d.metadata -> 'shared' is not null`,
    [project],
  );
  return rows.map(({ id, shared }) => [id, shared]);
}
