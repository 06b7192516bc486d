import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import type { Deps } from '../../usecases/deps.ts';
import type { OnUse } from '../../on-use.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Ask } from '../command-request.ts';
import { longestLine } from '../longest-line.ts';
import type { Reply } from '../../replies/reply.ts';
import { callerOf } from './authenticate.ts';
import { jsonBody } from './json-body.ts';
import { sendProblem } from './problem.ts';

const Line = z.strictObject({
  line: z.string().max(longestLine),
  secrets: z.record(z.string(), z.string().max(longestLine)).optional(),
});
/** Nobody completes more than a screen, characters. */
const UnfinishedLine = z.string().max(4_000);
const Fields = z.record(z.string(), z.unknown());

/** Bytes as base64. */
function toJson({ picture, ...reply }: Reply): object {
  return picture ? { ...reply, picture: { ...picture, png: Buffer.from(picture.png).toString('base64') } } : reply;
}

/**
 * `POST /api/commands` runs a line of text (what `shipmate` sends), `POST /api/commands/:name` one command
 * with its options as JSON: `project.create` or `project%20create`. `GET /api/completions` completes a line.
 */
export function commandRoutes(deps: Deps, dispatcher: OnUse<Dispatcher>): Router {
  const router = Router();
  // On the routes, so that metrics count a refused body with its route.
  const json = jsonBody(deps);

  async function answer(request: Request, response: Response, ask: Ask): Promise<void> {
    const { user, origin } = await json.callerOf(request);
    const { execute } = await dispatcher();
    const reply = await execute(ask, origin, user);
    if (reply.asks) {
      sendProblem(response, 422, 'Send the command again with `secrets`.', { asks: reply.asks });
      return;
    }
    response.json(toJson(reply));
  }

  router.get('/api/completions', async (request, response) => {
    const { user, origin } = await callerOf(deps, request);
    const line = UnfinishedLine.safeParse(request.query['line']);
    if (!line.success) return sendProblem(response, 400, 'Give the unfinished line: `?line=status%20sh`.');
    const { complete } = await dispatcher();
    response.json(await complete(line.data, origin, user));
  });

  router.post('/api/commands', json.read, async (request, response) => {
    const body = Line.safeParse(request.body);
    if (!body.success) return sendProblem(response, 400, 'Send JSON like `{"line": "status shop/api"}`.');
    const { line, secrets } = body.data;
    await answer(request, response, { line, ...(secrets && { secrets }) });
  });

  router.post('/api/commands/:name', json.read, async (request: Request<{ name: string }>, response) => {
    const body = Fields.safeParse(request.body ?? {});
    if (!body.success || Array.isArray(request.body)) {
      return sendProblem(response, 400, 'Send the options of the command as a JSON object.');
    }
    const command = request.params.name.replaceAll('.', ' ').toLowerCase();
    await answer(request, response, { command, input: body.data });
  });
  return router;
}
