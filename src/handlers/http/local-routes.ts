import { Router } from 'express';
import { z } from 'zod';
import { localCallersOf } from './local-callers.ts';
import { jsonBody } from './json-body.ts';
import { sendProblem } from './problem.ts';
import type { Deps } from '../../usecases/deps.ts';

const Answer = z.strictObject({ proof: z.string().regex(/^[\da-f]{32}$/) });

/**
 * Over the machine's own socket alone: `POST /api/local/proofs` names a folder to make beside the socket,
 * `POST /api/local/sessions` answers with a token for the account that has made it.
 */
export function localRoutes(deps: Pick<Deps, 'database'>): Router {
  const router = Router();

  router.post('/api/local/proofs', (request, response, next) => {
    const callers = localCallersOf(request);
    if (!callers) return next();
    response.json({ proof: callers.ask() });
  });

  router.post('/api/local/sessions', jsonBody(deps).read, async (request, response, next) => {
    const callers = localCallersOf(request);
    if (!callers) return next();
    const answer = Answer.safeParse(request.body);
    const token = answer.success ? await callers.open(answer.data.proof) : undefined;
    if (token === undefined)
      return sendProblem(response, 403, 'The folder of this proof is not there, or does not tell whose it is.');
    response.json({ token });
  });
  return router;
}
