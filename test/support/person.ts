import type { Database } from '../../src/database/database.ts';
import { ChatIdentity } from '../../src/entities/chat-identity.ts';
import { User, type UserRole } from '../../src/entities/user.ts';
import { commands } from '../../src/handlers/commands/index.ts';
import { createDispatcher } from '../../src/handlers/dispatch.ts';
import type { Ask } from '../../src/handlers/command-request.ts';
import type { Reply } from '../../src/replies/reply.ts';
import type { Deps } from '../../src/usecases/deps.ts';
import type { Origin } from '../../src/usecases/origin.ts';
import { makeUser } from './factories.ts';
import { consoleOrigin } from './fakes.ts';

export interface Person {
  user: User;
  origin: Origin;
  /** Types a line at the console. */
  type(line: string, secrets?: Record<string, string>): Promise<Reply>;
  ask(ask: Ask): Promise<Reply>;
}

/** A user with a linked console account, who speaks to Shipmate. */
export async function makePerson(deps: Deps, role: UserRole): Promise<Person> {
  const user = await makeUser(deps.database, { role });
  const origin = consoleOrigin(user.username);
  await linkIdentity(deps.database, user, origin);
  const { dispatch } = createDispatcher(deps, commands);
  return {
    user,
    origin,
    type: (line, secrets) => dispatch({ line, ...(secrets && { secrets }) }, origin),
    ask: (ask) => dispatch(ask, origin),
  };
}

/** Ties a chat account to the user. */
export async function linkIdentity(
  database: Database,
  user: User,
  { platform, workspace, account }: Pick<Origin, 'platform' | 'workspace' | 'account'>,
): Promise<void> {
  await database.asSystem().transactional(async (em) => {
    em.create(ChatIdentity, { user: em.getReference(User, user.id), platform, workspace, account });
  });
}
