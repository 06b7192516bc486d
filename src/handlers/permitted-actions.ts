import type { User } from '../entities/user.ts';
import type { Action } from '../replies/reply.ts';
import { roleAtLeast } from '../usecases/access/roles.ts';
import type { Dispatcher } from './dispatch.ts';

interface Viewer {
  user: User;
  /** Whether they may deploy and configure what the actions are about. */
  mayChange: boolean;
}

/** Without those that would only be refused; whoever types their line is refused in words. */
export function permittedActions(
  read: Dispatcher['read'],
  offered: readonly Action[],
  { mayChange, user }: Viewer,
): Action[] {
  return offered.filter(({ command: line }) => {
    const { command } = read({ line });
    if (!command || command.role === 'anyone') return false;
    return roleAtLeast(user.role, command.role) && (command.reads === true || mayChange);
  });
}
