import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import { ChangedVariable } from '../../entities/changed-variable.ts';
import { User } from '../../entities/user.ts';
import { VariableChange } from '../../entities/variable-change.ts';
import type { Deps } from '../deps.ts';
import type { StoredVariable, VariableScope } from './variable-scope.ts';

/** The additional data that ties an earlier secret's ciphertext to its row. */
export function changedVariableIdentity({ id }: Pick<ChangedVariable, 'id'>): string {
  return `changed_variables:${id}:before_value`;
}

/** The columns that find the changes of a scope. */
export function changesOf({ application, environment, forPreviews, project }: VariableScope) {
  return { project: project.id, application: application?.id ?? null, environment, forPreviews };
}

type Variables = ReadonlyMap<string, StoredVariable>;

/**
 * Keeps what a change replaced, so that it can be shown and rolled back. The connection strings of attached databases are
 * not kept.
 * @returns the names that changed.
 */
export async function recordChange(
  { cipher }: Pick<Deps, 'cipher'>,
  em: EntityManager,
  scope: VariableScope,
  { after, backTo, before, user }: { before: Variables; after: Variables; user: Pick<User, 'id'>; backTo?: number },
): Promise<string[]> {
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    return old?.kind !== now?.kind || old?.stored !== now?.stored;
  });
  if (keys.length === 0) return [];
  const change = em.create(VariableChange, {
    ...changesOf(scope),
    changedBy: em.getReference(User, user.id),
    backTo: backTo ?? null,
  });
  for (const key of keys) {
    const [old, now] = [before.get(key), after.get(key)];
    const id = randomUUID();
    em.create(ChangedVariable, {
      id,
      change,
      key,
      beforeKind: old?.kind ?? 'unset',
      beforeValue: old ? kept(cipher, old, id) : null,
      afterKind: now?.kind ?? 'unset',
      afterValue: now?.kind === 'plain' ? now.stored : null,
    });
  }
  await em.flush();
  const secret = keys.filter((key) => (after.get(key)?.kind ?? 'plain') !== 'plain');
  await hideEarlier(cipher, em, scope, secret);
  return keys.sort();
}

function kept(cipher: Deps['cipher'], { kind, reveal, stored }: StoredVariable, id: string): string | null {
  if (kind === 'database') return null;
  return kind === 'plain' ? stored : cipher.encrypt(reveal(), changedVariableIdentity({ id }));
}

/** Who makes a variable secret does not want its earlier values read either. */
async function hideEarlier(
  cipher: Deps['cipher'],
  em: EntityManager,
  scope: VariableScope,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const plain = { $or: [{ beforeKind: 'plain' as const }, { afterKind: 'plain' as const }] };
  for (const row of await em.find(ChangedVariable, { change: changesOf(scope), key: { $in: [...keys] }, ...plain })) {
    if (row.beforeKind === 'plain' && row.beforeValue !== null && row.beforeValue !== undefined) {
      row.beforeValue = cipher.encrypt(row.beforeValue, changedVariableIdentity(row));
      row.beforeKind = 'secret';
    }
    if (row.afterKind === 'plain') em.assign(row, { afterKind: 'secret', afterValue: null });
  }
  await em.flush();
}
