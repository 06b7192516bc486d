import { ChangedVariable, type VariableKind } from '../../entities/changed-variable.ts';
import type { User } from '../../entities/user.ts';
import { VariableChange } from '../../entities/variable-change.ts';
import type { Deps } from '../deps.ts';
import { findScope } from './find-scope.ts';
import { changesOf } from './record-change.ts';
import type { VariableOwner, VariableScope } from './variable-scope.ts';

/** A variable before or after a change. */
interface Seen {
  kind: VariableKind;
  /** Of a plain variable only. */
  value: string | undefined;
}

export interface SeenChange {
  id: number;
  at: Date;
  /** Undefined when the user is gone. */
  by: string | undefined;
  /** The change to which it rolled back; 0: before the first one known. */
  backTo: number | undefined;
  variables: { key: string; before: Seen; after: Seen }[];
}

/** The newest changes of variables, with the values of plain ones only. */
export async function readVariableHistory(
  deps: Deps,
  { limit, of, user }: { user: Pick<User, 'id'>; of: VariableOwner; limit: number },
): Promise<{ scope: VariableScope; changes: SeenChange[] }> {
  return deps.database.asUser(user.id).transactional(async (em) => {
    const scope = await findScope(deps, em, of);
    const newest = { orderBy: { id: 'desc' }, limit, populate: ['changedBy'] } as const;
    const changes = await em.find(VariableChange, changesOf(scope), newest);
    const ids = changes.map(({ id }) => id);
    const rows = await em.find(ChangedVariable, { change: { $in: ids } }, { orderBy: { key: 'asc' } });
    return {
      scope,
      changes: changes.map(({ backTo, changedBy, createdAt, id }) => ({
        id,
        at: createdAt,
        by: changedBy?.username,
        backTo: backTo ?? undefined,
        variables: rows.filter(({ change }) => change.id === id).map(seenVariable),
      })),
    };
  });
}

function seenVariable({ afterKind, afterValue, beforeKind, beforeValue, key }: ChangedVariable) {
  const before = beforeKind === 'plain' ? (beforeValue ?? undefined) : undefined;
  return {
    key,
    before: { kind: beforeKind, value: before },
    after: { kind: afterKind, value: afterValue ?? undefined },
  };
}
