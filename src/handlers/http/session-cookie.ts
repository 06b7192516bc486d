import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import type { User } from '../../entities/user.ts';
import type { Deps } from '../../usecases/deps.ts';
import { sessionMs, sessionOf } from '../../usecases/people/browser-session.ts';

/** The session cookie; undefined when the browser is not signed in. `sessionUser` verifies it. */
export function readSession(deps: Pick<Deps, 'config'>, request: Request): string | undefined {
  return parseCookie(request.get('cookie') ?? '')[cookieName(deps)];
}

/** Lax, so that a link from chat opens signed in; requests that change something also have their origin checked. */
export function signIn(deps: Pick<Deps, 'cipher' | 'config'>, response: Response, user: User): void {
  response.cookie(cookieName(deps), sessionOf(deps, user), { ...cookieOptions(deps), maxAge: sessionMs });
}

export function signOut(deps: Pick<Deps, 'config'>, response: Response): void {
  response.clearCookie(cookieName(deps), cookieOptions(deps));
}

/** Browsers accept a `__Host-` cookie only over https and only from this very host. */
function cookieName(deps: Pick<Deps, 'config'>): string {
  return isSecure(deps) ? '__Host-shipmate' : 'shipmate';
}

function cookieOptions(deps: Pick<Deps, 'config'>) {
  return { httpOnly: true, sameSite: 'lax', secure: isSecure(deps), path: '/' } as const;
}

function isSecure({ config }: Pick<Deps, 'config'>): boolean {
  return config.publicUrl.startsWith('https:');
}
