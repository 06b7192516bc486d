import { executeSql, type EntityManager } from '../../database/database.ts';
import type { Project } from '../../entities/project.ts';
import { SharedVariable } from '../../entities/shared-variable.ts';
import type { Deps } from '../deps.ts';
import { sharedVariableIdentity } from '../shared-variables/shared-values.ts';
import { storedVariable, storeRows } from './variable-rows.ts';
import type { NewVariable, VariableScope } from './variable-scope.ts';

/** The variables that a project shares with all its applications, or with those of one environment. */
export function sharedScope(deps: Pick<Deps, 'cipher'>, project: Project, environment: string): VariableScope {
  return {
    project,
    application: undefined,
    environment,
    forPreviews: false,
    name: project.name,
    option: environment === '' ? '' : ` --environment ${environment}`,
    audit: {
      action: 'project.shared',
      kind: 'shared_variable',
      resourceType: 'project',
      resourceId: project.id,
    },
    refusePlain: (key) => `\`${key}\` is a shared secret. Change it with \`--secret\`, or unset it first.`,
    // Members change them, and may not lock the row of the project.
    lock: async (em) =>
      void (await executeSql(em, `select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`shared:${project.id}`])),
    async read(em) {
      const rows = await em.find(SharedVariable, { project, environment });
      return new Map(
        rows.map((row) => [row.key, storedVariable(deps.cipher, row, 'secret', sharedVariableIdentity(row))]),
      );
    },
    write: (em, variables) => write(deps, em, { project, environment }, variables),
  };
}

async function write(
  { cipher }: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { environment, project }: { project: Project; environment: string },
  variables: ReadonlyMap<string, NewVariable | undefined>,
): Promise<void> {
  storeRows(em, variables, {
    cipher,
    found: await em.find(SharedVariable, { project, environment, key: { $in: [...variables.keys()] } }),
    identity: sharedVariableIdentity,
    create: ({ id, isSecret, key, value }) =>
      em.create(SharedVariable, { id, project, environment, key, value, isSecret }),
    change: (row, { isSecret, value }) => em.assign(row, { isSecret, value }),
  });
}
