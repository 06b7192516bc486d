import type { User } from '../../entities/user.ts';
import { createToken } from '../../usecases/people/api-tokens.ts';
import type { Deps } from '../../usecases/deps.ts';
import { needsToken, type Origin } from '../../usecases/origin.ts';
import type { Reply } from '../../replies/reply.ts';

/** Greets a newly linked or signed-in person; over HTTP the greeting holds a token for later requests. */
export async function welcome(deps: Deps, user: User, origin: Origin): Promise<Reply> {
  const data = { id: user.id, username: user.username, role: user.role };
  const greeting = `Welcome, \`${user.username}\`. Your role is \`${user.role}\`.`;
  if (!needsToken(origin)) {
    return { tone: 'success', text: `${greeting} \`help\` lists what you can do.`, data };
  }
  const name = `link-${new Date().toISOString().replaceAll(/[^0-9T]/g, '')}`;
  const token = await createToken(deps, { user, origin, name });
  return {
    tone: 'success',
    private: true,
    text: `${greeting} Store this token now: it is not shown again.`,
    code: `SHIPMATE_TOKEN=${token}`,
    data: { ...data, token },
  };
}
