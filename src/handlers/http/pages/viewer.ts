import type { Request, Response } from 'express';
import type { EntityManager } from '../../../database/database.ts';
import { Deployment } from '../../../entities/deployment.ts';
import type { User } from '../../../entities/user.ts';
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../../../errors.ts';
import { sessionMs, sessionOf, sessionUser } from '../../../usecases/people/browser-session.ts';
import { verifyDeploymentLink } from '../../../usecases/deployments/deployment-page-url.ts';
import type { LogSource } from '../../../usecases/deployments/deployment-log-pages.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { callerOf } from '../authenticate.ts';

const Id = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;

/** Who looks at a deployment, and how its rows are read for them. */
export interface Viewing {
  /** Undefined: whoever holds a link from chat, who may only look. */
  user: User | undefined;
  deployment: Deployment;
  /** What has to follow the path of each address on the page: the link's query, or nothing. */
  access: Record<string, string>;
  reader(): EntityManager;
  /** The same, with the archive, for logs. */
  logs(): LogSource;
  /** False once the link has expired or the person does not see it any more. */
  stillAllowed(): Promise<boolean>;
}

/** The person who is signed in, by their session or token. @throws {UnauthenticatedError} when the token is not good. */
export async function personOf(deps: Deps, request: Request): Promise<User | undefined> {
  const { user } = await callerOf(deps, request);
  const session = cookieOf(deps, request);
  return user ?? (session === undefined ? undefined : sessionUser(deps, session));
}

/**
 * A person sees what they may see; a link from chat shows its one deployment to anyone.
 * @throws {UnauthenticatedError} for strangers, whether or not there is such a deployment.
 * @throws {NotFoundError} when the person does not see it, or there is none.
 */
export async function viewingOf(deps: Deps, request: Request<{ id: string }>): Promise<Viewing> {
  const { id } = request.params;
  const user = await personOf(deps, request);
  const link = linkOf(request);
  if (user) {
    const reader = () => deps.database.asUser(user.id);
    const deployment = await find(reader(), id);
    const stillAllowed = async () => (await find(reader(), id)) !== undefined;
    const logs = () => ({ em: reader(), archive: deps.archive });
    if (deployment) return { user, deployment, access: {}, reader, logs, stillAllowed };
  }
  const good = () => link !== undefined && verifyDeploymentLink(deps, { id, ...link });
  if (link && good()) {
    const reader = () => deps.database.asSystem();
    const deployment = await find(reader(), id);
    const logs = () => ({ em: reader(), archive: deps.archive });
    const stillAllowed = async () => good();
    if (deployment) return { user: undefined, deployment, access: { ...link }, reader, logs, stillAllowed };
  }
  if (user) throw new NotFoundError('There is no such deployment, or you do not see it.');
  throw new UnauthenticatedError(
    link ? 'This link has expired or was changed.' : 'Sign in to see whether there is something here for you.',
  );
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

/** Browsers take a `__Host-` cookie from https alone, and from no neighbouring host. */
function cookieName({ config }: Pick<Deps, 'config'>): string {
  return isSecure({ config }) ? '__Host-shipmate' : 'shipmate';
}

function isSecure({ config }: Pick<Deps, 'config'>): boolean {
  return config.publicUrl.startsWith('https:');
}

function cookieOf(deps: Pick<Deps, 'config'>, request: Request): string | undefined {
  const start = `${cookieName(deps)}=`;
  const cookies = (request.get('cookie') ?? '').split(';').map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(start))?.slice(start.length);
}

/** Lax, so that a link from chat opens signed in; requests that change something are held to their origin besides. */
export function signIn(deps: Deps, response: Response, user: User): void {
  response.cookie(cookieName(deps), sessionOf(deps, user), { ...cookieOptions(deps), maxAge: sessionMs });
}

export function signOut(deps: Deps, response: Response): void {
  response.clearCookie(cookieName(deps), cookieOptions(deps));
}

function cookieOptions(deps: Pick<Deps, 'config'>) {
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(deps), path: '/' } as const;
}

/** A form of another site is refused. @throws {ForbiddenError} */
export function requireSameOrigin({ config }: Pick<Deps, 'config'>, request: Request): void {
  const origin = request.get('origin') ?? '';
  const here = [new URL(config.publicUrl).origin, `http://${request.get('host')}`, `https://${request.get('host')}`];
  const site = request.get('sec-fetch-site') ?? 'same-origin';
  if (here.includes(origin) && site === 'same-origin') return;
  throw new ForbiddenError('This was not sent from a page of Shipmate. Open the page again and press it there.');
}
