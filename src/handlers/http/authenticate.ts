import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import type { User } from '../../entities/user.ts';
import { UnauthenticatedError } from '../../errors.ts';
import { findToken } from '../../usecases/people/api-tokens.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { LocalAccount, Origin } from '../../usecases/origin.ts';
import { identify } from '../../usecases/people/identify.ts';
import { readTraceparent, writeTraceparent } from '../../tracing/traceparent.ts';
import { clientAddress } from '../client-address.ts';
import { localCallersOf } from './local-callers.ts';

export const wrongToken = 'The token is wrong or was revoked. Create a new one in chat: `token create <name>`.';

export interface Caller {
  user: User | undefined;
  origin: Origin;
}

/**
 * Identifies the caller by their bearer token. Without one the caller is a stranger, who may read the help and link
 * with a one-time code.
 * @throws {UnauthenticatedError} when the token is not valid.
 */
export async function callerOf(deps: Pick<Deps, 'database'>, request: Request): Promise<Caller> {
  const token = bearerOf(request);
  const local = localAccountOf(request);
  if (local) {
    const user = await identify(deps, originOf(request, undefined));
    return { user, origin: originOf(request, user) };
  }
  if (token === undefined) return { user: undefined, origin: originOf(request, undefined) };
  const found = await findToken(deps, token);
  if (!found) throw new UnauthenticatedError(wrongToken);
  if (found.mcp) throw new UnauthenticatedError('This token is for an assistant and opens nothing but `/mcp`.');
  return { user: found.user, origin: originOf(request, found.user) };
}

/** @throws {UnauthenticatedError} for strangers too. */
export async function userOf(deps: Pick<Deps, 'database'>, request: Request): Promise<User> {
  const { user } = await callerOf(deps, request);
  if (user) return user;
  throw new UnauthenticatedError('Send your token: `Authorization: Bearer <token>`.');
}

/** The token of the request, not yet verified. @throws {UnauthenticatedError} when the header is malformed. */
export function bearerOf(request: Request): string | undefined {
  const header = request.get('authorization');
  if (header === undefined) return undefined;
  const token = /^Bearer +([\w~+/.-]{1,500}=*) *$/i.exec(header)?.[1];
  if (token !== undefined) return token;
  throw new UnauthenticatedError('The Authorization header has to be `Bearer <token>`.');
}

/** The account of this machine that the request's token stands for, if it came over the machine's socket. */
export function localAccountOf(request: Request): LocalAccount | undefined {
  return localCallersOf(request)?.find(bearerOf(request) ?? '');
}

/** The origin of an HTTP request. */
export function originOf(request: Request, user: User | undefined): Origin {
  const ipAddress = clientAddress(request);
  const local = localAccountOf(request);
  const userAgent = agentOf(request, local);
  const continued = readTraceparent(request.get('traceparent'));
  return {
    platform: 'http',
    workspace: 'api',
    channel: 'api',
    shared: false,
    // A stranger who links becomes an account of their own.
    account: user?.id ?? randomUUID(),
    accountName: local?.account ?? user?.username ?? strangerName(request),
    ...(local && { local }),
    ...(ipAddress !== undefined && { ipAddress }),
    ...(userAgent !== undefined && { userAgent }),
    ...(continued && { traceparent: writeTraceparent(continued) }),
  };
}

/** In the audit log, an account of this machine stands where others have an address. */
function agentOf(request: Request, local: LocalAccount | undefined): string | undefined {
  const agent = request.get('user-agent')?.slice(0, 400);
  if (!local) return agent;
  return `${agent ?? 'unknown program'} by ${local.account} (uid ${local.uid}) on this machine`;
}

/** The name a stranger asks for; `shipmate link` sends the account name of their machine. */
function strangerName(request: Request): string {
  return request.get('x-shipmate-account')?.slice(0, 50) ?? 'user';
}
