import { type UserRole, userRoles } from '../../entities/user.ts';

/** True when `role` is at least `needed`: super_admin > admin > developer > viewer. */
export function roleAtLeast(role: UserRole, needed: UserRole): boolean {
  return userRoles.indexOf(role) <= userRoles.indexOf(needed);
}
