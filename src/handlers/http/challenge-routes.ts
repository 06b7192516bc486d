import { type Response, Router } from 'express';
import type { Deps } from '../../usecases/deps.ts';
import { answerChallenge } from '../../usecases/ingress/read-challenges.ts';

/** The form of an authority's tokens; anything else is not looked up. @see RFC 8555, 8.1 */
const tokenForm = /^[\w-]{16,255}$/;
/** Authorities ask a handful of times for each order, from a handful of places. */
export const mostPerSecond = 50;

/**
 * `GET /.well-known/acme-challenge/:token`: what the ingress answers by itself, for those whose own proxy has port 80.
 * Everybody may ask, so that no more than some lookups a second reach the database.
 */
export function challengeRoutes(deps: Deps): Router {
  const router = Router();
  let second = 0;
  let lookups = 0;

  function tooMany(): boolean {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) [second, lookups] = [now, 0];
    lookups += 1;
    return lookups > mostPerSecond;
  }

  router.get('/.well-known/acme-challenge/:token', async (request, response) => {
    const { token } = request.params;
    if (!tokenForm.test(token)) return say(response, 404, 'That is not a challenge token.\n');
    if (tooMany()) {
      response.set('Retry-After', '1');
      return say(response, 429, 'Too many challenge requests. Try again in a second.\n');
    }
    const answer = await answerChallenge(deps, token);
    if (answer !== undefined) return say(response, 200, answer);
    return say(response, 404, 'No certificate is being requested with this token. See `cert list`.\n');
  });
  return router;
}

function say(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}
