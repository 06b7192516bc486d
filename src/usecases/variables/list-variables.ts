import type { User } from '../../entities/user.ts';
import type { Deps } from '../deps.ts';
import { referencesIn, sharedFiller, SharedReferenceError } from '../shared-variables/shared-references.ts';
import { environmentOf, loadSharedValues, previewEnvironment } from '../shared-variables/shared-values.ts';
import { findScope } from './find-scope.ts';
import { loadSharedEnvironments } from './shared-environments.ts';
import type { VariableOwner, VariableScope } from './variable-scope.ts';
import { usersOf } from './who-is-affected.ts';

/** Where a part of a value comes from. */
export interface SharedOrigin {
  name: string;
  /** Empty: the whole project; undefined: it is not set. */
  environment: string | undefined;
  /** Undefined when it is secret, not set or in a cycle. */
  value: string | undefined;
}

export interface ShownVariable {
  key: string;
  /** Undefined when it is secret. */
  value: string | undefined;
  /** Whether only builds get it. */
  forBuild: boolean;
  /** The shared variables that a plain value names. */
  shared: SharedOrigin[];
}

/** The variables of an application or of its previews, by name. */
export async function listVariables(
  deps: Deps,
  { of, user }: { user: Pick<User, 'id'>; of: VariableOwner },
): Promise<{ scope: VariableScope; variables: ShownVariable[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const scope = await findScope(deps, em, of);
    const stored = [...(await scope.read(em))].sort(([a], [b]) => a.localeCompare(b));
    const { application, forPreviews, project } = scope;
    const own = application ? environmentOf(application) : scope.environment;
    const environment = forPreviews ? previewEnvironment : own;
    const values = await loadSharedValues(deps, em, { project, environment });
    const fill = sharedFiller(values);
    const originOf = (name: string): SharedOrigin => ({
      name,
      environment: values.get(name)?.environment,
      value: readable(fill, name),
    });
    const variables = stored.map(([key, { kind, stored: value }]) => ({
      key,
      value: kind === 'plain' ? value : undefined,
      forBuild: kind === 'build',
      shared: kind === 'plain' ? referencesIn(value).map(originOf) : [],
    }));
    return { scope, variables };
  });
}

function readable(fill: ReturnType<typeof sharedFiller>, name: string): string | undefined {
  try {
    const { isSecret, value } = fill(`\${shared.${name}}`);
    return isSecret ? undefined : value;
  } catch (error) {
    if (error instanceof SharedReferenceError) return undefined;
    throw error;
  }
}

export interface SharedShown {
  key: string;
  /** Undefined when it is secret. */
  value: string | undefined;
  /** Empty: the whole project. */
  environment: string;
  /** Applications that name it themselves, in the environments that get this value. */
  usedBy: string[];
}

/** What a project shares: of all environments, or what one of them gets. */
export async function listShared(
  deps: Deps,
  { of, user }: { user: Pick<User, 'id'>; of: { project: string; environment?: string | undefined } },
): Promise<{ scope: VariableScope; variables: SharedShown[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const scope = await findScope(deps, em, of);
    const shared = await loadSharedEnvironments(deps, em, scope.project);
    const users = await usersOf(deps, em, scope.project.id);
    const shown = of.environment === undefined ? shared.names : ['', scope.environment];
    const variables = shown.flatMap((environment) =>
      [...shared.valuesOf(environment)]
        .filter(([, value]) => value.environment === environment)
        .map(([key, { isSecret, value }]) => {
          const using = users.filter(
            (one) =>
              one.references.includes(key) && shared.valuesOf(one.environment).get(key)?.environment === environment,
          );
          const names = using.map(({ application, previews }) => application.name + (previews ? ' (previews)' : ''));
          return { key, value: isSecret ? undefined : value, environment, usedBy: [...new Set(names)] };
        }),
    );
    return { scope, variables };
  });
}
