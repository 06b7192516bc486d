import { executeSql, type EntityManager } from '../../database/database.ts';
import type { User, UserRole } from '../../entities/user.ts';

/** Whether the user only stands for an account of the machine that was never linked. */
export function isStandIn({ preferences }: Pick<User, 'preferences'>): boolean {
  return preferences['standIn'] === true;
}

/** Whoever links the account takes its place: nobody acts as the stand-in any more. */
export function endStandIn(user: User): void {
  user.role = 'viewer';
}

/** The stand-in is the person from now on, with its name and what it did so far. */
export function becomePerson(user: User, role: UserRole): User {
  const { standIn: _standIn, ...preferences } = user.preferences;
  user.preferences = preferences;
  user.role = role;
  return user;
}

/** Whether a person is super_admin: whoever runs the machine may be one without a code. */
export async function hasSuperAdmin(em: EntityManager): Promise<boolean> {
  const { rows } = await executeSql(
    em,
    `select from users where role = 'super_admin' and preferences ->> 'standIn' is null limit 1`,
  );
  return rows.length > 0;
}
