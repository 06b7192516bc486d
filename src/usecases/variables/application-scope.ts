import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { EnvVar } from '../../entities/env-var.ts';
import { envVarIdentity } from '../applications/application-environment.ts';
import { applicationName } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import type { Deps } from '../deps.ts';
import { storedVariable, storeRows } from './variable-rows.ts';
import type { NewVariable, StoredVariable, VariableScope } from './variable-scope.ts';

/** Plain variables live with the application (`applications.env_vars`), secret ones encrypted in `env_vars`. */
export function applicationScope(deps: Pick<Deps, 'cipher'>, application: Application): VariableScope {
  const name = applicationName(application);
  return {
    project: application.project,
    application,
    environment: '',
    forPreviews: false,
    name,
    option: '',
    audit: {
      action: 'application.env',
      kind: 'env_var',
      resourceType: 'application',
      resourceId: application.id,
    },
    refusePlain: (key) =>
      `\`${key}\` is a secret. Change it with \`--secret\`, or make it plain first: \`env set ${name} ${key} --plain\`.`,
    lock: (em) => lockApplicationRow(em, application),
    async read(em) {
      const found = new Map<string, StoredVariable>();
      for (const [key, value] of Object.entries(application.envVars)) {
        found.set(key, { kind: 'plain', stored: value, reveal: () => value });
      }
      for (const row of await em.find(EnvVar, { application })) {
        const kind = row.database ? 'database' : row.forBuild ? 'build' : 'secret';
        found.set(row.key, storedVariable(deps.cipher, row, kind, envVarIdentity(row)));
      }
      return found;
    },
    write: (em, variables) => write(deps, em, application, variables),
  };
}

async function write(
  { cipher }: Pick<Deps, 'cipher'>,
  em: EntityManager,
  application: Application,
  variables: ReadonlyMap<string, NewVariable | undefined>,
): Promise<void> {
  const found = await em.find(EnvVar, { application, key: { $in: [...variables.keys()] } });
  const stored = new Set(found.map((row) => row.key));
  const plain = new Map(Object.entries(application.envVars));
  const inRows = new Map(variables);
  for (const [key, variable] of variables) {
    plain.delete(key);
    if (variable?.kind !== 'plain' || stored.has(key)) continue;
    plain.set(key, variable.value);
    inRows.delete(key);
  }
  application.envVars = Object.fromEntries(plain);
  const owner = em.getReference(Application, application.id);
  storeRows(em, inRows, {
    cipher,
    found,
    identity: envVarIdentity,
    create: (values) => em.create(EnvVar, { application: owner, ...values }),
    // Even if it came from an attached database: it is no longer that database's connection string.
    change: (row, values) => em.assign(row, { ...values, database: null }),
  });
}
