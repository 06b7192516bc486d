import { randomUUID } from 'node:crypto';
import type { EntityManager } from '../../database/database.ts';
import type { Cipher } from '../../secrets/cipher.ts';
import type { NewVariable, StoredVariable } from './variable-scope.ts';

interface VariableRow {
  id: string;
  key: string;
  value: string;
  isSecret: boolean;
}

/** How one table stores variables. */
interface Rows<R extends VariableRow> {
  cipher: Cipher;
  /** The additional data of a row's ciphertext. */
  identity: (row: Pick<R, 'id'>) => string;
  /** Those of the variables that exist. */
  found: readonly R[];
  create: (values: VariableRow & { forBuild: boolean }) => unknown;
  change: (row: R, values: { value: string; isSecret: boolean; forBuild: boolean }) => unknown;
}

/** What a row holds now, whatever becomes of the row. `kind` is that of a secret. */
export function storedVariable(
  cipher: Cipher,
  { isSecret, value }: VariableRow,
  kind: Exclude<StoredVariable['kind'], 'plain'>,
  identity: string,
): StoredVariable {
  if (!isSecret) return { kind: 'plain', stored: value, reveal: () => value };
  return { kind, stored: value, reveal: () => cipher.decrypt(value, identity) };
}

export function storeRows<R extends VariableRow>(
  em: EntityManager,
  variables: ReadonlyMap<string, NewVariable | undefined>,
  { change, cipher, create, found, identity }: Rows<R>,
): void {
  const rows = new Map(found.map((row) => [row.key, row]));
  for (const [key, variable] of variables) {
    const row = rows.get(key);
    if (!variable) {
      if (row) em.remove(row);
      continue;
    }
    const id = row?.id ?? randomUUID();
    const isSecret = variable.kind !== 'plain';
    const value = isSecret ? cipher.encrypt(variable.value, identity({ id })) : variable.value;
    const values = { value, isSecret, forBuild: variable.kind === 'build' };
    if (row) change(row, values);
    else create({ id, key, ...values });
  }
}
