import type { EntityManager } from '../../database/database.ts';
import { Application } from '../../entities/application.ts';
import { PreviewVariable } from '../../entities/preview-variable.ts';
import { applicationName } from '../applications/find-application.ts';
import { lockApplicationRow } from '../applications/lock-application-row.ts';
import { previewVariableIdentity } from '../applications/preview-environment.ts';
import type { Deps } from '../deps.ts';
import { storedVariable, storeRows } from './variable-rows.ts';
import type { NewVariable, VariableScope } from './variable-scope.ts';

/** The variables that only the previews of an application get. Those of commits from outside get the plain ones only. */
export function previewScope(deps: Pick<Deps, 'cipher'>, application: Application): VariableScope {
  return {
    project: application.project,
    application,
    environment: '',
    forPreviews: true,
    name: applicationName(application),
    option: ' --preview',
    audit: {
      action: 'preview.env',
      kind: 'preview_variable',
      resourceType: 'application',
      resourceId: application.id,
    },
    refusePlain: (key) => `\`${key}\` is a secret of the previews. Change it with \`--secret\`, or unset it first.`,
    lock: (em) => lockApplicationRow(em, application),
    async read(em) {
      const rows = await em.find(PreviewVariable, { application });
      const kindOf = ({ forBuild }: PreviewVariable) => (forBuild ? 'build' : 'secret');
      return new Map(
        rows.map((row) => [row.key, storedVariable(deps.cipher, row, kindOf(row), previewVariableIdentity(row))]),
      );
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
  storeRows(em, variables, {
    cipher,
    found: await em.find(PreviewVariable, { application, key: { $in: [...variables.keys()] } }),
    identity: previewVariableIdentity,
    create: (values) => em.create(PreviewVariable, { application, ...values }),
    change: (row, values) => em.assign(row, values),
  });
}
