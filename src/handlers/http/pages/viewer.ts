import type { Request } from 'express';
import type { EntityManager } from '../../../database/database.ts';
import { Deployment } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../../../errors.ts';
import { hashToken } from '../../../usecases/people/api-tokens.ts';
import { sessionEnd, sessionUser } from '../../../usecases/people/browser-session.ts';
import { verifyDeploymentLink } from '../../../usecases/deployments/deployment-page-url.ts';
import type { LogSource } from '../../../usecases/deployments/deployment-log-pages.ts';
import type { Ticket } from '../../../usecases/deployments/who-still-sees.ts';
import type { Deps } from '../../../usecases/deps.ts';
import type { Follower } from '../../../usecases/output/outputs.ts';
import { bearerOf, callerOf, localAccountOf, userOf } from '../authenticate.ts';
import { readSession } from '../session-cookie.ts';

const Id = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** What a page looks like to somebody hangs on this alone. */
export interface Audience {
  deployment: { id: string };
  signedIn: boolean;
  /** The query to append to each URL on the page: the link's own, or nothing. */
  access: Record<string, string>;
}

export function audienceOf({ access, deployment, user }: Viewing): Audience {
  return { access, deployment: { id: deployment.id }, signedIn: user !== undefined };
}

/** The viewer of a deployment, and how its rows are read for them. */
export interface Viewing {
  /** Undefined: the holder of a link from chat, who may only look. */
  user: User | undefined;
  deployment: Deployment;
  /** The query to append to each URL on the page: the link's own, or nothing. */
  access: Record<string, string>;
  reader(): EntityManager;
  /** The same, with the archive, for logs. */
  logs(): LogSource;
  /** By it a stream finds out that the link or the session is over, or that the person does not see it any more. */
  ticket: Ticket;
}

/** The signed-in person, by session or token. @throws {UnauthenticatedError} when the token is not valid. */
export async function personOf(deps: Deps, request: Request): Promise<User | undefined> {
  const { user } = await callerOf(deps, request);
  const session = readSession(deps, request);
  return user ?? (session === undefined ? undefined : sessionUser(deps, session));
}

/** The same for pages that only people see. @throws {UnauthenticatedError} for strangers. */
export async function requiredPerson(deps: Deps, request: Request): Promise<User> {
  const user = await personOf(deps, request);
  if (!user) throw new UnauthenticatedError('Sign in to see this page.');
  return user;
}

/**
 * A signed-in person sees what they have access to; a link from chat shows its one deployment to anyone.
 * @throws {UnauthenticatedError} for strangers, whether or not the deployment exists.
 * @throws {NotFoundError} when it does not exist or the person cannot see it.
 */
export async function viewingOf(deps: Deps, request: Request<{ id: string }>): Promise<Viewing> {
  const { id } = request.params;
  const user = await personOf(deps, request);
  const link = linkOf(request);
  if (user) {
    const reader = () => deps.database.asUser(user.id);
    const deployment = await find(reader(), id);
    const logs = () => ({ em: reader(), archive: deps.archive });
    const ticket = { deploymentId: id, ...ticketOf(deps, request, user) };
    if (deployment) return { user, deployment, access: {}, reader, logs, ticket };
  }
  if (link && verifyDeploymentLink(deps, { id, ...link })) {
    const reader = () => deps.database.asSystem();
    const deployment = await find(reader(), id);
    const logs = () => ({ em: reader(), archive: deps.archive });
    const ticket = { deploymentId: id, until: Number(link.expires) * 1_000 };
    if (deployment) return { user: undefined, deployment, access: { ...link }, reader, logs, ticket };
  }
  if (user) throw new NotFoundError('There is no such deployment, or you cannot see it.');
  throw new UnauthenticatedError(link ? 'This link has expired or was changed.' : 'Sign in to see this page.');
}

/** With what the person was let in, by token or session. */
function ticketOf(deps: Deps, request: Request, user: User): Pick<Ticket, 'until' | 'person'> {
  const byUser = { userId: user.id, generation: user.sessionGeneration };
  if (localAccountOf(request)) return { until: Number.POSITIVE_INFINITY, person: byUser };
  const token = bearerOf(request);
  if (token !== undefined) {
    return { until: Number.POSITIVE_INFINITY, person: { userId: user.id, tokenHash: hashToken(token) } };
  }
  const until = sessionEnd(readSession(deps, request) ?? '');
  return { until, person: byUser };
}

/**
 * Who follows a log. The API takes no cookies: other sites could send them.
 * @throws {UnauthenticatedError} for strangers.
 */
export async function followerOf(deps: Deps, request: Request): Promise<Follower> {
  const user = request.path.startsWith('/api/') ? await userOf(deps, request) : await personOf(deps, request);
  if (!user) throw new UnauthenticatedError('Sign in to see this page.');
  return { user, ticket: ticketOf(deps, request, user) };
}

async function find(em: EntityManager, id: string): Promise<Deployment | undefined> {
  if (!Id.test(id)) return undefined;
  return em.transactional(async (tx) => {
    return (await tx.findOne(Deployment, id, { populate: ['application.project'] })) ?? undefined;
  });
}

function linkOf({ query }: Request<{ id: string }>): { expires: string; signature: string } | undefined {
  const { expires, signature } = query;
  return typeof expires === 'string' && typeof signature === 'string' ? { expires, signature } : undefined;
}

/** Refuses forms of other sites. @throws {ForbiddenError} */
export function requireSameOrigin({ config }: Pick<Deps, 'config'>, request: Request): void {
  const origin = request.get('origin') ?? '';
  const here = [new URL(config.publicUrl).origin, `http://${request.get('host')}`, `https://${request.get('host')}`];
  const site = request.get('sec-fetch-site') ?? 'same-origin';
  if (here.includes(origin) && site === 'same-origin') return;
  throw new ForbiddenError('This request did not come from a Shipmate page. Open the page again and use its button.');
}
