import type { Request } from 'express';
import type { McpMode } from '../../entities/api-token.ts';
import type { User } from '../../entities/user.ts';
import { UnauthenticatedError } from '../../errors.ts';
import type { Deps } from '../../usecases/deps.ts';
import { findToken } from '../../usecases/people/api-tokens.ts';
import { identify } from '../../usecases/people/identify.ts';
import type { Assistant } from '../mcp/assistant.ts';
import { bearerOf, localAccountOf, originOf, wrongToken } from './authenticate.ts';

/** For whom an assistant acts, and what it may do. */
export interface McpCaller {
  user: User;
  mode: McpMode;
  token: string | undefined;
  /** For the audit log. */
  by: string;
}

const howTo = 'Create a token for an assistant in chat: `token create <name> --mcp ask`.';

/**
 * Over the machine's own socket, an assistant asks before each change: whoever started it may do everything themselves.
 * @throws {UnauthenticatedError} without a token that was made for assistants.
 */
export async function mcpCallerOf(deps: Pick<Deps, 'database'>, request: Request): Promise<McpCaller> {
  const local = localAccountOf(request);
  if (local) {
    const user = await identify(deps, originOf(request, undefined));
    if (!user) throw new UnauthenticatedError('Link your account first: `shipmate link <code>`.');
    return { user, mode: narrowed(request, 'ask'), token: undefined, by: `${local.account} on this machine` };
  }
  const given = bearerOf(request);
  if (given === undefined) throw new UnauthenticatedError(`Send a token: \`Authorization: Bearer <token>\`. ${howTo}`);
  const found = await findToken(deps, given);
  if (!found) throw new UnauthenticatedError(wrongToken);
  if (!found.mcp) throw new UnauthenticatedError(`This token is not for assistants. ${howTo}`);
  return { user: found.user, mode: narrowed(request, found.mcp), token: found.id, by: `token ${found.name}` };
}

/** `?mode=read` takes rights away; nothing in a request gives any. */
function narrowed(request: Request, mode: McpMode): McpMode {
  return request.query['mode'] === 'read' ? 'read' : mode;
}

/** @param client Its name, as far as it has told it. */
export function assistantOf(request: Request, { by, mode, token, user }: McpCaller, client = 'unnamed'): Assistant {
  const origin = originOf(request, user);
  return {
    user,
    mode,
    token,
    client,
    wanted: wantedOf(request.query['tools']),
    waitMs: waitOf(request.query['wait']),
    origin: { ...origin, channel: 'mcp', userAgent: `${client} by MCP (${by})`, assistant: client },
  };
}

/** `?tools=app,deploy,status`: for clients that take few tools. */
function wantedOf(given: unknown): string[] | undefined {
  if (typeof given !== 'string') return undefined;
  const words = given
    .slice(0, 1_000)
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  return words.length > 0 ? words : undefined;
}

/** `?wait=20`: seconds, at most five minutes; for clients whose own time limit is short, or long. */
function waitOf(given: unknown): number | undefined {
  if (typeof given !== 'string' || !/^\d{1,4}$/.test(given)) return undefined;
  return Math.min(Number(given), 300) * 1_000;
}
