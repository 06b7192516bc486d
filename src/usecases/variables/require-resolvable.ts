import type { EntityManager } from '../../database/database.ts';
import { ConflictError, UsageError } from '../../errors.ts';
import { allOf } from '../../word-lists.ts';
import type { Deps } from '../deps.ts';
import { SharedReferenceError, sharedFiller, type SharedValues } from '../shared-variables/shared-references.ts';
import { loadSharedEnvironments } from './shared-environments.ts';
import type { VariableScope } from './variable-scope.ts';
import type { Affected } from './who-is-affected.ts';

/** Most applications in an error. */
const mostNamed = 10;

/**
 * Refuses a change of shared variables after which they refer to each other in a cycle, or applications to what is no longer
 * shared.
 * @throws {UsageError} {ConflictError}
 */
export async function requireResolvable(
  deps: Pick<Deps, 'cipher'>,
  em: EntityManager,
  { name, project }: VariableScope,
  affected: readonly Affected[],
): Promise<void> {
  const shared = await loadSharedEnvironments(deps, em, project);
  for (const environment of shared.names) requireNoCycle(shared.valuesOf(environment));
  const broken = affected.filter(({ missing }) => missing.length > 0);
  const [first] = broken;
  if (!first) return;
  const missing = new Set(broken.flatMap((one) => one.missing));
  const users = new Set(broken.map(({ application }) => application));
  const more = users.size > mostNamed ? ` and ${users.size - mostNamed} more` : '';
  throw new ConflictError(
    `${allOf(missing)} would be missing in ${allOf([...users].slice(0, mostNamed))}${more}. ` +
      `Change the variables there first: \`env list ${first.application}${first.previews ? ' --preview' : ''}\`. ` +
      `\`shared list ${name}\` shows who refers to what.`,
  );
}

function requireNoCycle(values: SharedValues): void {
  const fill = sharedFiller(values);
  for (const name of values.keys()) {
    try {
      fill(`\${shared.${name}}`);
    } catch (error) {
      if (!(error instanceof SharedReferenceError)) throw error;
      // What is not set yet may be set next.
      if (error.missing === undefined) throw new UsageError(`Nothing is changed: ${error.message}.`);
    }
  }
}
