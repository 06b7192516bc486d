import type { User } from '../../entities/user.ts';
import { createToken } from '../../usecases/people/api-tokens.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { Origin } from '../../usecases/origin.ts';
import type { Reply } from '../../replies/reply.ts';

/** Greets whoever has just been linked or signed in; over HTTP with a token, which later requests are known by. */
export async function welcome(deps: Deps, user: User, origin: Origin): Promise<Reply> {
  const data = { id: user.id, username: user.username, role: user.role };
  const greeting = `Welcome, \`${user.username}\`. Your role is \`${user.role}\`.`;
  if (origin.platform !== 'http') {
    return { tone: 'success', text: `${greeting} \`help\` lists what you can do.`, data };
  }
  const name = `link-${new Date().toISOString().replaceAll(/[^0-9T]/g, '')}`;
  const token = await createToken(deps, { user, origin, name });
  return {
    tone: 'success',
    private: true,
    text: `${greeting} Keep this token now, it is not shown again.`,
    code: `SHIPMATE_TOKEN=${token}`,
    data: { ...data, token },
  };
}
