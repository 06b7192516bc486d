import { type UserRole, userRoles } from '../../entities/user.ts';

/** True when `role` may do what needs `needed`: super_admin > admin > developer > viewer. */
export function roleAtLeast(role: UserRole, needed: UserRole): boolean {
  return userRoles.indexOf(role) <= userRoles.indexOf(needed);
}
