import express, { type Request, Router } from 'express';
import { z } from 'zod';
import { UnauthenticatedError } from '../../../errors.ts';
import { authenticate } from '../../../usecases/people/api-tokens.ts';
import { endSession, readSignInCode, redeemSignInCode } from '../../../usecases/people/browser-session.ts';
import type { Deps } from '../../../usecases/deps.ts';
import { originOf } from '../authenticate.ts';
import { strangersBytes } from '../problem.ts';
import { readSession, signIn, signOut } from '../session-cookie.ts';
import { sendPage } from './render.ts';
import { requireSameOrigin } from './viewer.ts';

/** A field that comes twice is none. */
const Field = z.string().optional().catch(undefined);
const Form = z.object({ code: Field, token: Field, to: Field });

/**
 * `/sign-in` takes a link from `open`, or an API token. The link's page only asks for confirmation: chat programs
 * preview links, and this one works once.
 */
export function signInRoutes(deps: Deps): Router {
  const router = Router();
  router.get('/sign-in', async (request, response) => {
    const { code } = request.query;
    const to = safePath(request.query['to']);
    if (typeof code !== 'string') return sendPage(response, 'sign-in', { title: 'Sign in', here: to });
    const invited = await readSignInCode(deps, code);
    if (!invited) throw new UnauthenticatedError('This link was used or has expired.');
    sendPage(response, 'sign-in', { title: 'Sign in', here: to, code, invited: invited.username });
  });

  router.post(
    '/sign-in',
    express.urlencoded({ extended: false, limit: strangersBytes, inflate: false }),
    async (request, response) => {
      requireSameOrigin(deps, request);
      signIn(deps, response, await userBy(deps, request));
      response.redirect(303, safePath(Form.parse(request.body ?? {}).to));
    },
  );

  router.post('/sign-out', async (request, response) => {
    requireSameOrigin(deps, request);
    const session = readSession(deps, request);
    if (session !== undefined) await endSession(deps, { session, origin: originOf(request, undefined) });
    signOut(deps, response);
    response.redirect(303, '/sign-in');
  });
  return router;
}

async function userBy(deps: Deps, request: Request) {
  const { code, token = '' } = Form.parse(request.body ?? {});
  if (code !== undefined) return redeemSignInCode(deps, { code, origin: originOf(request, undefined) });
  const user = await authenticate(deps, token.trim());
  if (user) return user;
  throw new UnauthenticatedError('The token is wrong or was revoked. Create a new one in chat: `token create <name>`.');
}

/** Only one of our own pages, so that signing in cannot redirect elsewhere. */
function safePath(to: unknown): string {
  return typeof to === 'string' && /^\/(?:applications|deployments)\/[\da-f-]{36}$/.test(to) ? to : '/';
}
