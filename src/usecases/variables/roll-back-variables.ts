import type { EntityManager } from '../../database/database.ts';
import { ChangedVariable } from '../../entities/changed-variable.ts';
import { VariableChange } from '../../entities/variable-change.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import { allOf } from '../../word-lists.ts';
import type { Deps } from '../deps.ts';
import { changeVariables, type ChangedVariables } from './change-variables.ts';
import { changedVariableIdentity, changesOf } from './record-change.ts';
import type { NewVariable, StoredVariable, VariableRequest, VariableScope } from './variable-scope.ts';

export interface RolledBack extends ChangedVariables {
  /** The change after which the variables were as they are again; 0: before the first one known. */
  backTo: number;
  removed: string[];
  /** Connection strings of attached databases, which only `db attach` and `db detach` change. */
  left: string[];
}

/**
 * Brings variables back to what they were after `change`, by default to what they were before the newest one.
 * @throws {NotFoundError} when there is no such change; {ConflictError} when the variables are as they were then.
 */
export async function rollBackVariables(
  deps: Deps,
  { change, ...request }: VariableRequest & { change: number | undefined },
): Promise<RolledBack> {
  let rolledBack = { backTo: 0, removed: [] as string[], left: [] as string[] };
  const changed = await changeVariables(deps, request, async (scope, stored, em) => {
    const { backTo, undone } = await findUndone(em, scope, change);
    const wanted = await variablesBefore(deps, em, undone);
    const isAttached = (key: string) => wanted.get(key) === 'database' || stored.get(key)?.kind === 'database';
    const left = [...wanted.keys()].filter(isAttached).sort();
    const variables = new Map<string, NewVariable | undefined>();
    for (const [key, variable] of [...wanted].sort(([a], [b]) => a.localeCompare(b))) {
      if (variable !== 'database' && !left.includes(key) && !isSame(variable, stored.get(key)))
        variables.set(key, variable);
    }
    if (variables.size === 0) throw nothingToDo(scope, left);
    const removed = [...variables].flatMap(([key, variable]) => (variable ? [] : [key]));
    rolledBack = { backTo, removed, left };
    return { verb: 'rollback', details: { back_to: backTo }, variables, backTo };
  });
  return { ...changed, ...rolledBack };
}

async function findUndone(
  em: EntityManager,
  scope: VariableScope,
  wanted: number | undefined,
): Promise<{ backTo: number; undone: number[] }> {
  const changes = await em.find(VariableChange, changesOf(scope), { orderBy: { id: 'desc' }, fields: ['id'] });
  const ids = changes.map(({ id }) => id);
  const at = wanted === undefined ? 1 : ids.indexOf(wanted);
  const noun = scope.application ? 'env' : 'shared';
  const list = `\`${noun} history ${scope.name}${scope.option}\``;
  if (at === -1) throw new NotFoundError(`There is no change ${wanted} of these variables. ${list} lists them.`);
  if (ids.length === 0) throw new NotFoundError(`No change of these variables is known: ${list}.`);
  return { backTo: ids[at] ?? 0, undone: ids.slice(0, at) };
}

/** What each variable was before the first of these changes that is about it. */
async function variablesBefore(
  { cipher }: Pick<Deps, 'cipher'>,
  em: EntityManager,
  changes: readonly number[],
): Promise<Map<string, NewVariable | 'database' | undefined>> {
  const rows = await em.find(ChangedVariable, { change: { $in: [...changes] } }, { orderBy: { change: 'asc' } });
  const before = new Map<string, NewVariable | 'database' | undefined>();
  for (const row of rows) {
    if (before.has(row.key)) continue;
    const { beforeKind: kind, beforeValue: value } = row;
    if (kind === 'unset' || kind === 'database') before.set(row.key, kind === 'unset' ? undefined : kind);
    else {
      const plain = kind === 'plain' ? (value ?? '') : cipher.decrypt(value ?? '', changedVariableIdentity(row));
      before.set(row.key, { kind, value: plain });
    }
  }
  return before;
}

function isSame(wanted: NewVariable | undefined, stored: StoredVariable | undefined): boolean {
  if (!wanted || !stored) return !wanted && !stored;
  return wanted.kind === stored.kind && wanted.value === stored.reveal();
}

function nothingToDo({ name }: VariableScope, left: readonly string[]): ConflictError {
  if (left.length === 0) return new ConflictError('The variables are as they were then. Nothing is changed.');
  return new ConflictError(
    `Only ${allOf(left)} differ from then, the connections of databases: change them with \`db attach <database> ${name}\` ` +
      `and \`db detach <database> ${name}\`.`,
  );
}
